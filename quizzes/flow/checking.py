"""From what a form sends, or what was stored, to an answer that counts."""

import math
import re
from collections.abc import Mapping

from quizzes.flow.shape import NOT_SURE, Answer, Field, Given, Problems, Question, Quiz, shown
from quizzes.occupations.groups import by_code

COUNTRY = re.compile(r"[A-Z]{2}")
MOST_COUNTRIES = 50
SPACES = re.compile(r"[\s\u00a0\u202f$]")
THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")  # 15,263 as English writes it


class BadAnswer(ValueError):
    """What is wrong with an answer: a code for each field, and by field what to say with it."""

    def __init__(self, problems: Problems) -> None:
        super().__init__(", ".join(f"{name}: {code}" for name, (code, _params) in problems.items()))
        self.errors = {name: code for name, (code, _params) in problems.items()}
        self.params = {name: params for name, (_code, params) in problems.items()}


class _Bad(ValueError):
    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def clean(question: Question, raw: Mapping[str, list[str]]) -> dict[str, object]:
    """The answer to a question from a form's data: all fields that are asked, None for "not sure".

    Raises BadAnswer. Codes: required, number, integer, low, high, choice, country, noc, money, and those of a
    question's own check (test_score, level, less_than).
    """
    answer: dict[str, object] = {}
    problems: Problems = {}
    for field in question.fields:
        if not shown(question, field, answer):
            continue
        texts = [text.strip() for text in raw.get(field.name, []) if text.strip()]
        try:
            answer[field.name] = _read(field, texts)
        except _Bad as bad:
            problems[field.name] = (bad.code, bad.params)
    if not problems:
        problems = question.check(answer)
    if problems:
        raise BadAnswer(problems)
    return answer


def unsure(question: Question) -> dict[str, object]:
    """The answer of somebody who skips a question. Raises ValueError where that is not possible."""
    answer: dict[str, object] = {}
    for field in question.fields:
        if shown(question, field, answer):
            if field.required and not field.not_sure:
                raise ValueError(f"{question.slug}: {field.name} cannot be skipped")
            answer[field.name] = None
    return answer


def counting(quiz: Quiz, given: Given) -> dict[str, Answer]:
    """The answers that count: of questions that exist, whose condition holds, and that fit their fields."""
    counted: dict[str, Answer] = {}
    for question in quiz.questions:
        stored = given.get(question.slug)
        if stored is not None and question.ask_if(counted) and (answer := fitting(question, stored)) is not None:
            counted[question.slug] = answer
    return counted


def fitting(question: Question, stored: object) -> Answer | None:
    """A stored answer as far as its question still asks for it; None when it no longer fits and is to be asked again.

    A field that is new since counts as "not sure".
    """
    if not isinstance(stored, Mapping):
        return None
    answer: dict[str, object] = {}
    for field in question.fields:
        if not shown(question, field, answer):
            continue
        value = stored.get(field.name)
        if value is None:
            if field.required and not field.not_sure:
                return None
        elif not _fits(field, value):
            return None
        answer[field.name] = value
    return None if question.check(answer) else answer


def _read(field: Field, texts: list[str]) -> object:
    if texts == [NOT_SURE] and field.not_sure:
        return None
    if not texts:
        if field.required:
            raise _Bad("required")
        return None
    if field.kind in ("choices", "countries"):
        return _read_several(field, texts)
    text = texts[-1]
    if field.kind in ("integer", "number"):
        return _read_number(field, text)
    if field.kind == "money":
        return _read_money(field, text)
    if field.kind == "yes_no":
        if text not in ("yes", "no"):
            raise _Bad("choice")
        return text == "yes"
    if field.kind == "noc":
        if not _is_noc(text):
            raise _Bad("noc")
        return text
    if text not in field.choices:
        raise _Bad("choice")
    return text


def _read_several(field: Field, texts: list[str]) -> list[str]:
    if field.kind == "countries":
        texts = [text.upper() for text in texts]
        if len(texts) > MOST_COUNTRIES or not all(COUNTRY.fullmatch(text) for text in texts):
            raise _Bad("country")
    elif not all(text in field.choices for text in texts) or ("none" in texts and len(set(texts)) > 1):
        raise _Bad("choice")
    return list(dict.fromkeys(texts))


def _number(text: str) -> float:
    text = SPACES.sub("", text)
    text = text.replace(",", "") if THOUSANDS.fullmatch(text) else text.replace(",", ".")
    try:
        number = float(text) if len(text) <= 20 and "_" not in text else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise _Bad("number")
    return number


def _read_number(field: Field, text: str) -> float:
    number = _number(text)
    _bound(field, number)
    if number.is_integer():
        return int(number)
    if field.kind == "integer":
        raise _Bad("integer")
    return number


def _bound(field: Field, number: float) -> None:
    if number < field.min:
        raise _Bad("low", min=field.min)
    if number > field.max:
        raise _Bad("high", max=field.max)


def _read_money(field: Field, text: str) -> list[int | None]:
    """`15263-19001` is from 15,263 to less than 19,001; `15263-` has no end; a number alone is that amount."""
    low, dash, high = text.partition("-")
    try:
        least = math.floor(_number(low))
        most = math.floor(_number(high)) if high.strip() else None
    except _Bad as bad:
        raise _Bad("money") from bad
    _bound(field, least)
    if not dash:
        return [least, least + 1]
    if most is not None and most <= least:
        raise _Bad("money")
    return [least, most]


def _fits(field: Field, value: object) -> bool:
    if field.kind == "yes_no":
        return isinstance(value, bool)
    if field.kind in ("integer", "number"):
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return field.min <= value <= field.max and (field.kind == "number" or float(value).is_integer())
    if field.kind == "money":
        return _fits_money(field, value)
    if field.kind in ("choices", "countries"):
        return _fits_several(field, value)
    if not isinstance(value, str):
        return False
    return _is_noc(value) if field.kind == "noc" else value in field.choices


def _fits_money(field: Field, value: object) -> bool:
    if not isinstance(value, list | tuple) or len(value) != 2:
        return False
    least, most = value
    if isinstance(least, bool) or not isinstance(least, int) or not field.min <= least <= field.max:
        return False
    return most is None or (isinstance(most, int) and most > least)


def _fits_several(field: Field, value: object) -> bool:
    if not isinstance(value, list | tuple) or not value or not all(isinstance(part, str) for part in value):
        return False
    if field.kind == "countries":
        return len(value) <= MOST_COUNTRIES and all(COUNTRY.fullmatch(part) for part in value)
    return all(part in field.choices for part in value)


def _is_noc(text: str) -> bool:
    return by_code(text) is not None
