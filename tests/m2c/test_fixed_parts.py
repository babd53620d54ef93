"""Parts of templates that are rendered once."""

from typing import Any

from django.template import engines
from django.utils.translation import override

PART = "{% load site %}{% fixed section.key %}{{ word }} {{ section.key }}{% endfixed %}"


def rendered(part: Any, **context: Any) -> str:
    return part.render(context)


def test_a_fixed_part_is_rendered_once_for_what_it_names():
    part = engines["django"].from_string(PART)

    assert rendered(part, word="first", section={"key": "study"}) == "first study"
    assert rendered(part, word="second", section={"key": "study"}) == "first study"
    assert rendered(part, word="third", section={"key": "work"}) == "third work"


def test_a_fixed_part_may_lack_what_it_names():
    part = engines["django"].from_string(PART)

    assert rendered(part, word="first") == "first "


def test_each_language_has_its_own():
    part = engines["django"].from_string("{% load i18n site %}{% fixed %}{% translate 'Yes' %}{% endfixed %}")

    with override("en"):
        english = rendered(part)
    with override("fr"):
        assert rendered(part) == "Oui" != english
