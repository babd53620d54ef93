"""The form by which readers report a mistake."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from facts.models import Fact, Report


class ReportForm(forms.Form):
    """What is wrong, where it can be seen, and an address for an answer if the reader wants one.

    fact: the fact that the report is about, or None for a page. `website` is a trap: people do not see it.
    """

    page = forms.CharField(
        label=_("Page"), max_length=300, required=False, help_text=_("Its address, or its title if you do not have it.")
    )
    words = forms.CharField(
        label=_("What is wrong?"),
        max_length=2000,
        min_length=10,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Please leave out personal details: we need none to mend a mistake."),
        error_messages={
            "required": _("Say in a sentence what is wrong."),
            "min_length": _("Say in a whole sentence what is wrong."),
        },
    )
    evidence = forms.URLField(
        label=_("Where can it be seen? (optional)"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("The address of an official page that says it."),
    )
    email = forms.EmailField(
        label=_("Your e-mail address, if you want an answer (optional)"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("Used for this one answer, then deleted."),
    )
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))

    def __init__(self, *args: Any, fact: Fact | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fact = fact
        if fact is not None:
            del self.fields["page"]

    def clean_page(self) -> str:
        """A page of this site by its path; whatever else a reader wrote stays as it is."""
        text = self.cleaned_data["page"].strip()
        try:
            parts = urlsplit(text)
        except ValueError:
            return text
        if parts.netloc and f"{parts.scheme}://{parts.netloc}".lower() != settings.SITE_URL.lower():
            raise ValidationError(_("That page is not on this site."), code="elsewhere")
        return parts.path if parts.netloc else text

    def keep(self) -> Report | None:
        """Save the report; None for one that only a machine can have written, which learns nothing of it."""
        given = self.cleaned_data
        if given["website"]:
            return None
        return Report.objects.create(
            fact=self.fact,
            path=given.get("page", ""),
            language=get_language(),
            words=given["words"],
            evidence=given["evidence"],
            email=given["email"],
        )
