"""The glossary from A to Z."""

import unicodedata
from itertools import groupby
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from facts import glossary as terms
from facts.models import Term
from publishing.caching import public
from publishing.languages import active

LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})  # which Unicode takes for letters of their own


@require_safe
def glossary(request: HttpRequest) -> HttpResponseBase:
    """All terms in the reader's language, by their first letters; one query, two after a change."""
    language = active()
    rows = sorted(terms.terms(terms.current_stamp()), key=place)
    other = "en" if language == "fr" else "fr"
    with override(other):
        other_path = reverse("facts:glossary")
    context = {
        "letters": [(letter, [entry(term, other) for term in alike]) for letter, alike in groupby(rows, first_letter)],
        "other_code": other,
        "other_path": other_path,
        "breadcrumbs": [],
        "page_title": _("Glossary"),
        "page_description": _("The words of immigration to Canada in plain language, in English and in French."),
        "json_ld": [defined_terms(rows, language)],
    }
    return public(render(request, "facts/glossary.html", context))


def sort_key(words: str) -> str:
    """Words without accents and capitals, to sort by: the database knows no language's order."""
    apart = unicodedata.normalize("NFKD", words.casefold().translate(LIGATURES))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def place(term: Term) -> tuple[str, ...]:
    """What terms are sorted by: first by the letter under which they stand."""
    return first_letter(term), sort_key(term.term), term.key


def first_letter(term: Term) -> str:
    """The letter under which a term stands."""
    letter = sort_key(term.term)[:1].upper()
    return letter if letter.isalpha() else "0-9"


def entry(term: Term, other: str) -> dict[str, Any]:
    """A term with its name and abbreviation in the other language."""
    name, short = (getattr(term, f"{part}_{other}") for part in ("term", "short"))
    return {"term": term, "other_term": name, "other_short": short}


def defined_terms(rows: list[Term], language: str) -> dict[str, Any]:
    """The glossary for search engines (schema.org)."""
    url = settings.SITE_URL + reverse("facts:glossary")
    return {
        "@context": "https://schema.org",
        "@type": "DefinedTermSet",
        "@id": url,
        "name": _("Glossary"),
        "url": url,
        "inLanguage": language,
        "hasDefinedTerm": [
            {
                "@type": "DefinedTerm",
                "name": term.term,
                **({"termCode": term.short} if term.short else {}),
                "description": term.meaning,
                "url": f"{url}#{term.key}",
            }
            for term in rows
        ],
    }
