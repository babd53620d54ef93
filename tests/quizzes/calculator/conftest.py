"""Somebody who fills in the calculators, and rounds of the past to hold a score against."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from facts import ledger
from quizzes.models import Sitting, new_token, token_hash
from quizzes.sittings import PLAIN_COOKIE
from rounds.models import BANDS, Round

SAME_SITE = {"Sec-Fetch-Site": "same-origin"}
ABILITIES = ("speaking", "listening", "reading", "writing")
PERSON: dict[str, Any] = {
    "age": "29",
    "partner": "no",
    "education": "three_year_or_bachelor",
    "en_test": "levels",
    **{f"en_{one}": "9" for one in ABILITIES},
    "fr_test": "none",
    "foreign_work": "3",
}  # 110 for age, 120 for education, 124 for language, 25 and 50 for both with language: 429


@pytest.fixture
def post(client: Client) -> Callable[..., HttpResponse]:
    """Send a form as a page of the site would."""

    def send(path: str, data: dict[str, Any] | None = None, **changes: Any) -> HttpResponse:
        sent = {**(PERSON if data is None else data), **changes}
        return client.post(path, {k: v for k, v in sent.items() if v is not None}, headers=SAME_SITE)

    return send


@pytest.fixture
def make_past_round(db: None) -> Callable[..., Round]:
    """A round so many days ago."""

    def make(days: int, cutoff: int, kind: str = "general", **overrides: Any) -> Round:
        number = Round.objects.count() + 1
        values = {
            "number": str(number),
            "type": kind,
            "name": "A round",
            "date": ledger.today() - timedelta(days=days),
            "cutoff": cutoff,
            "invitations": 1000,
            "tie_break": datetime(2026, 9, 1, 23, 5, 13, tzinfo=UTC),
        }
        return Round.objects.create(**values | overrides)

    return make


@pytest.fixture
def pool() -> list[int]:
    """1,000 candidates in each band of its own; the sums are right."""
    numbers = [1000] * len(BANDS)
    numbers[2] = numbers[8] = 5000
    numbers[17] = 15000
    return numbers


@pytest.fixture
def make_sitting(client: Client) -> Callable[..., Sitting]:
    """Answers of the quiz, whose cookie the client has."""

    def make(given: dict[str, Any]) -> Sitting:
        token = new_token()
        client.cookies[PLAIN_COOKIE] = token
        until = datetime.now(UTC) + timedelta(days=1)
        return Sitting.objects.create(token_hash=token_hash(token), given=given, expires_at=until)

    return make
