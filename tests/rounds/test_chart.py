"""The drawing of the cut-offs."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds import chart
from rounds.models import Round, RoundType

days = st.dates(date(2015, 1, 1), date(2026, 12, 31))
some_rounds = st.lists(
    st.tuples(days, st.integers(0, 1200), st.sampled_from(RoundType.values)), min_size=1, max_size=40
)


def rounds(given_rounds):
    found = []
    for number, (day, cutoff, kind) in enumerate(given_rounds, start=1):
        row = Round(number=str(number), date=day, cutoff=cutoff, type=kind, invitations=1)
        row.order = number * 10
        found.append(row)
    return found


@given(some_rounds, st.none() | st.integers(0, 1200))
def test_every_mark_lies_within_the_plot(given_rounds, score):
    drawn = chart.draw(rounds(given_rounds), score)

    for frame in drawn["frames"]:
        paths = "".join(group["path"] for group in frame["groups"])
        starts = re.findall(r"M([\d.]+) ([\d.]+)", paths)
        assert len(starts) == len(given_rounds)
        for x, y in starts:
            assert frame["left"] - 4 <= float(x) <= frame["plot_right"]
            assert 0 <= float(y) <= frame["height"] - 25
        assert (frame["score"] is None) == (score is None)


@given(st.integers(0, 1200), st.integers(0, 1200))
def test_the_lines_hold_all_scores_and_are_few(one, other):
    low, high, step = chart.scale(min(one, other), max(one, other))

    assert low <= min(one, other)
    assert max(one, other) <= high
    assert 1 <= (high - low) // step <= chart.MOST_LINES
    assert (high - low) % step == 0


def test_one_type_is_a_line_and_many_are_not():
    start = date(2026, 1, 1)
    same = rounds([(start + timedelta(days=number), 500 + number, "cec") for number in range(3)])
    mixed = rounds([(start, 500, "cec"), (start, 700, "pnp")])

    assert chart.draw(same)["frames"][0]["path"].count("L") == 2
    assert chart.draw(mixed)["frames"][0]["path"] == ""
    assert [entry["name"] for entry in chart.draw(mixed)["legend"]] == ["pnp", "program"]


def test_a_score_has_a_line_of_its_own_inside_the_drawing():
    drawn = chart.draw(rounds([(date(2026, 1, 1), 500, "cec"), (date(2026, 2, 1), 510, "cec")]), 300)

    assert drawn["frames"][0]["score"]["label"] == "300"


def test_nothing_is_drawn_of_nothing():
    assert chart.draw([]) is None


@pytest.mark.parametrize(("value", "text"), [(1.0, "1"), (1.25, "1.2"), (10.06, "10.1"), (0.0, "0")])
def test_numbers_for_drawings_are_short(value, text):
    assert chart.short(value) == text
