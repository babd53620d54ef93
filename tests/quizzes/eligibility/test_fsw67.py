"""The selection grid of the Federal Skilled Worker Program, cell by cell, read anew from the regulations."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.eligibility import fsw67
from quizzes.eligibility.answers import DEFAULTS, VOCABULARY
from tests.quizzes.eligibility.people import ABILITIES, language

NOBODY = DEFAULTS | {"age": 0, "education_level": "less_than_secondary"}


def points(**answers):
    low, high = fsw67.points(NOBODY | answers)
    assert low == high
    return low


def test_nobody_has_nothing():
    assert points() == 0


@pytest.mark.parametrize(("level", "each"), [(0, 0), (6, 0), (7, 4), (8, 5), (9, 6), (10, 6), (12, 6)])
@pytest.mark.parametrize("code", ["en", "fr"])
def test_first_language(code, level, each):
    assert points(**language(code, level)) == 4 * each


@pytest.mark.parametrize("ability", ABILITIES)
def test_each_ability_counts_by_itself(ability):
    assert points(**language("en", 9, **{ability: 6})) == 18
    assert points(**language("en", 9, **{ability: 8})) == 23


@pytest.mark.parametrize(("level", "worth"), [(4, 0), (5, 4), (6, 4)])
def test_second_language_takes_all_four_abilities(level, worth):
    assert points(**language("en", 9), **language("fr", level)) == 24 + worth
    assert points(**language("en", 9), **language("fr", 5, writing=4)) == 24


def test_the_better_of_the_two_is_the_first():
    assert points(**language("en", 5), **language("fr", 9)) == points(**language("fr", 5), **language("en", 9)) == 28


@pytest.mark.parametrize(
    ("level", "worth"),
    [
        ("less_than_secondary", 0),
        ("secondary", 5),
        ("one_year_postsecondary", 15),
        ("two_year_postsecondary", 19),
        ("bachelor_or_3yr", 21),
        ("two_or_more_one_3yr", 22),
        ("masters_or_professional", 23),
        ("phd", 25),
    ],
)
def test_education(level, worth):
    assert points(education_level=level) == worth


@pytest.mark.parametrize(
    ("years", "worth"),
    [(0, 0), (0.99, 0), (1, 9), (1.9, 9), (2, 11), (3, 11), (3.9, 11), (4, 13), (5.99, 13), (6, 15), (10, 15)],
)
def test_experience_in_whole_years(years, worth):
    assert points(skilled_years_10y=years) == worth


@pytest.mark.parametrize(
    ("age", "worth"),
    [
        *[(17, 0), (18, 12), (35, 12), (36, 11), (37, 10), (38, 9), (39, 8), (40, 7), (41, 6), (42, 5)],
        *[(43, 4), (44, 3), (45, 2), (46, 1), (47, 0), (80, 0)],
    ],
)
def test_age(age, worth):
    assert points(age=age) == worth


def test_arranged_employment_counts_itself_and_adapts():
    assert points(arranged_employment=True) == 10 + 5


@pytest.mark.parametrize(
    ("answers", "worth"),
    [
        ({"studied_canada_2y": True}, 5),
        ({"worked_canada_skilled_1y": True}, 10),
        ({"adult_relative_in_canada": True}, 5),
        ({"partner_coming": True, "partner_clb_min": 4}, 5),
        ({"partner_coming": True, "partner_clb_min": 3}, 0),
        ({"partner_coming": True, "partner_studied_canada_2y": True}, 5),
        ({"partner_coming": True, "partner_worked_canada_1y": True}, 5),
        ({"partner_clb_min": 9, "partner_studied_canada_2y": True, "partner_worked_canada_1y": True}, 0),
        ({"studied_canada_2y": True, "adult_relative_in_canada": True, "worked_canada_skilled_1y": True}, 10),
    ],
)
def test_adaptability_is_cut_to_ten_and_takes_a_partner_who_comes(answers, worth):
    assert points(**answers) == worth


def test_the_most_is_a_hundred():
    best = language("en", 12) | language("fr", 12) | {"education_level": "phd", "skilled_years_10y": 10, "age": 30}
    assert points(**best, arranged_employment=True, worked_canada_skilled_1y=True) == 100 == fsw67.OUT_OF
    assert sum(factor.most for factor in fsw67.grid(NOBODY)) == 100


FIELDS = ["age", "education_level", "skilled_years_10y", "partner_coming", "partner_clb_min", "arranged_employment"]


@given(st.data())
def test_what_is_not_known_stays_within_its_bounds(data):
    def draw(name):
        kind = VOCABULARY[name]
        if kind.type == "boolean":
            return data.draw(st.booleans())
        return data.draw(st.sampled_from(kind.choices) if kind.choices else st.integers(kind.min, kind.max))

    whole = {name: draw(name) for name in [*FIELDS, *language("en", 0), *language("fr", 0)]}
    hidden = data.draw(st.sets(st.sampled_from(sorted(whole))))
    low, high = fsw67.points(NOBODY | whole | dict.fromkeys(hidden))
    assert low <= points(**whole) <= high
