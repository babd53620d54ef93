"""The vocabulary of what a person answers, and the check of what comes in.

The public interface calls an answer a fact; its id is the same everywhere.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

ABILITIES = ("speaking", "listening", "reading", "writing")
DATA = Path(__file__).parent / "data"

type Changeability = Literal["changeable", "waits", "fixed"]
CHANGEABILITIES: tuple[Changeability, ...] = ("changeable", "waits", "fixed")  # from the easiest on


class Range(NamedTuple):
    """A number of which only the bounds are known, both included."""

    low: float
    high: float


type Value = bool | int | float | str | tuple[str, ...] | Range | None
type Answers = dict[str, Value]


def level_bounds(value: Value) -> Range:
    """The bounds of a language level (CLB or NCLC): 0 to 12 where it is not known."""
    if isinstance(value, Range):
        return value
    return Range(value, value) if isinstance(value, int | float) else Range(0, 12)


def lowest_level(answers: Mapping[str, Value], language: str) -> Range:
    """The bounds of the lowest of the four levels of a language, "en" or "fr"."""
    bounds = [level_bounds(answers.get(f"{language}_{ability}")) for ability in ABILITIES]
    return Range(min(bound.low for bound in bounds), min(bound.high for bound in bounds))


class BadAnswers(ValueError):
    """What is wrong with answers: a message for each id, which says what was expected."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {message}" for name, message in errors.items()))
        self.errors = dict(errors)


@dataclass(frozen=True)
class AnswerType:
    """What may be answered under one id.

    default: what a missing answer means; None is "not known".
    changeability: whether a person can do something about it, waits for it, or cannot change it.
    """

    id: str
    type: Literal["integer", "number", "boolean", "choice", "code", "codes"]
    default: Value
    changeability: Changeability
    meaning: str
    min: int = 0
    max: int = 0
    choices: tuple[str, ...] = ()
    pattern: str = ""

    def check(self, value: object) -> Value:
        """The value as rules take it; None, which is "not known", stays. Raises ValueError saying what was expected."""
        return None if value is None else CHECKS[self.type](self, value)


def _integer(kind: AnswerType, value: object) -> Value:
    expected = f"expected a whole number from {kind.min} to {kind.max}"
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{expected}, not {_shown(value)}")
    if not kind.min <= value <= kind.max:
        raise ValueError(f"{expected}, not {_shown(value)}")
    return value


def _number(kind: AnswerType, value: object) -> Value:
    expected = f"expected a number from {kind.min} to {kind.max}"
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{expected}, not {_shown(value)}")
    if not kind.min <= value <= kind.max:
        raise ValueError(f"{expected}, not {_shown(value)}")
    return value


def _boolean(kind: AnswerType, value: object) -> Value:
    if not isinstance(value, bool):
        raise ValueError(f"expected true or false, not {_shown(value)}")
    return value


def _choice(kind: AnswerType, value: object) -> Value:
    if not isinstance(value, str) or value not in kind.choices:
        raise ValueError(f"expected one of {', '.join(kind.choices)}, not {_shown(value)}")
    return value


def _code(kind: AnswerType, value: object) -> Value:
    if not isinstance(value, str) or (value and not re.fullmatch(kind.pattern, value)):
        raise ValueError(f"expected five digits of NOC 2021, or an empty text for none, not {_shown(value)}")
    return value


def _codes(kind: AnswerType, value: object) -> Value:
    expected = "expected a list of two-letter country codes in capitals (ISO 3166)"
    if not isinstance(value, list | tuple) or len(value) > 50:
        raise ValueError(f"{expected}, not {_shown(value)}")
    for code in value:
        if not isinstance(code, str) or not re.fullmatch(kind.pattern, code):
            raise ValueError(f"{expected}; {_shown(code)} is none")
    return tuple(dict.fromkeys(value))


CHECKS = {
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "choice": _choice,
    "code": _code,
    "codes": _codes,
}


def _shown(value: object) -> str:
    """A value as JSON has it, cut short: it goes back to whoever sent it."""
    try:
        text = json.dumps(value, ensure_ascii=True)
    except (TypeError, ValueError):
        text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _read(stored: dict[str, dict[str, Any]]) -> dict[str, AnswerType]:
    return {
        name: AnswerType(
            name,
            entry["type"],
            tuple(entry["default"]) if isinstance(entry["default"], list) else entry["default"],
            entry["changeability"],
            entry["meaning"],
            entry.get("min", 0),
            entry.get("max", 0),
            tuple(entry.get("choices", ())),
            entry.get("pattern", ""),
        )
        for name, entry in stored.items()
    }


_STORED = json.loads((DATA / "vocabulary.json").read_text())
VOCABULARY: dict[str, AnswerType] = _read(_STORED["answers"])
DERIVED: dict[str, Changeability] = {name: entry["changeability"] for name, entry in _STORED["derived"].items()}
DEFAULTS: Answers = {name: kind.default for name, kind in VOCABULARY.items()}
EDUCATION: tuple[str, ...] = VOCABULARY["education_level"].choices  # from the lowest on
UNKNOWN: Answers = dict.fromkeys(VOCABULARY)  # nothing is known: what a quiz starts from


def check(raw: Mapping[str, object]) -> Answers:
    """Answers as they came in, checked: each id known, each value of its type and within its bounds.

    A value None means "not sure". Raises BadAnswers with every error by id.
    """
    checked: Answers = {}
    errors: dict[str, str] = {}
    for name, value in raw.items():
        kind = VOCABULARY.get(name)
        if kind is None:
            errors[str(name)[:80]] = "is no fact that is known here"
            continue
        try:
            checked[name] = kind.check(value)
        except ValueError as error:
            errors[name] = str(error)
    if errors:
        raise BadAnswers(errors)
    return checked
