"""Addresses, and programs in numbers."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils.translation import override

from programs.models import Program


@pytest.fixture
def address() -> Callable[..., str]:
    """The address of a page of programs in a language, English by default."""

    def make(name: str, language: str = "en", **given: Any) -> str:
        with override(language):
            return reverse(f"programs:{name}", kwargs=given)

    return make


@pytest.fixture
def make_full_program(make_program: Callable[..., Program], make_fact: Any, make_source: Any) -> Callable[..., Program]:
    """A program with every kind of line, each more than once."""

    def make(**overrides: Any) -> Program:
        time = make_fact(kind="duration", value="6 months")
        values = {
            "fees": [make_fact(value="990"), make_fact(value="600")],
            "sources": [make_source(), make_source()],
            "criteria": ["A job offer", ("A test", "any", ["CLB 7", ("", "all", ["CLB 5", "Two years of work"])])],
            "steps": ["A profile", "An invitation"],
            "doubts": ["Whether it opens again", "What it costs"],
            "processing_time": time,
        }
        return make_program(**values | overrides)

    return make
