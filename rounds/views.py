"""The public pages of rounds. None reads a cookie, a session or the user."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles import structured
from programs.views import fresh, in_both_languages
from publishing.dates import date_format
from publishing.languages import active
from rounds import chart, listing, pages
from rounds.models import Correction, Round, state, today

PER_PAGE = 50


def trail() -> list[tuple[Any, str]]:
    """Where the pages of rounds hang."""
    return [(_("Express Entry rounds"), reverse("rounds:rounds"))]


def feed() -> tuple[str, str]:
    """The feed of rounds, for the layout."""
    return _("Express Entry rounds"), reverse("rounds:rounds_atom")


@require_safe
def round_list(request: HttpRequest) -> HttpResponseBase:
    """All rounds, or those that the filters of the address choose; two queries: rounds, how the feed goes."""
    chosen = listing.read(request.GET)
    path = reverse("rounds:rounds")
    everything = list(Round.objects.light().with_corrected())
    found = [row for row in everything if listing.matches(row, chosen)]
    words = ", ".join(listing.labels(chosen))
    files = [("CSV", reverse("rounds_csv")), ("JSON", reverse("rounds_json"))]

    def of_type(kind: str) -> str:
        return listing.address(path, {"type": kind})

    context = {
        "facets": listing.facets(everything, chosen, path),
        "rows": [pages.line(row, path) for row in found],
        "chosen": listing.labels(chosen),
        "types": [] if chosen else pages.by_type(everything, path, of_type, today()),
        "chart": chart.draw(found),
        "summary": pages.summary(found),
        "files": [(label, listing.address(address, chosen)) for label, address in files],
        "official_url": pages.OFFICIAL_PAGE[active()],
        **pages.freshness(state()),
        "page_title": _("Express Entry rounds: %(chosen)s") % {"chosen": words}
        if chosen
        else _("Express Entry rounds"),
        "page_description": _("Every round of invitations since 2015: cut-off, invitations and tie-break."),
        "breadcrumbs": [],
        "feeds": [feed()],
        "json_ld": [structured.breadcrumbs(trail()), pages.dataset(path, active(), everything)],
        "robots": "noindex" if len(chosen) > 1 or not found else "",
        **in_both_languages(lambda: listing.address(reverse("rounds:rounds"), chosen)),
    }
    return fresh(render(request, "rounds/round_list.html", context))


@require_safe
def round_detail(request: HttpRequest, number: str) -> HttpResponseBase:
    """One round with the last of its type beside it; four queries, see pages.py, the last one how the feed goes."""
    row = pages.find(number)
    if row is None:
        raise Http404(f"There is no round {number}.")
    context = pages.round_context(row)
    given = {"number": row.number, "day": date_format(row.date)}
    words = _("%(invitations)s invitations to candidates with %(cutoff)s points or more.")
    title = _("Round %(number)s, %(day)s") % given
    context |= {
        "official_url": pages.OFFICIAL_PAGE[active()],
        **pages.freshness(state()),
        "page_title": f"{title}: {row.label}",
        "heading": title,
        "page_description": words % {"invitations": context["invitations"], "cutoff": context["cutoff"]},
        "breadcrumbs": trail(),
        "feeds": [feed()],
        "json_ld": [structured.breadcrumbs([*trail(), (title, row.get_absolute_url())])],
        "json_url": reverse("api_round", args=[row.number]),
        **in_both_languages(row.get_absolute_url),
    }
    return fresh(render(request, "rounds/round_detail.html", context))


@require_safe
def correction_list(request: HttpRequest) -> HttpResponseBase:
    """What was changed in old rounds, the newest first; two queries: their number, a page of them."""
    paginator = Paginator(Correction.objects.select_related("round").defer("round__raw", "round__pool"), PER_PAGE)
    given = request.GET.get("page", "1")
    if not (given.isascii() and given.isdecimal()) or len(given) > 6 or not 1 <= int(given) <= paginator.num_pages:
        raise Http404(f"There is no page {given[:20]}.")
    page = paginator.page(int(given))

    def address() -> str:
        path = reverse("rounds:corrections")
        return path if page.number == 1 else f"{path}?page={page.number}"

    context = {
        "page": page,
        "page_title": _("Corrections of rounds"),
        "page_description": _("What has changed in rounds that we had already shown, by the feed or by us."),
        "breadcrumbs": trail(),
        "feeds": [feed()],
        **in_both_languages(address),
    }
    return fresh(render(request, "rounds/correction_list.html", context))
