"""What a quiz is made of: questions with fields, and the conditions under which a question is asked."""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from dataclasses import field as default
from typing import Literal

from quizzes.eligibility.leaves import Truth, all_of, any_of

type Answer = Mapping[str, object]
type Given = Mapping[str, Answer]  # {question slug: {field: value}}; None is "not sure", absent is not answered
type Kind = Literal["integer", "number", "money", "choice", "choices", "countries", "noc", "yes_no"]
type Condition = Callable[[Given, Container[str]], Truth]
type Problems = dict[str, tuple[str, dict[str, object]]]  # by field: a code and what to say with it

NOT_SURE = "not_sure"  # what a form sends for it
RANKING = "ranking"  # what a question feeds beside facts: the order of programs


@dataclass(frozen=True)
class Field:
    """One box or list of a question.

    required: an empty one is an error; else empty is "not sure". not_sure: whether a form may say NOT_SURE.
    show_if: another field of the same question, and the values with which this one is asked.
    """

    name: str
    kind: Kind
    choices: tuple[str, ...] = ()
    min: float = 0
    max: float = 0
    required: bool = True
    not_sure: bool = True
    show_if: tuple[str, frozenset[str]] | None = None


def no_problems(_answer: Answer) -> Problems:
    """Most questions need no check of their own."""
    return {}


@dataclass(frozen=True)
class Question:
    """One page. feeds: ids of facts, and RANKING. when: its condition. check: what no field can say by itself."""

    slug: str
    fields: tuple[Field, ...]
    feeds: frozenset[str]
    when: Condition = lambda _given, _dead: True
    check: Callable[[Answer], Problems] = no_problems

    def ask_if(self, given: Given) -> bool:
        """Whether it is to be asked. given: answers that count."""
        return self.when(given, ()) is True

    def field(self, name: str) -> Field:
        """The field of that name. Raises KeyError."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)


@dataclass(frozen=True)
class Quiz:
    """Questions in the order in which their conditions look back.

    forks: questions whose answers exclude each other's branches, with an answer for each branch.
    """

    key: str
    questions: tuple[Question, ...]
    forks: Mapping[str, tuple[Answer, ...]] = default(default_factory=dict)

    def question(self, slug: str) -> Question | None:
        """The question of that slug, or None where there is none, or none any more."""
        return next((question for question in self.questions if question.slug == slug), None)


def said(value: object) -> frozenset[str]:
    """A value as conditions name it."""
    if value is None:
        return frozenset((NOT_SURE,))
    if isinstance(value, bool):
        return frozenset(("yes" if value else "no",))
    return frozenset(str(part) for part in value) if isinstance(value, list | tuple) else frozenset((str(value),))


def shown(question: Question, field: Field, answer: Answer) -> bool:
    """Whether a field is asked, by the other answers of its question."""
    if field.show_if is None:
        return True
    name, values = field.show_if
    if not shown(question, question.field(name), answer):
        return False
    return name in answer and not values.isdisjoint(said(answer[name]))


def answered(slug: str, test: Callable[[Answer], bool]) -> Condition:
    """Whether a question was answered, and so. Not known while it is open; no if it will never be asked."""

    def condition(given: Given, dead: Container[str]) -> Truth:
        if slug in given:
            return test(given[slug])
        return False if slug in dead else None

    return condition


def has(slug: str, field: str, *values: str) -> Condition:
    """Whether one of these values was given."""
    wanted = frozenset(values)
    return answered(slug, lambda answer: field in answer and not wanted.isdisjoint(said(answer[field])))


def lacks(slug: str, field: str, *values: str) -> Condition:
    """Whether something else was answered than any of these values."""
    unwanted = frozenset(values)
    return answered(slug, lambda answer: field not in answer or unwanted.isdisjoint(said(answer[field])))


def every(*conditions: Condition) -> Condition:
    """Whether all of them hold."""
    return lambda given, dead: all_of([condition(given, dead) for condition in conditions])


def either(*conditions: Condition) -> Condition:
    """Whether one of them holds."""
    return lambda given, dead: any_of([condition(given, dead) for condition in conditions])


def feeds(*names: str) -> frozenset[str]:
    return frozenset(names)


def values(*names: str) -> frozenset[str]:
    return frozenset(names)
