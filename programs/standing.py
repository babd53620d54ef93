"""A program's status as pages show it: the word, its look, since when, and how fresh it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from facts import ledger
from facts.ledger import Figure
from facts.values import Status
from programs.models import Program

# The tone and the icon of each status. The word always stands beside them.
LOOKS = {
    Status.OPEN: ("ok", "check"),
    Status.SEASONAL: ("tint", "calendar"),
    Status.PAUSED: ("unsure", "pause"),
    Status.CLOSED: ("no", "cross"),
    Status.UNCONFIRMED: ("unsure", "question"),
    Status.NO_APPLICATION: ("plain", "note"),
    Status.POINTER: ("plain", "elsewhere"),
}


@dataclass(frozen=True)
class Standing:
    """A status, and the figure of the ledger behind it: None while nobody has set one, which counts as unconfirmed."""

    status: Status
    figure: Figure | None = None

    @classmethod
    def of(cls, figure: Figure | None) -> "Standing":
        return cls(Status(figure.value.content) if figure else Status.UNCONFIRMED, figure)

    @property
    def label(self) -> str:
        return str(self.status.label)

    @property
    def tone(self) -> str:
        return LOOKS[self.status][0]

    @property
    def icon(self) -> str:
        return LOOKS[self.status][1]

    @property
    def since(self) -> str:
        """Since when, in words."""
        return ledger.since(self.figure.value) if self.figure else ""


@dataclass(frozen=True)
class Entry:
    """A program with its status of today."""

    program: Program
    standing: Standing


def entries() -> list[Entry]:
    """Every listed program with its status, in two queries."""
    programs = list(Program.objects.listed().defer("loaded"))
    return with_standing(programs, ledger.resolve(program.status_key for program in programs))


def with_standing(programs: Iterable[Program], figures: Mapping[str, Figure]) -> list[Entry]:
    """Programs with their statuses of the figures that were resolved, in their order."""
    return [Entry(program, Standing.of(figures.get(program.status_key))) for program in programs]


def coming(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Statuses that will come into force by themselves, `{"standing", "day"}`; rows: the same from the database."""
    return [{"standing": Standing(Status(row["status"])), "day": date.fromisoformat(row["day"])} for row in rows]
