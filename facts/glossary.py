"""The glossary: its terms, kept in this process for as long as they are the same, and what a page shows of them.

Terms are few and change rarely, but their marks are in most texts. So the query that finds an article brings a stamp of
the whole glossary along, and whatever is made of the terms is remembered under it: it is never stale, never needs
clearing, and costs no query until somebody changes a term.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache, partial

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, F, Func, Subquery
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString
from django.utils.translation import override

from facts import marking
from facts.marking import Forms, Marker
from facts.models import Term
from publishing import purge

KEPT = 4  # stamps whose terms are remembered: the present one, and one that a slow request still works with


def _stamp() -> Func:
    """How many terms there are, the sum of the moments of their last changes, and the newest of these.

    The newest alone would not do: what is saved first may be committed last.
    """
    epoch = "extract(epoch FROM %(expressions)s)"
    template = f"concat(count(*), ' ', sum({epoch}), ' ', max({epoch}))"
    return Func(F("changed_at"), template=template, output_field=CharField())


def stamp_part() -> Subquery:
    """The stamp as an annotation, so that it costs no query of its own."""
    return Subquery(Term.objects.order_by().annotate(stamp=_stamp()).values("stamp"))


def current_stamp() -> str:
    """The stamp of the glossary as it is now; one query."""
    return Term.objects.order_by().annotate(stamp=_stamp()).values_list("stamp", flat=True).get()


def changed_at(stamp: str) -> datetime | None:
    """When the newest change of a term was, by a stamp; None while there are no terms."""
    newest = stamp.rpartition(" ")[2]
    return datetime.fromtimestamp(float(newest), UTC) if newest else None


@lru_cache(maxsize=KEPT)
def terms(stamp: str) -> tuple[Term, ...]:
    """All terms by their keys; one query when not kept."""
    return tuple(Term.objects.order_by("key"))


@lru_cache(maxsize=2 * KEPT)
def kept_marker(stamp: str, language: str) -> Marker:
    """What marks the terms that editors want marked."""
    forms = []
    for term in terms(stamp):
        if term.is_marked:
            name, short, also = (getattr(term, f"{part}_{language}") for part in ("term", "short", "also"))
            forms.append(Forms.of(term.pk, short, [name, *also]))
    return Marker(forms, language)


def marker(language: str) -> Marker:
    """What marks the terms of the glossary as it is now in texts of a language; one query, two after a change."""
    return kept_marker(current_stamp(), language)


# On a page


@dataclass(frozen=True)
class Note:
    """A term as pages show it: `opening` is the tag before its marked words, `html` what the note at the end says."""

    key: str
    opening: SafeString
    html: SafeString


@lru_cache(maxsize=2 * KEPT)
def notes(stamp: str, language: str) -> dict[int, Note]:
    """The notes of all marked terms by their ids, rendered once for each language."""
    with override(language):
        return {term.pk: note(term) for term in terms(stamp) if term.is_marked}


def note(term: Term) -> Note:
    """The note of a term in the active language."""
    opening = format_html('<a class="term" href="#term-{}" id="term-use-{}">', term.key, term.key)
    return Note(term.key, opening, SafeString(render_to_string("facts/term.html", {"term": term})))


@dataclass
class PageTerms:
    """The terms that one page uses, in the order in which a reader meets them.

    stamp: of the glossary, as `stamp_part` brings it; without one, every mark becomes plain words.
    """

    stamp: str = ""
    language: str = ""
    used: dict[int, Note] = field(default_factory=dict)

    def show(self, html: str) -> str:
        """A text with each mark as a link to the note of its term; the words alone where there is no such term."""
        return marking.show(html, self.link)

    def link(self, term: int, words: str) -> str:
        """What stands in a text for marked words."""
        known = notes(self.stamp, self.language).get(term) if self.stamp else None
        if known is None or term in self.used:
            return words
        self.used[term] = known
        return f"{known.opening}{words}</a>"

    @property
    def listed(self) -> list[SafeString]:
        """The notes in their order, for `facts/terms.html`."""
        return [known.html for known in self.used.values()]


# Changes


def changed() -> None:
    """Tell those who show terms (functions of settings.GLOSSARY_USERS) that one is new, different or gone.

    Call it in the transaction that changes the term.
    """
    for path in settings.GLOSSARY_USERS:
        import_string(path)()
    transaction.on_commit(partial(purge.paths, page_paths()), robust=True)


def page_paths() -> list[str]:
    """The addresses of the glossary's own page."""
    paths = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            paths.append(reverse("facts:glossary"))
    return paths
