"""Facts in the text of a page: the value in its sentence, and a note at the end that says where it is from."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from facts.ledger import Figure, seconds_to_midnight
from publishing import richtext


@dataclass
class Notes:
    """The facts that one page shows, numbered in the order in which a reader meets them.

    figures: what `ledger.resolve` found; fallbacks: the text of each when the page was published, for a fact that is
    no longer there.
    """

    figures: dict[str, Figure]
    fallbacks: dict[str, str] = field(default_factory=dict)
    used: dict[str, Figure] = field(default_factory=dict)

    def number(self, figure: Figure) -> tuple[int, bool]:
        """The number of a figure's note, and whether this is its first use."""
        first = figure.key not in self.used
        self.used[figure.key] = figure
        return list(self.used).index(figure.key) + 1, first

    def show(self, html: str) -> str:
        """A text with every fact replaced by its value of today, marked and linked to its note."""
        return richtext.show_facts(html, self.in_sentence, self.alone)

    def in_sentence(self, key: str) -> str:
        """The value with a link to its note."""
        figure = self.figures.get(key)
        if figure is None:
            return format_html("{}", self.fallbacks.get(key, "…"))
        number, first = self.number(figure)
        anchor = format_html(' id="fact-use-{}"', number) if first else ""
        warned = figure.needs_warning
        return format_html(
            '<a class="fact{}" href="#fact-{}"{}>{}</a>{}',
            " fact--overdue" if warned else "",
            number,
            anchor,
            figure.text,
            format_html(' <span class="fact__flag">({})</span>', _("check overdue")) if warned else "",
        )

    def alone(self, key: str) -> str:
        """A paragraph with the value, or a table."""
        figure = self.figures.get(key)
        if figure is None or not figure.is_table:
            return format_html("<p>{}</p>", SafeString(self.in_sentence(key)))
        number, first = self.number(figure)
        return render_to_string("facts/table.html", {"figure": figure, "number": number, "first": first})

    def fresh(self, seconds: float) -> float:
        """For how long a page stays true that is true for `seconds` but for its facts."""
        return min(seconds, seconds_to_midnight()) if self.figures else seconds

    @property
    def changed_at(self) -> datetime | None:
        """When any of the page's facts last became another; None for a page without facts."""
        return max((figure.changed_at for figure in self.figures.values()), default=None)

    @property
    def listed(self) -> list[dict[str, Any]]:
        """The notes in their order, for `facts/notes.html`."""
        return [{"number": number, **note(figure)} for number, figure in enumerate(self.used.values(), start=1)]

    @property
    def summary(self) -> dict[str, Any] | None:
        """How fresh the facts of the page are; None for a page that shows none."""
        return summary(self.used.values())


def note(figure: Figure) -> dict[str, Any]:
    """What a note says of a figure."""
    value, source = figure.value, figure.value.source
    return {
        "figure": figure,
        "says": value.fact.says,
        "state": figure.freshness.state,
        "url": value.fact.get_absolute_url(),
        "source": source,
        "report_url": report_url(fact=figure.key),
    }


def report_url(**about: str) -> str:
    """The address of the form for reports; about: `fact` (a key) or `page` (a path)."""
    return f"{reverse('facts:report')}?{urlencode(about)}"


def summary(figures: Iterable[Figure]) -> dict[str, Any] | None:
    """`{verified, overdue, oldest, next_check}` of some figures: numbers of facts, and days; None for none.

    What is overdue, or no longer kept up, does not count as verified, and has no next check.
    """
    shown = list(figures)
    if not shown:
        return None
    verified = [figure for figure in shown if figure.is_verified]
    days = [figure.value.verified_on for figure in verified if figure.value.verified_on]
    checks: list[date] = [figure.freshness.due_on for figure in verified if figure.freshness.due_on]
    return {
        "verified": len(verified),
        "overdue": sum(figure.freshness.state == "overdue" for figure in shown),
        "oldest": min(days, default=None),
        "next_check": min(checks, default=None),
    }
