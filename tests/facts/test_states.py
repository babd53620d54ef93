"""How fresh a fact is, at the edges of its days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.states import State, freshness

CHECKED = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("days", "state"),
    [(0, "verified"), (82, "verified"), (83, "due"), (90, "due"), (91, "overdue"), (9000, "overdue")],
)
def test_a_fact_checked_every_90_days(days, state):
    assert freshness(CHECKED, 90, CHECKED + timedelta(days=days)).state == state


def test_what_nobody_has_verified_is_overdue():
    assert freshness(None, 365, CHECKED).state == State.OVERDUE


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 1095), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_an_archived_fact_is_archived_and_any_other_is_one_of_three(checked, days, today):
    assert freshness(checked, days, today, archived=True).state == State.ARCHIVED
    judged = freshness(checked, days, today)
    assert (judged.state == State.OVERDUE) == (today > judged.due_on)
