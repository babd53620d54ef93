"""Lists of the admin for what is published: they cost the same with ten rows and with a hundred thousand."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.timezone import now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from publishing.admin_forms import short_moment
from publishing.models import Publishable, State

MOST_COUNTED = 10_000  # rows; whoever looks further back uses a filter or the search
OLD_CHANGES = timedelta(days=14)


class CappedPaginator(Paginator):
    """Counts at most MOST_COUNTED rows, so that no list waits for a count of everything."""

    @cached_property
    def count(self) -> int:
        return min(self._found, MOST_COUNTED)

    @property
    def is_capped(self) -> bool:
        """Are there more rows than were counted?"""
        return self._found > MOST_COUNTED

    @cached_property
    def _found(self) -> int:
        rows = self.object_list
        if isinstance(rows, QuerySet):
            return rows.order_by()[: MOST_COUNTED + 1].count()
        return len(rows)


class StateChangeList(ChangeList):
    """Finds the keys of a page first and what the rows show second, so that states are worked out for a page only."""

    result_list: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_popup:
            self.title = capfirst(str(self.opts.verbose_name_plural))

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        keys = list(self.result_list.values_list("pk", flat=True))
        every_row: Any = self.model._default_manager
        rows = self.apply_select_related(every_row.with_state()).in_bulk(keys)
        self.result_list = [rows[key] for key in keys if key in rows]


def badge(host: Publishable) -> SafeString:
    """The state of a row of `with_state()`, as words on a colour, with the moment that matters."""
    state = host.state
    return format_html(
        '<span class="state state--{}">{}</span>{}',
        state.value,
        state.label,
        format_html(' <span class="state-when">{}</span>', when) if (when := coming(host)) else "",
    )


def coming(host: Publishable) -> str:
    """What the clock will do to a row of `with_state()`; empty if nothing."""
    if host.waiting_at is not None:
        future = host.waiting_at > now()
        return gettext("goes live %(when)s") % {"when": short_moment(host.waiting_at)} if future else ""
    scheduled = host.scheduled_for  # type: ignore[attr-defined]
    if scheduled is None:
        return ""
    if host.state is State.SCHEDULED:
        return gettext("goes live %(when)s") % {"when": short_moment(scheduled)}
    return gettext("update goes live %(when)s") % {"when": short_moment(scheduled)}


def publications_of(model: type[Publishable]) -> Any:
    """The publications of the outer row, for Exists and Subquery."""
    relation = model.publications  # type: ignore[attr-defined]
    return relation.rel.related_model.objects.filter(**{relation.field.name: OuterRef("pk")})


def changed_since_live(model: type[Publishable]) -> Q:
    """Live, and the newest revision says something else."""
    relation = model.revisions  # type: ignore[attr-defined]
    newest = relation.rel.related_model.objects.filter(
        **{relation.field.name: OuterRef(f"{relation.field.name}_id")}
    ).order_by("-number")
    outdated = publications_of(model).live().exclude(revision__digest=Subquery(newest.values("digest")[:1]))
    return Q(Exists(outdated))


def in_state(model: type[Publishable], state: str) -> Q:
    """The condition that `Publishable.state` is `state`."""
    publications = publications_of(model)
    live, upcoming = Q(Exists(publications.live())), Q(Exists(publications.upcoming()))
    public = Q(Exists(publications.filter(live_from__lte=Now())))
    settled = Q(waiting_at=None)
    return {
        State.RENDERING: ~settled,
        State.LIVE: settled & live & ~changed_since_live(model),
        State.CHANGED: settled & changed_since_live(model),
        State.SCHEDULED: settled & ~live & upcoming,
        State.UNPUBLISHED: settled & ~live & ~upcoming & public,
        State.DRAFT: settled & ~upcoming & ~public,
    }[State(state)]


class StateFilter(admin.SimpleListFilter):
    """By state; "changes not published" is the state "Live with unpublished changes"."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(State.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        if self.value() not in State.values:
            return None
        return queryset.filter(in_state(queryset.model, str(self.value())))


def old_changes(model: type[Publishable]) -> Q:
    """Changes that have been waiting for their publication for longer than OLD_CHANGES."""
    return Q(changed_at__lt=Now() - OLD_CHANGES) & changed_since_live(model)


def newest_first() -> list[Any]:
    """The order of lists, that of an index: what was changed last is on top, and no two rows are equal."""
    return [F("changed_at").desc(), "-pk"]
