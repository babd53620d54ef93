"""The public pages of programs. None reads a cookie, a session or the user, and each is true until midnight at most."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles import structured
from articles.views import absolute, other_language_link
from facts import ledger
from programs import compare as comparing
from programs import listing, pages, register
from programs import structured as program_structured
from programs.models import Program, by_language
from programs.standing import entries
from publishing.caching import public
from publishing.models import LONGEST_CACHE


def fresh[Response: HttpResponseBase](response: Response, seconds: float = LONGEST_CACHE) -> Response:
    """Let caches keep a page until a status or a check may change it by itself: at midnight, or sooner by `seconds`."""
    return public(response, min(seconds, ledger.seconds_to_midnight()))


def in_both_languages(path: Callable[[], str]) -> dict[str, Any]:
    """The addresses of a page in both languages, for the layout; path: makes it in the active language."""
    paths, language = by_language(path), get_language()
    other = "en" if language == "fr" else "fr"
    addresses = {code: absolute(address) for code, address in paths.items()}
    return {
        "canonical": addresses[language],
        "alternates": [*addresses.items(), ("x-default", addresses["en"])],
        "other_language": other_language_link(language, paths[other]),
    }


def trail() -> list[tuple[Any, str]]:
    """Where the pages of programs hang."""
    return [(_("Programs"), reverse("programs:programs"))]


def status_feed() -> tuple[str, str]:
    """The feed of every program's status, for the layout."""
    return _("Changes of status"), reverse("programs:register_atom")


@require_safe
def program_list(request: HttpRequest) -> HttpResponseBase:
    """All programs, or those that the filters of the address choose; three queries."""
    chosen = listing.read(request.GET)
    everything = entries()
    found = [entry for entry in everything if listing.matches(entry, chosen)]
    words = ", ".join(listing.labels(chosen))
    title = _("Programs: %(chosen)s") % {"chosen": words} if chosen else _("All programs")
    context = {
        "facets": listing.facets(everything, chosen, request.path),
        "families": listing.by_family(found),
        "count": len(found),
        "chosen": listing.labels(chosen),
        "page_title": title,
        "page_description": _(
            "Every way to come to Canada, stay or become a citizen that we know of, with whether it is open now."
        ),
        "breadcrumbs": [],
        "feeds": [status_feed()],
        "json_ld": [structured.breadcrumbs(trail())],
        "robots": "noindex" if len(chosen) > 1 or not found else "",
        **in_both_languages(lambda: listing.address(reverse("programs:programs"), chosen)),
    }
    return fresh(render(request, "programs/program_list.html", context))


@require_safe
def program_detail(request: HttpRequest, slug: str) -> HttpResponseBase:
    """One program; an earlier slug and the other language's lead to its page in this language."""
    program = pages.find(slug) or pages.renamed(slug)
    address = program.get_absolute_url()
    if program.slug != slug:
        return fresh(HttpResponsePermanentRedirect(address))
    context = {
        **pages.program_context(program),
        "page_title": program.name,
        "page_description": program.who,
        "breadcrumbs": trail(),
        "feeds": [
            (_("Status of this program"), reverse("programs:program_atom", kwargs={"slug": slug})),
            status_feed(),
        ],
        "json_ld": [program_structured.service(program), structured.breadcrumbs([*trail(), (program.name, address)])],
        **in_both_languages(program.get_absolute_url),
    }
    return fresh(render(request, "programs/program_detail.html", context), program.fresh_seconds)


@require_safe
def compare(request: HttpRequest) -> HttpResponseBase:
    """Two to four programs side by side, with a form to choose them; five queries at most."""
    programs = list(Program.objects.listed().select_related("processing_time").defer("loaded"))
    choice = comparing.read(request.GET, programs)
    columns, notes = comparing.columns(choice.programs) if choice.is_good else ([], None)
    context = {
        "choice": choice,
        "columns": columns,
        "notes": notes,
        "families": comparing.options(programs),
        "fields": choice.fields,
        "page_title": _("Compare programs"),
        "page_description": _("Two to four programs side by side: status, criteria, fees and time."),
        "breadcrumbs": trail(),
        "robots": "noindex",
        **in_both_languages(lambda: comparing.address(choice.programs)),
    }
    status = 404 if choice.has_unknown else 200
    return fresh(render(request, "programs/compare.html", context, status=status))


@require_safe
def status_register(request: HttpRequest) -> HttpResponseBase:
    """The status of every program: since when, from which source, last verified when; four queries."""
    order = register.read(request.GET)
    context = {
        "rows": register.rows(order),
        "orders": register.links(order, request.path),
        "order": order,
        "page_title": _("Status of every program"),
        "page_description": _(
            "Open, paused or closed: the status of every program, since when, and where and when we last verified it."
        ),
        "breadcrumbs": trail(),
        "feeds": [status_feed()],
        "json_url": reverse("api_programs"),
        **in_both_languages(lambda: register.address(reverse("programs:register"), order)),
    }
    return fresh(render(request, "programs/register.html", context))
