"""Where a score stands among the rounds; for calculators and quizzes. Figures of the past, no prediction.

recent = standing.recent()                  # one query, for as many scores as one likes
for one in recent.by_type(486):             # in the order of RoundType, types that have ever had a round
    one.label, one.last.cutoff, one.last.date, one.rounds, one.above, one.tied
pool = standing.latest_pool()               # one query
pool.above(486)                             # Above(fewest, most), of pool.as_of; pool may be None
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from rounds.models import BANDS, PARTS, TOTAL, Round, RoundType, today


@dataclass(frozen=True)
class Last:
    """The last round of a type."""

    number: str
    date: date
    cutoff: int
    tie_break: datetime | None  # a profile with the cut-off score was invited if submitted before this moment
    invitations: int
    path: str  # of its page, in the language that was active


@dataclass(frozen=True)
class TypeStanding:
    """A score against one type of round."""

    type: RoundType
    label: str
    last: Last
    rounds: int  # in the twelve months before `until`
    above: int  # of them, rounds whose cut-off the score is above
    tied: int  # of them, rounds whose cut-off the score equals: the tie-break decided by the time of the profile
    since: date  # the first of the twelve months' days
    until: date

    @property
    def passed(self) -> int:
        """Rounds whose cut-off the score reached; in `tied` of them only a profile from before the tie-break."""
        return self.above + self.tied


@dataclass(frozen=True)
class Recent:
    """The last round of each type, and the cut-offs of twelve months."""

    since: date
    until: date
    last: dict[RoundType, Last]  # in the order of RoundType
    labels: dict[RoundType, str]
    cutoffs: dict[RoundType, list[int]]  # of the twelve months

    def by_type(self, score: int, types: Iterable[RoundType] = RoundType) -> list[TypeStanding]:
        """The score against each type that has had a round."""
        wanted = set(types)
        return [
            TypeStanding(
                type=one,
                label=self.labels[one],
                last=last,
                rounds=len(self.cutoffs[one]),
                above=sum(score > cutoff for cutoff in self.cutoffs[one]),
                tied=self.cutoffs[one].count(score),
                since=self.since,
                until=self.until,
            )
            for one, last in self.last.items()
            if one in wanted
        ]

    @property
    def newest(self) -> Last | None:
        """The newest round of any type."""
        return max(self.last.values(), key=lambda last: last.date, default=None)


def recent(until: date | None = None) -> Recent:
    """Rounds of the twelve months that end with a day (today by default), and the last of each type by then."""
    until = until or today()
    since = year_before(until)
    known = Round.objects.filter(date__lte=until)
    last = known.order_by("type", "-date", "-order").distinct("type").values("pk")
    rows = known.light().filter(Q(date__gte=since) | Q(pk__in=last)).order_by("-date", "-order")
    by_type: dict[RoundType, list[Round]] = {}
    for row in rows:
        by_type.setdefault(RoundType(row.type), []).append(row)
    found = {one: by_type[one] for one in RoundType if one in by_type}
    return Recent(
        since,
        until,
        last={one: last_of(own[0]) for one, own in found.items()},
        labels={one: own[0].label for one, own in found.items()},
        cutoffs={one: [row.cutoff for row in own if row.date >= since] for one, own in found.items()},
    )


def by_type(score: int, until: date | None = None) -> list[TypeStanding]:
    """`recent(until).by_type(score)`; one query."""
    return recent(until).by_type(score)


def year_before(day: date) -> date:
    """The first day of the twelve months that end with a day."""
    if (day.month, day.day) == (2, 29):
        return day.replace(year=day.year - 1, month=3, day=1)
    return date.fromordinal(day.replace(year=day.year - 1).toordinal() + 1)


def last_of(row: Round) -> Last:
    return Last(row.number, row.date, row.cutoff, row.tie_break, row.invitations, row.get_absolute_url())


# The pool


@dataclass(frozen=True)
class Above:
    """How many candidates stood above a score: at least and at most, since the feed counts in bands."""

    fewest: int
    most: int

    @property
    def is_exact(self) -> bool:
        return self.fewest == self.most


@dataclass(frozen=True)
class Pool:
    """The candidates in the pool by score, as counted on a day; later rounds have taken some of them out since."""

    as_of: date
    numbers: list[int]
    round: str  # the number of the round whose row has it

    @property
    def total(self) -> int:
        return self.numbers[TOTAL]

    def above(self, score: int) -> Above:
        """The candidates with more points than `score`."""
        fewest = sum(self.numbers[place] for place in PARTS if BANDS[place][0] > score)
        within = sum(self.numbers[place] for place in PARTS if BANDS[place][0] <= score < BANDS[place][1])
        return Above(fewest, fewest + within)


def latest_pool() -> Pool | None:
    """The newest count of the pool, or None; one query."""
    rows = Round.objects.exclude(pool=None).exclude(pool_as_of=None).order_by("-pool_as_of", "-order")
    row: Any = rows.values_list("pool_as_of", "pool", "number").first()
    return Pool(*row) if row else None
