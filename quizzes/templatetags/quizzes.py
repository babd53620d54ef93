"""What the templates of the quizzes need."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import template
from django.utils.formats import date_format

from publishing import dates

register = template.Library()


@register.filter
def at(values: Mapping[str, Any], key: str) -> Any:
    """An entry of a mapping by a key that the template holds; "" for none."""
    return values.get(key, "")


@register.filter
def as_of(text: str) -> str:
    """A day, a month or a year, as sources give them, in the active language."""
    if len(text) == 10:
        return dates.date_format(date.fromisoformat(text))
    if len(text) == 7:
        return date_format(date.fromisoformat(f"{text}-01"), "F Y")
    return text
