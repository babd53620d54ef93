"""What has to be checked: facts by risk and use, sources that changed or could not be fetched, and open reports."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext as _

from facts import ledger
from facts.admin_lists import SOON, by_urgency, to_check, with_details
from facts.models import Fact, FactValue, Report, Source
from facts.states import State

SHOWN = 100  # rows of each part; the lists behind their links have the rest
ONE_RUN = timedelta(minutes=30)  # what a nightly check of sources takes at most


def gathered(request: HttpRequest) -> dict[str, Any]:
    """Everything that the page shows to this person; the number of queries does not grow with what it shows."""
    parts: dict[str, Any] = {"sections": due_facts()}
    if request.user.has_perm("facts.view_source"):
        parts |= sources()
    if request.user.has_perm("facts.view_report"):
        reports = Report.objects.filter(state=Report.State.OPEN).select_related("fact").order_by("created_at", "pk")
        parts |= {"reports": reports[:SHOWN], "shows_reports": True}
    return parts


def due_facts() -> list[dict[str, Any]]:
    """Facts that are overdue, due in 7 days and due in 30, each with what a mistake would cost most first."""
    facts = by_urgency(with_details(to_check()))
    today = ledger.today()
    overdue = [fact for fact in facts if fact.freshness.state == State.OVERDUE]
    soon = [fact for fact in facts if fact not in overdue and fact.due_on <= today + SOON]
    later = [fact for fact in facts if fact not in overdue and fact not in soon]
    return [
        section("overdue", _("Overdue"), overdue, _("Nothing is overdue.")),
        section("7", _("Due within 7 days"), soon, _("Nothing is due within 7 days.")),
        section("30", _("Due within 30 days"), later, _("Nothing more is due within 30 days.")),
    ]


def section(due: str, title: str, facts: list[Any], empty: str) -> dict[str, Any]:
    """One table; due: the value of the list's filter that finds all of it."""
    return {"due": due, "title": title, "facts": facts[:SHOWN], "more": len(facts) > SHOWN, "empty": empty}


def sources() -> dict[str, Any]:
    """Sources that changed, with the facts that rely on them now; those that could not be fetched; and the network."""
    changed = list(Source.objects.exclude(changed_at=None).order_by("changed_at", "pk")[:SHOWN])
    kept: Any = Fact.objects.with_current().filter(archived_at=None)
    current = FactValue.objects.filter(source__in=changed, pk__in=kept.values("current_id")).select_related("fact")
    facts: dict[int, list[Fact]] = {}
    for row in current.order_by("fact__key"):
        facts.setdefault(row.source_id, []).append(row.fact)
    tried = Source.objects.filter(is_watched=True, tried_at__isnull=False)
    last = tried.filter(tried_at__gte=Subquery(tried.order_by("-tried_at").values("tried_at")[:1]) - ONE_RUN)
    tries = last.aggregate(all=Count("pk"), read=Count("pk", filter=Q(fault="")))
    return {
        "shows_sources": True,
        "changed": [{"source": source, "facts": facts.get(source.pk, [])} for source in changed],
        "failing": Source.objects.filter(is_watched=True).exclude(fault="").order_by("-tried_at", "pk")[:SHOWN],
        "network_is_away": tries["all"] > 0 and tries["read"] == 0,
    }
