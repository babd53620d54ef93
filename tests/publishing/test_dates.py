"""Dates in words, and punctuation, in both languages."""

from datetime import date, datetime

import pytest
from django.template import Context, Template
from django.utils.translation import override

from publishing.dates import date_format


@pytest.mark.parametrize(
    ("language", "day", "words"),
    [
        ("fr", date(2026, 11, 1), "1er novembre 2026"),
        ("fr", date(2026, 11, 2), "2 novembre 2026"),
        ("fr", date(2026, 11, 11), "11 novembre 2026"),
        ("fr", date(2026, 11, 21), "21 novembre 2026"),
        ("en", date(2026, 11, 1), "1 November 2026"),
    ],
)
def test_the_first_of_a_month_in_french(language, day, words):
    with override(language):
        assert date_format(day) == words
        assert Template("{{ day|date:'DATE_FORMAT' }}").render(Context({"day": day})) == words
        assert Template("{{ day|date }}").render(Context({"day": day})) == words


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("SHORT_DATE_FORMAT", "2026-11-01"),
        ("Y-m-d", "2026-11-01"),
        ("c", "2026-11-01T01:01:00"),
        ("DATETIME_FORMAT", "1er novembre 2026 01:01"),
        ("MONTH_DAY_FORMAT", "1er novembre"),
        ("YEAR_MONTH_FORMAT", "novembre 2026"),
    ],
)
def test_other_forms_in_french(form, text):
    with override("fr"):
        assert date_format(datetime(2026, 11, 1, 1, 1), form) == text  # noqa: DTZ001


def test_no_date_is_no_text():
    with override("fr"):
        assert Template("{{ day|date:'DATE_FORMAT' }}").render(Context({"day": None})) == ""


def test_a_colon_stands_apart_in_french():
    for language, text in {"en": "Fee: 5", "fr": "Fee\u00a0: 5"}.items():
        with override(language):
            assert Template("{{ words|colon }} 5").render(Context({"words": "Fee"})) == text
            assert Template("{{ words|colon }}").render(Context({"words": "<b>"})).startswith("&lt;b&gt;")
