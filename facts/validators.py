"""What a text that names facts must keep to."""

from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from facts.values import Kind
from publishing import richtext


def refuse_unknown(html: str) -> None:
    """A validator of rich text: ValidationError names each key that is no fact, and each table inside a sentence."""
    if "<data" not in html:
        return
    html = richtext.clean(html)
    keys = richtext.fact_keys(html)
    known = dict(apps.get_model("facts", "Fact").objects.filter(key__in=keys).values_list("key", "kind"))
    faults = []
    if unknown := [key for key in keys if key not in known]:
        words = ngettext("There is no fact %(keys)s.", "There are no facts %(keys)s.", len(unknown))
        faults.append(ValidationError(words % {"keys": ", ".join(unknown)}, code="unknown_fact"))
    tables = [key for key in richtext.facts_in_paragraphs(html) if known.get(key) == Kind.TABLE]
    if tables:
        words = _("%(keys)s is a table: give it a paragraph of its own.")
        faults.append(ValidationError(words % {"keys": ", ".join(tables)}, code="table_in_sentence"))
    if headed := richtext.facts_in_headings(html):
        words = _("A heading cannot show a fact: %(keys)s. Put it into the text below.")
        faults.append(ValidationError(words % {"keys": ", ".join(headed)}, code="fact_in_heading"))
    if faults:
        raise ValidationError(faults)
