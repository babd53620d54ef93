"""The machine's door POST /api/v1/crs/, through HTTP."""

import json

import pytest

pytestmark = pytest.mark.django_db
DOOR = "/api/v1/crs/"
ENGLISH = {"language": "en", "speaking": 9, "listening": 9, "reading": 9, "writing": 9}
PROFILE = {"age": 29, "first_language": ENGLISH, "education": "three_year_or_bachelor", "foreign_work_years": 3}


@pytest.fixture
def ask(client):
    def post(body):
        return client.post(DOOR, json.dumps(body), content_type="application/json")

    return post


def test_a_profile_gets_its_score_line_by_line(ask):
    answer = ask({"profile": PROFILE, "rules": "2025-03-25"}).json()

    # 110 for age, 120 for education, 124 for language; 25 + 25 for education and foreign work with language
    assert answer["sections"] == {"core": 354, "spouse": 0, "transferability": 75, "additional": 0}
    assert answer["total"] == sum(answer["sections"].values())
    assert answer["rules"] == "2025-03-25"
    assert "superseded_reported" not in answer


def test_without_a_version_the_newest_known_says_that_it_is_superseded(ask):
    assert ask({"profile": PROFILE}).json()["superseded_reported"] is True


@pytest.mark.parametrize("asked", [{"as_of": "2026-11-03"}, {"as_of": "2020-10-10"}, {"rules": "2026-11-03"}], ids=str)
def test_rules_that_are_not_known_are_a_conflict(ask, asked):
    response = ask({"profile": PROFILE, **asked})
    assert response.status_code == 409
    assert response.json()["errors"]


def test_every_problem_comes_back_by_its_field(ask):
    bad = {"age": 17.5, "first_language": ENGLISH | {"reading": 13}, "sibling_in_canada": "yes", "shoes": 43}
    response = ask({"profile": bad})
    assert response.status_code == 400
    assert set(response.json()["errors"]) == {"age", "first_language.reading", "sibling_in_canada", "shoes"}


def test_many_profiles_come_back_in_their_order(ask):
    answer = ask({"profiles": [PROFILE, {"age": "x"}, PROFILE | {"age": 45}], "rules": "2025-03-25"}).json()
    first, second, third = answer["results"]
    assert set(second) == {"errors"}
    assert first["total"] - third["total"] == 110


def test_not_known_is_a_range(ask):
    total = ask({"profile": PROFILE | {"sibling_in_canada": None}, "rules": "2025-03-25"}).json()["total"]
    assert total["max"] - total["min"] == 15


def test_one_address_may_ask_so_often_a_minute(ask, settings):
    settings.CRS_PER_MINUTE = 1
    assert [ask({"profile": PROFILE}).status_code for _time in range(2)] == [200, 429]


@pytest.mark.parametrize("key", ["\\ud800", "\\udfff"])
def test_half_a_surrogate_pair_is_refused(client, key):
    response = client.post(DOOR, f'{{"profile": {{"{key}": 1}}}}', content_type="application/json")
    assert response.status_code == 400
    assert "surrogates" in response.json()["errors"]["request"]
