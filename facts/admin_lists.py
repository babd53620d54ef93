"""The list of facts in the admin: what a page of rows shows costs the same with ten rows and with a hundred."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from facts import ledger
from facts.models import Fact, FactValue
from facts.states import Freshness, Risk, State, freshness
from publishing.admin_lists import CappedPaginator

SOON, LATER = timedelta(days=7), timedelta(days=30)
RISKS = {risk: place for place, risk in enumerate(Risk.values)}


def judged(fact: Any) -> Freshness:
    """State and next check of a fact of `with_current()`."""
    return freshness(fact.verified_on, fact.review_days, fact.today, archived=fact.archived_at is not None)


def with_details(facts: Sequence[Any]) -> list[Any]:
    """Facts of `with_current()` with what rows show: `current` (their value or None), `freshness`, and `uses`.

    One query for the values, and one for each kind of page that may use them.
    """
    values = FactValue.objects.select_related("source").in_bulk([fact.current_id for fact in facts if fact.current_id])
    counts = ledger.use_counts([fact.key for fact in facts])
    for fact in facts:
        fact.current = values.get(fact.current_id)
        if fact.current is not None:
            fact.current.fact = fact
        fact.freshness = judged(fact)
        fact.uses = counts[fact.key]
    return list(facts)


def by_urgency(facts: Sequence[Any]) -> list[Any]:
    """Facts of `with_details` with those first whose mistake costs most: by risk, then by how many pages show them."""
    return sorted(facts, key=lambda fact: (RISKS[fact.risk], -fact.uses, fact.key))


def short(label: str) -> str:
    """A choice's word for lists, without what explains it: “High” of “High: money or a refusal”."""
    return label.partition(":")[0].strip()


def badge(state: State) -> SafeString:
    """A state in words on a colour."""
    return format_html('<span class="state state--{}">{}</span>', state.value, state.label)


def counted(most: int, rows: int = 1) -> forms.Widget:
    """A field that says how long its text is."""
    if rows == 1:
        return forms.TextInput(attrs={"class": "vTextField", "data-count": str(most)})
    return forms.Textarea(attrs={"class": "vLargeTextField", "rows": rows, "data-count": str(most)})


class LedgerAdmin(admin.ModelAdmin):
    """What the admins of the ledger share: no list waits for a count of everything."""

    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def address(self, name: str, *parts: Any) -> str:
        """One of this admin's own addresses."""
        return reverse(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_{name}", args=parts)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return NamedChangeList


class NamedChangeList(ChangeList):
    """A list whose title is what it lists."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_popup:
            self.title = capfirst(str(self.opts.verbose_name_plural))


class FactChangeList(NamedChangeList):
    """Looks up what the rows of one page show."""

    result_list: Any

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = with_details(self.result_list)


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(State.choices)

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet | None:
        return queryset.in_state(State(str(self.value()))) if self.value() in State.values else None


def due_within(days: timedelta) -> Q:
    """The condition, on facts of `with_current()`, that the check is due within some days, and not overdue."""
    return Q(archived_at=None, due_on__gte=F("today"), due_on__lte=F("today") + Value(days))


class DueFilter(admin.SimpleListFilter):
    """By the day of the next check; what is no longer kept up has none."""

    title = _("next check")
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("overdue", _("Overdue")),
            ("7", _("Due within 7 days")),
            ("30", _("Due within 30 days")),
            ("never", _("Never verified")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet | None:
        match self.value():
            case "overdue":
                return queryset.in_state(State.OVERDUE)
            case "7":
                return queryset.filter(due_within(SOON))
            case "30":
                return queryset.filter(due_within(LATER))
            case "never":
                return queryset.filter(archived_at=None, verified_on=None)
        return None


def to_check() -> Any:
    """Facts that somebody should look up within 30 days, the overdue ones included."""
    rows = Fact.objects.with_current().filter(archived_at=None)
    return rows.filter(Q(due_on=None) | Q(due_on__lte=F("today") + Value(LATER)))


def due_soon() -> Any:
    """Those of them that are overdue or due within 7 days, by risk and then by day; what was never verified leads."""
    risk = Case(*(When(risk=name, then=Value(place)) for name, place in RISKS.items()))
    rows = to_check().filter(Q(due_on=None) | Q(due_on__lte=F("today") + Value(SOON)))
    return rows.order_by(risk, F("due_on").asc(nulls_first=True), "key")
