"""Personas: invented people with the verdicts that we expect, run by the figures and statuses of a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext_lazy

from quizzes.eligibility import answers
from quizzes.eligibility.rules import nodes
from quizzes.eligibility.verdicts import RULES, Judgement, Verdict, evaluate
from quizzes.models import Persona
from quizzes.tables import Ledger

LABELS = {
    Verdict.LIKELY: pgettext_lazy("verdict", "likely eligible"),
    Verdict.WORTH_CHECKING: pgettext_lazy("verdict", "worth checking"),
    Verdict.NEED_ANSWER: pgettext_lazy("verdict", "needs one more answer"),
    Verdict.CLOSE: pgettext_lazy("verdict", "close"),
    Verdict.NOT_NOW: pgettext_lazy("verdict", "not now"),
    Verdict.CLOSED: pgettext_lazy("verdict", "closed or paused"),
}


def check(facts: Any, expected: Any) -> None:
    """Check both parts of a persona. Raises ValidationError with all that is wrong, by field."""
    wrong = {"facts": faults_of_facts(facts), "expected": faults_of_expected(expected)}
    if found := {name: faults for name, faults in wrong.items() if faults}:
        raise ValidationError(found)


def faults_of_facts(facts: Any) -> list[str]:
    """What is wrong with facts, a sentence for each; empty when they can be judged."""
    if not isinstance(facts, dict):
        return [gettext('Write an object such as {"age": 30}.')]
    try:
        answers.check(facts)
    except answers.BadAnswers as error:
        return [f"{name}: {message}." for name, message in error.errors.items()]
    return []


def faults_of_expected(expected: Any) -> list[str]:
    """What is wrong with expected verdicts, a sentence for each."""
    if not isinstance(expected, dict) or not expected:
        return [gettext('Write an object with one program at least, such as {"fsw": "likely"}.')]
    faults = []
    for name, verdict in expected.items():
        if name not in RULES.programs:
            faults.append(gettext("%(program)s: no program has this key.") % {"program": name})
        if verdict not in list(Verdict):
            words = gettext("%(program)s: %(verdict)s is no verdict. Write one of %(verdicts)s.")
            given = {"program": name, "verdict": verdict, "verdicts": ", ".join(Verdict)}
            faults.append(words % given)
    return faults


# Running them


@dataclass(frozen=True)
class Miss:
    """A verdict that is not the expected one."""

    program: str
    expected: Verdict
    found: Judgement


@dataclass(frozen=True)
class Outcome:
    """What one persona came to. faults: why it could not be run, which the rest then says nothing of."""

    persona: Persona
    misses: tuple[Miss, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def is_as_expected(self) -> bool:
        return not self.misses and not self.faults


def judge(persona: Persona, ledger: Ledger, day: date) -> dict[str, Judgement]:
    """The verdict of every program. Raises BadAnswers for facts that the vocabulary does not know any more."""
    figures, statuses = ledger.at(day)
    return evaluate(answers.check(persona.facts), figures, statuses)


def run(personas: Iterable[Persona], ledger: Ledger, day: date) -> list[Outcome]:
    """Judge personas by the rules of a day, and compare with what is expected of each."""
    outcomes = []
    for persona in personas:
        faults = (*faults_of_facts(persona.facts), *faults_of_expected(persona.expected))
        if faults:
            outcomes.append(Outcome(persona, faults=faults))
            continue
        found = judge(persona, ledger, day)
        misses = [
            Miss(program, Verdict(verdict), found[program])
            for program, verdict in persona.expected.items()
            if found[program].verdict != verdict
        ]
        outcomes.append(Outcome(persona, tuple(misses)))
    return outcomes


@dataclass(frozen=True)
class Move:
    """A program's verdict that a change would turn into another one, with all whom it would."""

    program: str
    before: Verdict
    after: Verdict
    personas: tuple[Persona, ...]

    @property
    def surprised(self) -> tuple[Persona, ...]:
        """Those of them that expect another verdict than the new one."""
        return tuple(one for one in self.personas if one.expected.get(self.program, self.after) != self.after)


def moves(personas: Iterable[Persona], before: Ledger, after: Ledger, day: date) -> list[Move]:
    """The verdicts that differ between two states of the ledger, in the order of the programs."""
    found: dict[tuple[str, Verdict, Verdict], list[Persona]] = {}
    for persona in personas:
        if faults_of_facts(persona.facts):
            continue
        old, new = judge(persona, before, day), judge(persona, after, day)
        for name in RULES.programs:
            if old[name].verdict != new[name].verdict:
                found.setdefault((name, old[name].verdict, new[name].verdict), []).append(persona)
    order = list(RULES.programs)
    return [
        Move(program, old_verdict, new_verdict, tuple(people))
        for (program, old_verdict, new_verdict), people in sorted(
            found.items(), key=lambda pair: order.index(pair[0][0])
        )
    ]


def why(judgement: Judgement, language: str) -> list[str]:
    """The criteria behind a verdict in words: those that failed, then those that are not known."""
    words = _words(judgement.program)
    return [words[name][language == "fr"] for name in (*judgement.failed, *judgement.unknown) if name in words]


@cache
def _words(program: str) -> Mapping[str, tuple[str, str]]:
    """The wording of a program's criteria by their ids, in English and French."""
    rule = RULES.programs[program].rule
    return {node.id: (node.words.en, node.words.fr) for node in nodes(rule) if node.id}
