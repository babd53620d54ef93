"""The list of all rounds: its filters are links, and its table is the twin of the chart."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, QueryDict
from django.utils.translation import gettext_lazy as _

from rounds.models import FIRST_DAY, Round, RoundType, today

Chosen = Mapping[str, str]


@dataclass(frozen=True)
class Filter:
    """One filter: its title, what can be chosen by what label, and what a round has of it."""

    title: Any
    choices: Callable[[], dict[str, str]]
    of: Callable[[Round], str]


def types() -> dict[str, str]:
    return {one.value: str(one.label) for one in RoundType}


def years() -> dict[str, str]:
    """The years of Express Entry, the newest first."""
    return {str(year): str(year) for year in range(today().year + 1, FIRST_DAY.year - 1, -1)}


# In the order of addresses.
FILTERS = {
    "type": Filter(_("Type of round"), types, lambda row: row.type),
    "year": Filter(_("Year"), years, lambda row: str(row.date.year)),
}


def read(query: QueryDict) -> dict[str, str]:
    """What an address chooses, in the one order of addresses. Http404 for what cannot be chosen."""
    chosen = {}
    for name, one in FILTERS.items():
        values = query.getlist(name)
        if len(values) > 1 or any(value not in one.choices() for value in values):
            raise Http404(f"Nothing can be chosen by {name}={values}.")
        if values:
            chosen[name] = values[0]
    return chosen


def address(path: str, chosen: Chosen) -> str:
    """An address with some choices."""
    return f"{path}?{urlencode(chosen)}" if chosen else path


def matches(row: Round, chosen: Chosen) -> bool:
    return all(FILTERS[name].of(row) == value for name, value in chosen.items())


def labels(chosen: Chosen) -> list[str]:
    """What is chosen, in words."""
    return [FILTERS[name].choices()[value] for name, value in chosen.items()]


def facets(rows: list[Round], chosen: Chosen, path: str) -> list[dict[str, Any]]:
    """Each filter with its choices as links: `{"title", "options": [{"label", "url", "count", "is_chosen"}]}`.

    The first option is "any". A choice counts what it would show beside the other filter; one that would show nothing
    is left out, unless it is the one that is chosen.
    """
    return [facet(name, rows, chosen, path) for name in FILTERS]


def facet(name: str, rows: list[Round], chosen: Chosen, path: str) -> dict[str, Any]:
    """One filter for the page."""
    others = {key: value for key, value in chosen.items() if key != name}
    within = [row for row in rows if matches(row, others)]
    counts = Counter(FILTERS[name].of(row) for row in within)
    options = [{"label": _("Any"), "url": address(path, others), "count": len(within), "is_chosen": name not in chosen}]
    for value, label in FILTERS[name].choices().items():
        is_chosen = chosen.get(name) == value
        if counts[value] or is_chosen:
            with_it = {key: value if key == name else chosen.get(key, "") for key in FILTERS}
            url = address(path, {key: one for key, one in with_it.items() if one})
            options.append({"label": label, "url": url, "count": counts[value], "is_chosen": is_chosen})
    return {"title": FILTERS[name].title, "options": options}
