"""The admin of programs: their words and lines, and their status, which is set on a page of its own."""

from functools import partial
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import ForeignKey, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from articles.admin import ChoosesRows, LabelledForm
from facts import admin_values, ledger
from facts.admin_lists import LedgerAdmin
from facts.admin_values import ValueForm
from facts.models import SLUG, Fact, Jurisdiction
from facts.states import Risk
from facts.values import Kind, Status
from programs.models import KEY_PART, Criterion, Doubt, Fee, Program, ProgramSource, Step, status_key
from programs.reference_data import STATUS_REVIEW_DAYS
from programs.standing import LOOKS
from publishing import purge
from publishing.admin_forms import DATE_INPUT, FollowsHost, PersonField, StaysOnTheForm
from publishing.dates import date_format

DEEPEST = 5  # criteria inside each other
LOOKS_OF_THE_ADMIN = {"ok": "live", "unsure": "changed", "no": "overdue", "tint": "scheduled", "plain": "draft"}


def badge(status: str | None) -> SafeString:
    """A status in words on a colour; "unconfirmed" for a program that has none."""
    shown = Status(status or Status.UNCONFIRMED)
    look = LOOKS_OF_THE_ADMIN[LOOKS[shown][0]]
    return format_html('<span class="state state--{}">{}</span>', look, shown.label)


def drop(paths: set[str]) -> None:
    """Have caches drop some pages once this transaction is committed."""
    transaction.on_commit(partial(purge.paths, sorted(paths)), robust=True)


# Lines


def two_lines(names: list[str]) -> dict[str, forms.Widget]:
    return {name: forms.Textarea(attrs={"rows": 2, "cols": 40}) for name in names}


class LineForm(forms.ModelForm):
    class Meta:
        widgets = two_lines(["text_en", "text_fr"])


class CriterionForm(LineForm):
    """A criterion, which can be part of others of its own program; groups: those, with their labels."""

    def __init__(self, *args: Any, groups: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "parent" not in self.fields:
            return
        field = cast(forms.ModelChoiceField, self.fields["parent"])
        own = [(pk, label) for pk, label in groups if pk != self.instance.pk]
        field.queryset = Criterion.objects.filter(pk__in=[pk for pk, _label in own])
        # Read once for all rows.
        field.widget.choices = [("", "–"), *own]


class CriterionFormSet(forms.models.BaseInlineFormSet):
    """Criteria that are part of each other, in a tree that ends."""

    @cached_property
    def groups(self) -> list[tuple[int, str]]:
        rows = Criterion.objects.filter(program=self.instance.pk) if self.instance.pk else []
        return [(row.pk, Truncator(row.text or row.key).chars(50)) for row in rows]

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "groups": self.groups}

    def clean(self) -> None:
        super().clean()
        parents = {}
        for form in self.forms:
            given = getattr(form, "cleaned_data", {})
            if given and form.instance.pk and not given.get("DELETE"):
                parents[form.instance.pk] = given["parent"].pk if given.get("parent") else None
        for pk in parents:
            above, depth = parents[pk], 1
            while above is not None and depth <= DEEPEST:
                above, depth = parents.get(above), depth + 1
            if depth > DEEPEST:
                words = gettext("Criteria stand at most %(most)d deep inside each other, and never in a circle.")
                raise ValidationError(words % {"most": DEEPEST}, code="too_deep")


class LineInline(FollowsHost, StaysOnTheForm, admin.TabularInline):
    """Lines of a program, in the order of their numbers."""

    form: Any = LineForm
    fields = ["order", "text_en", "text_fr"]
    extra = 0


class CriterionInline(LineInline):
    model = Criterion
    form = CriterionForm
    formset = CriterionFormSet
    fields = ["order", "key", "parent", "of", "text_en", "text_fr"]
    verbose_name_plural = _("Criteria: all of those that are part of no other")

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = Criterion.objects.none()  # the form has those of its program
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class StepInline(LineInline):
    model = Step


class DoubtInline(LineInline):
    model = Doubt


class ChosenInline(ChoosesRows, LineInline):
    """Rows that point to something of the ledger."""

    form = LabelledForm

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related(*self.chosen)


class FeeInline(ChosenInline):
    model = Fee
    fields = ["order", "fact"]
    chosen = ("fact",)


class SourceInline(ChosenInline):
    model = ProgramSource
    fields = ["order", "source", "seen"]
    chosen = ("source",)


# Status


class StatusForm(ValueForm):
    """A further status of a program."""

    too_early = _(
        "The present status is dated %(day)s. Choose that day or a later one, or the new one would not show; "
        "an earlier day can be told in the note."
    )

    def first_values(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().first_values(request), **({"value": self.current.content} if self.current else {})}


# Programs


class StatusFilter(admin.SimpleListFilter):
    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Status.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        return queryset.filter(status_now=self.value()) if self.value() in Status.values else None


class WordingFilter(admin.SimpleListFilter):
    """By whether somebody who knows the law has read the French words."""

    title = _("French wording")
    parameter_name = "wording"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("Not reviewed yet")), ("yes", _("Reviewed"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        if self.value() not in {"yes", "no"}:
            return None
        return queryset.filter(wording_reviewed_on__isnull=self.value() == "no")


class ProgramForm(LabelledForm):
    class Meta:
        widgets = {
            **{f"name_{code}": forms.TextInput(attrs={"class": "vTextField"}) for code in ("en", "fr")},
            **{
                f"{name}_{code}": forms.Textarea(attrs={"class": "vLargeTextField", "rows": 2, "data-count": "300"})
                for name in ("who", "fees_note")
                for code in ("en", "fr")
            },
            "official_url": forms.URLInput(attrs={"class": "vURLField"}),
            "checked_on": DATE_INPUT,
            "wording_reviewed_on": DATE_INPUT,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, validator in {"key": KEY_PART, "slug_en": SLUG, "slug_fr": SLUG}.items():
            if name in self.fields:
                self.fields[name].validators = [validator]  # in place of Django's, which speaks of hyphens

    def clean_key(self) -> str:
        """A key whose fact of the ledger is free, or already the status of a program."""
        key = self.cleaned_data["key"]
        if Fact.objects.filter(key=status_key(key)).exclude(kind=Kind.STATUS).exists():
            words = gettext("The fact %(key)s exists, and is no status.")
            raise ValidationError(words % {"key": status_key(key)}, code="taken")
        return key


@admin.register(Program)
class ProgramAdmin(ChoosesRows, StaysOnTheForm, LedgerAdmin):
    form = ProgramForm
    change_form_template = "admin/programs/program_change.html"
    change_list_template = "admin/programs/program_list.html"
    list_display = ["name", "family", "place", "status_badge", "confidence_grade", "checked", "wording"]
    list_filter = [
        StatusFilter, "family", "province", "stay", "confidence", "completeness", WordingFilter, "is_hidden",
    ]  # fmt: skip
    search_fields = ["name_en", "name_fr", "slug_en", "slug_fr", "key"]
    search_help_text = _("Words of the name in either language, or the key")
    prepopulated_fields = {"slug_en": ["name_en"], "slug_fr": ["name_fr"]}
    list_per_page = 120  # all of them
    ordering = ["family", "province", "name_en", "pk"]
    sortable_by = ["family", "checked", "confidence_grade"]
    actions = ["checked_today"]
    chosen = ("processing_time", "tag")
    fieldsets = [
        (None, {"fields": ["key", ("name_en", "slug_en"), ("name_fr", "slug_fr"), ("who_en", "who_fr")]}),
        (_("What it is"), {"fields": [("level", "province"), ("family", "stay"), "official_url"]}),
        (_("Costs and time"), {"fields": [("fees_note_en", "fees_note_fr"), "processing_time"]}),
        (
            _("How sure we are"),
            {"fields": ["official_url_is_checked", ("confidence", "completeness"), ("checked_on", "checked_by")]},
        ),
        (_("Options"), {"fields": ["wording_reviewed_on", "tag", "is_hidden"]}),
    ]
    inlines = [CriterionInline, StepInline, FeeInline, SourceInline, DoubtInline]

    # Who may

    def has_delete_permission(self, request: HttpRequest, obj: Program | None = None) -> bool:
        """A program that is gone is closed, or hidden; its status stays in the public history."""
        return False

    # The list

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = cast(Any, super().get_queryset(request)).with_status()
        return rows.select_related("processing_time", "tag", "status").defer("loaded")

    @admin.display(description=_("name"), ordering="name_en")
    def name(self, obj: Program) -> str:
        return obj.name

    @admin.display(description=_("Province"))
    def place(self, obj: Program) -> str:
        return obj.get_province_display() if obj.province else obj.get_level_display()

    @admin.display(description=_("status"))
    def status_badge(self, obj: Any) -> str:
        if obj.is_hidden:
            return format_html("{} {}", badge(obj.status_now), gettext("hidden"))
        return badge(obj.status_now)

    @admin.display(description=_("confidence"), ordering="confidence")
    def confidence_grade(self, obj: Program) -> str:
        return obj.confidence

    @admin.display(description=_("last checked"), ordering="checked_on")
    def checked(self, obj: Program) -> str:
        return date_format(obj.checked_on, "SHORT_DATE_FORMAT") if obj.checked_on else "–"

    @admin.display(description=_("French wording"))
    def wording(self, obj: Program) -> str:
        if obj.wording_reviewed_on is not None:
            return gettext("reviewed")
        return format_html('<span class="overdue">{}</span>', gettext("not reviewed yet"))

    @admin.action(description=_("Checked today"), permissions=["change"])
    @transaction.atomic
    def checked_today(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Note that this person read the pages of some programs today, and saw their statuses in the sources."""
        programs = list(queryset.select_related("status"))
        Program.objects.filter(pk__in=[program.pk for program in programs]).update(
            checked_on=ledger.today(), checked_by=cast(Any, request.user)
        )
        ledger.verify([program.status for program in programs], cast(Any, request.user))
        LogEntry.objects.log_actions(request.user.pk, programs, CHANGE, gettext("Checked today."))  # type: ignore[arg-type]
        drop({path for program in programs for path in program.public_paths()})
        words = ngettext(
            "%(count)d program checked today, and its status verified.",
            "%(count)d programs checked today, and their statuses verified.",
            len(programs),
        )
        self.message_user(request, words % {"count": len(programs)}, messages.SUCCESS)

    # The form

    def get_readonly_fields(self, request: HttpRequest, obj: Program | None = None) -> tuple[str, ...]:
        return ("key",) if obj else ()

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "checked_by":
            return PersonField(required=False, label=_("Checked by"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def view_on_site(self, obj: Program) -> str | None:
        """Where readers find it; nowhere while it is hidden."""
        return None if obj.is_hidden else obj.get_absolute_url()

    def save_model(self, request: HttpRequest, obj: Program, form: forms.ModelForm, change: bool) -> None:
        """Save the program with its status, a fact of the ledger that is named after it."""
        before = Program.objects.get(pk=obj.pk).public_paths() if change else set()
        words = {
            "says_en": f"Status: {obj.name_en}"[:200],
            "says_fr": f"État : {obj.name_fr}"[:200],
            "jurisdiction": obj.province or Jurisdiction.CANADA,
        }
        made = {"kind": Kind.STATUS, "risk": Risk.HIGH, "review_days": STATUS_REVIEW_DAYS}
        obj.status, _made = Fact.objects.update_or_create(
            key=obj.status_key, defaults=words, create_defaults=words | made
        )
        super().save_model(request, obj, form, change)
        drop(before | obj.public_paths())

    def response_add(self, request: HttpRequest, obj: Program, post_url_continue: str | None = None) -> HttpResponse:
        """On to its first status."""
        if IS_POPUP_VAR in request.POST:
            return super().response_add(request, obj, post_url_continue)
        self.message_user(request, gettext("The program is there. Now say what its status is."), messages.SUCCESS)
        return HttpResponseRedirect(self.address("status", obj.pk))

    def render_change_form(
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        if obj is not None:
            context |= {
                "badge": badge(obj.status_now),
                "values": admin_values.history(obj.status),
                "may_set_status": self.has_change_permission(request, obj),
                "status_url": self.address("status", obj.pk),
            }
        return super().render_change_form(request, context, add=add, change=change, form_url=form_url, obj=obj)

    # The status

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.status_view)
        return [path("<int:program_id>/status/", view, name="programs_program_status"), *super().get_urls()]

    def status_view(self, request: HttpRequest, program_id: int) -> HttpResponse:
        """The form for a further status, and what it does."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        program: Any = self.get_object(request, str(program_id))
        if program is None:
            raise Http404
        form = StatusForm(program.status, request, data=request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid() and self.set_status(request, program, form):
            return HttpResponseRedirect(self.address("change", program.pk))
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Set the status"),
            "original": program,
            "badge": badge(program.status_now),
            "form": form,
            "fieldsets": helpers.AdminForm(form, [(None, {"fields": form.lines()})], {}),
            "media": self.media + form.media,
            "back_url": self.address("change", program.pk),
        }
        return TemplateResponse(request, "admin/programs/status.html", context)

    @transaction.atomic
    def set_status(self, request: HttpRequest, program: Program, form: StatusForm) -> bool:
        """Add the status that a form asks for; False, with the reasons in the form, if the ledger refuses it."""
        row = form.add(cast(Any, request.user))
        if row is None:
            return False
        self.log_change(request, program, gettext("Status: %(status)s.") % {"status": row.text})
        if row.in_force_from > form.today:
            words = gettext("The status becomes “%(status)s” by itself on %(day)s.")
        else:
            words = gettext("The status is “%(status)s”, on every page that names the program.")
        given = {"status": row.text, "day": date_format(row.in_force_from)}
        self.message_user(request, words % given, messages.SUCCESS)
        return True
