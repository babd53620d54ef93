"""Adding a value to a fact in the admin: the form, and the history of values that it adds to."""

import hashlib
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect, RelatedFieldWidgetWrapper
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from facts import ledger, values
from facts.models import Correction, Fact, FactValue, Report
from facts.values import Kind, Status
from publishing.admin_forms import DATE_INPUT
from publishing.dates import date_format

MOST_VALUES = 200  # rows of the history on the form; the fact's public page has all of them
Reason, Noticed = FactValue.Reason, FactValue.Noticed
SOURCE: Any = FactValue._meta.get_field("source")

HINTS = {
    Kind.MONEY: _("In Canadian dollars, such as 1,895 or 85.50."),
    Kind.NUMBER: _("A number alone, such as 1560 or 7.5."),
    Kind.PERCENT: _("Such as 4.5"),
    Kind.DATE: _("Such as 2026-11-03"),
    Kind.DURATION: _("A number and days, weeks, months or years, such as 6 months."),
    Kind.TABLE: _(
        "One line for each row, with the cells parted by tabs, as a spreadsheet copies them, or by semicolons. "
        "The first line names the columns, each as key:kind:English//French, with text, number, money or flag as its "
        "kind. A cell that differs by language is written English // French; a flag is yes, no or unknown."
    ),
}


def value_field(fact: Fact) -> forms.Field:
    """The field for a value of the fact's kind."""
    hint, wide = HINTS.get(Kind(fact.kind), ""), {"class": "vTextField", "autocomplete": "off"}
    match fact.kind:
        case Kind.TEXT:
            return forms.CharField(
                label=_("Value (English)"), max_length=values.LONGEST_TEXT, widget=forms.TextInput(attrs=wide)
            )
        case Kind.TABLE:
            widget = forms.Textarea(attrs={"class": "vLargeTextField fact-table", "rows": 16, "spellcheck": "false"})
            return forms.CharField(label=_("Table"), help_text=hint, strip=False, widget=widget)
        case Kind.STATUS:
            return forms.ChoiceField(label=_("Status"), choices=Status)
        case Kind.DATE:
            return forms.CharField(label=_("Value"), help_text=hint, widget=forms.TextInput(attrs={"type": "date"}))
    return forms.CharField(label=_("Value"), help_text=hint, max_length=60, widget=forms.TextInput(attrs=wide))


class ValueForm(forms.ModelForm):
    """A further value of a fact. What the ledger refuses comes back beside its field, with everything typed kept.

    One that could not show, because a later one is in force, is refused as well: the history is no place to write in.
    """

    too_early = _(
        "The present value is in force from %(day)s. Choose that day or a later one, or the new one would not show; "
        "an earlier day can be told in the note."
    )

    value = forms.CharField()  # made anew for the fact's kind
    value_fr = forms.CharField(
        label=_("Value (French)"),
        max_length=values.LONGEST_TEXT,
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off", "lang": "fr"}),
    )
    report = forms.ModelChoiceField(
        Report.objects.all(),
        label=_("Report"),
        required=False,
        help_text=_("What a reader reported, if that is how we know; the page of corrections then says so."),
    )

    class Meta:
        model = FactValue
        fields = [
            "in_force_from", "is_exact", "source", "locator", "note_en", "note_fr", "reason", "noticed_by",
            "verified_on",
        ]  # fmt: skip
        widgets = {
            "in_force_from": DATE_INPUT,
            "verified_on": DATE_INPUT,
            **dict.fromkeys(["locator", "note_en", "note_fr"], forms.TextInput(attrs={"class": "vTextField"})),
        }
        help_texts = {
            "in_force_from": _("A day to come is fine: the value comes into force on it by itself."),
            "note_en": _("Beside the value: a condition, or what it does not cover."),
        }

    def __init__(self, fact: Fact, request: HttpRequest, **kwargs: Any) -> None:
        self.fact, self.request = fact, request
        self.warnings: list[str] = []
        self.newest = fact.values.order_by("-in_force_from", "-pk").first()
        self.today = ledger.today()
        rows = fact.values.filter(in_force_from__lte=self.today)
        self.current = rows.order_by("-in_force_from", "-pk").first()
        super().__init__(initial=self.first_values(request), instance=FactValue(fact=fact), **kwargs)
        self.fields["value"] = value_field(fact)
        self.fields["source"].widget = RelatedFieldWidgetWrapper(
            AutocompleteSelect(SOURCE, admin.site, choices=self.fields["source"].choices),  # type: ignore[attr-defined]
            SOURCE.remote_field,
            admin.site,
            can_add_related=request.user.has_perm("facts.add_source"),
        )
        if fact.kind != Kind.TEXT:
            del self.fields["value_fr"]
        if self.newest is None:
            del self.fields["reason"]
        else:
            kept = [(reason.value, reason.label) for reason in (Reason.CHANGE, Reason.CORRECTION)]
            self.fields["reason"].choices = kept  # type: ignore[attr-defined]
        if self.newest is None or not request.user.has_perm("facts.view_report"):
            del self.fields["report"]
        else:
            self.fields["report"].widget = AutocompleteSelect(
                Correction._meta.get_field("report"),
                admin.site,
                choices=self.fields["report"].choices,  # type: ignore[attr-defined]
            )

    def lines(self) -> list[Any]:
        """The fields in the order of the page; those of a tuple share a line."""
        lines = [
            ("value", "value_fr"),
            ("in_force_from", "is_exact"),
            ("source", "locator"),
            ("note_en", "note_fr"),
            ("reason", "noticed_by"),
            ("report",),
            ("verified_on",),
        ]
        return [kept for line in lines if (kept := tuple(name for name in line if name in self.fields))]

    def first_values(self, request: HttpRequest) -> dict[str, Any]:
        """What the form says before anybody has typed."""
        known: dict[str, Any] = {"in_force_from": self.today, "verified_on": self.today}
        if self.newest is not None:
            known |= {"source": self.newest.source_id, "locator": self.newest.locator}
            if self.fact.kind == Kind.TABLE:
                known["value"] = values.written(self.fact.kind, self.newest.content)[0]
        if request.GET.get("reason") == Reason.CORRECTION:
            known["reason"] = Reason.CORRECTION
        if (number := request.GET.get("report", "")).isdecimal() and len(number) < 19:
            known |= {"report": int(number), "noticed_by": Noticed.READER}
        return known

    def clean_in_force_from(self) -> Any:
        day = self.cleaned_data["in_force_from"]
        if self.current is not None and day < self.current.in_force_from:
            words = self.too_early % {"day": date_format(self.current.in_force_from)}
            raise ValidationError(words, code="too_early")
        return day

    def clean_verified_on(self) -> Any:
        day = self.cleaned_data["verified_on"]
        if day is not None and day > self.today:
            raise ValidationError(_("Nobody can have seen it on a day to come."), code="future")
        return day

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if "value" in given and ("value_fr" in given or self.fact.kind != Kind.TEXT):
            try:
                given["content"] = values.read(
                    self.fact.kind, given["value"], given.get("value_fr", ""), self.fact.shape
                )
            except values.BadValue as error:
                self.add_error("value", str(error))
        if given.get("report") and given.get("reason") != Reason.CORRECTION:
            self.add_error("reason", _("A report is named with a correction only."))
        if not self.errors:
            self.guard(given["content"], given["in_force_from"])
        return given

    def guard(self, content: Any, day: Any) -> None:
        """Refuse what settings.FACT_GUARDS warn of until somebody has confirmed that very warning."""
        try:
            for path in settings.FACT_GUARDS:
                self.warnings += import_string(path)(self.fact, content, day, self.request)
        except ValidationError as error:
            self.add_error("value", error)
            return
        if self.warnings and self.data.get("confirmed") != self.confirmation:
            self.add_error(None, _("Read below what this would change, and confirm it."))

    @property
    def confirmation(self) -> str:
        """What the box that confirms the warnings sends; another warning has another."""
        return hashlib.sha256("\n".join(self.warnings).encode()).hexdigest()[:20]

    def add(self, by: AbstractBaseUser) -> FactValue | None:
        """Add the value to the ledger; None, with the reasons beside their fields, if that refuses it."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in {"value", "value_fr"}}
        content, day = given.pop("content"), given.pop("in_force_from")
        verified_by = by if given["verified_on"] else None
        try:
            return ledger.add_value(self.fact, content, in_force_from=day, by=by, verified_by=verified_by, **given)
        except ValidationError as error:
            self.refuse(error)
            return None

    def refuse(self, error: ValidationError) -> None:
        """Show what the ledger says beside the fields that it is about."""
        for name, messages in error.message_dict.items():
            place = "value" if name == "content" else name
            for message in messages:
                self.add_error(place if place in self.fields else None, message)


def history(fact: Fact) -> list[dict[str, Any]]:
    """The values of a fact for its form, the latest first; one query."""
    rows = fact.values.select_related("source", "verified_by", "noted_by")[:MOST_VALUES]
    today, found, current = ledger.today(), [], None
    for row in rows:
        row.fact = fact
        coming = row.in_force_from > today
        if not coming and current is None:
            current = row
        found.append(
            {
                "value": row,
                "coming": coming,
                "current": row is current,
                "table": row.table if fact.kind == Kind.TABLE else None,
                "who": person(row.noted_by),
                "checked_by": person(row.verified_by),
            }
        )
    return found


def person(user: Any) -> str:
    """Somebody's name; empty for nobody, and for the reference data."""
    return (user.get_full_name() or user.get_username()) if user is not None else ""


def title(fact: Fact) -> str:
    """What the page for adding a value is called."""
    return gettext("Add a value: %(says)s") % {"says": fact.says}
