"""A day's figures and rule files of one's own."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from quizzes.eligibility.figures import FamilyTable, Figures, YouthMobility
from quizzes.eligibility.rules import Rules, load

SOURCE = {"url": "https://example.com/rule", "locator": "s. 1", "as_of": "2026-06-12"}


@pytest.fixture(scope="session")
def figures() -> Figures:
    """The figures of 25 November 2026, as they were read."""
    return Figures(
        date(2026, 11, 25),
        FamilyTable((15263, 19001, 23360, 28362, 32168, 36280, 40392), 4112),
        FamilyTable((22895, 28502, 35040, 42543, 48252, 54420, 60589), 6170),
        {
            "IE": YouthMobility(35, working_holiday=True, young_professionals=True, coop=True),
            "JP": YouthMobility(30, working_holiday=True, young_professionals=False, coop=False),
        },
    )


@pytest.fixture
def write_rules(tmp_path: Path) -> Callable[..., Path]:
    """A folder with one file of one program. changes: of the program; rule: its tree."""

    def write(rule: Any, **changes: Any) -> Path:
        program = {
            "id": "one",
            "status": "open",
            "completeness": "complete",
            "family": "pnp",
            "kind": "permanent",
            "level": "federal",
            "province": None,
            "later_steps": 0,
            "source": SOURCE,
            "rule": rule,
        }
        (tmp_path / "ca.json").write_text(json.dumps({"programs": [program | changes]}))
        return tmp_path

    return write


@pytest.fixture
def make_rules(write_rules: Callable[..., Path]) -> Callable[..., Rules]:
    """Rules of one program that is called `one`."""
    return lambda rule, **changes: load(write_rules(rule, **changes))


@pytest.fixture
def leaf() -> Callable[..., dict[str, Any]]:
    """A criterion as files have it."""

    def make(name: str, fact: str, op: str, value: Any = None, changeability: str = "changeable", **more: Any) -> Any:
        entry = {"id": name, "fact": fact, "op": op, "changeability": changeability, "en": name, "fr": name}
        return entry | ({} if value is None else {"value": value}) | more

    return make
