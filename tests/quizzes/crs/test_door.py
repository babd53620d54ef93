"""The machine's door without HTTP: one profile or up to 1,000, by rules, by day or by neither."""

import json

import pytest

from quizzes.crs import BOOK, BadProfile, BadRequest, Problems, UnknownRules, answer, version_from
from quizzes.crs.tables import GRID_2025_03_25

ENGLISH = {"language": "en", "speaking": 9, "listening": 9, "reading": 9, "writing": 9}
PROFILE = {"age": 30, "first_language": ENGLISH, "education": "master_or_professional"}


def test_one_profile_by_the_name_of_the_rules():
    found = answer({"profile": PROFILE, "rules": "2025-03-25"})

    assert set(found) == {"rules", "total", "sections", "lines"}
    assert found["rules"] == "2025-03-25"
    assert found["sections"] == {"core": 364, "spouse": 0, "transferability": 50, "additional": 0}
    assert found["total"] == 414
    assert sum(line["points"] for line in found["lines"]) == 414
    assert set(found["lines"][0]) == {
        "key",
        "section",
        "points",
        "most",
        "earned",
        "caps",
        "label",
        "rule",
        "because",
        "source",
    }
    assert json.loads(json.dumps(found)) == found


def test_without_rules_or_day_the_newest_known_version_says_that_a_newer_one_is_reported():
    assert answer({"profile": PROFILE}) == answer({"profile": PROFILE, "rules": "2025-03-25"}) | {
        "superseded_reported": True
    }


def test_once_the_version_is_entered_nothing_is_reported():
    book = BOOK.with_version(version_from({**GRID_2025_03_25, "in_force": "2026-11-03", "known_through": None}))

    found = answer({"profile": PROFILE}, book)

    assert found["rules"] == "2026-11-03"
    assert "superseded_reported" not in found
    assert answer({"profile": PROFILE, "as_of": "2026-12-01"}, book)["rules"] == "2026-11-03"


@pytest.mark.parametrize(
    ("day", "rules"),
    [
        ("2017-06-05", "2016-11-19"),
        ("2020-09-30", "2017-06-06"),
        ("2025-03-24", "2020-10-20"),
        ("2026-11-02", "2025-03-25"),
    ],
)
def test_the_rules_of_a_day(day, rules):
    found = answer({"profile": PROFILE, "as_of": day})

    assert found["rules"] == rules
    assert "superseded_reported" not in found


@pytest.mark.parametrize(
    "asked",
    [
        {"as_of": "2020-10-01"},
        {"as_of": "2020-10-19"},
        {"as_of": "2016-11-18"},
        {"as_of": "2026-11-03"},
        {"rules": "2026-11-03"},
        {"rules": "2015-01-01"},
        {"rules": "newest"},
    ],
)
@pytest.mark.parametrize("body", [{"profile": PROFILE}, {"profiles": [PROFILE]}])
def test_unknown_rules(asked, body):
    with pytest.raises(UnknownRules):
        answer(body | asked)


@pytest.mark.parametrize(
    ("request_", "where"),
    [
        ({}, "profile"),
        ([], "request"),
        (None, "request"),
        ({"profile": PROFILE, "profiles": []}, "profile"),
        ({"profile": PROFILE, "as_of": "yesterday"}, "as_of"),
        ({"profile": PROFILE, "as_of": "20250325"}, "as_of"),
        ({"profile": PROFILE, "as_of": 20250325}, "as_of"),
        ({"profile": PROFILE, "rules": 2025}, "rules"),
        ({"profile": PROFILE, "rules": "2025-03-25", "as_of": "2025-03-25"}, "as_of"),
        ({"profile": PROFILE, "when": "2025-03-25"}, "when"),
        ({"profiles": {}}, "profiles"),
        ({"profiles": [PROFILE] * 1001}, "profiles"),
    ],
)
def test_a_request_that_is_no_question(request_, where):
    with pytest.raises(BadRequest) as refused:
        answer(request_)

    assert where in refused.value.errors


def test_a_bad_profile_lists_every_problem_by_field():
    with pytest.raises(BadProfile) as refused:
        answer({"profile": {"age": 17.5, "first_language": {**ENGLISH, "reading": 13}, "sibling_in_canada": "yes"}})

    assert isinstance(refused.value, Problems)
    assert set(refused.value.errors) == {"age", "first_language.reading", "sibling_in_canada"}


def test_null_is_a_range():
    found = answer({"profile": PROFILE | {"age": None, "sibling_in_canada": None}, "rules": "2025-03-25"})

    lines = {line["key"]: line["points"] for line in found["lines"]}
    assert lines["age"] == {"min": 0, "max": 110}
    assert lines["sibling_in_canada"] == {"min": 0, "max": 15}
    assert lines["education"] == 135
    assert found["sections"]["core"] == {"min": 259, "max": 369}
    assert found["sections"]["transferability"] == 50
    assert found["total"] == {"min": 309, "max": 434}


def test_many_profiles_in_the_same_order_each_an_answer_or_its_errors():
    found = answer({"profiles": [PROFILE, {"age": 200}, "me", PROFILE | {"age": 45}], "rules": "2020-10-20"})

    assert set(found) == {"results"}
    first, second, third, fourth = found["results"]
    assert (first["rules"], first["total"], fourth["total"]) == ("2020-10-20", 414, 309)
    assert set(second) == {"errors"}
    assert set(second["errors"]) == {"age", "first_language"}
    assert set(third["errors"]) == {"profile"}
    assert {"key", "section", "points", "most"} <= set(first["lines"][0])


def test_a_thousand_profiles_and_none():
    found = answer({"profiles": [PROFILE | {"age": n % 60} for n in range(1000)]})

    assert len(found["results"]) == 1000
    assert found["results"][30]["total"] == 414
    assert all(one["superseded_reported"] for one in found["results"])
    assert len(json.dumps(found)) < 3_000_000
    assert answer({"profiles": []}) == {"results": []}
