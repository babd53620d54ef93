"""The admin of CRS versions: an editor enters the rules from the official text, a Publisher lets scores count by them.

A version that is published is never edited: one that turns out wrong is withdrawn, and another one takes its place.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from facts.admin_lists import LedgerAdmin
from publishing import purge
from publishing.admin_forms import short_moment
from quizzes import calculator_views, crs, rulebook
from quizzes.admin_personas import ObjectField
from quizzes.crs import BadVersion, tables, texts
from quizzes.models import CRSVersion

_row = re.compile(r"\[\s+(-?\d+(?:,\s+-?\d+)*)\s+\]")


class RulesField(ObjectField):
    """The rules as JSON, each row of numbers on one line."""

    def prepare_value(self, value: Any) -> Any:
        text = super().prepare_value(value)
        return (
            _row.sub(lambda found: f"[{re.sub(r'\s+', ' ', found[1])}]", text) if not isinstance(value, str) else text
        )


def newest_data() -> dict[str, Any]:
    """What a new version is made from: the newest one, without its days."""
    entered = CRSVersion.objects.published().last()
    data = entered.rules if entered else tables.VERSIONS[-1]
    return {**data, "in_force": "", "known_through": None}


class CRSVersionForm(forms.ModelForm):
    rules = RulesField(
        label=_("Rules"),
        help_text=_(
            "The whole grid, made from the newest version: change what the official text changes, and write the first "
            "day in force and the sources. Rows are [from, with spouse, without spouse]. What is wrong is told by its "
            "path."
        ),
        widget=forms.Textarea(attrs={"class": "vLargeTextField fact-table", "rows": 40, "spellcheck": "false"}),
    )
    publish = forms.BooleanField(
        label=_("Publish"),
        required=False,
        help_text=_("From then on scores are counted by it from its first day, and it can no longer be edited."),
    )

    class Meta:
        model = CRSVersion
        fields = ["rules", "note"]
        widgets = {"note": forms.Textarea(attrs={"class": "vLargeTextField", "rows": 3})}

    def clean_rules(self) -> Any:
        """Rules that can be counted by, and that come after all others that are."""
        data = self.cleaned_data["rules"]
        try:
            version = rulebook.parsed(data)
        except BadVersion as bad:
            raise ValidationError([f"{path}: {fault}" for path, fault in bad.errors.items()]) from bad
        others = CRSVersion.objects.filter(withdrawn_at=None).exclude(pk=self.instance.pk)
        if others.filter(in_force=version.in_force).exists():
            raise ValidationError(_("in_force: there is a version of that day already."), code="twice")
        published = others.published().values_list("rules", flat=True)
        try:
            rulebook.with_versions(published).with_version(version)
        except BadVersion as bad:
            raise ValidationError([f"{path}: {fault}" for path, fault in bad.errors.items()]) from bad
        self.instance.in_force = version.in_force
        return data


@admin.register(CRSVersion)
class CRSVersionAdmin(LedgerAdmin):
    form = CRSVersionForm
    change_form_template = "admin/quizzes/crs_version.html"
    list_display = ["in_force", "state", "published_words", "published_by"]
    list_select_related = ["published_by"]
    sortable_by = ()
    actions = ["withdraw"]

    def get_fields(self, request: HttpRequest, obj: CRSVersion | None = None) -> Any:
        if obj and obj.published_at:
            return ["in_force", "state", "published_words", "published_by", "note"]
        return ["rules", "note", *(["publish"] if self.may_publish(request) else [])]

    def get_readonly_fields(self, request: HttpRequest, obj: CRSVersion | None = None) -> list[str]:
        return ["in_force", "state", "published_words", "published_by"]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"rules": newest_data()}

    @admin.display(description=_("state"))
    def state(self, obj: CRSVersion) -> str:
        if obj.withdrawn_at:
            return gettext("withdrawn")
        return gettext("published") if obj.published_at else gettext("draft")

    @admin.display(description=_("published"))
    def published_words(self, obj: CRSVersion) -> str:
        return short_moment(obj.published_at) if obj.published_at else "–"

    # Who may

    def may_publish(self, request: HttpRequest) -> bool:
        return request.user.has_perm("quizzes.publish_crsversion")

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return self.may_publish(request)

    def has_change_permission(self, request: HttpRequest, obj: CRSVersion | None = None) -> bool:
        """A draft; what is published stays as it is."""
        return super().has_change_permission(request, obj) and not (obj and obj.published_at)

    def has_delete_permission(self, request: HttpRequest, obj: CRSVersion | None = None) -> bool:
        """A draft; many at once never."""
        return super().has_delete_permission(request, obj) and obj is not None and obj.published_at is None

    # What happens

    def save_model(self, request: HttpRequest, obj: CRSVersion, form: Any, change: bool) -> None:
        if form.cleaned_data.get("publish") and self.may_publish(request):
            obj.published_at = Now()
            obj.published_by = cast(Any, request.user)
        super().save_model(request, obj, form, change)
        if obj.published_by_id:
            obj.refresh_from_db(fields=["published_at"])
            self.log_change(request, obj, gettext("Published."))
            drop_pages()

    @admin.action(description=_("Withdraw: scores are no longer counted by it"), permissions=["publish"])
    @transaction.atomic
    def withdraw(self, request: HttpRequest, queryset: QuerySet) -> None:
        rows = list(CRSVersion.objects.published().filter(pk__in=queryset.values("pk")))
        for row in rows:
            CRSVersion.objects.filter(pk=row.pk).update(withdrawn_at=Now())
            self.log_change(request, row, gettext("Withdrawn."))
        if rows:
            drop_pages()
            self.message_user(request, gettext("Withdrawn: %(days)s.") % {"days": ", ".join(map(str, rows))})
        else:
            self.message_user(request, gettext("None of these is published."), messages.WARNING)

    def render_change_form(
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: CRSVersion | None = None,
    ) -> HttpResponse:
        if obj is not None:
            context |= in_words(obj)
        return super().render_change_form(request, context, add=add, change=change, form_url=form_url, obj=obj)


def drop_pages() -> None:
    """Have caches drop the pages that say which rules scores are counted by."""
    transaction.on_commit(partial(purge.paths, sorted(calculator_views.start_paths())), robust=True)


def in_words(row: CRSVersion) -> dict[str, Any]:
    """A version as saved: what differs from the one before it, and each line's rule in both languages."""
    version = rulebook.parsed(row.rules)
    entered = CRSVersion.objects.published().filter(in_force__lt=row.in_force)
    known: list[Mapping[str, Any]] = [*tables.VERSIONS, *entered.values_list("rules", flat=True)]
    before = max((data for data in known if data["in_force"] < row.rules["in_force"]), key=day_of, default=None)
    return {
        "version": version,
        "before": before["in_force"] if before else "",
        "differences": list(differences(before or {}, row.rules)),
        "lines": [(key, line) for key, line in texts.of(version).lines.items()],
        "sources": [version.grid_source, version.additional_source],
        "known": [one.key for one in crs.BOOK.versions],
    }


def day_of(data: Mapping[str, Any]) -> str:
    return str(data["in_force"])


def differences(before: Any, now: Any, path: str = "") -> Iterator[dict[str, str]]:
    """What differs between two versions, by path."""
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        for key in dict.fromkeys([*before, *now]):
            yield from differences(before.get(key), now.get(key), f"{path}.{key}".lstrip("."))
    elif before != now:
        yield {
            "path": path,
            "before": json.dumps(before, ensure_ascii=False),
            "now": json.dumps(now, ensure_ascii=False),
        }
