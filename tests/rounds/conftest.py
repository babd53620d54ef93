"""Rounds, and feeds of them."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from django.utils.translation import override

from rounds import reference_data
from rounds.importing import bring_in
from rounds.models import BANDS, Correction, FeedState, Round
from rounds.official import Entry, read

POOL = [500, 19_705, 73_099, 12_939, 12_890, 16_368, 16_057, 14_845, 60_905, 13_595, 13_267, 11_942, 11_326, 10_775]
POOL += [50_107, 17_101, 7_683, 229_100]  # of 3 August 2026


@pytest.fixture
def make_round(db: None) -> Callable[..., Round]:
    """A round of the feed; the first is 401 of 1 June 2026, each further one a day later."""

    def make(**overrides: Any) -> Round:
        number = 401 + Round.objects.count()
        values = {
            "number": str(number),
            "name": "Canadian Experience Class",
            "type": "cec",
            "programs": "Canadian Experience Class",
            "date": date.fromordinal(date(2026, 6, 1).toordinal() + number - 401),
            "invitations": 1000,
            "cutoff": 500,
            "origin": "feed",
        }
        return Round.objects.create(**values | overrides)

    return make


@pytest.fixture
def make_row() -> Callable[..., dict[str, str]]:
    """A row of the feed."""

    def make(number: str = "434", **overrides: Any) -> dict[str, Any]:
        link = f"<a href='/invitations.html?q={number}'>{number}</a>"
        row: dict[str, Any] = {
            "drawNumber": number,
            "drawNumberURL": link,
            "drawDate": "2026-08-07",
            "drawDateFull": "August 7, 2026",
            "drawName": "Transport Occupations, 2026-Version 2",
            "drawSize": "3,000",
            "drawCRS": "470",
            "mitext": link,
            "DrawText1": link,
            "drawText2": "Canadian Experience Class",
            "drawDateTime": "August 7, 2026 at 10:08:20 UTC",
            "drawCutOff": "October 11, 2025 at 14:55:49 UTC",
            "drawDistributionAsOn": "August 3, 2026",
        }
        row |= {f"dd{place}": f"{POOL[place - 1]:,}" for place in range(1, len(BANDS) + 1)}
        return row | overrides

    return make


@pytest.fixture
def make_feed() -> Callable[..., bytes]:
    """The bytes of a feed of some rows."""

    def make(rows: list[Any], **around: Any) -> bytes:
        return json.dumps({"classes": "wb-tables", "rounds": rows, **around}).encode()

    return make


@pytest.fixture(scope="session")
def snapshot() -> list[dict[str, str]]:
    """The rows of the official feed as it was on 7 August 2026."""
    return json.loads((reference_data.FOLDER / "feed_2026-08-07.json").read_text())["rounds"]


@pytest.fixture(scope="session")
def reference_entries() -> list[Entry]:
    """The 445 rounds of the reference data, read once."""
    found: dict[str, Entry] = {}
    for path in reference_data.copies().values():
        found |= {entry.number: entry for entry in read(path.read_bytes(), latest=date(2026, 11, 26))}
    return list(found.values())


@pytest.fixture
def all_rounds(db: None, reference_entries: list[Entry]) -> None:
    """The 445 rounds of the reference data, loaded as `reference_data.load` does."""
    bring_in(reference_entries, by=Correction.By.REFERENCE)
    FeedState.objects.update(copied_on=max(reference_data.copies()))


@pytest.fixture
def address() -> Callable[..., str]:
    """The address of a page of rounds in a language, English by default."""

    def make(name: str, language: str = "en", **given: Any) -> str:
        with override(language):
            return reverse(f"rounds:{name}", kwargs=given)

    return make
