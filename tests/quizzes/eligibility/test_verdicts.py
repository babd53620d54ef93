"""How verdicts, reports and gaps follow from a tree."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.eligibility.answers import UNKNOWN, VOCABULARY, check
from quizzes.eligibility.figures import FamilyTable, NotInForce, Schedule
from quizzes.eligibility.ranking import Wishes, hangs_on, openers, rank
from quizzes.eligibility.verdicts import RULES, Person, Verdict, criteria, evaluate
from tests.quizzes.eligibility.people import CEC, FSW, MEETS, language

GOOD = {Verdict.LIKELY, Verdict.WORTH_CHECKING}


@pytest.fixture
def judge(make_rules, figures):
    """The judgement of one program by its rule."""

    def of(rule, answers=(), **changes):
        rules = make_rules(rule, **changes)
        return evaluate(check(dict(answers)), figures, rules=rules)["one"]

    return of


@pytest.fixture
def two(leaf):
    """Speaking at 7 and a job offer, the second one fixed if asked."""
    return lambda change="changeable": [
        leaf("speaks", "en_speaking", "gte", 7),
        leaf("offer", "offer", "true", changeability=change),
    ]


def report(judgement):
    return judgement.verdict.value, judgement.failed, judgement.unknown, judgement.gap


def test_all_met_is_likely(judge, two):
    assert report(judge({"all": two()}, {"en_speaking": 7, "offer": True})) == ("likely", (), (), ())


def test_an_empty_all_is_met(judge):
    assert judge({"all": []}).verdict == "likely"


@pytest.mark.parametrize(
    "changes",
    [{"completeness": "partial"}, {"completeness": "pointer"}, {"status": "unconfirmed"}, {"status": "pointer"}],
)
def test_an_incomplete_rule_or_an_unconfirmed_status_is_only_worth_checking(judge, changes):
    assert judge({"all": []}, **changes).verdict == "worth_checking"


@pytest.mark.parametrize("status", ["closed", "paused", "no_application"])
def test_what_is_shut_is_closed_and_its_rule_not_looked_at(judge, two, status):
    assert report(judge({"all": two()}, {"en_speaking": None}, status=status)) == ("closed", ("status",), (), ())


def test_not_known_and_nothing_failed_needs_an_answer(judge, two):
    assert report(judge({"all": two()}, {"en_speaking": None, "offer": True})) == ("need_answer", (), ("speaks",), ())


def test_one_or_two_failed_that_one_can_change_are_close(judge, two):
    assert report(judge({"all": two()}, {"en_speaking": 6, "offer": True})) == ("close", ("speaks",), (), ("speaks",))
    assert report(judge({"all": two()})) == ("close", ("speaks", "offer"), (), ("speaks", "offer"))


def test_waiting_is_close_too(judge, leaf):
    assert judge({"all": [leaf("age", "age", "gte", 18, "waits")]}, {"age": 17}).verdict == "close"


@pytest.mark.parametrize("answers", [{"en_speaking": 6}, {"en_speaking": None}])
def test_what_nobody_can_change_or_a_further_open_question_is_not_close(judge, two, answers):
    fixed = judge({"all": two("fixed")}, {"en_speaking": 7})
    assert report(fixed) == ("not_now", ("offer",), (), ())
    unknown = judge({"all": two()}, {"en_speaking": None})
    assert report(unknown) == ("not_now", ("offer",), ("speaks",), ())


def test_three_failed_are_not_close(judge, leaf):
    rule = {"all": [leaf(ability, f"en_{ability}", "gte", 7) for ability in ("speaking", "reading", "writing")]}
    assert report(judge(rule)) == ("not_now", ("speaking", "reading", "writing"), (), ())


def test_a_group_with_an_id_reports_for_its_parts(judge, two):
    rule = {"all": [{"id": "either", "en": "e", "fr": "f", "any": two()}]}
    assert report(judge(rule)) == ("close", ("either",), (), ("either",))
    assert report(judge(rule, {"en_speaking": None})) == ("need_answer", (), ("either",), ())


def test_of_an_any_without_an_id_the_smallest_gap_is_one(judge, two):
    assert report(judge({"any": two()})) == ("close", ("speaks", "offer"), (), ("speaks",))


def test_of_an_any_that_may_be_met_only_what_is_not_known_is_reported(judge, two):
    assert report(judge({"any": two()}, {"en_speaking": None})) == ("need_answer", (), ("speaks",), ())


def test_a_group_is_as_hard_as_its_hardest_needed_part(judge, leaf):
    parts = [
        leaf("speaks", "en_speaking", "gte", 7),
        leaf("born", "born_before_2025_12_15", "false", changeability="fixed"),
    ]
    rule = {"all": [{"id": "both", "en": "e", "fr": "f", "all": parts}]}
    assert judge(rule).verdict == "not_now"
    assert judge(rule, {"born_before_2025_12_15": False}).verdict == "close"


def test_an_id_on_several_criteria_is_reported_once(judge, leaf):
    rule = {"all": [leaf("oral", "fr_speaking", "gte", 7), leaf("oral", "fr_listening", "gte", 7)]}
    assert report(judge(rule)) == ("close", ("oral",), (), ("oral",))
    assert report(judge(rule, {"fr_speaking": None})) == ("close", ("oral",), (), ("oral",))


def test_too_young_waits_and_too_old_does_not(judge, leaf):
    rule = {"all": [leaf("age", "age", "between", [18, 55], "fixed")]}
    assert judge(rule, {"age": 17}).verdict == "close"
    assert judge(rule, {"age": 56}).verdict == "not_now"


def test_a_pool_out_of_reach_is_nothing_one_can_change(figures):
    assert evaluate(check(language("fr", 9)), figures)["cat_french"].verdict == "not_now"
    near = evaluate(check(FSW | {"funds_cad": 0, **language("fr", 7)}), figures)["cat_french"]
    assert report(near) == ("close", ("ee_pool",), (), ("ee_pool",))


def test_a_status_of_the_ledger_stands_over_the_files(figures):
    assert evaluate(check(FSW), figures, {"fsw": "paused"})["fsw"].verdict == "closed"
    assert evaluate(check(FSW), figures, {"fsw": "paused", "cec": "open"})["cat_french"].failed[0] == "ee_pool"


def test_points_with_an_unknown_partner_language_are_a_range(figures):
    partner = {
        "has_partner": True,
        "partner_coming": True,
        "skilled_years_10y": 1,
        "family_size": 2,
        "funds_cad": 30000,
    }
    unknown = evaluate(check(FSW | partner | {"partner_clb_min": None}), figures)["fsw"]
    assert report(unknown) == ("need_answer", (), ("points_67",), ())
    assert evaluate(check(FSW | partner | {"partner_clb_min": 4}), figures)["fsw"].verdict == "likely"
    assert evaluate(check(FSW | partner | {"partner_clb_min": 3}), figures)["fsw"].failed == ("points_67",)


def test_months_of_a_shorter_time_follow_from_a_longer_one(figures):
    person = Person(check({"noc_months_3y": 30}), figures)
    assert person.values["noc_months_30m"] == (24, 30)
    assert person.values["noc_months_18m"] == (12, 18)


def test_nothing_known_decides_nothing(figures):
    for judgement in evaluate(UNKNOWN, figures).values():
        assert judgement.verdict in (Verdict.NEED_ANSWER, Verdict.CLOSED, Verdict.WORTH_CHECKING)


def test_a_figure_before_its_first_day_raises():
    table = Schedule("funds", {date(2025, 7, 7): FamilyTable((1,), 1)})
    assert table.at(date(2025, 7, 7)).amount(3) == 3
    with pytest.raises(NotInForce, match="2025-07-07"):
        table.at(date(2025, 7, 6))


# Reasons


@pytest.mark.parametrize("name", MEETS)
def test_reasons_say_what_the_verdict_says(name, figures):
    person = Person(check(MEETS[name]), figures)
    shown = criteria(person, RULES.programs[name])
    assert all(criterion.truth is True for criterion in shown if criterion.node.id)


def test_each_reason_names_the_answers_that_it_hangs_on(figures):
    person = Person(check(FSW), figures)
    by_id = {criterion.node.id: criterion for criterion in criteria(person, RULES.programs["fsw"])}
    assert by_id["teer"].facts == ("occupation_teer",)
    assert {"funds_cad", "family_size", "arranged_employment"} <= set(by_id["settlement_funds"].facts)
    assert "en_speaking" in by_id["language"].facts


# Order


def test_the_order_is_verdict_stay_goal_province_steps(figures):
    places = rank(evaluate(check(FSW), figures).values(), Wishes("settle", "ON"))
    names = [place.program.id for place in places]
    verdicts = [list(Verdict).index(place.judgement.verdict) for place in places]
    assert verdicts == sorted(verdicts)
    assert names[0] == "fsw"
    assert "refugee_pointers" not in names
    assert all(place.reasons[0].startswith("verdict:") for place in places)
    assert rank(reversed(evaluate(check(FSW), figures).values()), Wishes("settle", "ON")) == places


def test_somebody_who_wants_to_work_for_a_while_sees_permits_first(figures):
    answers = check(FSW | {"citizenships": ["IE"]})
    assert rank(evaluate(answers, figures).values(), Wishes("settle"))[0].program.id == "fsw"
    assert rank(evaluate(answers, figures).values(), Wishes("work"))[0].program.id == "iec_working_holiday"


def test_an_editors_priority_settles_what_is_else_alike(figures):
    judgements = list(evaluate({}, figures).values())
    last = [place.program.id for place in rank(judgements, Wishes()) if place.judgement.verdict == "close"][-1]
    lifted = [
        place.program.id
        for place in rank(judgements, Wishes(priorities={last: 5}))
        if place.judgement.verdict == "close"
    ]
    assert lifted.index(last) < len(lifted) - 1 or len(lifted) == 1


# What would open most


def test_raising_the_language_opens_what_it_is_short_of(figures):
    low = FSW | language("en", 6) | {"skilled_years_10y": 6, "education_level": "phd"}
    found = openers(check(low), figures)
    english = {f"en_{ability}": 7 for ability in ("speaking", "listening", "reading", "writing")}
    best = next(opener for opener in found if opener.changed == english)
    assert "fsw" in best.opens
    after = evaluate(check(low) | best.changed, figures)
    assert all(after[name].verdict in GOOD for name in best.opens)


def test_one_month_more_is_named(figures):
    found = openers(check(CEC | {"canada_skilled_months_3y": 11}), figures)
    assert {"canada_skilled_months_3y": 12} in [opener.changed for opener in found]


# For any answers


def values_of(kind):
    """Every value that may be answered."""
    if kind.type == "boolean":
        return st.booleans()
    if kind.type == "choice":
        return st.sampled_from(kind.choices)
    if kind.type == "code":
        return st.sampled_from(["", "21231", "31301", "72200", "40042", "64100"])
    if kind.type == "codes":
        return st.lists(st.sampled_from(["IE", "JP", "US", "IN"]), max_size=2).map(tuple)
    return st.integers(kind.min, kind.max)


ANSWERS = st.fixed_dictionaries({}, optional={name: st.none() | values_of(kind) for name, kind in VOCABULARY.items()})


@settings(max_examples=60)
@given(
    answers=st.builds(lambda base, over: base | over, st.sampled_from(list(MEETS.values())), ANSWERS),
    name=st.sampled_from(list(VOCABULARY)),
)
def test_not_sure_never_makes_likely(figures, answers, name):
    answers = check(answers)
    before, after = evaluate(answers, figures), evaluate(answers | {name: None}, figures)
    for program, judgement in after.items():
        if judgement.verdict is Verdict.LIKELY:
            assert before[program].verdict is Verdict.LIKELY


@settings(max_examples=60)
@given(data=st.data(), answers=ANSWERS)
def test_an_answer_to_what_was_not_known_keeps_what_was_decided(figures, data, answers):
    answers = check(answers)
    unknown = [name for name in VOCABULARY if answers.get(name, VOCABULARY[name].default) is None]
    name = data.draw(st.sampled_from(sorted(unknown) or ["age"]))
    value = data.draw(values_of(VOCABULARY[name]))
    before, after = Person(answers | {name: None}, figures), Person(answers | {name: value}, figures)
    for program in RULES.programs.values():
        truth = before.truth(program.rule)
        if truth is not None:
            assert after.truth(program.rule) is truth


@settings(max_examples=60)
@given(data=st.data(), answers=ANSWERS)
def test_a_fact_that_a_program_does_not_compare_changes_nothing_of_it(figures, data, answers):
    answers = check(answers)
    program = data.draw(st.sampled_from(list(RULES.programs.values())))
    others = [name for name in VOCABULARY if not hangs_on(program, name)]
    name = data.draw(st.sampled_from(others))
    value = data.draw(values_of(VOCABULARY[name]))
    assert Person(answers, figures).judge(program) == Person(answers | {name: value}, figures).judge(program)


@settings(max_examples=60)
@given(answers=ANSWERS)
def test_verdict_reports_and_gap_agree(figures, answers):
    person = Person(check(answers), figures)
    for program in RULES.programs.values():
        found = person.judge(program)
        assert not set(found.failed) & set(found.unknown)
        assert set(found.gap) <= set(found.failed)
        match found.verdict:
            case Verdict.LIKELY | Verdict.WORTH_CHECKING:
                assert (found.failed, found.unknown) == ((), ())
            case Verdict.NEED_ANSWER:
                assert found.unknown
                assert not found.failed
            case Verdict.CLOSE:
                assert 1 <= len(found.failed) <= 2
                assert not found.unknown
                assert person.truth(program.rule, frozenset(found.gap)) is True
            case Verdict.CLOSED:
                assert found.failed == ("status",)
            case Verdict.NOT_NOW:
                assert found.failed
                assert not found.gap
