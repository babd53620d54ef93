"""What would raise the score: every change and pair, ranked; counted the long way here to compare."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.crs import BOOK, Partner, Range, check, score, what_if
from quizzes.crs.ladder import changes, with_credential
from quizzes.crs.points import lowest, total
from quizzes.crs.versions import EDUCATION

ABILITIES = ("speaking", "listening", "reading", "writing")


def language(code, *four):
    return {"language": code, **dict(zip(ABILITIES, four if len(four) > 1 else four * 4, strict=True))}


PERSON = {
    "age": 33,
    "education": "three_year_or_bachelor",
    "first_language": language("en", 8, 9, 9, 8),
    "canadian_work_years": 1,
    "foreign_work_years": 2,
}
COUPLE = {
    **PERSON,
    "marital_status": "married",
    "spouse_accompanying": True,
    "spouse": {"education": "master_or_professional", "language": dict.fromkeys(ABILITIES, 9)},
}


def steps(ladder):
    return {tuple(sorted(change.key for change in step.changes)): step for step in ladder.steps}


def test_a_single_change_and_what_it_gains():
    found = steps(what_if(check(PERSON), BOOK.newest))

    assert found["nomination",].gain == 600
    assert found["canadian_work.1",].gain == (53 - 40) + (25 - 13) + (25 - 13)
    assert found["first_language.speaking.9",].gain == 31 - 23
    assert found["first_language.all.9",].gain == 2 * (31 - 23) + (25 - 13) + (25 - 13)
    assert found["second_language.all.7",].gain == 12 + 50
    assert found["education.master_or_professional",].gain == (135 - 120) + 12 + 12
    assert found["education.one_year.in_canada",].gain == (128 - 120) + 12 + 12 + 15


def test_a_pair_is_listed_when_both_changes_are_needed():
    found = steps(what_if(check(PERSON), BOOK.newest))

    pair = found["first_language.speaking.9", "first_language.writing.9"]
    assert pair.gain == 2 * (31 - 23) + 12 + 12
    assert pair.gain > found["first_language.speaking.9",].gain + found["first_language.writing.9",].gain
    assert ("certificate", "certificate") not in found


def test_best_first_and_ties_by_effort():
    ranked = what_if(check(PERSON), BOOK.newest).steps

    keys = [(-step.gain, step.effort) for step in ranked]
    assert keys == sorted(keys)
    assert ranked[0].gain >= 600
    assert len(what_if(check(PERSON), BOOK.newest, most=5).steps) == 5


def test_every_step_has_words_and_a_total():
    ladder = what_if(check(COUPLE), BOOK.newest)

    for step in ladder.steps:
        for change in step.changes:
            assert change.words.en
            assert change.words.fr
    single = next(step for step in ladder.steps if len(step.changes) == 1 and isinstance(step.gain, int))
    assert single.total == ladder.start + single.gain


def test_a_job_offer_is_a_step_only_where_it_earns_points():
    today, before = (steps(what_if(check(PERSON), BOOK.version(key))) for key in ("2025-03-25", "2020-10-20"))

    assert not any("job_offer" in key for keys in today for key in keys)
    assert before["job_offer.other_skilled",].gain == 50
    assert before["job_offer.teer0_major_group_00",].gain == 200


def test_making_the_stronger_language_the_first_one_costs_nothing():
    person = PERSON | {"first_language": language("en", 6), "second_language": language("fr", 9)}

    step = steps(what_if(check(person), BOOK.newest))["languages.swap",]

    swapped = PERSON | {"first_language": language("fr", 9), "second_language": language("en", 6)}
    assert step.effort == 0
    assert step.total == score(check(swapped), BOOK.newest).total


def test_the_spouse_takes_a_test_a_degree_and_a_year_of_work_only_if_they_come():
    untested = COUPLE | {"spouse": {"education": "three_year_or_bachelor"}}
    found = steps(what_if(check(untested), BOOK.newest))

    assert found["spouse_language.all.9",].gain == 20
    assert found["spouse_education.master_or_professional",].gain == 2
    assert found["spouse_canadian_work.1",].gain == 5
    alone = steps(what_if(check(untested | {"spouse_accompanying": False}), BOOK.newest))
    assert not any("spouse" in key for keys in alone for key in keys)


def test_the_spouse_as_principal_applicant_is_counted_whole_when_all_is_known():
    partner = Partner(29, "en", None, 3, False)

    step = steps(what_if(check(COUPLE), BOOK.newest, partner))["spouse.principal",]

    swapped = {
        "age": 29,
        "education": "master_or_professional",
        "first_language": language("en", 9),
        "foreign_work_years": 3,
        "marital_status": "married",
        "spouse_accompanying": True,
        "spouse": {
            "education": "three_year_or_bachelor",
            "language": dict(zip(ABILITIES, (8, 9, 9, 8), strict=True)),
            "canadian_work_years": 1,
        },
    }
    assert step.total == score(check(swapped), BOOK.newest).total
    assert step.gain == step.total - score(check(COUPLE), BOOK.newest).total


def test_the_spouse_as_principal_applicant_is_a_range_while_their_age_is_not_known():
    step = steps(what_if(check(COUPLE), BOOK.newest))["spouse.principal",]

    whole = steps(what_if(check(COUPLE), BOOK.newest, Partner(29, "en", None, 3, False)))["spouse.principal",]
    assert isinstance(step.gain, Range)
    assert step.gain.low < whole.gain <= step.gain.high


def test_a_spouse_without_a_test_cannot_be_the_principal_before_taking_one():
    untested = COUPLE | {"spouse": {"education": "doctoral"}}

    found = steps(what_if(check(untested), BOOK.newest, Partner(25, "en", None, 3, False)))

    assert ("spouse.principal",) not in found
    assert ("spouse.principal", "spouse_language.all.9") in found


def test_unknown_answers_are_taken_at_their_lowest_and_named():
    ladder = what_if(check(PERSON | {"age": None, "education": None}), BOOK.newest)

    assert ladder.start == score(check(PERSON | {"age": 0, "education": "less_than_secondary"}), BOOK.newest).total
    assert ladder.assumed == ("age", "education")


def test_nothing_is_left_to_do_for_the_best_profile():
    best = {
        "age": 25,
        "education": "doctoral",
        "first_language": language("fr", 10),
        "second_language": language("en", 10),
        "canadian_work_years": 5,
        "foreign_work_years": 3,
        "provincial_nomination": True,
    }

    assert what_if(check(best), BOOK.newest).steps == ()


@pytest.mark.parametrize(
    ("has", "earns", "becomes"),
    [
        ("secondary", "one_year", "one_year"),
        ("one_year", "one_year", "one_year"),
        ("one_year", "two_year", "two_year"),
        ("two_year", "three_year_or_bachelor", "two_or_more"),
        ("three_year_or_bachelor", "one_year", "two_or_more"),
        ("three_year_or_bachelor", "three_year_or_bachelor", "two_or_more"),
        ("three_year_or_bachelor", "master_or_professional", "master_or_professional"),
        ("master_or_professional", "one_year", "master_or_professional"),
        ("secondary", "three_year_or_bachelor", "three_year_or_bachelor"),
        ("doctoral", "master_or_professional", "doctoral"),
    ],
)
def test_one_credential_more(has, earns, becomes):
    assert with_credential(EDUCATION.index(has), EDUCATION.index(earns)) == EDUCATION.index(becomes)


level = st.sampled_from([0, 4, 5, 6, 7, 8, 9, 10])
four = st.tuples(level, level, level, level)


@settings(max_examples=12, deadline=None)
@given(
    four,
    st.none() | four,
    four,
    st.sampled_from(EDUCATION),
    st.integers(0, 5),
    st.integers(0, 3),
    st.booleans(),
    st.booleans(),
    st.sampled_from(BOOK.versions),
)
def test_all_changes_and_pairs_counted_the_long_way(
    first, second, spouse, school, work, abroad, couple, trade, version
):
    profile = check(
        {
            "age": 30,
            "education": school,
            "first_language": language("fr", *first),
            "second_language": language("en", *second) if second else None,
            "canadian_work_years": work,
            "foreign_work_years": abroad,
            "certificate_of_qualification": trade,
            "marital_status": "married" if couple else "single",
            "spouse_accompanying": True,
            "spouse": {"education": "one_year", "language": dict(zip(ABILITIES, spouse, strict=True))},
        }
    )
    facts = lowest(profile, version)
    start = total(version, facts)
    every = list(changes(facts, profile, version))
    gains = {change.key: total(version, change.apply(facts)) - start for change in every}
    expected = {(key,): gain for key, gain in gains.items() if gain > 0}
    for one, other in combinations(every, 2):
        # a second change of the same thing is no pair, nor is one ability and all four of the same language
        one_of, other_of = one.subject.split("."), other.subject.split(".")
        if one.subject == other.subject or (one_of[0] == other_of[0] and "all" in (one_of[-1], other_of[-1])):
            continue
        gain = total(version, other.apply(one.apply(facts))) - start
        if gain > max(gains[one.key], gains[other.key]):
            expected[tuple(sorted((one.key, other.key)))] = gain

    found = {
        key: step.gain
        for key, step in steps(what_if(profile, version)).items()
        if not any(name == "spouse.principal" for name in key)
    }

    assert found == expected
