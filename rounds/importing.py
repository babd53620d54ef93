"""From the feed's rounds to ours: all or nothing, never over what an editor has corrected, and nothing in silence."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from publishing import purge
from rounds.models import FIELDS, Correction, FeedState, Origin, Round, differences, field_label, only_adds
from rounds.official import BadFeed, Entry, read_row

COMPANIONS = {"tie_break": ["tie_break_words", "tie_break_reading"]}  # what goes with a field
COLUMNS = [*FIELDS, *COMPANIONS["tie_break"], "raw", "origin", "held", "changed_at"]
MOST_REWRITTEN = 25  # old rounds whose figures may differ at once; the feed mends a few at a time
FIGURES = ["date", "invitations", "cutoff"]
MOST_NAMED = 10


@dataclass
class Summary:
    """What an import did. left, doubts: sentences for editors."""

    made: int = 0
    changed: int = 0
    unchanged: int = 0
    corrections: int = 0
    left: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.made} new, {self.changed} changed, {self.unchanged} unchanged, "
            f"{self.corrections} corrections, {len(self.left)} left alone"
        )


@transaction.atomic
def bring_in(entries: list[Entry], *, by: Correction.By, overwrite: bool = False, trust: bool = False) -> Summary:
    """Make and change rounds until they are those of the entries; a Correction for each old round that changes.

    by: FEED for the official feed itself; REFERENCE for a stored copy, which changes nothing that came from the feed.
    overwrite: also what editors have corrected, which is otherwise left alone and named.
    trust: also when rounds are missing from the feed, or many old ones have other figures.

    Raises BadFeed, and then nothing has changed.
    """
    FeedState.objects.get_or_create(pk=1)
    state = FeedState.objects.select_for_update().get(pk=1)  # one import at a time
    there = {row.number: row for row in Round.objects.select_for_update()}
    if by == Correction.By.FEED and not trust:
        refuse_suspicious(entries, there)
    origin = Origin.FEED if by == Correction.By.FEED else Origin.REFERENCE
    summary, new, changed, rest, log = Summary(), [], [], [], []
    for entry in entries:
        row = there.get(entry.number)
        if row is None:
            new.append(Round(number=entry.number, origin=origin, **columns_of(entry, FIELDS), raw=entry.raw))
            summary.doubts += entry.doubts
        elif origin == Origin.REFERENCE and row.origin == Origin.FEED:
            summary.unchanged += 1
        else:
            held = [] if overwrite else row.held
            summary.left += left_alone(row, entry, held)
            free = [name for name in FIELDS if name not in held]
            changes = differences(row, entry, free)
            is_same = not changes and (row.raw, row.origin, row.held) == (entry.raw, origin, held)
            write(row, entry, free, origin=origin, held=list(held))
            if not changes:
                summary.unchanged += 1
                rest += [] if is_same else [row]
                continue
            summary.doubts += entry.doubts
            changed.append(row)
            log.append(Correction(round=row, changes=changes, adds_only=only_adds(changes), by=by))
    Round.objects.bulk_create(new)
    for row in changed:
        row.changed_at = now()
    Round.objects.bulk_update([*changed, *rest], COLUMNS, batch_size=100)
    Correction.objects.bulk_create(log)
    summary.made, summary.changed, summary.corrections = len(new), len(changed), len(log)
    if by == Correction.By.FEED:
        state.notes = [*summary.left, *summary.doubts]
    if new or changed:
        state.changed_at = now()
        drop([*new, *changed])
    state.save(update_fields=["notes", "changed_at"])
    return summary


def refuse_suspicious(entries: Iterable[Entry], there: dict[str, Round]) -> None:
    """Raise BadFeed for a feed that is shorter than what we have, or tells the past all anew."""
    given = {entry.number: entry for entry in entries}
    missing = [row for row in there.values() if row.origin != Origin.EDITOR and row.number not in given]
    if missing:
        words = _("The feed is shorter than before: it lacks %(numbers)s (%(count)d in all).")
        raise BadFeed([words % {"count": len(missing), "numbers": numbers_of(missing)}])
    rewritten = [row for row in there.values() if row.number in given and differences(row, given[row.number], FIGURES)]
    rewritten = [row for row in rewritten if row.origin != Origin.EDITOR and not set(row.held) & set(FIGURES)]
    if len(rewritten) > MOST_REWRITTEN:
        words = _("The feed has other figures for too many old rounds: %(numbers)s (%(count)d in all).")
        raise BadFeed([words % {"count": len(rewritten), "numbers": numbers_of(rewritten)}])


def numbers_of(rows: list[Round]) -> str:
    """A few numbers of rounds, the newest first."""
    newest = sorted(rows, key=lambda row: -row.order)
    shown = ", ".join(f"#{row.number}" for row in newest[:MOST_NAMED])
    return f"{shown}, …" if len(newest) > MOST_NAMED else shown


def columns_of(entry: Entry, fields: Iterable[str]) -> dict[str, Any]:
    """Columns of a round by the feed, with those that go with them."""
    names = [name for field in fields for name in [field, *COMPANIONS.get(field, [])]]
    return {name: getattr(entry, name) for name in names}


def write(row: Round, entry: Entry, fields: Iterable[str], *, origin: Origin, held: list[str]) -> None:
    for name, value in columns_of(entry, fields).items():
        setattr(row, name, value)
    row.raw, row.origin, row.held = entry.raw, origin, held


def left_alone(row: Round, entry: Entry, held: Iterable[str]) -> list[str]:
    """A sentence for each corrected field where the feed says something else."""
    words = _("#%(number)s: %(field)s was corrected here; the feed says something else.")
    return [
        words % {"number": row.number, "field": field_label(change["field"])}
        for change in differences(row, entry, held)
    ]


def drop(rows: Iterable[Round]) -> None:
    """Have caches drop the pages of some rounds once this transaction is committed."""
    if settings.PURGE_BACKEND:
        paths = {path for row in rows for path in row.public_paths()}
        transaction.on_commit(partial(purge.paths, sorted(paths)), robust=True)


# What editors do


@transaction.atomic
def correct(row: Round, before: Round, fields: Iterable[str], by: AbstractBaseUser | None) -> Correction | None:
    """Save what an editor has changed in a round: it is logged, and no import writes over it without being asked.

    row: as it shall be; before: as it is; fields: those that the editor may have changed.
    """
    changes = differences(before, row, fields)
    if not changes:
        return None
    names = [change["field"] for change in changes]
    row.held = [name for name in FIELDS if name in {*row.held, *names}]
    if "tie_break" in names:
        row.tie_break_words, row.tie_break_reading = "", ""
    row.save()
    return log_editor(row, changes, by)


@transaction.atomic
def follow_feed(row: Round, fields: Iterable[str], by: AbstractBaseUser | None) -> Correction | None:
    """Give fields that an editor has corrected back to the feed: what it said last counts again, at once."""
    released = [name for name in row.held if name in set(fields)]
    if not released or not row.raw:
        return None
    entry = read_row(row.raw, latest=row.date.max)
    changes = differences(row, entry, released)
    write(row, entry, released, origin=Origin(row.origin), held=[name for name in row.held if name not in released])
    row.save()
    return log_editor(row, changes, by) if changes else None


def log_editor(row: Round, changes: list[dict[str, Any]], by: AbstractBaseUser | None) -> Correction:
    drop([row])
    return Correction.objects.create(
        round=row,
        changes=changes,
        adds_only=only_adds(changes),
        by=Correction.By.EDITOR,
        person=by,  # type: ignore[misc]  # any user model
    )


def feed_says(row: Round) -> dict[str, Any]:
    """What the feed said last of the fields that an editor has corrected, by field."""
    if not row.held or not row.raw:
        return {}
    entry = read_row(row.raw, latest=row.date.max)
    return {name: getattr(entry, name) for name in row.held}
