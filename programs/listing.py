"""The list of all programs: its filters are links, and its sections are families."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import TextChoices
from django.http import Http404, QueryDict
from django.utils.translation import gettext_lazy as _

from facts.models import Jurisdiction
from facts.values import Status
from programs.models import Family, Level, Stay
from programs.standing import Entry

FEDERAL = Jurisdiction.CANADA.value  # what stands for “no province” in addresses


@dataclass(frozen=True)
class Filter:
    """One filter: its title, what can be chosen, and what an entry has of it."""

    title: Any
    choices: type[TextChoices]
    of: Callable[[Entry], str]

    def label(self, value: str) -> str:
        return str(Level.FEDERAL.label if value == FEDERAL else self.choices(value).label)


# In the order of addresses.
FILTERS = {
    "province": Filter(_("Province or territory"), Jurisdiction, lambda entry: entry.program.province or FEDERAL),
    "stay": Filter(_("What it leads to"), Stay, lambda entry: entry.program.stay),
    "status": Filter(_("Status"), Status, lambda entry: entry.standing.status.value),
    "family": Filter(_("Family"), Family, lambda entry: entry.program.family),
}
Chosen = Mapping[str, str]


def read(query: QueryDict) -> dict[str, str]:
    """What an address chooses, by filter, in the one order of addresses. Http404 for what cannot be chosen."""
    chosen = {}
    for name, one in FILTERS.items():
        values = query.getlist(name)
        if len(values) > 1 or any(value not in one.choices.values for value in values):
            raise Http404(f"Nothing can be chosen by {name}={values}.")
        if values:
            chosen[name] = values[0]
    return chosen


def address(path: str, chosen: Chosen) -> str:
    """The list's address with some choices."""
    return f"{path}?{urlencode(chosen)}" if chosen else path


def matches(entry: Entry, chosen: Chosen) -> bool:
    return all(FILTERS[name].of(entry) == value for name, value in chosen.items())


def labels(chosen: Chosen) -> list[str]:
    """What is chosen, in words."""
    return [FILTERS[name].label(value) for name, value in chosen.items()]


def facets(entries: list[Entry], chosen: Chosen, path: str) -> list[dict[str, Any]]:
    """Each filter with its choices as links: `{"title", "options": [{"label", "url", "count", "is_chosen"}]}`.

    The first option is "any". A choice counts what it would show beside the other filters; one that would show nothing
    is left out, unless it is the one that is chosen.
    """
    return [facet(name, entries, chosen, path) for name in FILTERS]


def facet(name: str, entries: list[Entry], chosen: Chosen, path: str) -> dict[str, Any]:
    """One filter for the page."""
    others = {key: value for key, value in chosen.items() if key != name}
    within = [entry for entry in entries if matches(entry, others)]
    counts = Counter(FILTERS[name].of(entry) for entry in within)
    options = [{"label": _("Any"), "url": address(path, others), "count": len(within), "is_chosen": name not in chosen}]
    for value in FILTERS[name].choices.values:
        is_chosen = chosen.get(name) == value
        if counts[value] or is_chosen:
            with_it = {key: value if key == name else chosen.get(key, "") for key in FILTERS}
            url = address(path, {key: one for key, one in with_it.items() if one})
            label = FILTERS[name].label(value)
            options.append({"label": label, "url": url, "count": counts[value], "is_chosen": is_chosen})
    return {"title": FILTERS[name].title, "options": options}


def by_family(entries: list[Entry]) -> list[dict[str, Any]]:
    """`{"key", "title", "entries"}` of each family that has any, the programs of a province together."""
    groups: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=by_place):
        groups.setdefault(entry.program.family, []).append(entry)
    return [
        {"key": family.value, "title": family.label, "entries": groups[family.value]}
        for family in Family
        if family.value in groups
    ]


def by_name(entry: Entry) -> str:
    return folded(entry.program.name)


def by_place(entry: Entry) -> tuple[str, str]:
    """Federal programs first, then by the province's name in the reader's language, there by their own."""
    province = entry.program.get_province_display() if entry.program.province else ""
    return folded(province), by_name(entry)


def folded(words: str) -> str:
    """Words without accents and capitals: the order in which readers look for them."""
    plain = unicodedata.normalize("NFKD", words)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
