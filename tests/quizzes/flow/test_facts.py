"""What follows from answers, and that a part that is not known leaves the fact not known."""

import subprocess
import sys

import pytest

from quizzes import flow
from quizzes.eligibility.answers import Range
from quizzes.eligibility.ranking import Wishes
from quizzes.eligibility.verdicts import evaluate
from quizzes.flow import mapping, occupations

A = flow.QUIZZES["immigration"]
WORKER = {"place": "in_canada", "status": "worker_employer_specific", "province": "ON"}
WORK = {"skilled_years": 5, "continuous": True, "months_5y": 40, "months_3y": 30, "canada": "1y_plus"}
HERE = {"months": 20, "permit": True, "months_not_counted": 0, "teer": "1", "main_job": True, "provinces": ["ON"]}
DETAIL = {
    "province": "ON",
    "job": "same",
    "full_time": True,
    "year_round": True,
    "duration": "1y_plus",
    "months": 14,
    "accommodation_food": False,
}


def told(engineer, **changes):
    """Facts of the engineer with other answers; `__` in a name is a hyphen."""
    given = {**engineer, **{slug.replace("__", "-"): answer for slug, answer in changes.items()}}
    return flow.facts(A, given)


def test_nothing_is_known_of_nobody():
    assert set(flow.facts(A, {}).values()) == {None}


@pytest.mark.parametrize(
    ("where", "may_work"),
    [
        ({"place": "outside"}, False),
        ({**WORKER}, True),
        ({**WORKER, "status": "pgwp"}, True),
        ({**WORKER, "status": "visitor"}, False),
        ({**WORKER, "status": "student"}, None),
        ({**WORKER, "status": "refugee_claimant"}, None),
        ({**WORKER, "status": None}, None),
    ],
)
def test_who_may_work(engineer, where, may_work):
    assert told(engineer, where=where)["authorised_to_work_in_canada"] is may_work


def test_where_they_live_and_that_they_had_a_permit(engineer):
    facts = told(engineer, where={**WORKER, "status": "pgwp"})
    assert (facts["in_canada"], facts["current_province"], facts["pgwp_used"]) == (True, "ON", True)
    assert told(engineer)["canada_status"] == "none"


@pytest.mark.parametrize(
    ("partner", "children", "size", "coming"),
    [
        ("no", 0, 1, False),
        ("no", 2, 3, False),
        ("coming", 1, 3, True),
        ("in_canada", 0, 2, True),
        ("staying", 1, 3, False),  # who stays behind counts
        ("canadian", 0, 2, False),
        ("coming", None, None, True),
        (None, 2, None, None),
    ],
)
def test_family(engineer, partner, children, size, coming):
    facts = told(engineer, household={"partner": partner, "children": children})
    assert (facts["family_size"], facts["partner_coming"]) == (size, coming)


def test_a_partner_who_does_not_come_brings_nothing(engineer):
    facts = told(engineer, household={"partner": "staying", "children": 0})
    assert facts["partner_clb_min"] == 0
    assert facts["partner_studied_canada_2y"] is False
    assert facts["partner_permit"] == "none"


def test_what_a_partner_brings(engineer):
    coming = {"household": {"partner": "in_canada", "children": 0}}
    facts = told(
        engineer,
        **coming,
        partner={"level_4": True, "studied": None, "worked": False},
        partner__permit={"permit": "work", "teer": "1", "listed": False, "months_left": 18},
    )
    assert (facts["partner_clb_min"], facts["partner_studied_canada_2y"]) == (4, None)
    assert facts["partner_worked_canada_1y"] is False
    assert (facts["partner_permit"], facts["partner_work_teer"], facts["partner_permit_months_left"]) == ("work", 1, 18)
    studying = told(
        engineer, **coming, partner__permit={"permit": "study", "study_level": "masters", "study_months": None}
    )
    assert (studying["partner_study_level"], studying["partner_study_months"]) == ("masters", None)


@pytest.mark.parametrize(
    ("test", "levels"),
    [
        ({"test": "ielts_general_training", "speaking": 6.5, "listening": 8, "reading": 7, "writing": 6}, (8, 9, 9, 7)),
        ({"test": "celpip_general", "speaking": 5, "listening": 6, "reading": 7, "writing": None}, (5, 6, 7, None)),
        ({"test": "levels", "speaking": 4, "listening": 5, "reading": 12, "writing": 0}, (4, 5, 12, 0)),
        ({"test": "self", "rating": "fluent"}, (Range(0, 12),) * 4),
        ({"test": "self", "rating": "beginner"}, (Range(0, 4),) * 4),
        ({"test": "none"}, (0,) * 4),
        ({"test": None}, (None,) * 4),
    ],
)
def test_levels(engineer, test, levels):
    facts = told(engineer, english=test)
    assert tuple(facts[f"en_{ability}"] for ability in ("speaking", "listening", "reading", "writing")) == levels


def test_every_rating_bounds_the_levels():
    assert set(flow.RATINGS) == set(A.question("english").field("rating").choices)
    assert sorted(flow.RATINGS.values()) == list(flow.RATINGS.values())


def test_a_rating_rules_out_and_never_shows_that_one_meets_a_program(engineer, figures):
    verdicts = {}
    for rating in flow.RATINGS:
        facts = told(engineer, english={"test": "self", "rating": rating}, french={"test": "none"})
        verdicts[rating] = evaluate(facts, figures)["fsw"]
    assert "language" in verdicts["beginner"].failed
    assert "language" in verdicts["fluent"].unknown
    assert all(judged.verdict != "likely" for judged in verdicts.values())


@pytest.mark.parametrize(
    ("code", "is_trade"),
    [
        ("72310", True),
        ("72600", False),  # 726 is left out
        ("73200", True),
        ("82020", True),
        ("83100", True),
        ("92100", True),
        ("93100", True),
        ("93200", False),  # 932 is left out
        ("63200", True),
        ("63201", True),
        ("63210", False),
        ("62200", True),
        ("62201", False),
        ("75110", False),
    ],
)
def test_trades(code, is_trade):
    assert occupations.is_trade(code) is is_trade


@pytest.mark.parametrize(
    ("occupation", "teer", "trade", "months"),
    [
        ({"state": "found", "noc": "72310"}, 2, True, 40),
        ({"state": "found", "noc": "21231"}, 1, False, 0),
        ({"state": "cannot_find", "teer": "2"}, 2, None, None),
        ({"state": "cannot_find", "teer": "1"}, 1, False, 0),
        ({"state": "cannot_find", "teer": None}, None, None, None),
        ({"state": "never_worked"}, None, False, 0),
        ({"state": None}, None, None, None),
    ],
)
def test_months_in_a_trade(engineer, occupation, teer, trade, months):
    facts = told(engineer, occupation=occupation, experience=WORK)
    assert (facts["occupation_teer"], facts["trade_fst_group"], facts["trade_months_5y"]) == (teer, trade, months)


def test_who_never_worked_has_no_experience(engineer):
    facts = told(engineer, occupation={"state": "never_worked"})
    assert facts["one_year_continuous_same_noc"] is False
    assert facts["canada_skilled_months_3y"] == facts["noc_months_5y"] == 0


@pytest.mark.parametrize(
    ("change", "skilled", "main"),
    [
        ({}, 20, 20),
        ({"months_not_counted": 9}, 11, 20),  # self-employed, or beside full-time studies
        ({"months_not_counted": None}, None, 20),
        ({"permit": False}, 0, 0),
        ({"permit": None}, None, None),
        ({"teer": "4"}, 0, 20),
        ({"teer": None}, None, 20),
        ({"months": None, "months_not_counted": None}, None, None),
        ({"months": 0}, 0, 0),
        ({"main_job": False}, 20, 0),
        ({"main_job": None}, 20, None),
        ({"months": 36}, 36, 30),  # no more than the main job's own
    ],
)
def test_work_in_canada(engineer, change, skilled, main):
    facts = told(engineer, where=WORKER, experience=WORK, canada__work={**HERE, **change})
    assert (facts["canada_skilled_months_3y"], facts["noc_months_3y_canada"]) == (skilled, main)


def test_months_in_two_provinces(engineer):
    work = {**HERE, "provinces": ["AB", "QC"], "ab_months": 10, "quebec_months": None}
    facts = told(engineer, where=WORKER, experience=WORK, canada__work=work)
    assert (facts["ab_months_18m"], facts["quebec_months_5y"]) == (10, None)
    elsewhere = told(engineer, where=WORKER, experience=WORK, canada__work=HERE)
    assert (elsewhere["ab_months_18m"], elsewhere["quebec_months_5y"]) == (0, 0)


def test_never_worked_in_canada(engineer):
    facts = told(engineer)
    assert (facts["canada_skilled_months_3y"], facts["worked_canada_skilled_1y"], facts["canada_exp_teer"]) == (
        0,
        False,
        None,
    )


@pytest.mark.parametrize(
    ("detail", "holds", "status", "counts"),
    [
        ({}, ["lmia"], "worker_employer_specific", True),
        ({}, None, "worker_employer_specific", None),
        ({}, ["none"], "worker_open", False),
        ({}, ["none"], "worker_employer_specific", None),  # an exempt permit and a year may do
        ({"months": 11}, ["none"], "worker_employer_specific", False),
        ({"full_time": False}, None, "worker_employer_specific", False),
        ({"full_time": None}, ["lmia"], "worker_employer_specific", None),
        ({"year_round": False}, ["lmia"], "worker_employer_specific", False),
        ({"duration": "under_1y"}, ["lmia"], "worker_employer_specific", False),
        ({"job": "cannot_find", "teer": "4", "related": True}, ["lmia"], "worker_employer_specific", False),
        ({"job": None}, ["lmia"], "worker_employer_specific", None),
    ],
)
def test_an_offer_that_federal_classes_count(engineer, detail, holds, status, counts):
    facts = told(
        engineer,
        where={**WORKER, "status": status},
        experience=WORK,
        offer={"offer": True},
        offer__detail={**DETAIL, **detail},
        offer__employer={"holds": holds},
    )
    assert facts["arranged_employment"] is counts


def test_no_offer_and_an_offer_not_known(engineer):
    assert told(engineer)["arranged_employment"] is False
    assert told(engineer)["offer_full_time"] is False
    unsure = told(engineer, offer={"offer": None})
    assert unsure["arranged_employment"] is unsure["offer"] is unsure["offer_lmia"] is None


@pytest.mark.parametrize(
    ("detail", "qualifying", "hours", "months"),
    [
        ({}, 40 * 130, 30 * 130, 40),
        ({"job": "cannot_find", "teer": "2", "related": True}, 40 * 130, 30 * 130, 40),
        ({"job": "cannot_find", "teer": "0", "related": True}, 0, 30 * 130, 40),  # below the level of the offer
        ({"job": "other", "noc": "65200", "related": False}, 40 * 130, 0, 0),
        ({"job": "other", "noc": "65200", "related": None}, 40 * 130, None, None),
        ({"job": "cannot_find", "teer": None, "related": True}, None, 30 * 130, 40),
        ({"job": None}, None, None, None),
    ],
)
def test_work_that_counts_for_an_offer(engineer, detail, qualifying, hours, months):
    detail = {**DETAIL, **detail}
    facts = told(engineer, where=WORKER, experience=WORK, offer={"offer": True}, offer__detail=detail)
    assert (facts["qualifying_hours_5y"], facts["related_hours_3y"], facts["related_months_5y"]) == (
        qualifying,
        hours,
        months,
    )


def test_a_year_is_the_hours_of_the_law():
    assert mapping.HOURS_A_MONTH * 12 == 1560


@pytest.mark.parametrize(
    ("who", "age", "relation"),
    [
        (["none"], 30, "none"),
        (["parent", "spouse_or_partner"], 30, "spouse_or_partner"),
        (["parent", "child_or_grandchild"], 40, "child_or_grandchild"),
        (["parent", "child_or_grandchild"], 21, "parent"),
        (["other_relative"], 30, "none"),
        (None, 30, None),
    ],
)
def test_whose_route_is_judged(engineer, who, age, relation):
    assert told(engineer, age={"age": age}, family__tie={"who": who})["sponsor_relation"] == relation


ABOUT = {
    "status": "citizen",
    "adult": True,
    "lives_in_canada": True,
    "social_assistance": False,
    "barred": None,
}


def test_a_sponsor(engineer):
    facts = told(engineer, family__tie={"who": ["parent"]}, sponsor=ABOUT)
    assert facts["sponsor_age"] == Range(18, 120)
    assert facts["sponsor_barred"] is None
    assert facts["adult_relative_in_canada"] is True
    young = told(engineer, family__tie={"who": ["spouse_or_partner"]}, sponsor={**ABOUT, "adult": False})
    assert young["sponsor_age"] == Range(0, 17)
    assert young["adult_relative_in_canada"] is False


@pytest.mark.parametrize(
    ("who", "relative"),
    [(["other_relative"], True), (["none"], False), (["parent"], None), (["parent", "other_relative"], True)],
)
def test_a_relative_in_canada(engineer, who, relative):
    assert told(engineer, family__tie={"who": who})["adult_relative_in_canada"] is relative


def test_descent_is_asked_of_those_who_may_have_it(engineer, walk):
    assert told(engineer)["canadian_parent_born_abroad_chain"] == "none"
    ancestor = engineer | {"family-tie": {"who": ["canadian_ancestor"]}}
    assert flow.facts(A, ancestor)["canadian_parent_born_abroad_chain"] is None
    assert "descent" in walk(ancestor)
    child = ancestor | {"age": {"age": 9}, "descent": {"chain": "ancestor_earlier_generation"}}
    assert "birth" in walk(child)
    assert flow.facts(A, child)["born_before_2025_12_15"] is None
    assert flow.facts(A, child | {"birth": {"before": True}})["born_before_2025_12_15"] is True
    assert told(engineer)["born_before_2025_12_15"] is True


def test_studies_in_canada(engineer):
    here = {
        "place": "canada",
        "canada": "2y_plus",
        "provinces": ["NS"],
        "atlantic": True,
        "rural": None,
        "recent": True,
    }
    facts = told(engineer, education__where=here)
    assert facts["education_recognised"] is facts["studied_canada_2y"] is facts["atlantic_graduate"] is True
    assert facts["rural_graduate"] is None
    assert facts["graduated_other_province"] is True
    inland = told(engineer, education__where={**here, "provinces": ["MB"]})
    assert inland["atlantic_graduate"] is inland["graduated_other_province"] is False
    long_ago = told(engineer, education__where={**here, "recent": False})
    assert long_ago["grad_credential"] == told(engineer)["grad_credential"] == "none"


GRAD = {
    "credential": "bachelor",
    "province": "NS",
    "months": 36,
    "days": 90,
    "full_time": True,
    "eligible_school": True,
    "before_november_2024": None,
    "had_pgwp": False,
}


def test_a_program_just_finished(engineer):
    here = {
        "place": "canada",
        "canada": "2y_plus",
        "provinces": ["NS"],
        "atlantic": True,
        "rural": False,
        "recent": True,
    }
    facts = told(engineer, education__where=here, grad=GRAD)
    assert (facts["grad_credential"], facts["grad_program_months"], facts["grad_days_since"]) == ("bachelor", 36, 90)
    assert facts["grad_permit_after_2024_11"] is None
    before = told(engineer, education__where=here, grad={**GRAD, "before_november_2024": True})
    assert before["grad_permit_after_2024_11"] is False
    none = told(engineer, education__where=here, grad={"credential": "none"})
    assert (none["grad_credential"], none["grad_pgwp_school"]) == ("none", False)


def test_certificates_that_are_held_and_those_that_are_not(engineer):
    job = {"occupation": {"state": "found", "noc": "72310"}}
    held = told(engineer, **job, licence={"held": ["trade_certificate"]})
    assert (held["trade_certificate"], held["licensed_in_province"]) == (True, False)
    assert told(engineer, **job, licence={"held": None})["trade_certificate"] is None


def test_money_is_a_band(engineer):
    assert told(engineer)["funds_cad"] == Range(15263, 30525)
    assert told(engineer, funds={"amount": [40392, None]})["funds_cad"].low == 40392
    assert told(engineer, funds={"amount": None})["funds_cad"] is None


@pytest.mark.parametrize(("owned", "years"), [(True, 3), (False, 0), (None, None)])
def test_years_in_business(engineer, owned, years):
    answer = {"owned": owned, "net_worth": [600_000, 2_000_000]} | ({"years": 3} if owned else {})
    facts = told(engineer, province={"province": "BC"}, business=answer)
    assert facts["business_years_5y"] == years
    assert facts["net_worth_cad"] == Range(600_000, 1_999_999)


def test_amounts_are_cut_for_the_familys_size(engineer, figures):
    two = {**engineer, "household": {"partner": "coming", "children": 0}}
    assert [band.value for band in flow.bands(A, "funds", "amount", two, figures)] == [
        "0-9500",
        "9500-19001",
        "19001-38002",
        "38002-",
    ]
    unknown = {**engineer, "household": {"partner": None, "children": None}}
    assert len(flow.bands(A, "funds", "amount", unknown, figures)) == 8
    living = flow.bands(flow.QUIZZES["student"], "study-funds", "living", engineer, figures)
    assert living[1].most == 22895


def test_each_field_of_money_has_amounts_that_can_be_chosen(engineer, figures):
    for quiz in flow.QUIZZES.values():
        for question in quiz.questions:
            for field in question.fields:
                if field.kind == "money":
                    bands = flow.bands(quiz, question.slug, field.name, engineer, figures)
                    raw = {f.name: ["not_sure"] for f in question.fields}
                    for band in bands:
                        kept = flow.clean(question, raw | {field.name: [band.value]})[field.name]
                        assert flow.band_of(bands, kept) == band


def test_what_does_not_go_together(engineer):
    assert flow.conflicts(A, engineer) == []
    odd = {**engineer, "family-tie": {"who": ["spouse_or_partner"]}, "age": {"age": 18}}
    assert [conflict.code for conflict in flow.conflicts(A, odd)] == ["partner", "young"]
    assert flow.conflicts(A, odd)[0].slugs == ("family-tie", "household")
    work = engineer["experience"]
    assert flow.conflicts(A, {**engineer, "experience": {**work, "skilled_years": None}}) == []
    assert flow.conflicts(A, {**engineer, "experience": {**work, "skilled_years": 0}})[0].code == "continuous"


def test_wishes(engineer):
    assert flow.wishes(A, engineer) == Wishes("settle", "OUTSIDE_QC")
    assert flow.wishes(A, {**engineer, "goal": {"goal": None}}).goal == ""
    assert flow.wishes(flow.QUIZZES["student"], engineer) == Wishes("study", "OUTSIDE_QC")


def test_wishes_of_a_student(engineer):
    given = {
        **engineer,
        "studies": {"level": "certificate_or_diploma", "field": "other"},
        "afterwards": {"plan": "settle"},
        "study-funds": {"tuition": [10000, 20000], "living": None},
    }
    counted = flow.counting(flow.QUIZZES["student"], given)
    assert flow.study_wishes(counted) == flow.StudyWishes(
        "certificate_or_diploma", "other", "settle", "OUTSIDE_QC", (10000, 20000)
    )
    assert flow.facts(flow.QUIZZES["student"], given)["study_level"] == "certificate_or_diploma"


def test_the_question_to_change_for_a_fact(engineer):
    assert flow.feeding(A, "en_speaking", engineer).slug == "english"
    assert flow.feeding(A, "noc_months_18m", engineer).slug == "experience"
    assert flow.feeding(A, "grad_field_on_list", engineer).slug == "education-where"
    assert flow.feeding(A, "days_in_canada_5y", engineer) is None


def test_the_flow_loads_without_django():
    code = "import sys, quizzes.flow; sys.exit(any(name.split('.')[0] == 'django' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
