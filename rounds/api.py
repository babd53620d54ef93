"""Rounds as JSON, in both languages at once: /api/v1/rounds/ and /api/v1/rounds/<number>/. Free to use.

    {"number", "date", "type", "kind", "label": {"en", "fr"}, "name", "programs", "invitations", "cutoff", "tie_break",
     "drawn_at", "pool_as_of", "pool": [{"from", "to", "candidates"}] or null, "corrected", "page": {"en", "fr"}}

`name` and `programs` are the feed's own words. Moments are in UTC. `tie_break`: a profile with the cut-off score was
invited if it was submitted before. The list is `{"count", "page", "pages", "next", "previous", "source", "read_at",
"rounds"}`, the newest first, by `?type=`, `?year=`, `?since=2026-01-31`, `?page=` and `?per_page=` (100, at most 500).
What cannot be read in an address is 400 with `{"errors": {"since": "…"}}`, and a page that there is not is 404.

rounds.csv and rounds.json have all of them, or those of `type` and `year`, as files.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.urls import path, reverse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from facts import ledger
from facts.api import LANGUAGES, addresses, open_json
from publishing.caching import public
from rounds import downloads, listing
from rounds.models import NUMBER_PATTERN, Round, RoundType, state

SOURCE = "https://www.canada.ca/content/dam/ircc/documents/json/ee_rounds_123_en.json"
USUAL, MOST = 100, 500


class BadQuery(ValueError):
    """What is wrong with an address, by parameter."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(str(errors))
        self.errors = dict(errors)


def labels_by_type() -> dict[str, dict[str, str]]:
    """The label of each type in each language."""
    found: dict[str, dict[str, str]] = {one.value: {} for one in RoundType}
    for language in LANGUAGES:
        with override(language):
            for one in RoundType:
                found[one.value][language] = str(one.label)
    return found


def round_as_json(row: Any, labels: Mapping[str, dict[str, str]]) -> dict[str, Any]:
    """One round of `with_corrected()`."""
    own = downloads.plain(row)
    named = dict.fromkeys(LANGUAGES, row.name) if row.is_foreign_label else labels[row.type]
    return {
        **{name: own[name] for name in ("number", "date", "type", "kind")},
        "label": named,
        **{name: own[name] for name in own if name not in {"number", "date", "type", "kind"}},
        "pool": downloads.bands(row),
        "corrected": row.is_corrected,
        "page": addresses(row),
    }


def read(query: QueryDict) -> dict[str, Any]:
    """The filters of an address. Raises BadQuery."""
    errors: dict[str, str] = {}
    given: dict[str, str] = {}
    for name in ("type", "year", "since", "page", "per_page"):
        values = query.getlist(name)
        if len(values) > 1:
            errors[name] = "Give it once."
        elif values:
            given[name] = values[0]
    found: dict[str, Any] = {"page": 1, "per_page": USUAL}
    if "type" in given and given["type"] not in RoundType.values:
        errors["type"] = f"It is one of {', '.join(RoundType.values)}."
    if "year" in given and not re.fullmatch(r"20\d\d", given["year"], re.ASCII):
        errors["year"] = "It is a year, such as 2026."
    if "since" in given:
        try:
            found["since"] = date.fromisoformat(given["since"])
        except ValueError:
            errors["since"] = "It is a day, such as 2026-01-31."
    for name, most in (("page", 999_999), ("per_page", MOST)):
        if name in given:
            if not re.fullmatch(r"[1-9]\d{0,5}", given[name], re.ASCII) or int(given[name]) > most:
                errors[name] = f"It is a whole number from 1 to {most}."
            else:
                found[name] = int(given[name])
    if errors:
        raise BadQuery(errors)
    return {**{name: given[name] for name in ("type", "year") if name in given}, **found}


def chosen_rows(chosen: Mapping[str, Any]) -> Any:
    rows = Round.objects.with_corrected().defer("raw", "held")
    if "type" in chosen:
        rows = rows.filter(type=chosen["type"])
    if "year" in chosen:
        rows = rows.filter(date__year=int(chosen["year"]))
    if "since" in chosen:
        rows = rows.filter(date__gte=chosen["since"])
    return rows


@require_safe
def round_list(request: HttpRequest) -> HttpResponseBase:
    """A page of rounds; three queries: their number, the rounds, how the feed goes."""
    try:
        chosen = read(request.GET)
    except BadQuery as bad:
        return fault({"errors": bad.errors}, 400)
    paginator = Paginator(chosen_rows(chosen), chosen["per_page"])
    if chosen["page"] > paginator.num_pages:
        return fault({"errors": {"page": f"There are {paginator.num_pages} pages."}}, 404)
    page, read_at = paginator.page(chosen["page"]), state().succeeded_at
    labels = labels_by_type()
    return open_json(
        {
            "count": paginator.count,
            "page": page.number,
            "pages": paginator.num_pages,
            "next": page_address(request.GET, page.number + 1) if page.has_next() else None,
            "previous": page_address(request.GET, page.number - 1) if page.has_previous() else None,
            "source": SOURCE,
            "read_at": downloads.zulu(read_at),
            "rounds": [round_as_json(row, labels) for row in page],
        }
    )


def page_address(query: QueryDict, number: int) -> str:
    """The address of another page with the same filters; what else an address holds is left out."""
    kept = {name: str(query[name]) for name in ("type", "year", "since", "per_page") if name in query}
    return settings.SITE_URL + listing.address(reverse("api_rounds"), {**kept, "page": str(number)})


@require_safe
def round_detail(request: HttpRequest, number: str) -> HttpResponseBase:
    """One round, or 404 in JSON too."""
    row = chosen_rows({}).filter(number=number).first() if re.fullmatch(NUMBER_PATTERN, number) else None
    if row is None:
        return fault({"error": f"There is no round {number}."}, 404)
    return open_json(round_as_json(row, labels_by_type()))


def fault(content: dict[str, Any], status: int) -> HttpResponseBase:
    """A refusal that any page may read, kept by caches for seconds only."""
    response = open_json(content)
    response.status_code = status
    return public(response, 5)


# Files


def file_rows(request: HttpRequest) -> list[Any]:
    """All rounds, or those that the filters of the list choose."""
    chosen = listing.read(request.GET)
    return list(chosen_rows(chosen))


def as_file(response: HttpResponse, name: str) -> HttpResponseBase:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
def rounds_csv(request: HttpRequest) -> HttpResponseBase:
    """The table as a file for spreadsheets."""
    response = HttpResponse(downloads.as_csv(file_rows(request)), content_type="text/csv; charset=utf-8")
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Content-Language"] = "en"
    return as_file(public(response, ledger.seconds_to_midnight()), "express-entry-rounds.csv")


@require_safe
def rounds_json(request: HttpRequest) -> HttpResponseBase:
    """All rounds in one file, as the list has them."""
    labels = labels_by_type()
    content = {"source": SOURCE, "rounds": [round_as_json(row, labels) for row in file_rows(request)]}
    return as_file(open_json(content), "express-entry-rounds.json")


urlpatterns = [
    path("rounds/", round_list, name="api_rounds"),
    path("rounds/<str:number>/", round_detail, name="api_round"),
    path("rounds.csv", rounds_csv, name="rounds_csv"),
    path("rounds.json", rounds_json, name="rounds_json"),
]
