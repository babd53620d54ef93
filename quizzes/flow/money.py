"""Amounts of money to choose from, cut where rules look."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from quizzes.eligibility.figures import Figures
from quizzes.flow.checking import counting
from quizzes.flow.mapping import facts_of
from quizzes.flow.shape import Given, Quiz

NET_WORTH = (300_000, 500_000, 600_000, 2_000_000)  # what the business programs of provinces ask for
TUITION = (10_000, 20_000, 35_000, 50_000)
PEOPLE = 7  # sizes to show when the family's is not known


@dataclass(frozen=True)
class Band:
    """One choice: from `least` to less than `most` dollars; None for no end. value: what a form sends."""

    value: str
    least: int
    most: int | None


def bands(quiz: Quiz, slug: str, field: str, given: Given, figures: Figures) -> tuple[Band, ...]:
    """The amounts to choose from for a field of kind "money"; those of tables are cut for the family's size.

    Raises KeyError for a field that has none.
    """
    if (slug, field) == ("business", "net_worth"):
        return _between(NET_WORTH)
    if (slug, field) == ("study-funds", "tuition"):
        return _between(TUITION)
    table = {("funds", "amount"): figures.ee_funds, ("study-funds", "living"): figures.study_funds}[(slug, field)]
    size = facts_of(counting(quiz, given))["family_size"]
    if not isinstance(size, int):
        return _between([round(table.amount(people)) for people in range(1, PEOPLE + 1)])
    needed = round(table.amount(size))
    return _between([needed // 2, needed, needed * 2])


def band_of(bands_: Sequence[Band], value: object) -> Band | None:
    """The band of a stored amount, if it still is one of them."""
    pair = list(value) if isinstance(value, list | tuple) else None
    return next((band for band in bands_ if [band.least, band.most] == pair), None)


def _between(cuts: Sequence[int]) -> tuple[Band, ...]:
    edges = [0, *dict.fromkeys(cuts)]
    inner = [Band(f"{least}-{most}", least, most) for least, most in pairwise(edges)]
    return (*inner, Band(f"{edges[-1]}-", edges[-1], None))
