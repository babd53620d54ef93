"""From a form's data to an answer, or to what is wrong with it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes import flow
from quizzes.language import TESTS

A = flow.QUIZZES["immigration"]


def errors(slug, **raw):
    with pytest.raises(flow.BadAnswer) as caught:
        flow.clean(A.question(slug), raw)
    return caught.value.errors


def test_a_choice_and_the_fields_that_hang_on_it():
    answer = flow.clean(A.question("where"), {"place": ["in_canada"], "status": ["pgwp"], "province": ["not_sure"]})
    assert answer == {"place": "in_canada", "status": "pgwp", "province": None}


def test_a_field_that_is_not_shown_is_left_out_whatever_was_sent():
    answer = flow.clean(A.question("where"), {"place": ["outside"], "status": ["pgwp"], "province": ["Mars"]})
    assert answer == {"place": "outside"}


@pytest.mark.parametrize(
    ("slug", "raw", "wrong"),
    [
        ("age", {}, {"age": "required"}),
        ("age", {"age": ["not_sure"]}, {"age": "number"}),
        ("age", {"age": ["-1"]}, {"age": "low"}),
        ("age", {"age": ["121"]}, {"age": "high"}),
        ("age", {"age": ["30.5"]}, {"age": "integer"}),
        ("age", {"age": ["nan"]}, {"age": "number"}),
        ("age", {"age": ["1e999"]}, {"age": "number"}),
        ("age", {"age": ["1_0"]}, {"age": "number"}),
        ("goal", {"goal": ["money"]}, {"goal": "choice"}),
        ("goal", {}, {"goal": "required"}),
        ("offer", {"offer": ["maybe"]}, {"offer": "choice"}),
        ("citizenship", {"countries": ["IND"]}, {"countries": "country"}),
        ("citizenship", {"countries": ["not_sure"]}, {"countries": "country"}),
        ("family-tie", {"who": ["none", "parent"]}, {"who": "choice"}),
        ("occupation", {"state": ["found"]}, {"noc": "required"}),
        ("occupation", {"state": ["found"], "noc": ["99999"]}, {"noc": "noc"}),
        ("funds", {"amount": ["a lot"]}, {"amount": "money"}),
        ("funds", {"amount": ["200-100"]}, {"amount": "money"}),
        ("english", {"test": ["levels"], "speaking": ["13"]}, {"speaking": "level"}),
        ("english", {"test": ["levels"], "speaking": ["6.5"]}, {"speaking": "level"}),
        ("english", {"test": ["ielts_general_training"], "reading": ["6.3"]}, {"reading": "test_score"}),
        (
            "experience",
            {"continuous": ["yes"], "months_5y": ["10"], "months_3y": ["11"], "canada": ["no"]},
            {"months_3y": "less_than"},
        ),
    ],
)
def test_what_cannot_be_taken(slug, raw, wrong):
    assert errors(slug, **raw) == wrong


def test_every_error_is_named_at_once():
    assert errors("sponsor", adult=["perhaps"]) == {
        "status": "required",
        "adult": "choice",
        "lives_in_canada": "required",
        "social_assistance": "required",
        "barred": "required",
    }


def test_a_refused_score_says_in_both_languages_what_is_possible():
    with pytest.raises(flow.BadAnswer) as caught:
        flow.clean(A.question("english"), {"test": ["celpip_general"], "writing": ["13"]})
    assert set(caught.value.params["writing"]) == {"en", "fr"}


@pytest.mark.parametrize(
    ("text", "number"), [("6,5", 6.5), ("6.5", 6.5), (" 8 ", 8), ("7.0", 7), ("not_sure", None), ("", None)]
)
def test_numbers_as_people_write_them(text, number):
    answer = flow.clean(A.question("english"), {"test": ["ielts_general_training"], "speaking": [text]})
    assert answer["speaking"] == number


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("15263-19001", [15263, 19001]),
        ("40392-", [40392, None]),
        ("$15,263", [15263, 15264]),
        ("15 263 $", [15263, 15264]),
        ("not_sure", None),
    ],
)
def test_money(text, amount):
    assert flow.clean(A.question("funds"), {"amount": [text]}) == {"amount": amount}


def test_countries_are_kept_once_and_in_capitals():
    assert flow.clean(A.question("citizenship"), {"countries": ["in", "FR", "IN"]}) == {"countries": ["IN", "FR"]}


@pytest.mark.parametrize("slug", ["age", "citizenship", "where"])
def test_three_questions_cannot_be_skipped(slug):
    with pytest.raises(ValueError, match=slug):
        flow.unsure(A.question(slug))


def test_all_others_can():
    for quiz in flow.QUIZZES.values():
        for question in quiz.questions:
            if question.slug not in {"age", "citizenship", "where"}:
                skipped = flow.unsure(question)
                assert set(skipped.values()) == {None}
                assert flow.fitting(question, skipped) == skipped


@given(st.dictionaries(st.sampled_from(["test", "speaking", "rating"]), st.lists(st.text(max_size=12), max_size=3)))
def test_whatever_a_form_sends_is_an_answer_or_an_error(raw):
    question = A.question("english")
    try:
        answer = flow.clean(question, raw)
    except flow.BadAnswer:
        return
    assert flow.fitting(question, json.loads(json.dumps(answer))) == answer


def test_what_was_cleaned_still_fits_after_json(somebody):
    person = somebody(1)
    for quiz in flow.QUIZZES.values():
        for question in quiz.questions:
            for _ in range(20):
                answer = json.loads(json.dumps(person.answer(question)))
                assert flow.fitting(question, answer) == answer, question.slug


def test_every_test_that_can_be_converted_is_offered():
    offered = {choice for slug in ("english", "french") for choice in A.question(slug).field("test").choices}
    assert offered == {*TESTS, "levels", "self", "none"}


def test_a_quiz_knows_its_questions():
    assert A.question("age").slug == "age"
    assert A.question("gone") is None
    with pytest.raises(KeyError):
        A.question("age").field("gone")
