"""The chart of cut-offs as SVG: made here, drawn by the template, in two widths, without a style in it.

Dots are sub-paths of no length with round or square ends, so some hundred of them are one short path. Each group has a
shape of its own, since colour alone says nothing to many readers.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rounds.models import Kind, Round, RoundType

# Shape, and the title of the legend.
GROUPS = {
    "general": ("dot", pgettext_lazy("round", "General")),
    "pnp": ("square", _("Provincial Nominee Program")),
    "program": ("triangle", _("Other programs")),
    "category": ("diamond", _("Categories")),
}
STEPS = [10, 20, 50, 100, 200]
MOST_LINES = 8


@dataclass(frozen=True)
class Frame:
    """A drawing's size, and the room around its plot; units are pixels of the usual width."""

    name: str
    width: int
    height: int
    left: int
    right: int
    size: int  # of a mark
    years: int  # that have a label at most
    top: int = 12
    bottom: int = 30


FRAMES = [Frame("wide", 840, 360, 44, 14, 7, 12), Frame("narrow", 350, 300, 42, 10, 5, 6)]


def group_of(row: Round) -> str:
    if row.type == RoundType.PNP:
        return "pnp"
    return {Kind.GENERAL: "general", Kind.PROGRAM: "program", Kind.CATEGORY: "category"}[row.kind]


def draw(rows: list[Round], score: int | None = None) -> dict[str, Any] | None:
    """What the template draws of some rounds; None for none.

    score: draws a line at a person's score.

    `{"frames": [{"name", "width", "height", "lines", "days", "groups", "path", "score"}], "legend": [...]}`
    """
    if not rows:
        return None
    scores = [row.cutoff for row in rows] + ([score] if score is not None else [])
    low, high, step = scale(min(scores), max(scores))
    days = [row.date for row in rows]
    first, last = min(days), max(days)
    shown = [name for name in GROUPS if any(group_of(row) == name for row in rows)]
    is_line = len({row.type for row in rows}) == 1 and len(rows) > 1
    frames = []
    for frame in FRAMES:
        place = Place(frame, low, high, first, last)
        frames.append(
            {
                "name": frame.name,
                "width": frame.width,
                "height": frame.height,
                "text_x": frame.left - 8,
                "left": frame.left,
                "plot_right": frame.width - frame.right,
                "days_y": frame.height - 8,
                "lines": [
                    {"y": place.y(value), "text_y": place.y(value, 4), "label": str(value)}
                    for value in range(low, high + 1, step)
                ],
                "days": [
                    {"x": place.x(day), "label": label, "anchor": anchor}
                    for day, label, anchor in ticks(first, last, frame, place)
                ],
                "path": path_through(rows, place) if is_line else "",
                "groups": [
                    {
                        "name": name,
                        "shape": GROUPS[name][0],
                        "size": frame.size,
                        "path": marks(rows, name, place, frame.size),
                    }
                    for name in shown
                ],
                "score": None
                if score is None
                else {"y": place.y(score), "text_y": place.y(score, -7), "label": str(score)},
            }
        )
    legend = [{"name": name, "label": GROUPS[name][1], "path": mark(GROUPS[name][0], 8, 8, 9)} for name in shown]
    for entry in legend:
        entry["shape"] = GROUPS[str(entry["name"])][0]
    return {"frames": frames, "legend": legend}


@dataclass(frozen=True)
class Place:
    """From days and scores to places in a frame."""

    frame: Frame
    low: int
    high: int
    first: date
    last: date

    def at(self, day: date, score: int) -> tuple[float, float]:
        span = (self.last - self.first).days or 1
        inner = self.frame.width - self.frame.left - self.frame.right - 2 * self.frame.size
        x = self.frame.left + self.frame.size + inner * (day - self.first).days / span
        return x, self._y(score)

    def _y(self, score: int) -> float:
        inner = self.frame.height - self.frame.top - self.frame.bottom
        return self.frame.top + inner * (self.high - score) / (self.high - self.low)

    def x(self, day: date) -> str:
        return short(self.at(day, self.low)[0])

    def y(self, score: int, lower: float = 0) -> str:
        return short(self._y(score) + lower)


def short(value: float) -> str:
    """A number for SVG, whatever the language: one decimal, none if it is whole."""
    return f"{value:.1f}".removesuffix(".0")


def scale(lowest: int, highest: int) -> tuple[int, int, int]:
    """From, to and step of the horizontal lines around some scores."""
    step = next((one for one in STEPS if (highest - lowest) / one <= MOST_LINES - 2), STEPS[-1])
    low = lowest // step * step
    high = -(-highest // step) * step
    return (max(0, low - step), high + step, step) if low == high else (low, high, step)


def ticks(first: date, last: date, frame: Frame, place: Place) -> list[tuple[date, str, str]]:
    """Days with a label: the years' first ones, or both ends where there are too few of them."""
    years = [date(year, 1, 1) for year in range(first.year + 1, last.year + 1)]
    if len(years) >= 2:
        every = -(-len(years) // frame.years)
        return [(day, str(day.year), "middle") for day in years[(len(years) - 1) % every :: every]]
    if first == last:
        return [(first, first.isoformat(), "start")]
    return [(first, first.isoformat(), "start"), (last, last.isoformat(), "end")]


def path_through(rows: list[Round], place: Place) -> str:
    """A line from round to round, the oldest first."""
    points = [place.at(row.date, row.cutoff) for row in sorted(rows, key=lambda row: (row.date, row.order))]
    return "M" + "L".join(f"{short(x)} {short(y)}" for x, y in points)


def marks(rows: list[Round], group: str, place: Place, size: int) -> str:
    shape = GROUPS[group][0]
    return "".join(mark(shape, *place.at(row.date, row.cutoff), size) for row in rows if group_of(row) == group)


def mark(shape: str, x: float, y: float, size: float) -> str:
    """One mark as a part of a path: dots and squares are ends of lines, the others are drawn around the point."""
    half = size / 2
    match shape:
        case "triangle":
            return f"M{short(x)} {short(y - half)}l{short(half)} {short(size)}h-{short(size)}z"
        case "diamond":
            arms = f"l{short(half)} {short(half)}-{short(half)} {short(half)}-{short(half)}-{short(half)}z"
            return f"M{short(x)} {short(y - half)}{arms}"
    return f"M{short(x)} {short(y)}h0"
