"""All rounds as files: a CSV that spreadsheets open, and JSON."""

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from rounds.models import BANDS, SUMS, TOTAL, Round

COLUMNS = [
    *("number", "date", "type", "kind", "name", "programs", "invitations", "cutoff", "tie_break", "drawn_at"),
    "pool_as_of",
]
POOL_COLUMNS = ["pool_total" if place == TOTAL else f"pool_{low}_{high}" for place, (low, high) in enumerate(BANDS)]
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def zulu(moment: datetime | None) -> str | None:
    """A moment in UTC as the feed counts it, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def plain(row: Round) -> dict[str, Any]:
    """A round's own columns as JSON has them."""
    return {
        "number": row.number,
        "date": row.date.isoformat(),
        "type": row.type,
        "kind": row.kind.value,
        "name": row.name,
        "programs": row.programs,
        "invitations": row.invitations,
        "cutoff": row.cutoff,
        "tie_break": zulu(row.tie_break),
        "drawn_at": zulu(row.drawn_at),
        "pool_as_of": row.pool_as_of.isoformat() if row.pool_as_of else None,
    }


def bands(row: Round) -> list[dict[str, Any]] | None:
    """The pool by score, without the sums: `[{"from", "to", "candidates"}]`, the highest first; None if unrecorded."""
    if row.pool is None:
        return None
    return [
        {"from": low, "to": high, "candidates": row.pool[place]}
        for place, (low, high) in enumerate(BANDS)
        if place not in SUMS and place != TOTAL
    ]


def as_csv(rows: Iterable[Round]) -> str:
    """All columns, one round a line, with the byte order mark by which spreadsheets know UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*COLUMNS, *POOL_COLUMNS])
    for row in rows:
        pool: list[Any] = row.pool or [""] * len(BANDS)
        writer.writerow([*(safe(value) for value in plain(row).values()), *pool])
    return f"\ufeff{out.getvalue()}"


def safe(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULAS) else value
