"""Counts of what happens in the quizzes, without anything about anybody: how often, on which day."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import connection

from quizzes.models import Count

What = Count.What
KEPT_FOR = "2 years"

# By the database's clock, in the site's time zone. Rows are written in one order, so that two visitors wait for each
# other at most, and never in a circle.
ADD = """
    INSERT INTO quizzes_count (day, quiz, what, name, number)
    SELECT (now() AT TIME ZONE %s)::date, %s, %s, given.name, given.number
    FROM unnest(%s::text[], %s::int[]) AS given (name, number)
    ORDER BY given.name
    ON CONFLICT (day, quiz, what, name) DO UPDATE SET number = quizzes_count.number + excluded.number
"""


def note(quiz_key: str, what: str, name: str = "") -> None:
    """Count one thing.

    what: of `What`. name: a question's slug, or `<program>.<verdict>`; empty where the quiz as a whole is meant. A
    row stays locked until the transaction ends, so call it last.
    """
    note_all(quiz_key, what, [name])


def note_all(quiz_key: str, what: str, names: Iterable[str]) -> None:
    """Count many things of one kind in one query, such as all verdicts of a result."""
    numbers = Counter(names)
    if not numbers:
        return
    given: list[Any] = [settings.TIME_ZONE, quiz_key, What(what).value, list(numbers), list(numbers.values())]
    with connection.cursor() as cursor:
        cursor.execute(ADD, given)


def forget() -> int:
    """Delete counts that are older than two years; returns how many rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM quizzes_count WHERE day < (now() AT TIME ZONE %s)::date - %s::interval",
            [settings.TIME_ZONE, KEPT_FOR],
        )
        return cursor.rowcount
