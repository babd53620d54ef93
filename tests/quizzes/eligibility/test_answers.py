"""What may be answered, and what is said of what may not."""

import subprocess
import sys
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.eligibility.answers import CHANGEABILITIES, VOCABULARY, BadAnswers, check


def test_the_rules_load_without_a_web_framework():
    code = "import sys, quizzes.eligibility.ranking; print([name for name in sys.modules if name.startswith('django')])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("age", 17.5, "a whole number from 0 to 120"),
        ("age", "30", "a whole number from 0 to 120"),
        ("age", True, "a whole number from 0 to 120"),
        ("age", -1, "a whole number from 0 to 120"),
        ("age", 121, "a whole number from 0 to 120"),
        ("en_speaking", 13, "a whole number from 0 to 12"),
        ("occupation_teer", 6, "a whole number from 0 to 5"),
        ("skilled_years_10y", float("nan"), "a number from 0 to 10"),
        ("noc_months_3y", 37, "a number from 0 to 36"),
        ("offer", "yes", "true or false"),
        ("offer", 1, "true or false"),
        ("intended_province", "Ontario", "one of BC, AB"),
        ("intended_province", ["ON"], "one of BC, AB"),
        ("occupation_noc", "2123", "five digits"),
        ("occupation_noc", 21231, "five digits"),
        ("citizenships", "IE", "a list of two-letter country codes"),
        ("citizenships", ["IRL"], "a list of two-letter country codes"),
        ("citizenships", [1], "a list of two-letter country codes"),
    ],
)
def test_a_bad_value_is_named_with_what_was_expected(name, value, expected):
    with pytest.raises(BadAnswers) as caught:
        check({name: value})

    assert set(caught.value.errors) == {name}
    assert expected in caught.value.errors[name]


def test_every_error_is_told_at_once():
    with pytest.raises(BadAnswers) as caught:
        check({"age": "old", "offer": True, "shoe_size": 43, "en_speaking": 99})

    assert set(caught.value.errors) == {"age", "shoe_size", "en_speaking"}


@pytest.mark.parametrize("name", VOCABULARY)
def test_not_sure_is_taken_for_every_fact(name):
    assert check({name: None}) == {name: None}


@pytest.mark.parametrize("kind", VOCABULARY.values(), ids=lambda kind: kind.id)
def test_every_fact_says_its_bounds_and_what_one_can_do_about_it(kind):
    assert kind.changeability in CHANGEABILITIES
    assert kind.meaning
    if kind.type in ("integer", "number"):
        assert kind.min < kind.max
    if kind.default is not None:
        assert kind.check(kind.default) == kind.default


def test_a_country_that_is_named_twice_counts_once():
    assert check({"citizenships": ["IE", "IE", "US"]}) == {"citizenships": ("IE", "US")}


@given(st.dictionaries(st.text(max_size=5), st.none() | st.booleans() | st.integers() | st.floats() | st.text()))
def test_nothing_but_bad_answers_comes_of_anything(raw):
    with suppress(BadAnswers):
        check(raw)
