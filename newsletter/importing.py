"""Addresses from a CSV file, and to one.

A file is checked line by line first and imported second, in one transaction, and only with a statement of where the
consent comes from. It only adds people: who is a subscriber, has left or is suppressed stays as they are.
"""

import codecs
import csv
import io
import re
import zoneinfo
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from newsletter import consent
from newsletter.addresses import Address, BadAddress, check
from newsletter.models import Consent, Import, Language, Pace, Subscriber, Subscription, Suppression, Topic

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 200_000
MOST_COLUMNS = 30
LONGEST_CELL = 500
AT_ONCE = 2_000  # rows written with one query
ATTEMPTS = 3
KEPT_UNUSED = timedelta(days=2)
COLUMNS = ("email", "name", "language", "topics", "pace", "time_zone", "consented_on")
LASTS = {  # SOR/2012-36 and S.C. 2010, c. 23, s. 10(10) to (13); from the day of the purchase or inquiry
    Consent.Kind.PURCHASE: timedelta(days=730),
    Consent.Kind.MEMBERSHIP: timedelta(days=730),
    Consent.Kind.INQUIRY: timedelta(days=180),
}
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "\uff1d", "\uff0b", "\uff0d", "\uff20")

_between = re.compile(r"[|;,\s]+")


class BadFile(ValueError):
    """A file of which no line can be read; the message says why, to the editor."""


@dataclass(frozen=True)
class Person:
    """A line that can be imported."""

    line: int
    address: Address
    name: str
    language: str
    pace: str
    time_zone: str
    topics: tuple[str, ...]
    consented_on: date


@dataclass
class Report:
    """What the check found: who would come in, and a reason for every other line."""

    people: list[Person] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)  # lines with a mistake
    passed_over: list[tuple[int, str]] = field(default_factory=list)  # lines that are right and change nothing
    marked: Counter[str] = field(default_factory=Counter)

    @property
    def counts(self) -> dict[str, int]:
        return {
            "new": len(self.people),
            "faults": len(self.faults),
            "passed_over": len(self.passed_over),
            **{f"marked_{name}": count for name, count in sorted(self.marked.items())},
        }


# Reading


def text_of(content: bytes) -> str:
    """The file as text: UTF-8, or what Excel writes under "Unicode text". Raises BadFile."""
    if len(content) > MOST_BYTES:
        raise BadFile(_("The file is larger than %(most)d MB. Split it.") % {"most": MOST_BYTES // 1024**2})
    encoding = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise BadFile(
            _("Line %(line)d is not in UTF-8. Save the file as “CSV UTF-8” and try again.") % {"line": line}
        ) from None
    if "\0" in text:
        raise BadFile(_("This is not a CSV file."))
    return text


def rows_of(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """Each line with its number and its cells by column. Raises BadFile."""
    text = text_of(content)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    names: list[str] = []
    count, before = 0, 0
    try:
        for cells in reader:
            line, before = before + 1, reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if not names:
                names = header(cells)
                continue
            count += 1
            if count > MOST_ROWS:
                raise BadFile(_("The file has more than %(most)d lines. Split it.") % {"most": MOST_ROWS})
            yield line, {name: unguarded(cell.strip()) for name, cell in zip(names, cells, strict=False)}
    except csv.Error as error:
        raise BadFile(_("Line %(line)d cannot be read: %(fault)s.") % {"line": before + 1, "fault": error}) from None
    if not names:
        raise BadFile(_("The file is empty."))


def header(cells: list[str]) -> list[str]:
    """The names of the columns. Raises BadFile for one that is unknown or stands twice."""
    names = [cell.strip().lower().replace(" ", "_").replace("-", "_") for cell in cells]
    names = ["email" if name in {"e_mail", "email_address", "courriel"} else name for name in names]
    if "email" not in names:
        raise BadFile(_("The first line has to name the columns, “email” among them."))
    unknown = [name for name in names if name not in COLUMNS]
    if unknown or len(names) > MOST_COLUMNS:
        raise BadFile(
            _("Columns that we do not know: %(names)s. Leave them out, or call them by one of: %(known)s.")
            % {"names": ", ".join(name[:40] or "–" for name in unknown[:10]), "known": ", ".join(COLUMNS)}
        )
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        raise BadFile(_("A column stands twice: %(name)s.") % {"name": twice[0]})
    return names


# Checking


def examine(row: Import) -> Report:
    """Judge every line of a file as things are now. Raises BadFile. The number of queries does not grow with it."""
    if row.content is None:
        raise BadFile(_("The file is gone. Upload it again."))
    report, seen = Report(), dict[str, int]()
    topics = set(Topic.objects.values_list("key", flat=True))
    people = []
    for line, cells in rows_of(bytes(row.content)):
        try:
            person = read_person(row, line, cells, topics)
        except (BadAddress, BadFile) as error:
            report.faults.append((line, str(error)))
            continue
        if person.address.key in seen:
            words = _("The same address as on line %(line)d.") % {"line": seen[person.address.key]}
            report.passed_over.append((line, words))
            continue
        seen[person.address.key] = line
        people.append(person)
    sort_out(row, people, report)
    return report


def read_person(row: Import, line: int, cells: dict[str, str], topics: set[str]) -> Person:
    """Who a line is about. Raises BadAddress or BadFile with what is wrong."""
    if any(len(cell) > LONGEST_CELL for cell in cells.values()):
        raise BadFile(_("A cell has more than %(most)d characters.") % {"most": LONGEST_CELL})
    address = check(cells.get("email", ""))
    name = cells.get("name", "")
    if len(name) > 80 or any(ord(letter) < 32 for letter in name):
        raise BadFile(_("The name is too long, or spans several lines."))
    chosen = tuple(key for key in _between.split(cells.get("topics", "").lower()) if key) or tuple(row.topics)
    if unknown := [key for key in chosen if key not in topics]:
        raise BadFile(_("No such topic: %(name)s.") % {"name": unknown[0][:40]})
    language = cells.get("language", "").lower()[:2] or row.language
    if language not in Language.values:
        raise BadFile(_("The language is neither en nor fr."))
    pace = cells.get("pace", "").lower().replace(" ", "_") or Pace.WEEKLY
    if pace not in Pace.values:
        raise BadFile(_("The pace is none of: %(known)s.") % {"known": ", ".join(Pace.values)})
    zone = cells.get("time_zone", "") or Subscriber._meta.get_field("time_zone").get_default()
    if len(zone) > 40 or zone not in time_zones():
        raise BadFile(_("No such time zone: %(name)s.") % {"name": zone[:40]})
    return Person(line, address, name, language, pace, zone, chosen, consent_day(row, cells.get("consented_on", "")))


@cache
def time_zones() -> frozenset[str]:
    """All that there are; Python reads the file system anew for each answer."""
    return frozenset(zoneinfo.available_timezones())


def consent_day(row: Import, text: str) -> date:
    """The day of somebody's consent: the line's own, or the file's. Raises BadFile."""
    try:
        day = date.fromisoformat(text) if text else row.consented_on
    except ValueError:
        raise BadFile(_("The day of the consent is not written like 2026-11-30.")) from None
    if day > localdate():
        raise BadFile(_("The day of the consent is still to come."))
    return day


def expiry(kind: str, day: date) -> datetime | None:
    """When a consent given on a day ends; None for one that does not."""
    lasts = LASTS.get(Consent.Kind(kind))
    return datetime.combine(day + lasts, time.min, UTC) if lasts else None


def sort_out(row: Import, people: list[Person], report: Report) -> None:
    """Leave out who is here already, has left, may not be mailed, or whose consent has run out."""
    keys = [person.address.key for person in people]
    hashes = [person.address.fingerprint for person in people]
    here = dict(Subscriber.objects.filter(email_key__in=keys).values_list("email_key", "status"))
    held_back = set(Suppression.objects.filter(address_hash__in=hashes).values_list("address_hash", flat=True))
    now = datetime.now(UTC)
    for person, address_hash in zip(people, hashes, strict=True):
        ends = expiry(row.kind, person.consented_on)
        if here.get(person.address.key) == Subscriber.Status.LEFT:
            report.passed_over.append((person.line, _("Has left, and only they can come back.")))
        elif person.address.key in here:
            report.passed_over.append((person.line, _("Is a subscriber already.")))
        elif address_hash in held_back:
            report.passed_over.append((person.line, _("Is on the list of suppressed addresses.")))
        elif ends is not None and ends <= now:
            report.passed_over.append((person.line, _("The implied consent has run out.")))
        else:
            report.people.append(person)
            report.marked.update([name for name in ("role", "disposable") if getattr(person.address, f"is_{name}")])
    report.passed_over.sort()


# Importing


def run(pk: int) -> None:
    """Import a file that waits, all of it or nothing; what it did is kept on its row."""
    waits = {"pk": pk, "state": Import.State.WAITING}
    for attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                consent.lock("import")  # two files may hold the same address
                row = Import.objects.select_for_update().filter(**waits).first()
                if row is None:
                    return
                report = examine(row)
                write(row, report.people)
                row.state, row.content, row.counts = Import.State.DONE, None, report.counts
                row.save()
        except BadFile as error:
            Import.objects.filter(**waits).update(state=Import.State.FAILED, fault=str(error), content=None)
        except IntegrityError:  # somebody of the file has confirmed at this moment: look again
            if attempt == ATTEMPTS - 1:
                raise
        else:
            return


def write(row: Import, people: list[Person]) -> None:
    """Write people with their consent and their topics, some thousands with each query."""
    topics = {topic.key: topic for topic in Topic.objects.all()}
    evidence = {"import": row.pk, "file": row.file_name, "statement": row.statement}
    for start in range(0, len(people), AT_ONCE):
        some = people[start : start + AT_ONCE]
        subscribers = Subscriber.objects.bulk_create([_subscriber(person) for person in some])
        consents = [
            Consent(
                subscriber=subscriber,
                address_hash=subscriber.address_hash,
                topic=topics[key],
                act=Consent.Act.GIVEN,
                kind=row.kind,
                method=Consent.Method.IMPORT,
                evidence={**evidence, "line": person.line, "consented_on": person.consented_on.isoformat()},
                expires_at=expiry(row.kind, person.consented_on),
            )
            for person, subscriber in zip(some, subscribers, strict=True)
            for key in dict.fromkeys(person.topics)
        ]
        lines: list[Any] = Consent.objects.bulk_create(consents)
        Subscription.objects.bulk_create(
            Subscription(
                subscriber_id=line.subscriber_id, topic_id=line.topic_id, consent=line, expires_at=line.expires_at
            )
            for line in lines
        )


def _subscriber(person: Person) -> Subscriber:
    return Subscriber(
        email=person.address.typed,
        email_key=person.address.key,
        address_hash=person.address.fingerprint,
        name=person.name,
        language=person.language,
        time_zone=person.time_zone,
        pace=person.pace,
        is_role=person.address.is_role,
        is_disposable=person.address.is_disposable,
    )


def drop_files() -> int:
    """Delete the content of files that were checked and never imported."""
    old = Import.objects.filter(state=Import.State.CHECKED, created_at__lt=Now() - KEPT_UNUSED)
    return old.exclude(content=None).update(content=None)


# Exporting

EXPORTED = ("email", "name", "language", "time_zone", "status", "pace", "topics", "joined_at", "left_at")


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; `unguarded` turns it back."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def unguarded(cell: str) -> str:
    """What `guarded` made of a cell, as it was."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


class _Line:
    """What csv.writer writes to."""

    def write(self, text: str) -> str:
        return text


def export(subscribers: Any) -> Iterator[str]:
    """Subscribers as lines of CSV, with the topics they get. subscribers: a queryset."""
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow(EXPORTED)
    rows = subscribers.prefetch_related("subscriptions__topic")
    for row in rows.iterator(chunk_size=2_000):
        on = [one.topic.key for one in row.subscriptions.all() if one.is_on]
        cells = [row.email, row.name, row.language, row.time_zone, row.status, row.pace, " ".join(on)]
        cells += [moment.isoformat(timespec="seconds") if moment else "" for moment in (row.joined_at, row.left_at)]
        yield writer.writerow([guarded(cell) for cell in cells])
