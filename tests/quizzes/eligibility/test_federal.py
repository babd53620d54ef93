"""Every criterion of every open federal program: at its floor, just under it, and just over it."""

import pytest

from quizzes.eligibility.answers import check
from quizzes.eligibility.rules import leaves, nodes
from quizzes.eligibility.verdicts import RULES, Person, Verdict
from tests.quizzes.eligibility.people import MEETS, OVER, UNDER

OPEN = [
    program
    for program in RULES.programs.values()
    if program.level == "federal" and program.status in ("open", "seasonal")
]


def judge(name, answers, figures):
    return Person(check(answers), figures).judge(RULES.programs[name])


def test_every_open_federal_program_has_somebody_who_meets_it():
    assert set(MEETS) == {program.id for program in OPEN}


@pytest.mark.parametrize("name", MEETS)
def test_somebody_at_the_floor_meets_it(name, figures):
    complete = RULES.programs[name].completeness == "complete"
    assert judge(name, MEETS[name], figures).verdict == (Verdict.LIKELY if complete else Verdict.WORTH_CHECKING)


@pytest.mark.parametrize(
    ("name", "changes", "failed"), UNDER, ids=[f"{name}-{number}" for number, (name, *_rest) in enumerate(UNDER)]
)
def test_just_under_the_floor_fails(name, changes, failed, figures):
    found = judge(name, MEETS[name] | changes, figures)

    assert set(found.failed) == failed
    assert found.unknown == ()
    assert found.verdict in (Verdict.CLOSE, Verdict.NOT_NOW)


@pytest.mark.parametrize(
    ("name", "changes"), OVER, ids=[f"{name}-{number}" for number, (name, *_rest) in enumerate(OVER)]
)
def test_at_the_floor_another_way_or_just_over_it_is_met(name, changes, figures):
    assert judge(name, MEETS[name] | changes, figures).verdict in (Verdict.LIKELY, Verdict.WORTH_CHECKING)


@pytest.mark.parametrize("program", OPEN, ids=lambda program: program.id)
def test_no_criterion_is_left_out(program):
    tested = {name for key, _changes, failed in UNDER if key == program.id for name in failed}
    top = {node.id for node in nodes(program.rule) if node.id}
    inner = {leaf.id for node in nodes(program.rule) if node.id and node.kind != "leaf" for leaf in leaves(node)}
    assert top - inner <= tested
