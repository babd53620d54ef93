"""The admin of what readers report, as a queue with answers, and of the public corrections that come of it."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import ValidationError
from django.db.models import Case, QuerySet, Value, When
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import get_language, get_language_from_path, gettext_lazy, override
from django.utils.translation import gettext as _

from facts import tasks
from facts.admin_lists import LedgerAdmin, counted, short
from facts.models import Correction, FactValue, Report
from publishing.admin_forms import short_moment

ANSWERS = [(state.value, state.label) for state in Report.State if state != Report.State.OPEN]


def is_page(path: str) -> bool:
    """Is it the path of a page of this site? Readers may have written anything."""
    try:
        with override(get_language_from_path(path) or get_language()):
            resolve(path)
    except Resolver404:
        return False
    return path.startswith("/") and not path.startswith(("//", "/\\"))


def to_report(report: Report) -> HttpResponse:
    """On to a report whose mistake was mended, for the answer."""
    address = reverse("admin:facts_report_change", args=[report.pk])
    return HttpResponseRedirect(f"{address}?state={Report.State.CORRECTED}")


class AnswerForm(forms.ModelForm):
    """What became of a report, and the words for its reader."""

    suggested = ""  # the state that the form begins with

    class Meta:
        widgets = {"answer": forms.Textarea(attrs={"class": "vLargeTextField", "rows": 6, "data-count": "2000"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "state" in self.fields:
            choices = [("", gettext_lazy("Choose…")), *ANSWERS]
            self.fields["state"] = forms.ChoiceField(label=gettext_lazy("What became of it"), choices=choices)
            self.initial["state"] = self.suggested if self.suggested in dict(ANSWERS) else ""

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if self.instance.answered_at is not None:
            raise ValidationError(_("Somebody has answered this meanwhile. Nothing was sent a second time."))
        waits = self.instance.email and given.get("state") in {Report.State.CORRECTED, Report.State.ANSWERED}
        if waits and not given.get("answer", "").strip():
            self.add_error("answer", _("The reader left an address and waits for a word."))
        return given


class StateFilter(admin.SimpleListFilter):
    """Open ones and those of each end."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Report.State.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        return queryset.filter(state=self.value()) if self.value() in Report.State.values else None


@admin.register(Report)
class ReportAdmin(LedgerAdmin):
    """Readers' words are read and answered here, and neither written nor changed."""

    form = AnswerForm
    change_form_template = "admin/facts/report_change.html"
    list_display = ["what", "about", "reported", "state_badge"]
    list_filter = [StateFilter, "language"]
    list_select_related = ["fact"]
    sortable_by = ()
    search_fields = ["words", "path", "fact__key"]
    search_help_text = gettext_lazy("The reader’s words, the page or the key of the fact")
    actions = None

    # Who may

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Report | None = None) -> bool:
        return request.user.has_perm("facts.answer_report")

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """No guessing of addresses by `?email__startswith=`: who may not answer does not see them."""
        return not lookup.startswith("email") and super().lookup_allowed(lookup, value, request)

    # The list

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        """Open ones first, the newest on top."""
        return [Case(When(state=Report.State.OPEN, then=Value(0)), default=Value(1)).asc(), "-created_at", "-pk"]

    @admin.display(description=gettext_lazy("what the reader says"))
    def what(self, obj: Report) -> str:
        return Truncator(obj.words).chars(100)

    @admin.display(description=gettext_lazy("about"))
    def about(self, obj: Report) -> str:
        return obj.fact.key if obj.fact else Truncator(obj.path).chars(60)

    @admin.display(description=gettext_lazy("reported"))
    def reported(self, obj: Report) -> str:
        return short_moment(obj.created_at)

    @admin.display(description=gettext_lazy("state"))
    def state_badge(self, obj: Report) -> SafeString:
        kind = "due" if obj.state == Report.State.OPEN else "archived"
        return format_html('<span class="state state--{}">{}</span>', kind, short(obj.get_state_display()))

    # One report

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The report, locked while it is being answered, so that no reader gets two answers."""
        if request.method == "POST" and object_id.isdecimal() and len(object_id) < 19:
            list(Report.objects.select_for_update().filter(pk=int(object_id)).values_list("pk"))
        return super().get_object(request, object_id, from_field)

    def get_fieldsets(self, request: HttpRequest, obj: Report | None = None) -> Any:
        report = ["said", "seen_at", "where", "language", "reported"]
        if obj is None or not self.has_change_permission(request, obj):
            return [(None, {"fields": report})]  # without the reader's address
        answer = ["state", "answer", *(["answered"] if obj.answered_at else [])]
        return [(None, {"fields": [*report, "reply_to"]}), (_("Answer"), {"fields": answer})]

    def get_readonly_fields(self, request: HttpRequest, obj: Report | None = None) -> list[str]:
        fixed = ["said", "seen_at", "where", "language", "reported", "reply_to", "answered"]
        shown_again = obj is not None and obj.answered_at is not None and request.method != "POST"
        return [*fixed, "state", "answer"] if shown_again else fixed

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"suggested": request.GET.get("state", "")})

    @admin.display(description=gettext_lazy("what the reader says"))
    def said(self, obj: Report) -> SafeString:
        return format_html('<div class="report__words">{}</div>', obj.words)

    @admin.display(description=gettext_lazy("where it can be seen"))
    def seen_at(self, obj: Report) -> str:
        """As text: what a stranger sent is no link to click."""
        return obj.evidence or "–"

    @admin.display(description=gettext_lazy("about"))
    def where(self, obj: Report) -> str:
        if obj.fact is not None:
            current = FactValue.objects.current().filter(fact=obj.fact).first()
            link = reverse("admin:facts_fact_change", args=[obj.fact_id])
            value = current.text if current else _("none yet")
            return format_html('<a href="{}">{}</a> {}: <strong>{}</strong>', link, obj.fact.key, obj.fact.says, value)
        return format_html('<a href="{0}">{0}</a>', obj.path) if is_page(obj.path) else obj.path or "–"

    @admin.display(description=gettext_lazy("answer goes to"))
    def reply_to(self, obj: Report) -> str:
        return obj.email or _("nobody: no address was left, or it has been forgotten")

    @admin.display(description=gettext_lazy("answered"))
    def answered(self, obj: Report) -> str:
        who = obj.answered_by.get_full_name() or obj.answered_by.get_username() if obj.answered_by else ""
        return f"{short_moment(obj.answered_at)} {who}" if obj.answered_at else "–"

    def save_model(self, request: HttpRequest, obj: Report, form: forms.ModelForm, change: bool) -> None:
        obj.answered_at, obj.answered_by = Now(), request.user  # type: ignore[assignment]
        obj.save(update_fields=["state", "answer", "answered_at", "answered_by"])
        if obj.email and obj.answer:
            tasks.send_answer.enqueue(obj.pk)

    def response_change(self, request: HttpRequest, obj: Report) -> HttpResponse:
        sent = obj.email and obj.answer
        words = _("Answered. The answer is on its way to the reader.") if sent else _("Done. The report is closed.")
        self.message_user(request, words, messages.SUCCESS)
        return self.response_post_save_change(request, obj)

    def render_change_form(
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Report | None = None,
    ) -> HttpResponse:
        if obj is not None:
            context |= {
                "may_answer": self.has_change_permission(request, obj) and obj.answered_at is None,
                "mend_url": self.mend_url(request, obj),
                "corrections": obj.corrections.select_related("value__fact", "value__replaces__fact"),
            }
        return super().render_change_form(request, context, add=add, change=change, form_url=form_url, obj=obj)

    def mend_url(self, request: HttpRequest, obj: Report) -> str:
        """Where the mistake is mended: a new value of the fact, or a correction of the page; empty for who may not."""
        if obj.fact_id is not None:
            if not request.user.has_perm("facts.add_factvalue"):
                return ""
            address = reverse("admin:facts_fact_add_value", args=[obj.fact_id])
            return f"{address}?{urlencode({'reason': FactValue.Reason.CORRECTION, 'report': obj.pk})}"
        if not request.user.has_perm("facts.add_correction"):
            return ""
        return f"{reverse('admin:facts_correction_add')}?{urlencode({'path': obj.path, 'report': obj.pk})}"


class CorrectionForm(forms.ModelForm):
    """A mistake in the words of a page, in both languages."""

    class Meta:
        widgets = {f"{name}_{code}": counted(400, rows=2) for name in ("was", "is") for code in ("en", "fr")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("path", "was_en", "was_fr", "is_en", "is_fr"):
            if name in self.fields:
                self.fields[name].required = True

    def clean_path(self) -> str:
        path = self.cleaned_data["path"].strip().removeprefix(settings.SITE_URL)
        if not is_page(path):
            raise ValidationError(_("That is no page of this site. Write its path, such as /en/articles/…/."))
        return path


@admin.register(Correction)
class CorrectionAdmin(LedgerAdmin):
    """Corrections of pages are written here; those of facts come with the value that corrects them, and stay."""

    form = CorrectionForm
    change_form_template = "admin/facts/change_form.html"
    list_display = ["corrected", "what", "was_words", "is_words", "noticed_by"]
    list_filter = ["noticed_by"]
    list_select_related = ["value__fact", "value__replaces__fact"]
    sortable_by = ()
    search_fields = ["path", "was_en", "was_fr", "is_en", "is_fr", "value__fact__key"]
    autocomplete_fields = ["report"]
    actions = None

    def has_change_permission(self, request: HttpRequest, obj: Correction | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.value_id is None)

    def has_delete_permission(self, request: HttpRequest, obj: Correction | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.value_id is None)

    def get_fieldsets(self, request: HttpRequest, obj: Correction | None = None) -> Any:
        if obj is not None and obj.value_id is not None:
            return [(None, {"fields": ["what", "was_words", "is_words", "noticed_by", "report", "corrected"]})]
        return [
            (None, {"fields": ["path"]}),
            (_("What we said"), {"fields": ["was_en", "was_fr"]}),
            (_("What is right"), {"fields": ["is_en", "is_fr"]}),
            (_("How we know"), {"fields": ["noticed_by", "report"]}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Correction | None = None) -> list[str]:
        return ["what", "was_words", "is_words", "corrected"]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        given = super().get_changeform_initial_data(request)
        return {"noticed_by": FactValue.Noticed.READER, **given} if given.get("report") else given

    @admin.display(description=gettext_lazy("corrected"))
    def corrected(self, obj: Correction) -> str:
        return short_moment(obj.corrected_at)

    @admin.display(description=gettext_lazy("what was wrong"))
    def what(self, obj: Correction) -> str:
        return str(obj.value.fact) if obj.value else obj.path

    @admin.display(description=gettext_lazy("what we said"))
    def was_words(self, obj: Correction) -> str:
        return Truncator(obj.was).chars(120)

    @admin.display(description=gettext_lazy("what is right"))
    def is_words(self, obj: Correction) -> str:
        return Truncator(obj.is_now).chars(120)

    def response_add(self, request: HttpRequest, obj: Correction, post_url_continue: str | None = None) -> HttpResponse:
        if obj.report is not None and obj.report.state == Report.State.OPEN and IS_POPUP_VAR not in request.POST:
            self.message_user(request, _("The page of corrections says so now."), messages.SUCCESS)
            return to_report(obj.report)
        return super().response_add(request, obj, post_url_continue)
