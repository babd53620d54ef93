"""What a profile may hold, and one error that lists each problem by field."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.crs import BadProfile, Language, Spouse, check, unknown_fields

NINE = {"language": "en", "speaking": 9, "listening": 9, "reading": 9, "writing": 9}
FRENCH = {**NINE, "language": "fr"}
GOOD = {"age": 30, "first_language": NINE}


def errors(**answers):
    with pytest.raises(BadProfile) as refused:
        check({**GOOD, **answers})
    assert all(words.fr for words in refused.value.problems.values())
    return refused.value.errors


def test_only_age_and_first_language_are_required():
    assert check(GOOD).age == 30
    with pytest.raises(BadProfile) as refused:
        check({})
    assert set(refused.value.errors) == {"age", "first_language"}


def test_one_error_lists_every_problem_by_field():
    with pytest.raises(BadProfile) as refused:
        check(
            {
                "age": 17.5,
                "education": "phd",
                "first_language": {"language": "en", "speaking": 13, "listening": 9, "writing": 9},
                "second_language": NINE,
                "sibling_in_canada": "yes",
                "canadian_work_years": -1,
                "marital_status": "married",
                "spouse": {"language": {"speaking": 5}, "education": 3, "age": 30},
                "hair": "brown",
            }
        )

    assert set(refused.value.errors) == {
        "age",
        "education",
        "first_language.speaking",
        "first_language.reading",
        "second_language.language",
        "sibling_in_canada",
        "canadian_work_years",
        "spouse.language.listening",
        "spouse.language.reading",
        "spouse.language.writing",
        "spouse.education",
        "spouse.age",
        "hair",
    }


@pytest.mark.parametrize("age", [17.5, -1, 121, "30", True, [], {}, math.nan, math.inf, 10**400])
def test_ages_that_are_refused(age):
    assert set(errors(age=age)) == {"age"}


@pytest.mark.parametrize("age", [0, 120, 30.0])
def test_ages_that_are_taken(age):
    assert check({**GOOD, "age": age}).age == age


@pytest.mark.parametrize("level", [13, -1, 7.5, "9", True, [], math.nan])
@pytest.mark.parametrize("field", ["first_language", "second_language"])
def test_levels_that_are_refused(level, field):
    answers = {**(NINE if field == "first_language" else FRENCH), "reading": level}

    assert set(errors(**{field: answers})) == {f"{field}.reading"}


@pytest.mark.parametrize("years", [-0.1, 120.5, "2", True, [], math.nan, math.inf, 10**400])
@pytest.mark.parametrize("field", ["canadian_work_years", "foreign_work_years"])
def test_years_that_are_refused(years, field):
    assert set(errors(**{field: years})) == {field}


@pytest.mark.parametrize(("years", "whole"), [(0, 0), (0.99, 0), (1, 1), (1.999, 1), (2.0, 2), (120, 120)])
def test_years_are_floored(years, whole):
    assert check({**GOOD, "foreign_work_years": years}).foreign_work_years == whole


@pytest.mark.parametrize("flag", ["yes", "true", 1, 0, [], {}])
@pytest.mark.parametrize(
    "field",
    [
        "spouse_is_canadian_or_pr",
        "spouse_accompanying",
        "certificate_of_qualification",
        "sibling_in_canada",
        "provincial_nomination",
    ],
)
def test_only_true_false_and_null_are_booleans(flag, field):
    assert set(errors(**{field: flag})) == {field}


@pytest.mark.parametrize("value", ["Married", "", 3, True, [], {}])
@pytest.mark.parametrize("field", ["marital_status", "education", "canadian_study", "job_offer"])
def test_choices_are_exact(value, field):
    assert set(errors(**{field: value})) == {field}


@pytest.mark.parametrize("value", [[], "en", 9, True])
@pytest.mark.parametrize("field", ["first_language", "second_language", "spouse"])
def test_what_should_be_an_object(value, field):
    assert set(errors(marital_status="married", **{field: value})) == {field}


def test_the_second_language_must_be_the_other_one():
    assert set(errors(second_language=NINE)) == {"second_language.language"}
    assert check({**GOOD, "second_language": FRENCH}).second_language == Language("fr", (9, 9, 9, 9))


@pytest.mark.parametrize("code", ["de", "EN", "", 3])
def test_languages_are_en_and_fr(code):
    assert set(errors(first_language={**NINE, "language": code})) == {"first_language.language"}


def test_a_language_must_say_which():
    assert set(errors(first_language=dict(list(NINE.items())[1:]))) == {"first_language.language"}


def test_null_is_not_known_except_for_a_language_that_is_none():
    married = {"marital_status": "married"}
    nothing = {"age": None, "first_language": None, "second_language": None, "spouse": {"language": None}}
    profile = check(nothing | married)

    assert profile.age is None
    assert profile.first_language == Language(None, (None,) * 4)
    assert profile.second_language is None
    assert profile.spouse == Spouse()
    assert check({**GOOD, **married, "spouse": None}).spouse == Spouse(None, (None,) * 4, None)


def test_a_spouse_who_does_not_count_may_be_described_and_is_still_checked():
    married = {"marital_status": "married", "spouse_is_canadian_or_pr": True}
    assert check({**GOOD, **married, "spouse": {"education": "doctoral"}}).spouse.education == "doctoral"
    assert set(errors(**married, spouse={"education": "wizard"})) == {"spouse.education"}


@pytest.mark.parametrize("spouse", ["nobody", {"education": "wizard"}, {"education": "doctoral"}, None], ids=str)
@pytest.mark.parametrize("status", ["single", "divorced", "widowed"])
def test_a_spouse_block_is_ignored_unless_married_or_common_law(status, spouse):
    assert check({**GOOD, "marital_status": status, "spouse": spouse}) == check({**GOOD, "marital_status": status})


def test_unknown_fields_are_named():
    unknown = {"age": None, "first_language": {**NINE, "reading": None}, "spouse": {"education": None}}
    profile = check({"marital_status": "common_law", **unknown})

    assert unknown_fields(profile) == ("age", "first_language.reading", "spouse.education")


@pytest.mark.parametrize("data", [None, [], "profile", 3])
def test_a_profile_is_an_object(data):
    with pytest.raises(BadProfile):
        check(data)


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["age", "first_language", "second_language", "spouse", "education", "job_offer", "x"]), junk
    )
)
def test_any_json_is_read_or_refused_with_its_fields(data):
    try:
        check(data)
    except BadProfile as refused:
        assert refused.errors  # noqa: PT017
