"""One person and all programs: the verdict of each, with the criteria that failed, are not known, and would turn it.

Verdict, reasons and gap come from one walk over one tree, so they cannot disagree.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import combinations

from quizzes.eligibility import derived
from quizzes.eligibility.answers import CHANGEABILITIES, Answers, Changeability, Range
from quizzes.eligibility.figures import Figures
from quizzes.eligibility.leaves import Truth, all_of, any_of
from quizzes.eligibility.rules import Group, Leaf, Node, Program, Rules, load

RULES: Rules = load()

POOL = ("fsw", "cec", "fst")  # programs that lead into the Express Entry pool
SHUT = frozenset(("closed", "paused", "no_application"))
MOST_FAILED = 2  # criteria that a person "close" to a program fails


class Verdict(StrEnum):
    """What a person is told of a program, from the best on."""

    LIKELY = "likely"
    WORTH_CHECKING = "worth_checking"
    NEED_ANSWER = "need_answer"
    CLOSE = "close"
    NOT_NOW = "not_now"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One program for one person.

    failed, unknown: ids of criteria, in file order, each once. gap: the fewest ids that, met, would turn a verdict that
    is close. status: the program's, as it was judged by.
    """

    program: str
    verdict: Verdict
    failed: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    gap: tuple[str, ...] = ()
    status: str = "open"


class Person:
    """All that is known of one person, ready to be compared.

    answers: checked; what is missing takes its default, None is "not sure".
    statuses: of programs by id, where they are not what the files say.
    """

    def __init__(
        self, answers: Answers, figures: Figures, statuses: Mapping[str, str] | None = None, rules: Rules = RULES
    ) -> None:
        self.rules, self.figures, self.statuses = rules, figures, statuses or {}
        self.values = derived.known(answers, figures)
        pool = [rules.programs[name] for name in POOL if name in rules.programs]
        open_pool = [program for program in pool if self.status(program) not in SHUT]
        self.values["ee_pool"] = any_of([self.truth(program.rule) for program in open_pool])
        self._pool_in_reach: bool | None = None
        self._pool = open_pool

    def status(self, program: Program) -> str:
        return self.statuses.get(program.id, program.status)

    def truth(self, node: Node, forced: frozenset[str] = frozenset()) -> Truth:
        """Whether a criterion is met. forced: ids that count as met whatever is known."""
        if forced and node.id in forced:
            return True
        if isinstance(node, Leaf):
            return node.test(self.values, self.figures)
        truths = [self.truth(part, forced) for part in node.parts]
        return all_of(truths) if node.kind == "all" else any_of(truths)

    def walk(self, node: Node) -> tuple[Truth, list[tuple[Node, Truth]]]:
        """Whether a criterion is met, and what is reported as not met or not known below it, in file order.

        A group with an id stands for what is in it. Of an `any` that may still be met, only what is not known is
        reported.
        """
        if isinstance(node, Leaf):
            truth = node.test(self.values, self.figures)
            return truth, [] if truth is True else [(node, truth)]
        walked = [self.walk(part) for part in node.parts]
        truths = [truth for truth, _reported in walked]
        truth = all_of(truths) if node.kind == "all" else any_of(truths)
        if truth is True:
            return truth, []
        if node.id:
            return truth, [(node, truth)]
        below = [pair for _truth, pairs in walked for pair in pairs]
        if node.kind == "any" and truth is None:
            below = [pair for pair in below if pair[1] is None]
        return truth, below

    def judge(self, program: Program) -> Judgement:
        """The verdict of one program."""
        status = self.status(program)
        if status in SHUT:
            return Judgement(program.id, Verdict.CLOSED, ("status",), status=status)
        truth, nodes = self.walk(program.rule)
        if truth is True:
            sure = status in ("open", "seasonal") and program.completeness == "complete"
            return Judgement(program.id, Verdict.LIKELY if sure else Verdict.WORTH_CHECKING, status=status)
        failed = _once(node.id for node, truth in nodes if truth is False)
        unknown = tuple(name for name in _once(node.id for node, truth in nodes if truth is None) if name not in failed)
        if not failed:
            return Judgement(program.id, Verdict.NEED_ANSWER, (), unknown, status=status)
        turnable = all(self.changeability(node) != "fixed" for node, truth in nodes if truth is False)
        if unknown or len(failed) > MOST_FAILED or not turnable:
            return Judgement(program.id, Verdict.NOT_NOW, failed, unknown, status=status)
        return Judgement(program.id, Verdict.CLOSE, failed, (), self._gap(program, failed), status)

    def _gap(self, program: Program, failed: tuple[str, ...]) -> tuple[str, ...]:
        for count in range(1, len(failed) + 1):
            for names in combinations(failed, count):
                if self.truth(program.rule, frozenset(names)) is True:
                    return names
        return failed

    def changeability(self, node: Node) -> Changeability:
        """How a criterion that is not met could become met: the hardest of all that are needed, the easiest of any."""
        if isinstance(node, Leaf):
            return self._of_leaf(node)
        if node.kind == "any":
            return min((self.changeability(part) for part in node.parts), key=CHANGEABILITIES.index)
        needed = [part for part in node.parts if self.truth(part) is not True]
        return max((self.changeability(part) for part in needed), key=CHANGEABILITIES.index, default="changeable")

    def _of_leaf(self, leaf: Leaf) -> Changeability:
        if leaf.fact == "ee_pool" and not self._can_reach_pool():
            return "fixed"
        if leaf.op == "between" and leaf.fact in ("age", "sponsor_age") and self._below(leaf):
            return "waits"
        return leaf.changeability

    def _below(self, leaf: Leaf) -> bool:
        age = self.values[leaf.fact]
        oldest = age.high if isinstance(age, Range) else age
        return isinstance(oldest, int | float) and oldest < leaf.value[0]

    def _can_reach_pool(self) -> bool:
        """Whether some Express Entry program is met or close. A pool that is out of reach is nothing one can change."""
        if self._pool_in_reach is None:
            verdicts = {self.judge(program).verdict for program in self._pool}
            self._pool_in_reach = bool(verdicts - {Verdict.NOT_NOW})
        return self._pool_in_reach


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def evaluate(
    answers: Answers, figures: Figures, statuses: Mapping[str, str] | None = None, rules: Rules = RULES
) -> dict[str, Judgement]:
    """The verdict of every program for one person, in the order of the files.

    answers: as `answers.check` returns them. figures: in force on the day that is judged. statuses: of the same day.
    """
    person = Person(answers, figures, statuses, rules)
    return {name: person.judge(program) for name, program in rules.programs.items()}


@dataclass(frozen=True)
class Criterion:
    """One line of a program's reasons: what is asked, whether it is met, and of which answers that hangs.

    truth: True met, False not met, None not known. facts: ids, derived ones resolved to what a person answers.
    """

    node: Node
    truth: Truth
    changeability: Changeability
    facts: tuple[str, ...]
    parts: tuple["Criterion", ...]


def criteria(person: Person, program: Program) -> tuple[Criterion, ...]:
    """The reasons of a program's verdict, in file order, from the same tree. Groups without an id give their parts."""
    return tuple(_criteria(person, program.rule))


def _criteria(person: Person, node: Node) -> Iterable[Criterion]:
    if isinstance(node, Group) and not node.id and node.kind == "all":
        for part in node.parts:
            yield from _criteria(person, part)
        return
    parts = tuple(inner for part in node.parts for inner in _criteria(person, part)) if isinstance(node, Group) else ()
    yield Criterion(node, person.truth(node), person.changeability(node), answered(node), parts)


def answered(node: Node) -> tuple[str, ...]:
    """The ids of the answers that a criterion hangs on, each once; derived facts are resolved to their parts."""
    names: list[str] = []
    if isinstance(node, Leaf):
        for name in (node.fact, node.by):
            names += base(name) if name else ()
    else:
        for part in node.parts:
            names += answered(part)
    return _once(names)


@cache
def base(name: str) -> tuple[str, ...]:
    """The answers from which a fact follows; an answer follows from itself."""
    if name != "ee_pool":
        return derived.PARTS.get(name, (name,))
    return _once(fact for program in POOL for fact in answered(RULES.programs[program].rule))
