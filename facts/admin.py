"""The admin of the ledger: sources and the glossary; facts and what readers report have modules of their own."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from facts import admin_facts, admin_reports, glossary
from facts.admin_lists import LedgerAdmin, counted
from facts.models import Fact, FactValue, Source, Term
from publishing.dates import date_format

# Django looks for this module only.
__all__ = ["admin_facts", "admin_reports"]


MOST_FACTS = 200  # on the form of a source


def short_day(moment: datetime | None) -> str:
    """The day of a moment for lists; a dash for none."""
    return date_format(localtime(moment), "SHORT_DATE_FORMAT") if moment else "–"


class ChangedFilter(admin.SimpleListFilter):
    """Sources whose page is not what it was when an editor last looked."""

    title = _("found changed")
    parameter_name = "changed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        if self.value() not in {"yes", "no"}:
            return None
        return queryset.filter(changed_at__isnull=self.value() == "no")


class FailingFilter(admin.SimpleListFilter):
    """Sources that could not be fetched the last time."""

    title = _("could be fetched")
    parameter_name = "failing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("No: something went wrong")), ("no", _("Yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        match self.value():
            case "yes":
                return queryset.exclude(fault="")
            case "no":
                return queryset.filter(fault="", fetched_at__isnull=False)
        return None


class SourceForm(forms.ModelForm):
    class Meta:
        widgets = {"url": forms.URLInput(attrs={"class": "vURLField"})}


@admin.register(Source)
class SourceAdmin(LedgerAdmin):
    form = SourceForm
    change_form_template = "admin/facts/source_change.html"
    delete_confirmation_template = "admin/facts/source_delete.html"
    delete_selected_confirmation_template = "admin/facts/source_delete_selected.html"
    list_display = ["publisher_words", "title_words", "is_official", "fetched", "fault", "found_changed"]
    list_display_links = ["publisher_words", "title_words"]
    list_filter = [ChangedFilter, FailingFilter, "is_official", "is_watched", "language"]
    search_fields = ["publisher_en", "publisher_fr", "title_en", "title_fr", "url"]
    search_help_text = _("Words of the publisher, of the title or of the address")
    prepopulated_fields = {"slug": ["publisher_en", "title_en"]}
    actions = ["looked_at"]
    outcome = ["fetched", "tried", "fault", "found_changed"]
    readonly_fields = [*outcome, "used_by"]

    def get_fieldsets(self, request: HttpRequest, obj: Source | None = None) -> Any:
        words = (None, {"fields": ["publisher_en", "publisher_fr", "title_en", "title_fr", "slug"]})
        page = (_("Its page"), {"fields": ["url", "language", ("is_official", "is_watched")]})
        if obj is None:
            return [words, page]
        return [words, page, (_("Last fetch"), {"fields": self.outcome}), (_("Facts from it"), {"fields": ["used_by"]})]

    @admin.display(description=_("publisher"), ordering="publisher_en")
    def publisher_words(self, obj: Source) -> str:
        return obj.publisher

    @admin.display(description=_("title"), ordering="title_en")
    def title_words(self, obj: Source) -> str:
        return obj.title

    @admin.display(description=_("last fetched"), ordering="fetched_at")
    def fetched(self, obj: Source) -> str:
        return short_day(obj.fetched_at)

    @admin.display(description=_("last tried"))
    def tried(self, obj: Source) -> str:
        return short_day(obj.tried_at)

    @admin.display(description=_("found changed"), ordering="changed_at")
    def found_changed(self, obj: Source) -> str:
        if obj.changed_at is None:
            return "–"
        since = gettext("changed %(day)s") % {"day": short_day(obj.changed_at)}
        return format_html('<span class="state state--due">{}</span>', since)

    @admin.display(description=_("facts"))
    def used_by(self, obj: Source) -> str:
        """The facts with a value from this source, with links."""
        values = FactValue.objects.filter(source=obj)
        from_it = Exists(values.filter(fact=OuterRef("pk")))
        facts: list[Any] = list(Fact.objects.with_current().filter(from_it)[:MOST_FACTS])
        current = set(values.filter(pk__in=[fact.current_id for fact in facts]).values_list("fact_id", flat=True))
        if not facts:
            return gettext("No fact relies on it.")
        items = []
        for fact in facts:
            note = "" if fact.pk in current else gettext("(an earlier value)")
            items.append((reverse("admin:facts_fact_change", args=[fact.pk]), fact.key, fact.says, note))
        return format_html(
            '<ul class="ledger-list">{}</ul>', format_html_join("", '<li><a href="{}">{}</a> {} {}</li>', items)
        )

    @admin.action(description=_("I have looked at the change"), permissions=["change"])
    def looked_at(self, request: HttpRequest, queryset: QuerySet) -> None:
        done = queryset.exclude(changed_at=None).update(changed_at=None)
        words = ngettext(
            "%(count)d source is no longer marked as changed.",
            "%(count)d sources are no longer marked as changed.",
            done,
        )
        self.message_user(request, words % {"count": done}, messages.SUCCESS if done else messages.WARNING)

    def response_change(self, request: HttpRequest, obj: Source) -> HttpResponse:
        if "_looked" not in request.POST:
            return super().response_change(request, obj)
        self.looked_at(request, Source.objects.filter(pk=obj.pk))
        return HttpResponseRedirect(self.address("change", obj.pk))


class TermForm(forms.ModelForm):
    class Meta:
        widgets = {
            **{f"term_{code}": counted(80) for code in ("en", "fr")},
            **{f"{name}_{code}": counted(400, rows=3) for name in ("meaning", "confusion") for code in ("en", "fr")},
        }


@admin.register(Term)
class TermAdmin(LedgerAdmin):
    form = TermForm
    change_form_template = "admin/facts/change_form.html"
    list_display = ["__str__", "abbreviations", "meaning_words", "is_marked"]
    list_filter = ["is_marked"]
    search_fields = ["key", "term_en", "term_fr", "short_en", "short_fr", "also_en", "also_fr"]
    search_help_text = _("The term, its abbreviation or another word for it, in either language")
    prepopulated_fields = {"key": ["term_en"]}
    fieldsets = [
        (None, {"fields": [("term_en", "short_en"), ("term_fr", "short_fr"), ("key", "is_marked")]}),
        (_("English"), {"fields": ["also_en", "meaning_en", "confusion_en", "url_en"]}),
        (_("French"), {"fields": ["also_fr", "meaning_fr", "confusion_fr", "url_fr"]}),
    ]

    def save_model(self, request: HttpRequest, obj: Term, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        glossary.changed()

    def delete_model(self, request: HttpRequest, obj: Term) -> None:
        super().delete_model(request, obj)
        glossary.changed()

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        super().delete_queryset(request, queryset)
        glossary.changed()

    @admin.display(description=_("abbreviations"))
    def abbreviations(self, obj: Term) -> str:
        return " / ".join(filter(None, [obj.short_en, obj.short_fr]))

    @admin.display(description=_("meaning"))
    def meaning_words(self, obj: Term) -> str:
        return obj.meaning
