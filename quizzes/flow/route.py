"""Which question comes next, how many are left, and which programs are still possible."""

from collections.abc import Mapping, Sequence
from itertools import product

from quizzes.eligibility.figures import Figures
from quizzes.eligibility.rules import Leaf, Node, Program
from quizzes.eligibility.verdicts import MOST_FAILED, POOL, SHUT, Person, Verdict, base
from quizzes.flow.checking import counting
from quizzes.flow.mapping import facts_of
from quizzes.flow.shape import RANKING, Answer, Given, Question, Quiz


def next_question(
    quiz: Quiz,
    given: Given,
    figures: Figures,
    statuses: Mapping[str, str] | None = None,
    order: Sequence[str] | None = None,
) -> Question | None:
    """The first question to ask whose answer can still change a verdict or the order of programs.

    order: slugs as editors arranged them; those that it does not name come after, in the order of the quiz.
    """
    counted = counting(quiz, given)
    person = Person(facts_of(counted), figures, statuses)
    open_ = open_facts(person)
    return next(
        (
            question
            for question in arranged(quiz, order)
            if question.slug not in counted and question.ask_if(counted) and matters(question, open_)
        ),
        None,
    )


def arranged(quiz: Quiz, order: Sequence[str] | None) -> list[Question]:
    """All questions in the order of editors."""
    if not order:
        return list(quiz.questions)
    places = {slug: place for place, slug in enumerate(order)}
    return sorted(quiz.questions, key=lambda question: places.get(question.slug, len(places)))


def active(
    quiz: Quiz,
    given: Given,
    figures: Figures | None = None,
    statuses: Mapping[str, str] | None = None,
    order: Sequence[str] | None = None,
) -> list[Question]:
    """The questions that were answered and whose answers count, in order."""
    counted = counting(quiz, given)
    return [question for question in arranged(quiz, order) if question.slug in counted]


def remaining(quiz: Quiz, given: Given, figures: Figures, statuses: Mapping[str, str] | None = None) -> int:
    """How many questions the longest branch that is still possible has. It only falls as answers come in."""
    counted = counting(quiz, given)
    person = Person(facts_of(counted), figures, statuses)
    open_ = open_facts(person)
    idle = frozenset(question.slug for question in quiz.questions if not matters(question, open_))
    forks = [(slug, answers) for slug, answers in quiz.forks.items() if slug not in counted]
    names = [slug for slug, _answers in forks]
    branches = product(*(answers for _slug, answers in forks))
    return max(_length(quiz, counted, dict(zip(names, branch, strict=True)), idle) for branch in branches)


def _length(quiz: Quiz, counted: Given, supposed: Mapping[str, Answer], idle: frozenset[str]) -> int:
    """Questions to come if open forks were answered as supposed."""
    held = dict(counted)
    dead: set[str] = set()
    number = 0
    for question in quiz.questions:
        if question.when(held, dead) is False:
            dead.add(question.slug)
            held.pop(question.slug, None)
        elif question.slug in held:
            continue
        elif question.slug in idle:
            dead.add(question.slug)
        else:
            number += 1
            if question.slug in supposed:
                held[question.slug] = supposed[question.slug]
    return number


def possible(quiz: Quiz, given: Given, figures: Figures, statuses: Mapping[str, str] | None = None) -> int:
    """How many programs are neither closed nor out of reach by what is known. Pointers are no programs."""
    person = Person(facts_of(counting(quiz, given)), figures, statuses)
    judgements = [person.judge(program) for program in person.rules.programs.values()]
    return sum(
        judgement.verdict not in (Verdict.CLOSED, Verdict.NOT_NOW) and judgement.status != "pointer"
        for judgement in judgements
    )


def matters(question: Question, open_: frozenset[str]) -> bool:
    """Whether the answer to a question can still change something."""
    return RANKING in question.feeds or not question.feeds.isdisjoint(open_)


def open_facts(person: Person) -> frozenset[str]:
    """The answers, not known yet, on which a verdict still hangs.

    Each set of more answers leaves fewer of them, so that a question that cannot matter never comes back.
    """
    view = _View(person)
    found: set[str] = set()
    for program in person.rules.programs.values():
        if view.in_reach(program):
            view.collect(program.rule, found)
    return frozenset(found)


class _View:
    """One person's rules, looked at for what can still change."""

    def __init__(self, person: Person) -> None:
        self.person = person
        programs = person.rules.programs
        self.pool_in_reach = True
        self.pool_in_reach = any(self.in_reach(programs[name]) for name in POOL if name in programs)

    def in_reach(self, program: Program) -> bool:
        """Not shut, at most two criteria failed, and none of them for good."""
        if self.person.status(program) in SHUT:
            return False
        truth, nodes = self.person.walk(program.rule)
        if truth is not False:
            return truth is None
        failed = {node.id for node, part in nodes if part is False}
        return len(failed) <= MOST_FAILED and not self.hopeless(program.rule)

    def hopeless(self, node: Node) -> bool:
        """Whether a criterion is not met and can never be. What is not known may still be met."""
        if isinstance(node, Leaf):
            if self.person.truth(node) is not False:
                return False
            return not self.pool_in_reach if node.fact == "ee_pool" else self.person.changeability(node) == "fixed"
        hopeless = [self.hopeless(part) for part in node.parts]
        return any(hopeless) if node.kind == "all" else all(hopeless)

    def collect(self, node: Node, found: set[str]) -> None:
        """The unknown answers below a node that is not met yet."""
        truth = self.person.truth(node)
        if isinstance(node, Leaf):
            if truth is None:
                self.collect_leaf(node, found)
        elif truth is None or (truth is False and not node.id and node.kind == "all"):
            for part in node.parts:
                if node.kind == "all" or self.person.truth(part) is None:
                    self.collect(part, found)

    def collect_leaf(self, leaf: Leaf, found: set[str]) -> None:
        known = self.person.values
        for name in (leaf.fact, leaf.by):
            if name:
                found.update(part for part in base(name) if known[part] is None)
