"""The admin of imports: a file is checked when it is uploaded, and imported by a button after that."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from facts.admin_lists import LedgerAdmin
from newsletter import importing, tasks
from newsletter.models import Import, Topic
from publishing.admin_forms import DATE_INPUT, short_moment

LINES_SHOWN = 200


class ImportForm(forms.ModelForm):
    """A file, and where the consent of everybody in it comes from. The report of a valid form says what it would do."""

    report: importing.Report
    file = forms.FileField(
        label=_("CSV file"),
        help_text=_(
            "The first line names the columns: email, and if you have them name, language (en, fr), topics, pace "
            "(at_once, weekly, monthly), time_zone, consented_on."
        ),
    )
    topics = forms.MultipleChoiceField(
        label=_("Topics of lines that name none"), widget=forms.CheckboxSelectMultiple, choices=()
    )

    class Meta:
        model = Import
        fields = ["kind", "consented_on", "statement", "language", "topics"]
        widgets = {
            "statement": forms.Textarea(attrs={"class": "vLargeTextField", "rows": 4}),
            "consented_on": DATE_INPUT,
        }
        help_texts = {
            "statement": _(
                "Who agreed, to what, where and in which words, and where the proof lies. It is kept with each consent."
            ),
            "consented_on": _("Of lines that name no day of their own. Implied consent runs out from this day on."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "topics" in self.fields:
            field: Any = self.fields["topics"]
            field.choices = [(topic.key, topic.name) for topic in Topic.objects.all()]

    def clean_statement(self) -> str:
        statement = self.cleaned_data["statement"].strip()
        if len(statement) < 30:
            raise ValidationError(gettext("Say in a whole sentence where the consent comes from."), code="short")
        return statement

    def clean_consented_on(self) -> Any:
        day = self.cleaned_data["consented_on"]
        if day > localdate():
            raise ValidationError(gettext("The day of the consent is still to come."), code="future")
        return day

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > importing.MOST_BYTES:
            most = importing.MOST_BYTES // 1024**2
            raise ValidationError(gettext("The file is larger than %(most)d MB. Split it.") % {"most": most})
        return file

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if self.errors or "file" not in given:
            return given
        row = self.instance
        for name in ("kind", "consented_on", "statement", "language", "topics"):
            setattr(row, name, given[name])
        row.file_name, row.content = given["file"].name, given["file"].read()
        try:
            self.report = importing.examine(row)
        except importing.BadFile as error:
            self.add_error("file", str(error))
        return given


@admin.register(Import)
class ImportAdmin(LedgerAdmin):
    form = ImportForm
    change_form_template = "admin/newsletter/import.html"
    list_display = ["file_name", "state", "kind", "new", "uploaded", "created_by"]
    list_select_related = ["created_by"]
    sortable_by = ()
    actions = None

    def get_urls(self) -> list[URLPattern]:
        start = self.admin_site.admin_view(self.start)
        return [path("<path:object_id>/start/", start, name="newsletter_import_start"), *super().get_urls()]

    # Who may

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("newsletter.import_subscriber")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    # The list

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("content")

    @admin.display(description=_("new"))
    def new(self, obj: Import) -> int:
        return obj.counts.get("new", 0)

    @admin.display(description=_("uploaded"))
    def uploaded(self, obj: Import) -> str:
        return short_moment(obj.created_at)

    # One file

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ["file", "kind", "consented_on", "statement", "language", "topics"]
        return ["file_name", "state", "kind", "consented_on", "statement", "language", "topics", "created_by"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        report: importing.Report = form.report
        lines = {"faults": report.faults[:LINES_SHOWN], "passed_over": report.passed_over[:LINES_SHOWN]}
        obj.counts = {**report.counts, "lines": lines}
        obj.created_by = request.user
        obj.save()

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        self.message_user(request, gettext("Checked. Nothing is imported yet: read below what would be."))
        return HttpResponseRedirect(self.address("change", obj.pk))

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        row = self.get_object(request, unquote(object_id))
        more: dict[str, Any] = {}
        if row is not None:
            lines = row.counts.get("lines", {})
            more = {
                "counts": {"new": 0, "faults": 0, "passed_over": 0, **row.counts},
                "faults": lines.get("faults", []),
                "passed_over": lines.get("passed_over", []),
                "may_start": row.state == Import.State.CHECKED
                and row.counts.get("new", 0)
                and request.user.has_perm("newsletter.import_subscriber"),
            }
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})

    def start(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Have the worker import what was checked."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_add_permission(request):
            raise PermissionDenied
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        with transaction.atomic():
            checked = Import.objects.filter(pk=row.pk, state=Import.State.CHECKED)
            if checked.update(state=Import.State.WAITING):
                LogEntry.objects.log_actions(cast(int, request.user.pk), [row], CHANGE, "Imported.", single_object=True)
                tasks.run_import.enqueue(row.pk)
                self.message_user(request, gettext("The worker imports the file now."), messages.SUCCESS)
        return HttpResponseRedirect(self.address("change", row.pk))
