"""Watching sources: each page is read now and then, and whether its words have changed is noted on its row."""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from facts.fingerprints import DOCUMENTS, HTML, TEXT, fingerprint
from facts.models import Source, SourceLanguage
from facts.network import Fault, Unreachable
from facts.robot import Answer, Robot

logger = logging.getLogger(__name__)

TURN = 7_229_312  # the advisory lock of whoever fetches; any number that nothing else uses
HOSTS_IN_VAIN = 5  # hosts in a row that nobody reaches: then it is our own network that is away
LANGUAGES = {SourceLanguage.ENGLISH: "en", SourceLanguage.FRENCH: "fr", SourceLanguage.BOTH: "en, fr"}
ACCEPTED = "text/html, application/xhtml+xml, text/plain;q=0.9, application/pdf;q=0.9, */*;q=0.1"


class Busy(Exception):
    """Somebody else fetches at the moment; two at a time would be twice as many requests for a host."""


class Outcome(StrEnum):
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    FAILED = "failed"


@dataclass
class Summary:
    """How a run went. Unchanged are also those that were read for the first time; skipped were not tried at all."""

    checked: int = 0
    unchanged: int = 0
    changed: int = 0
    failed: int = 0
    skipped: int = 0
    stopped: str = ""  # why the run ended early

    def count(self, outcome: Outcome) -> None:
        self.checked += 1
        setattr(self, outcome, getattr(self, outcome) + 1)

    def __str__(self) -> str:
        counts = f"{self.checked} checked: {self.unchanged} unchanged, {self.changed} changed, {self.failed} failed"
        return f"{counts}; {self.skipped} skipped. {self.stopped}".strip()


@dataclass(frozen=True)
class Page:
    """What a source answered; no hash where it says that nothing has changed."""

    content_hash: str = ""
    etag: str = ""
    last_modified: str = ""


Tell = Callable[[Source, Outcome, str], None]  # the last is the fault


def watched() -> QuerySet[Source]:
    """Sources that are fetched, those first that were tried longest ago."""
    rows = Source.objects.filter(is_watched=True).exclude(Q(url=None) | Q(url=""))
    return rows.order_by(F("tried_at").asc(nulls_first=True), "pk")


def due() -> QuerySet[Source]:
    """Watched sources whose turn it is: a week after the last visit, or the next day if that failed."""
    a_week_ago = Q(tried_at__lt=Now() - timedelta(days=6, hours=20))
    failed_yesterday = Q(tried_at__lt=Now() - timedelta(hours=20)) & ~Q(fault="")
    return watched().filter(Q(tried_at=None) | a_week_ago | failed_yesterday)


def check(
    sources: Iterable[Source],
    *,
    robot: Robot | None = None,
    seconds: float = float("inf"),
    tell: Tell | None = None,
) -> Summary:
    """Fetch sources and note on each row what came of it; the hosts take turns.

    seconds: after these no further source is begun.
    tell: called after each source.

    What goes wrong with a page is its fault and ends nothing. Raises Busy, and errors of the database.
    """
    with turn():
        return _check(sources, robot or Robot(), seconds, tell)


@contextmanager
def turn() -> Iterator[None]:
    """Be the only one who fetches. Raises Busy."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [TURN])
        if not cursor.fetchone()[0]:
            raise Busy("Sources are being checked already.")
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [TURN])


def _check(sources: Iterable[Source], robot: Robot, seconds: float, tell: Tell | None) -> Summary:
    summary, ends_at = Summary(), robot.clock() + seconds
    waiting: dict[str, deque[Source]] = {}  # by host
    for source in sources:
        if source.url and source.is_watched:
            waiting.setdefault(host_of(source), deque()).append(source)
        else:
            summary.skipped += 1
    in_vain: set[str] = set()
    while waiting and not summary.stopped:
        host = min(waiting, key=robot.free_at)
        queue = waiting.pop(host)
        source = queue.popleft()
        if queue:
            waiting[host] = queue  # behind the others
        found = read(source, robot)
        in_vain = in_vain | {host} if isinstance(found, Unreachable) else set()
        outcome = note(source, found)
        summary.count(outcome)
        if tell:
            tell(source, outcome, str(found) if isinstance(found, Fault) else "")
        if waiting and len(in_vain) >= HOSTS_IN_VAIN:
            summary.stopped = _("Stopped: nobody answers, so the network seems to be away.")
        elif waiting and robot.clock() >= ends_at:
            summary.stopped = _("Stopped: the time is up.")
    summary.skipped += sum(map(len, waiting.values()))
    return summary


def host_of(source: Source) -> str:
    """The host of a source's address; empty for an address that makes no sense, which is found out later."""
    try:
        return urlsplit(source.url or "").hostname or ""
    except ValueError:
        return ""


def read(source: Source, robot: Robot) -> Page | Fault:
    """Fetch the page of a source and take its fingerprint."""
    try:
        return _page(source, robot.get(source.url or "", _headers(source)))
    except Fault as fault:
        return fault
    except Exception:  # whatever one page does to us, the others have their turn
        logger.exception("The source %s could not be read.", source.slug)
        return Fault(_("Our program failed at this page; the log says how."))


def _headers(source: Source) -> dict[str, str]:
    language = LANGUAGES[SourceLanguage(source.language)]
    headers = {"Accept": ACCEPTED, "Accept-Language": language}
    if source.content_hash and source.etag:
        headers["If-None-Match"] = source.etag
    if source.content_hash and source.last_modified:
        headers["If-Modified-Since"] = source.last_modified
    return headers


def _page(source: Source, answer: Answer) -> Page:
    """Raises Fault."""
    if answer.status == 304 and source.content_hash:
        return Page()
    if answer.status != 200:
        raise Fault(_("The server answered %(status)s.") % {"status": answer.status})
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in HTML | TEXT | DOCUMENTS:
        raise Fault(_("It is no page of text but %(kind)s.") % {"kind": kind[:60] or _("of an unknown kind")})
    found = fingerprint(kind, answer.body)
    if not found:
        raise Fault(_("There are no words on the page, at least not without its scripts."))
    etag = repeatable(answer.headers.get("etag", ""), Source._meta.get_field("etag").max_length)
    since = repeatable(answer.headers.get("last-modified", ""), Source._meta.get_field("last_modified").max_length)
    return Page(found, etag, since)


def repeatable(value: str, longest: int | None) -> str:
    """A header's value if it can be kept and sent back as it came, else nothing."""
    return value if value.isascii() and value.isprintable() and len(value) <= (longest or 0) else ""


def note(source: Source, found: Page | Fault) -> Outcome:
    """Write down what came of a visit, unless the row has got another address meanwhile."""
    row = Source.objects.filter(pk=source.pk, url=source.url)
    if isinstance(found, Fault):
        row.update(tried_at=Now(), fault=shortened(str(found)))
        return Outcome.FAILED
    values: dict[str, Any] = {"tried_at": Now(), "fetched_at": Now(), "fault": ""}
    if found.content_hash:
        values |= asdict(found)
    changed = source.content_hash != "" and found.content_hash not in {"", source.content_hash}
    if changed:
        values["changed_at"] = Now()
    row.update(**values)
    return Outcome.CHANGED if changed else Outcome.UNCHANGED


def shortened(fault: str) -> str:
    """A fault that fits its column."""
    longest = Source._meta.get_field("fault").max_length or 0
    return fault if len(fault) <= longest else f"{fault[: longest - 1]}…"
