"""A score beside the rounds of the past: types that a person can enter, words with their definition, the pool."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from quizzes import calculators

pytestmark = pytest.mark.django_db

SCORE = "/en/tools/crs-calculator/score/"
ABILITIES = ("speaking", "listening", "reading", "writing")


@pytest.mark.parametrize(
    ("score", "word"), [(501, "in"), (500, "close"), (499, "close"), (480, "close"), (479, "below"), (0, "below")]
)
def test_the_words_are_as_defined(score, word):
    assert calculators.place(score, 500) == word


def rows_of(response):
    return {row["label"]: row for row in response.context["rounds"]}


def test_each_type_says_its_last_cut_off_and_how_many_were_passed(post, make_past_round):
    for days, cutoff in ((300, 400), (200, 440), (100, 429), (10, 445)):
        make_past_round(days, cutoff)
    make_past_round(400, 100)  # too long ago to count
    row = rows_of(post(SCORE))["General"]

    # 429: above 400, and at 429, where the tie-break decided
    assert (row["cutoff"], row["passed"], row["rounds"], row["tied"]) == ("445", "2", 4, 1)
    assert row["word"] == "close"


@pytest.mark.parametrize(
    ("answers", "kinds"),
    [
        ({}, {"general", "fsw"}),
        ({"foreign_work": "0"}, {"general"}),
        ({"canadian_work": "1"}, {"general", "cec", "fsw"}),
        ({"canadian_work": "not_sure", "foreign_work": "0"}, {"general", "cec", "fsw"}),
        ({"nomination": "yes"}, {"general", "pnp", "fsw"}),
        ({"fr_test": "levels", **{f"fr_{one}": "7" for one in ABILITIES}}, {"general", "fsw", "french"}),
        ({"fr_test": "levels", **{f"fr_{one}": "6" for one in ABILITIES}}, {"general", "fsw"}),
        ({"certificate": "yes"}, {"general", "fsw", "fst"}),
        ({"categories": ["stem", "trades"]}, {"general", "fsw", "stem", "trades"}),
        ({f"en_{one}": "6" for one in ABILITIES}, {"general"}),
    ],
)
def test_only_types_that_the_answers_allow_are_shown(post, make_past_round, answers, kinds):
    every = ["general", "pnp", "cec", "fsw", "fst", "french", "stem", "trades", "healthcare"]
    by_label = {str(make_past_round(number + 1, 400 + number, kind).label): kind for number, kind in enumerate(every)}

    assert {by_label[label] for label in rows_of(post(SCORE, **answers))} == kinds


def test_a_range_may_lie_on_both_sides_of_a_cut_off(post, make_past_round):
    make_past_round(10, 440)
    row = rows_of(post(SCORE, sibling="not_sure"))["General"]

    assert row["word"] == "close to in the competitive range"
    assert row["passed"] == "0 to 1"


def test_a_score_equal_to_the_cut_off_tells_the_tie_break(post, make_past_round):
    make_past_round(10, 429)

    assertContains(post(SCORE), "With exactly 429: profiles from before 1 September 2026 at 23:05:13 UTC")


def test_the_definition_and_no_prediction_stand_below(post, make_past_round):
    make_past_round(10, 500)
    response = post(SCORE)

    assertContains(response, "or at most 20 points below")
    assertContains(response, "They do not say what the next cut-off will be.")


def test_a_type_without_a_recent_round_has_no_word(post, make_past_round):
    make_past_round(800, 300)
    response = post(SCORE)

    assertContains(response, "no round")
    assertNotContains(response, "q-verdict--ok")
    assert response.context["verdict"] is None


def test_the_chart_has_the_persons_line(post, make_past_round):
    make_past_round(10, 500)
    make_past_round(30, 410)
    response = post(SCORE)

    assertContains(response, "You: 429")
    assertContains(response, "Rounds in the last twelve months: 2, with cut-offs from 410 to 500.")


def test_the_pool_is_an_interval_with_its_day(post, make_past_round, pool):
    make_past_round(10, 500, pool=pool, pool_as_of="2026-11-01")
    response = post(SCORE)

    # nine bands above 421-430, and the one that 429 is in; for a range from the highest to the lowest
    assertContains(
        response, "<strong>9,000 to 10,000</strong> of 15,000 candidates stood above your score on 1 November"
    )
    assert post(SCORE, sibling="not_sure").context["pool"]["above"] == "7,000 to 10,000"


def test_without_rounds_the_page_still_scores(post):
    response = post(SCORE)

    assertContains(response, "No rounds are known here yet.")
    assertContains(response, "<strong>429</strong>")
