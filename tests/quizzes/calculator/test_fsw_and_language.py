"""The page of the 67 points, and the page that turns scores of language tests into levels."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertNumQueries

from quizzes.language import TESTS

pytestmark = pytest.mark.django_db

FSW, FSW_RESULT = "/en/tools/fsw-points/", "/en/tools/fsw-points/result/"
LANGUAGE, LEVELS = "/en/tools/language-converter/", "/en/tools/language-converter/levels/"


@pytest.mark.parametrize("path", [FSW, LANGUAGE])
def test_the_pages_are_the_same_for_everybody(client, path):
    with assertNumQueries(1):  # simple pages of the footer
        response = client.get(path)

    assert response.headers["Cache-Control"].startswith("public")
    assert not response.cookies


def test_points_factor_by_factor(post):
    response = post(FSW_RESULT, skilled_years="4")

    # language 24, education 21, work 13, age 12
    factors = {one["key"]: one["points"] for one in response.context["points"].factors}
    assert factors == {
        "language": "24",
        "education": "21",
        "experience": "13",
        "age": "12",
        "arranged_employment": "0",
        "adaptability": "0",
    }
    assertContains(response, "<strong>70</strong>")
    assertContains(response, "67 or more: enough")
    assertContains(response, "10 points more are possible here.")
    assert response.headers["Cache-Control"] == "private, no-store"


def test_what_is_missing_to_the_pass_mark_is_told(post):
    assertContains(post(FSW_RESULT), "10 points are missing to 67")
    assertContains(post(FSW_RESULT, skilled_years="1"), "1 point is missing to 67")


def test_what_is_not_sure_may_decide(post):
    assertContains(post(FSW_RESULT, skilled_years="not_sure"), "Depends on what is not sure")


@pytest.mark.parametrize(
    ("answers", "points"),
    [
        ({"arranged": "yes"}, "72"),  # 10, and 5 for adaptability
        ({"worked": "yes"}, "67"),
        ({"worked": "yes", "studied": "yes", "relative": "yes"}, "67"),  # 10 at most
        ({"partner_language": "yes"}, "57"),  # without a partner who comes it does not count
        ({"partner": "coming", "partner_language": "yes"}, "62"),
    ],
)
def test_adaptability(post, answers, points):
    assert post(FSW_RESULT, **answers).context["total"] == points


def test_points_follow_while_somebody_types(post):
    response = post(FSW_RESULT, {"age": "29", "live": "1"})

    assertContains(response, 'role="status"')
    assertNotContains(response, "<html")


def test_a_bad_entry_of_the_points_is_kept(post):
    response = post(FSW_RESULT, age="old")

    assertContains(response, 'value="old"', status_code=422)
    assertContains(response, "Age: Write a whole number", status_code=422)


def test_the_points_are_filled_in_from_the_quiz(client, make_sitting):
    make_sitting(
        {
            "goal": {"goal": "settle"},
            "age": {"age": 40},
            "citizenship": {"countries": ["IN"]},
            "where": {"place": "outside"},
            "occupation": {"state": "cannot_find", "teer": "1"},
            "experience": {"skilled_years": 5, "continuous": True, "months_5y": 60, "months_3y": 36, "canada": "no"},
        }
    )
    content = client.get(FSW_RESULT).content.decode()

    assert 'value="40"' in content
    assert '<option value="5" selected>' in content
    assert '<input id="f-worked-2" type="radio" name="worked" value="no" checked>' in content


# Levels


def test_every_test_has_its_table_with_its_source(client):
    response = client.get(LANGUAGE)

    for test in TESTS.values():
        assertContains(response, f'id="{test.key}">{test.name}')
    assertContains(response, "21 August 2025", count=len(TESTS))
    assertContains(response, "CLB 10 or more")
    assertContains(response, "below NCLC 4")
    assertContains(response, '<td class="number">6.0–7.0</td>')  # listening in IELTS, CLB 7


def test_scores_become_levels(post):
    given = {"test_test": "tef_canada", "test_speaking": "310", "test_reading": "233"}
    response = post(LEVELS, given)

    found = dict(response.context["found"])
    test = TESTS["tef_canada"]
    assert found == {
        "Speaking": f"NCLC {test.level('speaking', 310)}",
        "Reading": f"NCLC {test.level('reading', 233)}",
    }
    assertContains(response, f"Weakest: {min(found.values())}")
    assert response.headers["Cache-Control"] == "private, no-store"


def test_a_score_that_there_is_not_is_told_beside_its_field(post):
    response = post(LEVELS, {"test_test": "ielts_general_training", "test_reading": "6.3"})

    assertContains(response, 'id="f-test_reading-error"', status_code=422)
    assertContains(response, "so 6 or 6.5", status_code=422)
    assertContains(response, 'value="6.3"', status_code=422)


def test_levels_are_asked_by_post_alone(client):
    assert client.get(LEVELS).status_code == 405
