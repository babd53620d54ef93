"""The admin of facts: the list, the form with the history of values, and the pages that add a value or check many."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import ForeignKey, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from facts import admin_dashboard, admin_reports, admin_search, admin_values, ledger
from facts.admin_lists import DueFilter, FactChangeList, LedgerAdmin, StateFilter, badge, short, with_details
from facts.admin_values import ValueForm, person
from facts.models import Fact, FactValue, Report
from facts.values import Kind
from publishing.admin_forms import PersonField
from publishing.dates import date_format

MOST_LINKS = 5  # to pages that show a fact, in a message
MOST_USES = 30  # of them on the form of a fact
FIXED = ("key", "kind", "unit", "shape")  # what the values of a fact, and texts, rely on


class FactForm(forms.ModelForm):
    class Meta:
        widgets = {
            name: forms.TextInput(attrs={"class": "vTextField", "data-count": "200"}) for name in ("says_en", "says_fr")
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("shape") and given.get("kind") != Kind.TABLE:
            self.add_error("shape", _("Only a table has a shape."))
        return given


@admin.register(Fact)
class FactAdmin(LedgerAdmin):
    form = FactForm
    change_form_template = "admin/facts/fact_change.html"
    change_list_template = "admin/facts/fact_list.html"
    list_display = ["fact", "value", "state", "risk_word", "uses", "owner_name"]
    list_filter = [StateFilter, DueFilter, "risk", "kind", "jurisdiction"]
    list_select_related = ["owner"]
    sortable_by = ["fact", "state"]
    search_fields = ["key", "says_en", "says_fr"]
    search_help_text = gettext_lazy("Parts of the key, or words of what it says in English or French")
    actions = ["verify_today", "keep_up_no_longer", "keep_up_again"]
    save_on_top = False
    fieldsets = [
        (None, {"fields": ["key", "says_en", "says_fr"]}),
        (gettext_lazy("What it is"), {"fields": [("kind", "unit", "shape"), "jurisdiction"]}),
        (gettext_lazy("Checks"), {"fields": [("risk", "review_days"), "owner"]}),
    ]

    # The list

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return cast(Any, super().get_queryset(request)).with_current()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[FactChangeList]:
        return FactChangeList

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        return admin_search.find(queryset, search_term), False

    @admin.display(description=gettext_lazy("fact"), ordering="key")
    def fact(self, obj: Fact) -> SafeString:
        return format_html("{}<br><code>{}</code>", obj.says, obj.key)

    @admin.display(description=gettext_lazy("value"))
    def value(self, obj: Any) -> str:
        return Truncator(obj.current.text).chars(60) if obj.current else _("none yet")

    @admin.display(description=gettext_lazy("next check"), ordering="due_on")
    def state(self, obj: Any) -> SafeString:
        day = date_format(obj.due_on, "SHORT_DATE_FORMAT") if obj.due_on else _("never verified")
        return format_html('{}<br><span class="state-when">{}</span>', badge(obj.freshness.state), day)

    @admin.display(description=gettext_lazy("risk"))
    def risk_word(self, obj: Fact) -> str:
        return short(obj.get_risk_display())

    @admin.display(description=gettext_lazy("shown on"))
    def uses(self, obj: Any) -> str:
        return pages(obj.uses)

    @admin.display(description=gettext_lazy("owner"))
    def owner_name(self, obj: Fact) -> str:
        return person(obj.owner)

    # Actions

    @admin.action(description=gettext_lazy("Verified today"), permissions=["change"])
    def verify_today(self, request: HttpRequest, queryset: QuerySet) -> None:
        self.verify(request, list(queryset))

    @admin.action(description=gettext_lazy("No longer kept up"), permissions=["change"])
    def keep_up_no_longer(self, request: HttpRequest, queryset: QuerySet) -> None:
        self.keep_up(request, list(queryset), kept=False)

    @admin.action(description=gettext_lazy("Keep up again"), permissions=["change"])
    def keep_up_again(self, request: HttpRequest, queryset: QuerySet) -> None:
        self.keep_up(request, list(queryset), kept=True)

    @transaction.atomic
    def verify(self, request: HttpRequest, facts: Sequence[Fact]) -> None:
        """Note that this person saw the values of some facts today, and say for how many that was possible."""
        done = ledger.verify(facts, cast(Any, request.user))
        self.log(request, facts, _("Verified today."))
        if done:
            words = ngettext("%(count)d fact verified today.", "%(count)d facts verified today.", done)
            self.message_user(request, words % {"count": done}, messages.SUCCESS)
        if left := len(facts) - done:
            words = ngettext(
                "%(count)d fact was left as it is: it has no value in force, or is no longer kept up.",
                "%(count)d facts were left as they are: they have no value in force, or are no longer kept up.",
                left,
            )
            self.message_user(request, words % {"count": left}, messages.WARNING)

    @transaction.atomic
    def keep_up(self, request: HttpRequest, facts: Sequence[Fact], *, kept: bool) -> None:
        done = ledger.keep_up(facts, kept)
        if kept:
            words = ngettext("%(count)d fact is kept up again.", "%(count)d facts are kept up again.", done)
        else:
            words = ngettext("%(count)d fact is no longer kept up.", "%(count)d facts are no longer kept up.", done)
        self.log(request, facts, _("Kept up again.") if kept else _("No longer kept up."))
        self.message_user(request, words % {"count": done}, messages.SUCCESS if done else messages.WARNING)

    def log(self, request: HttpRequest, facts: Sequence[Fact], words: str) -> None:
        """One line in Django's history of each fact."""
        if facts:
            LogEntry.objects.log_actions(request.user.pk, facts, CHANGE, words)  # type: ignore[arg-type]

    # The form

    def has_values(self, fact: Any) -> bool:
        if not hasattr(fact, "_has_values"):
            fact._has_values = fact.values.exists()
        return fact._has_values

    def get_readonly_fields(self, request: HttpRequest, obj: Fact | None = None) -> tuple[str, ...]:
        """What values and texts rely on stays as it is from the first value on."""
        return FIXED if obj is not None and self.has_values(obj) else ()

    def has_delete_permission(self, request: HttpRequest, obj: Fact | None = None) -> bool:
        """A fact with values has a public history; it is no longer kept up instead."""
        return super().has_delete_permission(request, obj) and (obj is None or not self.has_values(obj))

    def has_add_value_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("facts.add_factvalue")

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "owner":
            return PersonField(required=False, label=_("Owner"), help_text=db_field.help_text)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Fact, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        ledger.announce([obj.key])

    def response_add(self, request: HttpRequest, obj: Fact, post_url_continue: str | None = None) -> HttpResponse:
        """On to the first value: a fact without one can be shown nowhere."""
        if IS_POPUP_VAR in request.POST or not self.has_add_value_permission(request):
            return super().response_add(request, obj, post_url_continue)
        self.message_user(request, _("The fact is there. Now say what its value is."), messages.SUCCESS)
        return HttpResponseRedirect(self.address("add_value", obj.pk))

    def response_change(self, request: HttpRequest, obj: Fact) -> HttpResponse:
        if "_verify" in request.POST:
            self.verify(request, [obj])
        elif "_stop" in request.POST or "_again" in request.POST:
            self.keep_up(request, [obj], kept="_again" in request.POST)
        else:
            return super().response_change(request, obj)
        return HttpResponseRedirect(self.address("change", obj.pk))

    def render_change_form(
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Fact | None = None,
    ) -> HttpResponse:
        if obj is not None:
            with_details([obj])
            context |= {
                "may_save": self.has_change_permission(request, obj),
                "may_add_value": self.has_add_value_permission(request),
                "badge": badge(cast(Any, obj).freshness.state),
                "values": admin_values.history(obj),
                "used_by": ledger.used_by([obj.key], most=MOST_USES),
                "uses": pages(cast(Any, obj).uses),
                "add_value_url": self.address("add_value", obj.pk),
            }
        return super().render_change_form(request, context, add=add, change=change, form_url=form_url, obj=obj)

    # Addresses of our own

    def get_urls(self) -> list[URLPattern]:
        def named(route: str, view: Any, name: str) -> URLPattern:
            return path(route, self.admin_site.admin_view(view), name=f"facts_fact_{name}")

        return [
            named("search/", self.search_view, "search"),
            named("labels/", self.labels_view, "labels"),
            named("check/", self.dashboard_view, "dashboard"),
            named("<int:fact_id>/values/add/", self.add_value_view, "add_value"),
            named("<int:fact_id>/values/<int:value_id>/remove/", self.remove_value_view, "remove_value"),
            *super().get_urls(),
        ]

    def search_view(self, request: HttpRequest) -> HttpResponse:
        """Facts for the rich-text editor, as JSON."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return admin_search.search(request)

    def labels_view(self, request: HttpRequest) -> HttpResponse:
        """What facts in the rich-text editor show, as JSON."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return admin_search.labels(request)

    def dashboard_view(self, request: HttpRequest) -> HttpResponse:
        """What has to be checked: facts, sources and reports; a POST notes which facts were verified."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            if not self.has_change_permission(request):
                raise PermissionDenied
            chosen = request.POST.getlist("one") or request.POST.getlist("fact")
            facts = self.get_queryset(request).filter(pk__in=[pk for pk in chosen if pk.isdecimal() and len(pk) < 19])
            if facts:
                self.verify(request, list(facts))
            else:
                self.message_user(request, _("Tick the facts that you have looked up."), messages.WARNING)
            return HttpResponseRedirect(self.address("dashboard"))
        return self.page(
            request,
            "dashboard",
            _("Facts to check"),
            may_verify=self.has_change_permission(request),
            **admin_dashboard.gathered(request),
        )

    def page(self, request: HttpRequest, template: str, heading: str, **context: Any) -> HttpResponse:
        request.current_app = self.admin_site.name
        given = {**self.admin_site.each_context(request), "opts": self.opts, "title": heading, **context}
        return TemplateResponse(request, f"admin/facts/{template}.html", given)

    def fact_for_values(self, request: HttpRequest, fact_id: int) -> Fact:
        """The fact whose values this person may change; raises PermissionDenied or Http404."""
        if not (self.has_view_permission(request) and self.has_add_value_permission(request)):
            raise PermissionDenied
        fact = self.get_object(request, str(fact_id))
        if fact is None:
            raise Http404
        return cast(Fact, fact)

    def add_value_view(self, request: HttpRequest, fact_id: int) -> HttpResponse:
        """The form for a further value, and what it does."""
        fact = self.fact_for_values(request, fact_id)
        form = ValueForm(fact, request, data=request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            with transaction.atomic():
                row = form.add(cast(Any, request.user))
                if row is not None:
                    words = _("Added the value in force from %(day)s.")
                    self.log_change(request, fact, words % {"day": row.in_force_from})
            if row is not None:
                self.message_user(request, self.added(row), messages.SUCCESS)
                return self.after_value(request, fact, form.cleaned_data.get("report"))
        with_details([fact])
        return self.page(
            request,
            "add_value",
            admin_values.title(fact),
            original=fact,
            form=form,
            fieldsets=helpers.AdminForm(form, [(None, {"fields": form.lines()})], {}),
            media=self.media + form.media,
        )

    def added(self, row: FactValue) -> str:
        """What the new value does, with links to the first pages that show it."""
        count = ledger.use_counts([row.fact.key])[row.fact.key]
        if row.in_force_from > ledger.today():
            day = date_format(row.in_force_from)
            words = ngettext(
                "Added. It comes into force by itself on %(day)s, and then shows on %(count)d page.",
                "Added. It comes into force by itself on %(day)s, and then shows on %(count)d pages.",
                count,
            ) % {"day": day, "count": count}
        else:
            words = ngettext(
                "Added. It shows on %(count)d page at once.", "Added. It shows on %(count)d pages at once.", count
            ) % {"count": count}
        uses = ledger.used_by([row.fact.key], most=MOST_LINKS)[:MOST_LINKS]
        links = format_html_join(", ", '<a href="{}">{}</a>', ((use.path, use.title) for use in uses))
        return format_html("{} {}", words, links)

    def after_value(self, request: HttpRequest, fact: Fact, report: Report | None) -> HttpResponse:
        """To the report that the value corrects, if it waits for an answer; else to the fact."""
        if report is not None and report.state == Report.State.OPEN:
            return admin_reports.to_report(report)
        return HttpResponseRedirect(self.address("change", fact.pk))

    def remove_value_view(self, request: HttpRequest, fact_id: int, value_id: int) -> HttpResponse:
        """Take back a value that has not come into force."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        fact = self.fact_for_values(request, fact_id)
        value = fact.values.filter(pk=value_id).first()
        if value is None:
            raise Http404
        try:
            with transaction.atomic():
                ledger.withdraw(value)
                words = _("Removed the value in force from %(day)s.")
                self.log_change(request, fact, words % {"day": value.in_force_from})
        except ValidationError as error:
            self.message_user(request, error.messages[0], messages.ERROR)
        else:
            self.message_user(request, _("Removed. Nothing will change on that day."), messages.SUCCESS)
        return HttpResponseRedirect(self.address("change", fact.pk))


def pages(count: int) -> str:
    """A number of pages in words."""
    return ngettext("%(count)d page", "%(count)d pages", count) % {"count": count}
