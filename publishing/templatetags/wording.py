"""Filters that every template has without loading them. `date` takes the place of Django's own, so that no template
forgets the French first of a month.
"""

from typing import Any

from django import template
from django.template import defaultfilters

from publishing import languages
from publishing.dates import with_first

register = template.Library()


@register.filter(expects_localtime=True, is_safe=False)
def date(value: Any, form: str | None = None) -> str:
    """Django's filter of this name, in the active language's words."""
    return with_first(defaultfilters.date(value, form))


@register.filter(is_safe=True)
def colon(words: str) -> str:
    """Words with a colon behind them, as the active language sets it."""
    return languages.colon(words)
