"""The reference data of the ledger: what `manage.py load_reference` keeps in step with facts/reference/*.json.

Loading again changes what the files have changed, and leaves alone what an editor has changed since: each row remembers
in `loaded` what was last written to it.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.timezone import now

from facts import values
from facts.ledger import midnight
from facts.models import Fact, FactValue, Source, Term

FOLDER = Path(__file__).parent / "reference"
BACKGROUND = "background-knowledge"  # the slug of the source that is no page


class ReferenceFault(ValueError):
    """A reference file is wrong; the message names the file, the entry and what is wrong in it."""


@dataclass
class Outcome:
    """What loading did: numbers of rows, and a sentence for each thing that was left alone."""

    made: int = 0
    updated: int = 0
    unchanged: int = 0
    left: list[str] = field(default_factory=list)

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(
            self.made + other.made,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.left + other.left,
        )

    def count(self, *, is_new: bool, changed: bool) -> None:
        """Count one row."""
        if is_new:
            self.made += 1
        elif changed:
            self.updated += 1
        else:
            self.unchanged += 1


def read(path: Path) -> Any:
    """A file's JSON. Raises ReferenceFault with the line of what is wrong."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise ReferenceFault(f"{path.name}, line {error.lineno}: {error.msg}.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ReferenceFault(f"{path.name}: {error}") from error


@contextmanager
def mistakes_in(path: Path, entry: str) -> Iterator[None]:
    """Raise ReferenceFault, with the file and the entry, for whatever a wrong entry leads to."""
    try:
        yield
    except KeyError as error:
        raise ReferenceFault(f"{path.name}, {entry}: {error} is missing or unknown.") from error
    except ValidationError as error:
        raise ReferenceFault(f"{path.name}, {entry}: {' '.join(error.messages)}") from error
    except (values.BadValue, TypeError, AttributeError, ValueError) as error:
        raise ReferenceFault(f"{path.name}, {entry}: {error}") from error


def fingerprint(folders: Iterable[Path]) -> str:
    """SHA-256 of all reference files, to see whether any has changed."""
    summed = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.glob("*.json")):
            summed.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return summed.hexdigest()


def keep_edits(
    row: models.Model, fresh: dict[str, Any], lines: Callable[[str], Any] | None = None, names: Iterable[str] = ()
) -> list[str]:
    """Write `fresh` to a row, field by field, but not over what somebody has edited; returns the fields left alone.

    row: has `loaded`, what was written the last time. names: of `fresh`, what is no field of the row but rows of its
    own, which the caller writes; lines: how the database has those now.
    """
    apart = set(names)
    loaded: dict[str, Any] = dict(row.loaded)  # type: ignore[attr-defined]
    left = []
    for name, value in fresh.items():
        now = lines(name) if lines and name in apart else getattr(row, name)
        if now == value or row.pk is None or now == loaded.get(name, now):
            if name not in apart:
                setattr(row, name, value)
            loaded[name] = value
        else:
            left.append(name)
    row.loaded = loaded  # type: ignore[attr-defined]
    return left


def load() -> Outcome:
    """Load sources, facts with their values, and the glossary. Raises ReferenceFault. Call it in a transaction."""
    return load_sources() + load_facts() + load_terms()


def load_sources() -> Outcome:
    """Sources by their slug. They have no edits to keep but their names, which an editor may better."""
    path = FOLDER / "sources.json"
    outcome = Outcome()
    there = {source.slug: source for source in Source.objects.all()}
    new = []
    for slug, entry in read(path).items():
        with mistakes_in(path, slug):
            if slug in there:
                outcome.unchanged += 1
                continue
            source = Source(slug=slug, **entry)
            source.clean_fields(exclude=["slug"])
            new.append(source)
    Source.objects.bulk_create(new)
    outcome.made += len(new)
    return outcome


FACT_FIELDS = ("says_en", "says_fr", "kind", "unit", "shape", "jurisdiction", "risk", "review_days")


def load_facts() -> Outcome:
    """Facts by their key, then their values."""
    path = FOLDER / "facts.json"
    outcome = Outcome()
    there = {fact.key: fact for fact in Fact.objects.all()}
    entries = read(path)
    new = []
    for entry in entries:
        with mistakes_in(path, entry.get("key", "?")):
            fresh = {name: entry.get(name, "") for name in FACT_FIELDS}
            fact = there.get(entry["key"]) or Fact(key=entry["key"])
            is_new, before = fact.pk is None, dict(fact.loaded)
            if not is_new and fact.kind != fresh["kind"]:
                outcome.left.append(f"{fact.key}: its kind is {fact.kind} here; a fact never changes its kind.")
                continue
            left = keep_edits(fact, fresh)
            outcome.left += [f"{fact.key}: {name} was edited here." for name in left]
            fact.clean_fields()
            if is_new:
                new.append(fact)
            elif fact.loaded != before:
                fact.save()
            outcome.count(is_new=is_new, changed=fact.loaded != before)
    Fact.objects.bulk_create(new)
    return outcome + load_values(path, entries)


def load_values(path: Path, entries: list[dict[str, Any]]) -> Outcome:
    """The dated values of all facts; what is there, and what an editor has put in their place, stays."""
    outcome = Outcome()
    facts = {fact.key: fact for fact in Fact.objects.all()}
    sources = {source.url or source.slug: source for source in Source.objects.all()}
    there: dict[int, list[FactValue]] = {}
    for row in FactValue.objects.order_by("pk"):
        there.setdefault(row.fact_id, []).append(row)
    waves: list[list[tuple[FactValue, FactValue | None]]] = []
    for entry in entries:
        with mistakes_in(path, entry["key"]):
            fact = facts[entry["key"]]
            rows = there.get(fact.pk, [])
            before: FactValue | None = None
            for number, given in enumerate(sorted(entry["values"], key=lambda one: one["from"])):
                value = value_of(fact, given, sources)
                known = same_day(rows, value)
                if known is None:
                    value.reason = FactValue.Reason.CHANGE if before or rows else FactValue.Reason.FIRST
                    while len(waves) <= number:
                        waves.append([])
                    waves[number].append((value, before or last_before(rows, value)))
                    before = value
                    outcome.made += 1
                    continue
                before = known
                outcome.left += renewed(fact, known, value)
                outcome.unchanged += 1
    for wave in waves:  # a value points to the one before it, which must have been saved
        for value, previous in wave:
            value.replaces = previous
        FactValue.objects.bulk_create(value for value, _previous in wave)
    return outcome


def value_of(fact: Fact, given: dict[str, Any], sources: dict[str, Source]) -> FactValue:
    """A value of a file as a row. Raises BadValue, KeyError and ValidationError."""
    if given["source"] not in sources:
        raise KeyError(given["source"])
    seen = date.fromisoformat(given["seen"]) if given.get("seen") else None
    start = date.fromisoformat(given["from"])
    row = FactValue(
        fact=fact,
        content=values.check(fact.kind, given["value"], fact.shape),
        in_force_from=start,
        is_exact=given.get("from_exact", True),
        source=sources[given["source"]],
        locator=given.get("locator", ""),
        note_en=given.get("note_en", ""),
        note_fr=given.get("note_fr", ""),
        noticed_by=FactValue.Noticed.REFERENCE,
        verified_on=seen,
        # The log of changes tells of it on its day, not on the day on which this site was set up.
        noted_at=min(midnight(start), now()),
    )
    row.clean_fields(exclude=["fact", "source", "noted_at"])
    return row


def same_day(rows: list[FactValue], value: FactValue) -> FactValue | None:
    """The value that is in force from the same day already; of several, the last one counts."""
    found = [row for row in rows if row.in_force_from == value.in_force_from]
    return found[-1] if found else None


def last_before(rows: list[FactValue], value: FactValue) -> FactValue | None:
    """The value that a new one takes over from."""
    found = [row for row in rows if row.in_force_from <= value.in_force_from]
    return max(found, key=lambda row: (row.in_force_from, row.pk), default=None)


def renewed(fact: Fact, known: FactValue, value: FactValue) -> list[str]:
    """Note a newer sight of the same value; a sentence where the ledger has another one for that day."""
    if known.content != value.content:
        return [f"{fact.key}: the value from {known.in_force_from} is another one here; add a correction by hand."]
    newer = value.verified_on and (known.verified_on is None or known.verified_on < value.verified_on)
    if newer and known.verified_by_id is None:
        known.verified_on = value.verified_on
        known.save(update_fields=["verified_on", "changed_at"])
    if (known.note_en, known.note_fr, known.locator) != (value.note_en, value.note_fr, value.locator):
        return [f"{fact.key}: the note on the value from {known.in_force_from} stays, as what is in force does."]
    return []


TERM_FIELDS = tuple(
    f"{name}_{language}"
    for name in ("term", "short", "also", "meaning", "confusion", "url")
    for language in ("en", "fr")
)


def load_terms() -> Outcome:
    """The glossary by its keys."""
    path = FOLDER / "glossary.json"
    outcome = Outcome()
    there = {term.key: term for term in Term.objects.all()}
    for entry in read(path):
        with mistakes_in(path, entry.get("key", "?")):
            term = there.get(entry["key"]) or Term(key=entry["key"])
            is_new, before = term.pk is None, dict(term.loaded)
            left = keep_edits(term, {name: entry[name] for name in TERM_FIELDS})
            outcome.left += [f"glossary, {term.key}: {name} was edited here." for name in left]
            term.clean_fields()
            if is_new or term.loaded != before:
                term.save()
            outcome.count(is_new=is_new, changed=term.loaded != before)
    return outcome
