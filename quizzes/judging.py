"""Verdicts by the ledger of a day: what the machine's door, the command and the pages have in common."""

import re
from datetime import date
from typing import Any

from facts import ledger
from quizzes import tables
from quizzes.eligibility.answers import BadAnswers, check
from quizzes.eligibility.figures import NotInForce
from quizzes.eligibility.verdicts import RULES, Judgement, evaluate

FIRST_DAY = date(2025, 9, 1)  # statuses of programs before it are not dated
KEYS = frozenset(("facts", "as_of"))


def judge(body: dict[str, Any]) -> dict[str, Any]:
    """The answer to `{"facts": {id: value}, "as_of": "YYYY-MM-DD" (optional)}`, as docs of the public interface say.

    Raises BadAnswers with every error, by fact id or by the key of the request.
    """
    errors = {str(key)[:80]: "is no key of a request: send facts, and as_of if you like" for key in body.keys() - KEYS}
    raw, answers = body.get("facts"), {}
    if not isinstance(raw, dict):
        errors["facts"] = "expected an object of facts by id"
    else:
        try:
            answers = check(raw)
        except BadAnswers as error:
            errors |= error.errors
    try:
        day = read_day(body.get("as_of"))
        figures, statuses = tables.read().at(day)
    except (ValueError, NotInForce) as error:
        errors["as_of"] = str(error)
    if errors:
        raise BadAnswers(errors)
    return as_json(day, evaluate(answers, figures, statuses))


def read_day(text: object) -> date:
    """A day as it was sent; None is today by the database's clock. Raises ValueError."""
    if text is None:
        return ledger.today()
    expected = f"expected a date such as 2026-11-25, not before {FIRST_DAY}: older statuses are not dated"
    if not isinstance(text, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        raise ValueError(expected)
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(expected) from error
    if day < FIRST_DAY:
        raise ValueError(expected)
    return day


def as_json(day: date, judgements: dict[str, Judgement]) -> dict[str, Any]:
    """Verdicts as the public interface writes them, by program id."""
    return {
        "as_of": day.isoformat(),
        "rules_version": RULES.version,
        "programs": {
            name: {
                "verdict": judgement.verdict.value,
                "failed": list(judgement.failed),
                "unknown": list(judgement.unknown),
                "gap": list(judgement.gap),
            }
            for name, judgement in judgements.items()
        },
    }
