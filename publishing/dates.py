"""Dates in words. In French the first of a month is “1er”, which no format of Django's can say."""

import re
from datetime import date

from django.utils import formats

from publishing.languages import active

_first = re.compile(r"(?<!\d)1(?=\s[^\W\d_])")  # a day before the name of a month


def date_format(value: date, form: str | None = None) -> str:
    """A day or a moment as Django's function of this name writes it, in the active language's words."""
    return with_first(formats.date_format(value, form))


def with_first(text: str) -> str:
    """A date in words with its first of the month as the active language says it."""
    return _first.sub("1er", text, count=1) if active() == "fr" else text
