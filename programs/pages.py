"""What a program's page shows, read in a fixed number of queries."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import JSONObject
from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from articles import former, simple_pages
from articles.cards import CARD_FIELDS, cards
from articles.models import Publication
from facts import ledger
from facts.models import FactValue
from facts.rendering import Notes, report_url
from programs import models
from programs.models import Completeness, Confidence, Criterion, Program, ProgramSource
from programs.standing import Standing, coming
from publishing.models import seconds_to_boundary
from publishing.prepared import Prepared

MOST_ARTICLES = 6

CONFIDENCE = {
    Confidence.HIGH: _("We read these rules on an official page, or in two sources that agree."),
    Confidence.MEDIUM: _("We have these rules from one good secondary source, or from an older official text."),
    Confidence.LOW: _("Mostly background knowledge, or incomplete: read the official page before you rely on it."),
}
COMPLETENESS = {
    Completeness.COMPLETE: _("As far as we know, these are all the criteria."),
    Completeness.PARTIAL: _("Worth checking only: our list of criteria is incomplete."),
    Completeness.POINTER: _("We list no criteria for it: the official page has them."),
    Completeness.NONE_NEEDED: _("Nobody can apply for it now, so we list no criteria."),
}


def _at_address(language: str, slug: str) -> QuerySet[Program]:
    def lines(model: Any, column: str) -> ArraySubquery:
        return ArraySubquery(model.objects.filter(program=OuterRef("pk")).order_by("order", "pk").values(column))

    changes = FactValue.objects.coming().filter(fact=OuterRef("status")).order_by("in_force_from", "pk")
    return (
        Program.objects.listed()
        .filter(Q(slug_en=slug) | Q(slug_fr=slug))
        .select_related("processing_time", "checked_by")
        .defer("loaded")
        .annotate(
            step_lines=lines(models.Step, f"text_{language}"),
            doubt_lines=lines(models.Doubt, f"text_{language}"),
            fee_keys=lines(models.Fee, "fact__key"),
            changes=ArraySubquery(changes.values(row=JSONObject(status="content", day="in_force_from"))),
            fresh_seconds=seconds_to_boundary(Publication),
            live_pages=simple_pages.live_part(),
        )
    )


at_address = {
    "en": Prepared(lambda slug: _at_address("en", slug), one_plan=True),
    "fr": Prepared(lambda slug: _at_address("fr", slug), one_plan=True),
}


def find(slug: str) -> Any | None:
    """The listed program that has a slug in the active language; else one that has it in the other; else None."""
    language = get_language()
    rows = at_address[language](slug=slug)
    return next((row for row in rows if row.slug == slug), rows[0] if rows else None)


def renamed(slug: str) -> Any:
    """The listed program that had a slug before, in the active language; Http404 for none."""
    program = former.present(Program, get_language(), slug)
    if program.is_hidden:
        raise Http404(f"There is no program {slug}.")
    return program


criteria_of = Prepared(lambda program: Criterion.objects.filter(program=program), one_plan=True)
sources_of = Prepared(
    lambda program: ProgramSource.objects.filter(program=program).select_related("source"), one_plan=True
)


def _about(language: str, keys: list[str], tags: list[int]) -> QuerySet[Publication]:
    newest = Publication.objects.live().filter(language=language).order_by("-first_published_at", "-pk").values("pk")
    # Two short walks along an index; joined by OR they would be one long one through the whole table.
    naming = newest.filter(fact_keys__overlap=keys)[:MOST_ARTICLES]
    chosen = naming.union(newest.filter(tag_ids__overlap=tags)[:MOST_ARTICLES])
    place = Case(When(fact_keys__overlap=keys, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = Publication.objects.filter(pk__in=chosen).select_related("category", "image").only(*CARD_FIELDS)
    return rows.annotate(place=place).order_by("place", "-first_published_at", "-pk")[:MOST_ARTICLES]


about = Prepared(_about)


def articles_about(program: Program, keys: list[str]) -> list[Any]:
    """Live articles of the active language about a program: first those that show a fact of its own, then its tag's."""
    own = [key for key in keys if key.startswith(f"program.{program.key}.")]
    return about(language=get_language(), keys=own, tags=[program.tag_id] if program.tag_id else [])


def figures_of(program: Program, fee_keys: list[str], notes: Notes) -> dict[str, Any]:
    """Status, fees and processing time of a program as pages show them, with how sure we are of its rules.

    notes: takes the notes of these facts; its figures hold what is in force.
    """
    figures, time = notes.figures, program.processing_time
    standing = Standing.of(figures.get(program.status_key))
    return {
        "program": program,
        "standing": standing,
        "status_link": notes.in_sentence(program.status_key) if standing.figure else "",
        "fees": [
            {"says": figures[key].value.fact.says, "value": notes.in_sentence(key)}
            for key in fee_keys
            if key in figures
        ],
        "processing_time": notes.in_sentence(time.key) if time and time.key in figures else "",
        "confidence": CONFIDENCE[Confidence(program.confidence)],
        "completeness": COMPLETENESS[Completeness(program.completeness)],
    }


def program_context(program: Any) -> dict[str, Any]:
    """Everything that the template of a program of `find` shows; four queries more."""
    keys = [program.status_key, *program.fee_keys]
    if program.processing_time:
        keys.append(program.processing_time.key)
    notes = Notes(ledger.resolve(keys))
    return {
        **figures_of(program, program.fee_keys, notes),
        "coming": coming(program.changes),
        "is_unsure": program.confidence == Confidence.LOW,
        "criteria": models.tree(criteria_of(program=program.pk)),
        "steps": program.step_lines,
        "doubts": program.doubt_lines,
        "sources": sources_of(program=program.pk),
        "checked_by": program.checked_by.get_full_name() if program.checked_by else "",
        "report_url": report_url(page=program.get_absolute_url()),
        "articles": cards(articles_about(program, keys)),
        "notes": notes,
        "simple_pages": simple_pages.listed(get_language(), program.live_pages),
    }
