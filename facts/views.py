"""The public pages of the ledger: facts, sources, changes, corrections, and the form for reports.

All are the same for everybody, and stay true until the site's midnight at most.
"""

import re
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from doors.forms import allow, open_form
from facts import ledger
from facts.forms import ReportForm
from facts.models import Correction, Fact, FactValue, Source, Today, is_key
from facts.subjects import by_subject
from facts.values import Kind
from publishing.caching import public
from publishing.languages import colon

PER_PAGE = 50
REPORTS_AN_HOUR = 5


def fresh(response: HttpResponse) -> HttpResponse:
    """What caches may keep: until a value comes into force or a check falls due, at most."""
    return public(response, ledger.seconds_to_midnight())


def page_context(request: HttpRequest, title: str, description: str, **more: Any) -> dict[str, Any]:
    """What every page here tells the layout."""
    return {"page_title": title, "heading": title, "page_description": description, **more}


def trail() -> list[tuple[str, str]]:
    """Where these pages hang."""
    return [(_("Facts"), reverse("facts:facts"))]


def numbered(request: HttpRequest, rows: QuerySet) -> Any:
    """The page that `?page=` asks for; Http404 for one that does not exist."""
    number = request.GET.get("page", "1")
    pages = Paginator(rows, PER_PAGE)
    if not re.fullmatch("[1-9][0-9]{0,5}", number) or int(number) > pages.num_pages:
        raise Http404(f"There is no page {number}.")
    return pages.page(int(number))


def numbered_addresses(request: HttpRequest, page: Any) -> dict[str, Any]:
    """A later page is a page of its own, and says nothing of the other language, whose pages it does not know."""
    if page.number == 1:
        return {}
    return {"canonical": f"{settings.SITE_URL}{request.path}?page={page.number}", "alternates": []}


@require_safe
def fact_list(request: HttpRequest) -> HttpResponseBase:
    """All facts that are kept up, by subject; the status of programs has a register of its own."""
    rows = FactValue.objects.current().filter(fact__archived_at=None).exclude(fact__kind=Kind.STATUS)
    figures = [ledger.Figure(row.fact.key, row, row.freshness) for row in rows]
    context = page_context(
        request,
        _("Facts"),
        _("Every figure on this site, with its source, the day it was last verified and the day of its next check."),
        subjects=by_subject(figures),
        count=len(figures),
        breadcrumbs=[],
        feeds=[(_("Changes"), reverse("facts:changes_atom"))],
    )
    return fresh(render(request, "facts/fact_list.html", context))


@require_safe
def fact_detail(request: HttpRequest, key: str) -> HttpResponseBase:
    """One fact: its value of today, its history, and where it is used."""
    if not is_key(key):
        raise Http404(f"{key!r} can be no key.")
    rows = list(
        FactValue.objects.filter(fact__key=key)
        .select_related("fact", "source", "replaces")
        .annotate(today=Today())
        .order_by("-in_force_from", "-pk")
    )
    if not rows:
        raise Http404(f"There is no fact {key}.")
    current = next((row for row in rows if row.in_force_from <= row.today), None)
    fact = rows[0].fact
    for row in rows:
        row.fact = fact
        if row.replaces is not None:
            row.replaces.fact = fact
    figure = ledger.Figure(key, current, current.freshness) if current else None
    feed = reverse("facts:fact_atom", kwargs={"key": key})
    context = page_context(
        request,
        fact.says,
        f"{colon(fact.says)} {figure.text}" if figure else fact.says,
        fact=fact,
        figure=figure,
        coming=[row for row in reversed(rows) if row.in_force_from > row.today],
        history=[row for row in rows if row.in_force_from <= row.today],
        uses=[use for use in ledger.used_by([key]) if use.language == get_language()],
        breadcrumbs=trail(),
        feeds=[(fact.says, feed)],
        json_url=reverse("api_fact", kwargs={"key": key}),
    )
    return fresh(render(request, "facts/fact_detail.html", context))


@require_safe
def source_list(request: HttpRequest) -> HttpResponseBase:
    """All sources, the official ones first, with how many facts rest on each."""
    rows = Source.objects.annotate(
        facts=Count("values__fact", distinct=True, filter=~Q(values__fact__kind=Kind.STATUS))
    )
    groups: dict[str, list[Source]] = {}
    for source in sorted(rows, key=lambda one: (one.publisher.casefold(), one.title.casefold(), one.pk)):
        groups.setdefault(source.publisher, []).append(source)
    official = {name: found for name, found in groups.items() if any(source.is_official for source in found)}
    others = {name: found for name, found in groups.items() if name not in official}
    context = page_context(
        request,
        _("Sources"),
        _("Where our facts come from: official pages first, and every other page that we had to rely on."),
        groups=[
            {"title": _("Official pages"), "publishers": official},
            {"title": _("Other sources"), "publishers": others},
        ],
        breadcrumbs=trail(),
        feeds=[(_("Sources"), reverse("facts:sources_atom"))],
    )
    return fresh(render(request, "facts/source_list.html", context))


@require_safe
def source_detail(request: HttpRequest, slug: str) -> HttpResponseBase:
    """One source, and the facts that rest on it today."""
    source = Source.objects.filter(slug=slug).first()
    if source is None:
        raise Http404(f"There is no source {slug}.")
    rows = FactValue.objects.filter(pk__in=FactValue.objects.current().values("pk"), source=source)
    rows = rows.select_related("fact", "source").annotate(today=Today()).order_by("fact__key")
    context = page_context(
        request,
        str(source),
        source.title,
        source=source,
        figures=[ledger.Figure(row.fact.key, row, row.freshness) for row in rows],
        breadcrumbs=[*trail(), (_("Sources"), reverse("facts:sources"))],
        feeds=[(source.title, reverse("facts:source_atom", kwargs={"slug": slug}))],
    )
    return fresh(render(request, "facts/source_detail.html", context))


@require_safe
def change_list(request: HttpRequest) -> HttpResponseBase:
    """What has changed: what was, what is, since when, and who noticed."""
    page = numbered(request, with_facts(FactValue.objects.logged()))
    context = page_context(
        request,
        _("Changes"),
        _("Every change of a fact or of a program’s status: what was, what is, since when, and who noticed."),
        page=page,
        breadcrumbs=trail(),
        feeds=[(_("Changes"), reverse("facts:changes_atom"))],
        **numbered_addresses(request, page),
    )
    return fresh(render(request, "facts/change_list.html", context))


def with_facts(rows: QuerySet) -> QuerySet:
    """Values with what they replace, ready to be shown without a query more."""
    return rows.select_related("fact", "source", "replaces__fact")


@require_safe
def correction_list(request: HttpRequest) -> HttpResponseBase:
    """What we had wrong, and what is right."""
    page = numbered(request, Correction.objects.select_related("value__fact", "value__replaces__fact"))
    context = page_context(
        request,
        _("Corrections"),
        _("What we had wrong, what is right, and who told us. We never take an entry down."),
        page=page,
        breadcrumbs=trail(),
        feeds=[(_("Corrections"), reverse("facts:corrections_atom"))],
        report_url=reverse("facts:report"),
        **numbered_addresses(request, page),
    )
    return fresh(render(request, "facts/correction_list.html", context))


# Reports


@open_form
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponseBase:
    """A reader says what is wrong: with a fact (`?fact=key`), on a page (`?page=path`) or anywhere."""
    about = request.POST if request.method == "POST" else request.GET
    key = about.get("fact", "")
    fact = Fact.objects.filter(key=key).first() if is_key(key) else None
    status = 200
    if request.method == "POST":
        form = ReportForm(request.POST, fact=fact)
        if form.is_valid():
            if allow(request, "report", most=REPORTS_AN_HOUR, within=timedelta(hours=1)):
                form.keep()
                return HttpResponseRedirect(reverse("facts:report_thanks"))
            form.add_error(None, _("That is a lot of reports from one place. Please send this one in an hour."))
            status = 429
    else:
        form = ReportForm(initial={"page": about.get("page", "")[:300]}, fact=fact)
    context = page_context(
        request,
        _("Report a mistake"),
        _("Tell us what is wrong on this site. No account is needed, and each report is read by a person."),
        form=form,
        fact=fact,
        robots="noindex",
        breadcrumbs=trail(),
    )
    response = render(request, "facts/report.html", context, status=status)
    if request.method == "POST":
        response.headers["Cache-Control"] = "no-store"
        if status == 429:
            response.headers["Retry-After"] = "3600"
        return response
    return fresh(response)


@require_safe
def report_thanks(request: HttpRequest) -> HttpResponseBase:
    """What happens with a report now."""
    context = page_context(
        request,
        _("Thank you"),
        _("Your report has arrived."),
        robots="noindex",
        breadcrumbs=trail(),
        corrections_url=reverse("facts:corrections"),
    )
    return fresh(render(request, "facts/report_thanks.html", context))
