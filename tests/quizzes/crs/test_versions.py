"""Which rules apply on which day, and what is not known."""

import json
from copy import deepcopy
from datetime import date, timedelta

import pytest

from quizzes.crs import BOOK, BadVersion, UnknownRules, answer, check, score, version_from
from quizzes.crs.tables import GRID_2025_03_25

REQUEST = {"profile": {"age": 30, "first_language": None}}
NEXT = {**deepcopy(GRID_2025_03_25), "in_force": "2026-11-03", "known_through": None}


@pytest.mark.parametrize(
    ("day", "key"),
    [
        (date(2016, 11, 19), "2016-11-19"),
        (date(2017, 6, 5), "2016-11-19"),
        (date(2017, 6, 6), "2017-06-06"),
        (date(2020, 9, 30), "2017-06-06"),
        (date(2020, 10, 20), "2020-10-20"),
        (date(2025, 3, 24), "2020-10-20"),
        (date(2025, 3, 25), "2025-03-25"),
        (date(2026, 11, 2), "2025-03-25"),
    ],
)
def test_the_first_and_the_last_day_of_each_version(day, key):
    assert BOOK.on(day).key == key


@pytest.mark.parametrize("day", [date(2020, 10, 1) + timedelta(days=n) for n in range(19)])
def test_the_first_19_days_of_october_2020_are_not_guessed(day):
    with pytest.raises(UnknownRules):
        BOOK.on(day)


@pytest.mark.parametrize(
    "day", [date(2016, 11, 18), date(2015, 1, 1), date(2014, 12, 31), date(2026, 11, 3), date(2030, 1, 1), date.max]
)
def test_days_before_the_first_and_after_the_newest_known_rules(day):
    with pytest.raises(UnknownRules) as unknown:
        BOOK.on(day)

    assert unknown.value.asked == day
    assert unknown.value.words.fr


def test_the_newest_known_version_and_what_is_reported():
    assert BOOK.newest.key == "2025-03-25"
    assert BOOK.superseded_reported
    assert BOOK.reported.in_force == date(2026, 11, 3)
    assert BOOK.reported.official_tool.endswith("/check-score.html")


@pytest.mark.parametrize("name", ["2026-11-03", "2015-01-01", "2025-03-26", "newest", ""])
def test_a_version_of_another_name_is_unknown(name):
    with pytest.raises(UnknownRules):
        BOOK.version(name)


def test_an_entered_version_answers_and_is_no_longer_reported():
    data = json.loads(json.dumps(NEXT))
    data["additional"]["sibling_in_canada"] = 0
    book = BOOK.with_version(version_from(data))

    assert not book.superseded_reported
    assert book.on(date(2026, 11, 3)).key == "2026-11-03"
    assert book.on(date(2031, 1, 1)).key == "2026-11-03"
    assert book.on(date(2026, 11, 2)).key == "2025-03-25"
    person = check({"age": 30, "first_language": None, "sibling_in_canada": True})
    assert score(person, book.newest).sections["additional"] != score(person, BOOK.newest).sections["additional"]
    assert BOOK.superseded_reported


def test_a_version_must_come_after_the_newest():
    with pytest.raises(BadVersion, match="in_force"):
        BOOK.with_version(version_from({**NEXT, "in_force": "2025-03-25"}))


def spoiled(path, value):
    data = json.loads(json.dumps(NEXT))
    *parents, last = path.split(".")
    part = data
    for key in parents:
        part = part[key]
    if value is None:
        del part[last]
    else:
        part[last] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        ("age", None, "age"),
        ("age", "many", "age"),
        ("age", [[0, 1]], "age"),
        ("age", [[1, 0, 0]], "age"),
        ("age", [[0, 0, 0], [18, 90, 99], [18, 95, 105]], "age"),
        ("age", [[0, 0, True]], "age"),
        ("age", [[0, 0, -1]], "age"),
        ("in_force", "soon", "in_force"),
        ("known_through", "2026-11-01", "known_through"),
        ("education.doctoral", None, "education.doctoral"),
        ("education.wizard", [1, 1], "education.wizard"),
        ("additional.french", [25], "additional.french"),
        ("additional.french", [50, 25], "french"),
        ("additional.provincial_nomination", "600", "additional.provincial_nomination"),
        ("transferability.education_language", [[0, 0, 0]], "transferability.education_language"),
        ("transferability.foreign_work_tiers", [[0, 0], [1, 3]], "transferability.foreign_work_tiers"),
        ("transferability", [], "transferability"),
        ("grid_source.url", 3, "grid_source.url"),
        ("first_language", [[0, 5, 5], [4, 0, 0]], "first_language"),
        ("bonus", 3, "bonus"),
    ],
)
def test_data_that_is_no_version_is_refused_by_path(path, value, where):
    with pytest.raises(BadVersion) as refused:
        version_from(spoiled(path, value))

    assert where in refused.value.errors


def test_rules_entered_ahead_do_not_count_before_they_begin():
    later = BOOK.with_version(version_from({**NEXT, "in_force": "2027-01-01"}))
    counted = later.begun(date(2026, 11, 25))

    assert counted.key == "2025-03-25"
    assert later.is_overtaken(counted)
    with pytest.raises(UnknownRules):
        later.on(date(2026, 11, 25))
    assert answer(REQUEST, later, date(2026, 11, 25))["rules"] == "2025-03-25"
    assert answer(REQUEST, later, date(2026, 11, 25))["superseded_reported"] is True
    assert answer(REQUEST, later, date(2027, 1, 1))["rules"] == "2027-01-01"


def test_rules_without_a_known_end_are_not_taken_past_what_is_reported():
    book = BOOK.with_version(version_from({**NEXT, "in_force": "2026-09-01", "known_through": None}))

    assert book.on(date(2026, 11, 2)).key == "2026-09-01"
    with pytest.raises(UnknownRules):
        book.on(date(2026, 11, 3))
