"""The reference data of the programs: programs/reference/programs.json, and the French beside it.

Loaded by `manage.py load_reference`, after the ledger's. See facts.reference_data for what "again" does.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from facts import reference_data
from facts.models import Fact, Jurisdiction, Source
from facts.reference_data import BACKGROUND, Outcome, ReferenceFault, keep_edits, mistakes_in, read
from facts.states import Risk
from facts.values import Kind
from programs.models import Criterion, Doubt, Fee, Program, ProgramSource, Step, status_key

FOLDER = Path(__file__).parent / "reference"
NOT_A_PAGE = "background knowledge, not re-checked"  # how the files name the source that is no page
STATUS_REVIEW_DAYS = 30  # programs open and close at short notice


def load() -> Outcome:
    """Load all programs with their status, fees, criteria, steps and sources.

    Raises ReferenceFault. Call it in a transaction, after `facts.reference_data.load`.
    """
    path = FOLDER / "programs.json"
    entries, french = read(path), read(FOLDER / "programs_fr.json")
    for entry in entries:
        with mistakes_in(path, entry.get("id", "?")):
            if entry["id"] not in french:
                raise ReferenceFault(f"programs_fr.json has nothing for {entry['id']}.")
    outcome = load_statuses(path, entries, french)
    facts = {fact.key: fact for fact in Fact.objects.all()}
    sources = {source.url or source.slug: source for source in Source.objects.all()}
    there = {
        program.key: program
        for program in Program.objects.select_related("processing_time").prefetch_related(
            "criteria", "steps", "doubts", "fee_set__fact", "programsource_set__source"
        )
    }
    for entry in entries:
        with mistakes_in(path, entry["id"]):
            outcome += load_program(entry, french[entry["id"]], there.get(entry["id"]), facts, sources)
    return outcome


def load_statuses(path: Path, entries: list[dict[str, Any]], french: dict[str, Any]) -> Outcome:
    """The status of each program as a fact of the ledger, with its first value."""
    there = set(Fact.objects.filter(kind=Kind.STATUS).values_list("key", flat=True))
    Fact.objects.bulk_create(
        Fact(
            key=status_key(entry["id"]),
            says_en=f"Status: {entry['name']}"[:200],
            says_fr=f"État : {french[entry['id']]['name']}"[:200],
            kind=Kind.STATUS,
            jurisdiction=entry["province"] or Jurisdiction.CANADA,
            risk=Risk.HIGH,
            review_days=STATUS_REVIEW_DAYS,
        )
        for entry in entries
        if status_key(entry["id"]) not in there
    )
    given = []
    for entry in entries:
        words = french[entry["id"]]
        seen = day_of(entry["as_of"])
        source = entry["sources"][0]["url"] if entry["sources"] else NOT_A_PAGE
        value = {
            "value": entry["status"],
            "from": entry["status_since"] or (seen or date(2026, 11, 22)).isoformat(),
            "from_exact": bool(entry["status_since"]),
            "source": BACKGROUND if source == NOT_A_PAGE else source,
            "seen": seen.isoformat() if seen else None,
            "note_en": entry["status_note"],
            "note_fr": words["status_note"],
        }
        given.append({"key": status_key(entry["id"]), "values": [value]})
    return reference_data.load_values(path, given)


def day_of(words: str) -> date | None:
    """The day that a source is of, as the files say it: 2026-03-08, 2026-03 (its first day), or in words (None)."""
    for text in (words, f"{words}-01", f"{words}-01-01"):
        try:
            return date.fromisoformat(text)
        except ValueError:
            continue
    return None


def load_program(
    entry: dict[str, Any],
    words: dict[str, Any],
    there: Program | None,
    facts: dict[str, Fact],
    sources: dict[str, Source],
) -> Outcome:
    """One program with all its lines."""
    program = there or Program(key=entry["id"], status=facts[status_key(entry["id"])])
    is_new, before = there is None, dict(program.loaded)
    own = {
        "name_en": entry["name"],
        "name_fr": words["name"],
        "slug_en": entry["slug"],
        "slug_fr": words["slug"],
        "level": entry["level"],
        "province": entry["province"] or "",
        "family": entry["family"],
        "stay": entry["kind"],
        "who_en": entry["who"],
        "who_fr": words["who"],
        "official_url": entry["official_url"],
        "official_url_is_checked": entry["official_url_checked"],
        "confidence": entry["confidence"],
        "completeness": entry["completeness"],
        "fees_note_en": entry["fees_note"],
        "fees_note_fr": words["fees_note"],
        "newest_source": entry["as_of"],
    }
    lines = {
        "criteria": list(criteria_of(entry["criteria"], words["criteria"])),
        "steps": [list(pair) for pair in zip(entry["steps"], words["steps"], strict=True)],
        "doubts": [list(pair) for pair in zip(entry["unconfirmed"], words["unconfirmed"], strict=True)],
        "fees": entry["fees"],
        "sources": sources_of(entry),
        "processing": entry["processing_time"],
    }
    left = keep_edits(program, own | lines, lambda name: lines_of(program, name), lines)
    if (key := program.loaded["processing"]) and "processing" not in left:
        program.processing_time = facts[key]
    program.clean_fields(exclude=["status", "processing_time", "checked_by"])
    if is_new or program.loaded != before:
        program.save()
        changed = [name for name in lines if name not in left and program.loaded[name] != before.get(name)]
        write_lines(program, {name: lines[name] for name in changed}, facts, sources)
    outcome = Outcome(left=[f"{program.key}: {name} was edited here." for name in left])
    outcome.count(is_new=is_new, changed=program.loaded != before)
    return outcome


def criteria_of(criteria: list[dict[str, Any]], words: dict[str, str], parent: str = "") -> Iterator[list[str]]:
    """Criteria as `[key, parent's key, of, English, French]`, a parent before its parts."""
    for entry in criteria:
        yield [entry["id"], parent, entry.get("of", ""), entry["text"], words[entry["id"]]]
        yield from criteria_of(entry.get("parts", []), words, entry["id"])


def sources_of(entry: dict[str, Any]) -> list[list[str]]:
    """A program's sources as `[address or slug, date in words]`."""
    found = []
    for source in entry["sources"]:
        found.append([BACKGROUND if source["url"] == NOT_A_PAGE else source["url"], source["as_of"]])
    return found


def lines_of(program: Program, name: str) -> Any:
    """What the database has of a program's lines, in the form of the files."""
    if program._state.adding:
        return None
    match name:
        case "criteria":
            keys = {row.pk: row.key for row in program.criteria.all()}
            return [
                [row.key, keys.get(row.parent_id or 0, ""), row.of, row.text_en, row.text_fr]
                for row in program.criteria.all()
            ]
        case "fees":
            return [row.fact.key for row in program.fee_set.all()]
        case "sources":
            rows = program.programsource_set.all()
            return [[row.source.url or row.source.slug, row.seen] for row in rows]
        case "processing":
            return program.processing_time.key if program.processing_time else ""
    return [[row.text_en, row.text_fr] for row in getattr(program, name).all()]


def write_lines(program: Program, lines: dict[str, Any], facts: dict[str, Fact], sources: dict[str, Source]) -> None:
    """Put the lines of the files in the place of those that are there."""
    kinds: dict[str, Any] = {"steps": Step, "doubts": Doubt}
    for name, model in kinds.items():
        if name in lines:
            model.objects.filter(program=program).delete()
            model.objects.bulk_create(
                model(program=program, order=order, text_en=english, text_fr=french)
                for order, (english, french) in enumerate(lines[name])
            )
    if "fees" in lines:
        Fee.objects.filter(program=program).delete()
        Fee.objects.bulk_create(
            Fee(program=program, fact=facts[key], order=order) for order, key in enumerate(lines["fees"])
        )
    if "sources" in lines:
        ProgramSource.objects.filter(program=program).delete()
        ProgramSource.objects.bulk_create(
            ProgramSource(program=program, source=sources[key], seen=seen[:60], order=order)
            for order, (key, seen) in enumerate(lines["sources"])
        )
    if "criteria" in lines:
        write_criteria(program, lines["criteria"])


def write_criteria(program: Program, rows: list[list[str]]) -> None:
    """The criteria, level by level, since a part points to its group."""
    Criterion.objects.filter(program=program).delete()
    made: dict[str, Criterion] = {}
    waiting = list(enumerate(rows))
    while waiting:
        ready = [(order, row) for order, row in waiting if not row[1] or row[1] in made]
        if not ready:
            raise ReferenceFault(f"{program.key}: a criterion is part of one that does not exist.")
        batch = [
            Criterion(
                program=program,
                key=key,
                parent=made.get(parent),
                of=of,
                text_en=english,
                text_fr=french,
                order=order,
            )
            for order, (key, parent, of, english, french) in ready
        ]
        made |= {row.key: row for row in Criterion.objects.bulk_create(batch)}
        done = {order for order, _row in ready}
        waiting = [(order, row) for order, row in waiting if order not in done]
