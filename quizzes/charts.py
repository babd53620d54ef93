"""Charts as SVG: where the bars stand. A template draws them, and a table beside each says the same in numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

WIDTH, HEIGHT = 720, 240  # of the picture, in its own units
LEFT, RIGHT, TOP, BOTTOM = 48, 8, 12, 28  # around the bars
ROUND = (1, 2, 5)


@dataclass(frozen=True)
class Point:
    """One day, or the week that begins on it; numbers: one for each series."""

    day: date
    numbers: tuple[int, ...]


def spread(
    since: date, until: date, step: timedelta, counted: Iterable[tuple[date, str, int]], series: Sequence[str]
) -> list[Point]:
    """Counts of days as points from `since` to `until`, each of `step` days; days without a count are 0."""
    starts = [since + number * step for number in range((until - since).days // step.days + 1)]
    numbers = {start: [0] * len(series) for start in starts}
    for day, name, number in counted:
        numbers[starts[(day - since).days // step.days]][series.index(name)] += number
    return [Point(start, tuple(numbers[start])) for start in starts]


def bars(points: Sequence[Point]) -> dict[str, Any]:
    """A chart with one bar for each series beside each other at each point."""
    most = ceiling(max(number for point in points for number in point.numbers))
    inner_width, inner_height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    slot = inner_width / len(points)
    wide = max(1.0, slot * 0.8 / max(1, len(points[0].numbers)))
    drawn = []
    for place, point in enumerate(points):
        for series, number in enumerate(point.numbers):
            tall = inner_height * number / most
            drawn.append(
                {
                    "series": series,
                    "x": rounded(LEFT + place * slot + slot * 0.1 + series * wide),
                    "y": rounded(TOP + inner_height - tall),
                    "width": rounded(wide),
                    "height": rounded(tall),
                }
            )
    lines = [{"number": number, "y": rounded(TOP + inner_height * (1 - number / most))} for number in marks(most)]
    days = sorted({0, len(points) // 2, len(points) - 1})
    named = [{"day": points[place].day, "x": rounded(LEFT + (place + 0.5) * slot)} for place in days]
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "label_x": LEFT - 8,
        "days_y": HEIGHT - 8,
        "bars": drawn,
        "lines": lines,
        "days": named,
    }


def ceiling(number: int) -> int:
    """The next round number: 1, 2 or 5 with zeros."""
    power = 1
    while True:
        for first in ROUND:
            if first * power >= number:
                return first * power
        power *= 10


def marks(most: int) -> list[int]:
    """The numbers that lines are drawn at."""
    return sorted({0, most // 2, most}) if most > 1 else [0, most]


def rounded(number: float) -> str:
    """A coordinate as SVG writes it, in whatever language the page is."""
    return f"{number:.2f}".rstrip("0").rstrip(".")
