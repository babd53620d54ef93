"""Forms of the admin for what is published: the working copy, its blocks, and a moment in the site's time zone."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, cast

from content_editor.admin import ContentEditorInline
from django import forms
from django.contrib.admin.widgets import AutocompleteMixin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime
from django.utils.timezone import get_current_timezone, localtime
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from publishing.compare import Difference
from publishing.dates import date_format
from publishing.models import Block, Revision
from publishing.readiness import Finding
from publishing.release import clock

MOST_BLOCKS = 80  # of one kind in one body; the longest article we know has 40 in all
DATE_INPUT = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")  # the browser's own calendar


def moment(value: datetime) -> str:
    """A moment in the site's time zone, with the zone's short name: "30 November 2026, 09:00 EST"."""
    there = localtime(value)
    return f"{date_format(there, 'DATETIME_FORMAT')} {there:%Z}"


def short_moment(value: datetime) -> str:
    """The same for lists: "2026-11-30 09:00 EST"."""
    there = localtime(value)
    return f"{date_format(there, 'SHORT_DATETIME_FORMAT')} {there:%Z}"


@dataclass
class Conflict:
    """Somebody saved `latest` while this form was open."""

    latest: Revision
    differences: list[Difference]


@dataclass
class Attempt:
    """What one request to the change form is about; it lives on the request as `request.attempt`."""

    number: int = 0  # of the revision that the form shows
    latest: Revision | None = None
    base: Revision | None = None
    stale: bool = False
    findings: list[Finding] = field(default_factory=list)
    conflict: Conflict | None = None
    outcome: str = ""
    outcome_level: str = "success"


class Refused(Exception):
    """Raised inside the transaction of a save: everything is rolled back and the form is shown again."""

    def __init__(self, findings: list[Finding], conflict: Conflict | None = None) -> None:
        super().__init__(findings)
        self.findings = findings
        self.conflict = conflict


class SiteMomentField(forms.Field):
    """A date and time in the site's zone. A time that the clocks skip, or show twice, is refused with the reason."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": _("Choose a date and a time."),
        "invalid": _("Write a date and a time, such as 2026-11-30 09:00."),
        "skipped": _("This time does not exist on that day: the clocks go forward. Choose an hour later."),
        "twice": _("This time comes twice on that day: the clocks go back. Choose an hour earlier or later."),
    }

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values or isinstance(value, datetime):
            return value or None
        try:
            naive = parse_datetime(str(value).strip())
        except ValueError:
            naive = None
        if naive is None or naive.tzinfo is not None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        zone = get_current_timezone()
        first, second = naive.replace(tzinfo=zone, fold=0), naive.replace(tzinfo=zone, fold=1)
        before, after = first.utcoffset(), second.utcoffset()
        if before is not None and after is not None and before != after:
            code = "skipped" if before < after else "twice"
            raise ValidationError(self.error_messages[code], code=code)
        return first


class PersonField(forms.ModelChoiceField):
    """Somebody who can sign in to the admin, by name."""

    def __init__(self, **kwargs: Any) -> None:
        people = get_user_model().objects.filter(is_staff=True, is_active=True).order_by("first_name", "username")
        super().__init__(people, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return obj.get_full_name() or obj.get_username()


class PublishableForm(forms.ModelForm):
    """The working copy's own fields, with the moment for "Schedule".

    `attempt` and `user` are set by the admin. What publishing refused, and what somebody else saved meanwhile, come
    back as errors of this form, so that everything typed is shown again.
    """

    attempt: Attempt | None = None
    user: AbstractBaseUser | None = None

    publish_at = forms.CharField(label=_("Goes live at"), required=False, widget=SiteMomentField.widget)

    def clean_publish_at(self) -> datetime | None:
        """The moment, read only when it is asked for: half a date must not stop a plain save."""
        if "_schedule" not in self.data:
            return None
        value = SiteMomentField().clean(self.cleaned_data["publish_at"])
        if value <= clock():
            raise ValidationError(_("Choose a moment in the future, or publish now."), code="past")
        return value

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.attempt is not None:
            for finding in self.attempt.findings:
                self.add_error(finding.field if finding.field in self.fields else None, finding.message)
            if self.attempt.conflict is not None:
                self.add_error(None, conflict_message(self.attempt.conflict, self.user))
        return cleaned


def conflict_message(conflict: Conflict, user: AbstractBaseUser | None) -> str:
    """Who saved and when, and that nothing is lost."""
    latest = conflict.latest
    when = moment(latest.created_at)
    if latest.created_by is None:
        saved = gettext("This was saved elsewhere on %(when)s, while you were writing.") % {"when": when}
    elif latest.created_by == user:
        saved = gettext("You saved this in another window on %(when)s.") % {"when": when}
    else:
        name = latest.created_by.get_full_name() or latest.created_by.get_username()
        saved = gettext("%(name)s saved this on %(when)s, while you were writing.") % {"name": name, "when": when}
    kept = gettext("Nothing of yours is saved yet, and nothing is lost: all of it is below. Save again to keep it.")
    return f"{saved} {kept}"


class KnownLabels(AutocompleteMixin):
    """Mixed into an autocomplete widget: takes the label of the chosen row from the form instead of asking for it.

    Without it each foreign key of each block costs a query.
    """

    known: dict[str, str]
    is_required: bool

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        known = getattr(self, "known", {})
        chosen = [str(one) for one in value if one]
        if not all(one in known for one in chosen):
            return super().optgroups(name, value, attr)
        choices = [] if self.is_required else [("", "")]
        choices += [(one, known[one]) for one in chosen]
        options = [
            self.create_option(name, key, label, key in chosen, index)  # type: ignore[attr-defined]
            for index, (key, label) in enumerate(choices)
        ]
        return [(None, options, 0)]


def tell_labels(form: forms.ModelForm) -> None:
    """Give every `KnownLabels` widget of a form the label of what its instance refers to (use select_related)."""
    for name, form_field in form.fields.items():
        widget = getattr(form_field.widget, "widget", form_field.widget)
        if isinstance(widget, KnownLabels) and form.instance.pk:
            related = getattr(form.instance, name, None)
            widget.known = {str(related.pk): str(related)} if related is not None else {}


class BlockForm(forms.ModelForm):
    """One block. Its uid travels along, so that a block that was made anew meanwhile is recognised."""

    block_uid = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial.setdefault("block_uid", self.instance.uid)
        tell_labels(self)

    def clean_region(self) -> str:
        """One of the host's regions: a block in any other would be saved and shown nowhere."""
        host: Any = self._meta.model._meta.get_field("parent").related_model
        regions = [region.key for region in host.regions]
        return self.cleaned_data["region"] if self.cleaned_data["region"] in regions else regions[0]

    def save(self, commit: bool = True) -> Any:
        if self.instance._state.adding and (uid := self.cleaned_data.get("block_uid")):
            self.instance.uid = uid
        return super().save(commit)


class BlockFormSet(BaseInlineFormSet):
    """The blocks of one kind, at most MOST_BLOCKS."""

    def clean(self) -> None:
        super().clean()
        removed = [form for form in self.forms if f"{form.prefix}-DELETE" in self.data]
        if self.total_form_count() - len(removed) > MOST_BLOCKS:
            message = ngettext(
                "At most %(number)d block of one kind fits in a text; take some out or split it.",
                "At most %(number)d blocks of one kind fit in a text; take some out or split it.",
                MOST_BLOCKS,
            )
            raise ValidationError(message % {"number": MOST_BLOCKS}, code="too_many")


class FollowsHost:
    """An inline that may be edited by whoever may edit its host: the rows have no life, so no permission, of their own.

    Django shows the rows read-only, and refuses their POST, where the host may not be changed.
    """

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return True

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return True

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return True


class StaysOnTheForm:
    """Choices without links to change, delete or view what is chosen: they would leave what was typed."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        widget = getattr(field, "widget", None)
        for name in ("can_change_related", "can_delete_related", "can_view_related"):
            if hasattr(widget, name):
                setattr(widget, name, False)
        return field


class BlockInline(FollowsHost, ContentEditorInline):
    """Blocks of one kind on the form of their host."""

    template = "admin/publishing/block.html"
    form = BlockForm
    formset = BlockFormSet
    identity = "block_uid"  # see publishing.conflicts

    def identify(self, row: models.Model) -> str:
        return str(cast(Block, row).uid)

    def get_formset(self, request: HttpRequest, obj: models.Model | None = None, **kwargs: Any) -> Any:
        kwargs.setdefault("max_num", MOST_BLOCKS)
        kwargs.setdefault("absolute_max", MOST_BLOCKS * 2)  # what was typed beyond the limit comes back with the error
        return super().get_formset(request, obj, **kwargs)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        foreign_keys = [
            column.name
            for column in self.model._meta.fields
            if isinstance(column, models.ForeignKey) and column.name != self.fk_name
        ]
        rows = super().get_queryset(request)
        return rows.select_related(*foreign_keys) if foreign_keys else rows
