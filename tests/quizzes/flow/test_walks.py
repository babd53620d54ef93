"""The graph of each quiz: it ends, every question can be reached, and going back loses nothing."""

import random
import time
from statistics import median

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizzes import flow
from quizzes.eligibility.answers import DERIVED, VOCABULARY
from quizzes.eligibility.verdicts import RULES, SHUT, Verdict, base, evaluate

LOOSE = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
QUIZZES = list(flow.QUIZZES.values())
by_key = pytest.mark.parametrize("key", flow.QUIZZES)


@by_key
@LOOSE
@given(seed=st.integers(0, 2**32), unsure=st.sampled_from([0.0, 0.15, 0.6]))
def test_a_quiz_ends_and_what_is_left_only_falls(key, seed, unsure, figures, somebody):
    quiz = flow.QUIZZES[key]
    person, kept = somebody(seed, unsure), {}
    facts, left = flow.facts(quiz, kept), flow.remaining(quiz, kept, figures)
    while question := flow.next_question(quiz, kept, figures):
        assert left >= 1
        assert question.slug not in kept
        kept[question.slug] = person.answer(question)
        after, fewer = flow.facts(quiz, kept), flow.remaining(quiz, kept, figures)
        assert fewer < left, "the question that was asked is one less"
        changed = {name for name, value in after.items() if value != facts[name]}
        assert changed <= question.feeds, f"{question.slug} feeds {changed - question.feeds} unsaid"
        assert all(facts[name] is None for name in changed), "what is known stays"
        facts, left = after, fewer
    assert left == 0
    assert [asked.slug for asked in flow.active(quiz, kept)] == [
        asked.slug for asked in quiz.questions if asked.slug in kept
    ]


@by_key
@settings(LOOSE, max_examples=15)
@given(seed=st.integers(0, 2**32))
def test_it_ends_in_whatever_order_editors_arrange(key, seed, figures, somebody):
    quiz = flow.QUIZZES[key]
    order = [question.slug for question in quiz.questions]
    random.Random(seed).shuffle(order)
    person, kept = somebody(seed), {}
    left = flow.remaining(quiz, kept, figures)
    while question := flow.next_question(quiz, kept, figures, order=[*order, "no-such-question"]):
        kept[question.slug] = person.answer(question)
        fewer = flow.remaining(quiz, kept, figures)
        assert fewer < left
        left = fewer
    assert left == 0


@by_key
def test_every_question_can_be_reached(key, figures, somebody):
    quiz = flow.QUIZZES[key]
    reached = set()
    for seed in range(400):
        person, kept = somebody(seed, 0.02), {}
        while question := flow.next_question(quiz, kept, figures):
            kept[question.slug] = person.answer(question)
        reached |= set(kept)
        if len(reached) == len(quiz.questions):
            break
    assert reached == {question.slug for question in quiz.questions}


@by_key
def test_conditions_look_back_only(key):
    """An answer counts by answers to earlier questions; a later one cannot bring it back."""
    quiz = flow.QUIZZES[key]
    seen = []
    for question in quiz.questions:

        class Watch(dict):
            def __contains__(self, slug):
                seen.append(slug)
                return False

        question.when(Watch(), ())
        earlier = {other.slug for other in quiz.questions[: quiz.questions.index(question)]}
        assert set(seen) <= earlier, question.slug
        seen.clear()


def test_every_fact_that_an_open_program_compares_is_fed():
    fed = {fact for quiz in QUIZZES for question in quiz.questions for fact in question.feeds}
    needed = {
        part
        for program in RULES.programs.values()
        if program.status not in SHUT
        for fact in program.facts
        for part in base(fact)
    }
    assert needed <= fed
    assert fed - {flow.RANKING} <= set(VOCABULARY) - set(DERIVED)


@pytest.mark.parametrize(
    ("change", "most"),
    [
        pytest.param({}, 17, id="a typical skilled worker"),
        pytest.param({"goal": {"goal": "family"}, "family-tie": {"who": ["spouse_or_partner"]}}, 8, id="family"),
        pytest.param({"goal": {"goal": "visit"}}, 6, id="the shortest"),
        pytest.param({"where": {"place": "in_canada", "status": "citizen", "province": "ON"}}, 4, id="a citizen"),
        pytest.param(
            {"where": {"place": "in_canada", "status": "permanent_resident", "province": "ON"}}, 6, id="a resident"
        ),
    ],
)
def test_how_many_questions(change, most, engineer, walk):
    assert len(walk(engineer | change)) <= most


def test_the_typical_worker_is_likely_to_fit(engineer, walk, figures):
    verdicts = evaluate(flow.facts(QUIZZES[0], walk(engineer)), figures)
    assert verdicts["fsw"].verdict is Verdict.LIKELY


@by_key
@settings(LOOSE, max_examples=15)
@given(seed=st.integers(0, 2**32))
def test_not_sure_never_makes_anything_likely(key, seed, figures, somebody):
    quiz = flow.QUIZZES[key]
    person, kept = somebody(seed, 0.0), {}
    while question := flow.next_question(quiz, kept, figures):
        kept[question.slug] = person.answer(question)
    before = likely(quiz, kept, figures)
    for slug in kept:
        question = quiz.question(slug)
        if all(field.not_sure for field in question.fields if field.required):
            assert likely(quiz, {**kept, slug: flow.unsure(question)}, figures) <= before, slug


def likely(quiz, kept, figures):
    judged = evaluate(flow.facts(quiz, kept), figures)
    return {name for name, judgement in judged.items() if judgement.verdict is Verdict.LIKELY}


def test_an_answer_that_is_no_longer_asked_is_ignored_and_comes_back(engineer, walk, figures):
    quiz = QUIZZES[0]
    kept = walk(engineer)
    changed = {**kept, "goal": {"goal": "family"}}

    assert flow.facts(quiz, kept)["en_speaking"] == 9
    assert flow.facts(quiz, changed)["en_speaking"] is None
    assert "english" not in [question.slug for question in flow.active(quiz, changed)]
    assert flow.facts(quiz, {**changed, "goal": kept["goal"]}) == flow.facts(quiz, kept)


def test_an_early_change_keeps_later_answers(engineer, walk, figures):
    kept = {**walk(engineer), "age": {"age": 44}}
    assert flow.next_question(QUIZZES[0], kept, figures) is None
    assert flow.facts(QUIZZES[0], kept)["en_writing"] == 9


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.text(max_size=6), parts, max_size=3),
    max_leaves=6,
)
SLUGS = [question.slug for question in QUIZZES[0].questions]
NAMES = sorted({field.name for question in QUIZZES[0].questions for field in question.fields})


@settings(LOOSE, max_examples=60)
@given(
    kept=st.dictionaries(
        st.sampled_from([*SLUGS, "gone"]),
        JUNK | st.dictionaries(st.sampled_from(NAMES), JUNK, max_size=4),
        max_size=6,
    )
)
def test_whatever_was_stored_is_read_or_asked_again(kept, figures):
    quiz = QUIZZES[0]
    question = flow.next_question(quiz, kept, figures)
    assert question is None or question.slug not in flow.counting(quiz, kept)
    assert {asked.slug for asked in flow.active(quiz, kept)} <= set(kept) - {"gone"}


@pytest.mark.parametrize(
    "stored",
    [
        pytest.param({"age": 200}, id="out of range"),
        pytest.param({"age": True}, id="another type"),
        pytest.param({"years": 30}, id="a field that is gone"),
        pytest.param([30], id="no fields"),
    ],
)
def test_an_answer_that_no_longer_fits_is_asked_again(stored, engineer, figures):
    kept = {"goal": engineer["goal"], "age": stored}
    assert flow.next_question(QUIZZES[0], kept, figures).slug == "age"


def test_a_question_that_is_gone_and_fields_that_are_new(engineer, walk, figures):
    kept = walk(engineer)
    old = {**kept, "favourite-colour": {"colour": "red"}, "experience": {**kept["experience"], "extra": 1}}
    del old["experience"]["canada"]

    facts = flow.facts(QUIZZES[0], old)

    assert facts["skilled_years_10y"] == 5
    assert facts["canada_skilled_months_3y"] is None, "new since: not sure"


def test_programs_that_are_still_possible(engineer, walk, figures):
    quiz, kept = QUIZZES[0], walk(engineer)
    assert flow.possible(quiz, {}, figures) > flow.possible(quiz, kept, figures) > 5
    shut = dict.fromkeys(RULES.programs, "closed")
    assert flow.possible(quiz, kept, figures, shut) == 0


def test_a_question_that_decides_nothing_is_not_asked(engineer, walk, figures):
    assert "iec" not in walk(engineer), "India has no youth mobility"
    assert "iec" in walk(engineer | {"citizenship": {"countries": ["FR"]}})
    assert "iec" not in walk(engineer | {"citizenship": {"countries": ["FR"]}, "age": {"age": 36}})
    closed = {name: "closed" for name in RULES.programs if name.startswith("iec_")}
    kept = {slug: engineer[slug] for slug in engineer} | {"citizenship": {"countries": ["FR"]}}
    assert flow.next_question(QUIZZES[0], kept, figures).slug == "iec"
    assert flow.next_question(QUIZZES[0], kept, figures, closed) is None


def test_the_next_question_takes_under_ten_milliseconds(engineer, figures):
    quiz, times = QUIZZES[0], []
    for count in range(len(engineer)):
        kept = dict(list(engineer.items())[:count])
        runs = []
        for _ in range(5):
            start = time.process_time()
            flow.next_question(quiz, kept, figures)
            runs.append(time.process_time() - start)
        times.append(min(runs))
    assert median(times) < 0.010
