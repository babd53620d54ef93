"""Answers that cannot all be true. Nothing is refused for it: "check your answers" points at both."""

from collections.abc import Callable
from dataclasses import dataclass

from quizzes.flow.checking import counting
from quizzes.flow.shape import Answer, Given, Quiz, said

YOUNGEST_WORKER = 14


@dataclass(frozen=True)
class Conflict:
    """code: which one, for its words. slugs: the questions to look at again."""

    code: str
    slugs: tuple[str, ...]


def conflicts(quiz: Quiz, given: Given) -> list[Conflict]:
    """What does not go together among the answers that count."""
    counted = counting(quiz, given)
    return [
        Conflict(code, slugs)
        for code, slugs, clash in CLASHES
        if all(slug in counted for slug in slugs) and clash(*(counted[slug] for slug in slugs))
    ]


def _partner(tie: Answer, household: Answer) -> bool:
    return "spouse_or_partner" in said(tie.get("who")) and household.get("partner") == "no"


def _years(age: Answer, experience: Answer) -> bool:
    return _number(experience.get("skilled_years")) > max(0, _number(age.get("age")) - YOUNGEST_WORKER)


def _months(experience: Answer) -> bool:
    return experience.get("skilled_years") == 0 and experience.get("continuous") is True


def _number(value: object) -> float:
    return value if isinstance(value, int | float) else 0


CLASHES: tuple[tuple[str, tuple[str, ...], Callable[..., bool]], ...] = (
    ("partner", ("family-tie", "household"), _partner),
    ("young", ("age", "experience"), _years),
    ("continuous", ("experience",), _months),
)
