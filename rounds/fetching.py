"""Reading the official feed over the network: only what has changed, within limits, and less often after failures."""

import hashlib
import ipaddress
import logging
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from facts import ledger
from facts.fetching import repeatable
from facts.network import Fault
from facts.robot import Answer, Robot
from rounds import official
from rounds.importing import Summary, bring_in
from rounds.models import Correction, FeedState

logger = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=15), timedelta(hours=6)
EARLIER = timedelta(minutes=5)  # a pause ends a little before the run of the clock that it waits for
ACCEPTED = "application/json, text/plain;q=0.5, */*;q=0.1"
LONGEST_FAULT = 4_000


def fetch_if_due(robot: Robot | None = None) -> str:
    """Read the feed of the settings unless it is off or a pause after failures has not ended; what came of it."""
    address = settings.ROUNDS_FEED_URL
    if not address:
        return "off"
    FeedState.objects.get_or_create(pk=1)
    if not FeedState.objects.filter(Q(next_try_at=None) | Q(next_try_at__lte=Now()), pk=1).exists():
        return "waiting"
    try:
        summary = fetch(address, robot=robot)
    except (Fault, official.BadFeed) as fault:
        logger.warning("The rounds were not read from %s: %s", address, fault)
        return "failed"
    return str(summary) if summary else "unchanged"


def fetch(
    address: str, *, robot: Robot | None = None, anew: bool = False, overwrite: bool = False, trust: bool = False
) -> Summary | None:
    """Read the feed at an address and bring its rounds in; None if it is what it was the last time.

    anew: read it even if it has not changed. overwrite, trust: see `bring_in`.

    Raises Fault and BadFeed, once they are noted; then no round has changed.
    """
    state, _made = FeedState.objects.get_or_create(pk=1)
    is_known = not anew and state.address == address and state.content_hash != ""
    try:
        answer = (robot or Robot(allowed=own_machine(address))).get(address, headers(state if is_known else None))
        digest = checked(answer, is_known)
        if answer.status == 304 or (is_known and digest == state.content_hash):
            note_success(address)
            return None
        entries = official.read(answer.body, latest=ledger.today() + timedelta(days=1))
        summary = bring_in(entries, by=Correction.By.FEED, overwrite=overwrite, trust=trust)
    except (Fault, official.BadFeed) as fault:
        note_failure(address, str(fault))
        raise
    note_success(
        address,
        content_hash=digest,
        etag=kept(answer, "etag"),
        last_modified=kept(answer, "last-modified"),
    )
    return summary


def headers(state: FeedState | None) -> dict[str, str]:
    """What is sent along; with a state, what makes the request a conditional one."""
    found = {"Accept": ACCEPTED}
    if state is None:
        return found
    if state.etag:
        found["If-None-Match"] = state.etag
    if state.last_modified:
        found["If-Modified-Since"] = state.last_modified
    return found


def checked(answer: Answer, is_known: bool) -> str:
    """The digest of an answer's body, "" for one that says that nothing has changed. Raises Fault."""
    if answer.status == 304 and is_known:
        return ""
    if answer.status != 200:
        raise Fault(_("The server answered %(status)s.") % {"status": answer.status})
    return hashlib.sha256(answer.body).hexdigest()


def kept(answer: Answer, name: str) -> str:
    """A header to send back the next time."""
    column: Any = FeedState._meta.get_field(name.replace("-", "_"))
    return repeatable(answer.headers.get(name, ""), column.max_length)


def note_success(address: str, **details: str) -> None:
    FeedState.objects.filter(pk=1).update(
        address=address, tried_at=Now(), succeeded_at=Now(), next_try_at=None, failures=0, fault="", **details
    )


def note_failure(address: str, fault: str) -> None:
    """Note what went wrong, and wait twice as long as the last time."""
    state = FeedState.objects.get(pk=1)
    pause = min(FIRST_PAUSE * 2 ** min(state.failures, 20), LONGEST_PAUSE) - EARLIER
    FeedState.objects.filter(pk=1).update(
        tried_at=Now(), next_try_at=Now() + pause, failures=state.failures + 1, fault=fault[:LONGEST_FAULT]
    )


def own_machine(address: str) -> set[tuple[str, int]]:
    """The pair of address and port to let through where the operator has named this very machine, and no other.

    The robot goes to public addresses alone, and so does a redirect from elsewhere; the setting itself is trusted.
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        if host == "localhost":
            return {("127.0.0.1", port), ("::1", port)}
        return {(host, port)} if ipaddress.ip_address(host).is_loopback else set()
    except ValueError:
        return set()
