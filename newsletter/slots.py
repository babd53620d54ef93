"""What the newsletter puts into pages of other apps: see settings.SLOTS. The same for everybody, without a query."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language

from articles.models import Topic as ArticleTopic
from newsletter import consent


def box(_context: Mapping[str, Any], topic: str = "", **_details: Any) -> str:
    """The form in the text of an article, about the topic of its category."""
    return _form("box", _language(), topic if topic in ArticleTopic.values else "", _files())


def band(context: Mapping[str, Any], **_details: Any) -> str:
    """The form across the home page; an article has its box."""
    return "" if "article" in context else _form("band", _language(), "", _files())


def footer(context: Mapping[str, Any], **_details: Any) -> str:
    """The form at the foot of every page but the newsletter's own, and the home page, which has the band above it."""
    return "" if context.get("is_newsletter") or "home" in context else _form("foot", _language(), "", _files())


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def _files() -> str:
    return str(settings.STORAGES["staticfiles"]["BACKEND"])


@cache
def _form(place: str, language: str, topic: str, _files: str) -> str:
    """A form by where it stands; there are few, and each is made once."""
    context = {
        "place": place,
        "topic": topic,
        "topic_name": ArticleTopic(topic).label if topic else "",
        "words": consent.words(language),
        "version": consent.version(language),
    }
    return render_to_string(f"newsletter/{place}.html", context)
