"""The admin of rounds: enter one that the feed does not have yet, correct one, and see how reading the feed goes."""

import copy
import json
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from facts.admin_lists import LedgerAdmin
from publishing.admin_forms import DATE_INPUT, StaysOnTheForm, moment
from rounds import importing
from rounds.models import FIELDS, Origin, Round, differences, field_label, in_words, plain, state, today

UTC_FORMAT = "%Y-%m-%d %H:%M:%S"


class UTCField(forms.DateTimeField):
    """A moment in UTC to the second, written as the feed counts it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["widget"] = forms.TextInput(attrs={"size": 22, "placeholder": "2026-09-01 23:05:13"})
        super().__init__(*args, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value.astimezone(UTC).strftime(UTC_FORMAT) if isinstance(value, datetime) else value

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        if isinstance(value, datetime):
            return value
        try:
            return datetime.strptime(str(value).strip().removesuffix("UTC").strip(), UTC_FORMAT).replace(tzinfo=UTC)
        except ValueError:
            words = gettext("Write it in UTC and to the second: 2026-09-01 23:05:13.")
            raise ValidationError(words, code="invalid") from None


class RoundForm(forms.ModelForm):
    """A round; one that changed while the form was open is not saved over."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    follow = forms.MultipleChoiceField(
        label=_("Take back what the feed says"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("These fields were corrected here, so no import writes over them. Tick those it may have back."),
    )

    class Meta:
        field_classes = {"drawn_at": UTCField, "tie_break": UTCField}
        widgets = {
            "date": DATE_INPUT,
            "name": forms.TextInput(attrs={"class": "vTextField"}),
            "programs": forms.TextInput(attrs={"class": "vTextField"}),
            "pool": forms.TextInput(attrs={"class": "vTextField"}),
            "pool_as_of": DATE_INPUT,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seen_now = self.instance.changed_at.isoformat() if self.instance.pk else ""
        self.fields["seen"].initial = self.seen_now
        says = importing.feed_says(self.instance) if self.instance.pk else {}
        follow = cast(forms.MultipleChoiceField, self.fields["follow"])
        follow.choices = [(name, self.line(name, value)) for name, value in says.items()]
        if not says:
            follow.widget = forms.MultipleHiddenInput()
            follow.label, follow.help_text = "", ""

    def line(self, name: str, value: Any) -> str:
        """A corrected field with what is here and what the feed says."""
        words = gettext("%(field)s: %(here)s here; the feed says %(there)s")
        return words % {
            "field": field_label(name),
            "here": in_words(name, plain(getattr(self.instance, name))),
            "there": in_words(name, plain(value)),
        }

    def clean_pool(self) -> list[int] | None:
        return self.cleaned_data["pool"] or None  # an empty list is no count

    def clean_date(self) -> Any:
        day = self.cleaned_data["date"]
        if day > today() + timedelta(days=1):
            raise ValidationError(_("A round of the future cannot be entered."), code="future")
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.instance.pk and cleaned.get("seen") and cleaned["seen"] != self.seen_now:
            data = cast(QueryDict, self.data).copy()
            data[self.add_prefix("seen")] = self.seen_now  # saving again is a decision
            self.data = data
            words = gettext(
                "This round was changed while the form was open (%(moment)s). Compare it with its page, then save "
                "again."
            )
            raise ValidationError(words % {"moment": moment(self.instance.changed_at)}, code="stale")
        return cleaned


class HeldFilter(admin.SimpleListFilter):
    title = _("corrected here")
    parameter_name = "held"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        match self.value():
            case "yes":
                return queryset.exclude(held=[])
            case "no":
                return queryset.filter(held=[])
        return None


@admin.register(Round)
class RoundAdmin(StaysOnTheForm, LedgerAdmin):
    form = RoundForm
    change_form_template = "admin/facts/change_form.html"
    change_list_template = "admin/rounds/round_list.html"
    list_display = ["number", "date", "type", "cutoff", "invitations", "origin_words", "held_words"]
    list_filter = ["type", "origin", HeldFilter]
    search_fields = ["number", "name"]
    search_help_text = _("The number, or words of the name in the feed")
    date_hierarchy = "date"
    sortable_by = ["date", "cutoff", "invitations"]
    actions = ["take_back"]
    readonly_fields = ["origin_words", "raw_words"]

    def get_fieldsets(self, request: HttpRequest, obj: Round | None = None) -> Any:
        may_change = self.has_change_permission(request, obj)
        first = ["number", ("date", "drawn_at"), "type", "name", "programs", *(["seen"] if obj and may_change else [])]
        own: Any = [
            (None, {"fields": first}),
            (_("Result"), {"fields": [("cutoff", "invitations"), "tie_break"]}),
            (_("Candidates in the pool"), {"fields": ["pool_as_of", "pool"]}),
        ]
        if obj is None:
            return own
        asks = ["follow"] if obj.held and may_change else []
        return [*own, (_("The feed"), {"fields": [*asks, "origin_words", "raw_words"]})]

    def get_readonly_fields(self, request: HttpRequest, obj: Round | None = None) -> list[str]:
        return [*self.readonly_fields, "number"] if obj else self.readonly_fields

    def has_delete_permission(self, request: HttpRequest, obj: Round | None = None) -> bool:
        """Only what an editor has entered by mistake; what the feed has stays."""
        if obj is None or obj.origin != Origin.EDITOR:
            return False
        return super().has_delete_permission(request, obj)

    # The list

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request)
        match = request.resolver_match
        return rows.defer("raw", "pool") if match and match.url_name == "rounds_round_changelist" else rows

    @admin.display(description=_("comes from"))
    def origin_words(self, obj: Round) -> str:
        return obj.get_origin_display() if obj.pk else "–"

    @admin.display(description=_("corrected here"))
    def held_words(self, obj: Round) -> str:
        return ", ".join(field_label(name) for name in obj.held) or "–"

    @admin.display(description=_("row of the feed"))
    def raw_words(self, obj: Round) -> str:
        if not obj.raw:
            return gettext("The feed does not have this round yet.")
        return format_html('<pre class="round-raw">{}</pre>', json.dumps(obj.raw, ensure_ascii=False, indent=1))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        feed = state()
        context = {
            "feed": feed,
            "feed_succeeded": moment(feed.succeeded_at) if feed.succeeded_at else "",
            "feed_next": moment(feed.next_try_at) if feed.next_try_at else "",
        }
        return super().changelist_view(request, context | (extra_context or {}))

    @admin.action(description=_("Take back what the feed says"), permissions=["change"])
    @transaction.atomic
    def take_back(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Let the feed have all corrected fields of some rounds again, at once."""
        done = 0
        for row in Round.objects.filter(pk__in=queryset.values("pk")).exclude(held=[]).select_for_update():
            importing.follow_feed(row, row.held, cast(Any, request.user))
            self.log_change(request, row, gettext("Taken back to what the feed says."))
            done += 1
        words = ngettext(
            "%(count)d round says what the feed says again.", "%(count)d rounds say what the feed says again.", done
        )
        self.message_user(request, words % {"count": done}, messages.SUCCESS if done else messages.WARNING)

    # The form

    def save_model(self, request: HttpRequest, obj: Round, form: Any, change: bool) -> None:
        """Save what was typed: a correction where readers had seen something else."""
        if not change:
            obj.origin = Origin.EDITOR
            obj.save()
            importing.drop([obj])
            return
        before = Round.objects.select_for_update().get(pk=obj.pk)
        row, person = copy.copy(before), cast(Any, request.user)
        row.held = list(before.held)
        typed = [name for name in FIELDS if name in form.changed_data]
        for name in typed:
            setattr(row, name, getattr(obj, name))
        if differences(before, row):
            importing.correct(row, before, typed, person)
        if follow := form.cleaned_data.get("follow"):
            importing.follow_feed(row, follow, person)
