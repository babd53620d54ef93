"""Signing up and confirming.

The form answers everybody alike and looks nobody up: it leaves a `SignUp`, and a task does the rest by mail.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.timezone import now

from newsletter import consent, mails, tokens
from newsletter.addresses import Address, check
from newsletter.models import Consent, SignUp, Subscriber, Suppression, Topic

BETWEEN_MAILS = timedelta(minutes=10)  # to one address
MAILS_A_DAY = 3  # to one address
ANSWERED_WITHIN = timedelta(hours=24)  # a sign-up that waited longer surprises whoever gets its mail
KEPT_UNCONFIRMED = timedelta(days=7)


@dataclass(frozen=True)
class Wish:
    """What a form says. topics: keys, none for all; place: of the form; page: its path; network: see consent."""

    address: Address
    language: str
    pace: str
    topics: tuple[str, ...] = ()
    place: str = "page"
    page: str = ""
    network: str = ""


def is_suppressed(address_hash: str) -> bool:
    """Must this address not be mailed, even if its owner asks?"""
    found = Suppression.objects.filter(address_hash=address_hash).first()
    return found is not None and not found.can_be_lifted_by_owner


# Asking


@transaction.atomic
def ask(wish: Wish) -> SignUp:
    """Keep what was asked, with a task that answers it. The same work for every address."""
    from newsletter import tasks  # they need this module

    row = SignUp.objects.create(
        email=wish.address.typed,
        email_key=wish.address.key,
        address_hash=wish.address.fingerprint,
        language=wish.language,
        pace=wish.pace,
        topics=list(wish.topics),
        text=consent.current_text(wish.language),
        place=wish.place,
        page=wish.page[:300],
        network=wish.network,
    )
    tasks.answer_sign_up.enqueue(row.pk)
    return row


def wanted(row: SignUp) -> list[Topic]:
    """The topics that a sign-up names, or all that are offered."""
    topics = Topic.objects.filter(key__in=row.topics) if row.topics else Topic.objects.offered()
    return list(topics)


def answer(pk: int) -> bool:
    """Send the mail that a sign-up asks for, if any; True if one left now.

    It is marked before it leaves: a process that dies in between loses a mail, and none arrives twice. One that the
    mail server does not take is unmarked again, and the error raised.
    """
    with transaction.atomic():
        row = SignUp.objects.filter(pk=pk, outcome="", cancelled_at=None).first()
        if row is None:
            return False
        consent.lock(row.address_hash)
        row = SignUp.objects.select_for_update().filter(pk=pk, outcome="").first()
        if row is None or not _has_room():
            return False
        subscriber = Subscriber.objects.filter(address_hash=row.address_hash, status="active").first()
        row.outcome = _outcome(row, subscriber)
        goes = row.outcome in {SignUp.Outcome.ASKED, SignUp.Outcome.KNOWN}
        SignUp.objects.filter(pk=pk).update(outcome=row.outcome, mailed_at=Now() if goes else None)
    if not goes:
        return False
    try:
        if subscriber is not None:
            mails.known(row, subscriber, new_topics(wanted(row), subscriber))
        else:
            mails.confirm(row, wanted(row))
    except BaseException:
        SignUp.objects.filter(pk=pk, confirmed_at=None).update(outcome="", mailed_at=None)
        raise
    return True


def new_topics(topics: Iterable[Topic], subscriber: Subscriber) -> list[Topic]:
    """Those that somebody does not get yet."""
    has = set(subscriber.subscriptions.current().values_list("topic_id", flat=True))
    return [topic for topic in topics if topic.pk not in has]


def _has_room() -> bool:
    """May one more mail of this kind leave, of all in an hour?"""
    last_hour = SignUp.objects.filter(mailed_at__gt=Now() - timedelta(hours=1))
    return last_hour.count() < settings.SIGN_UP_MAILS_AN_HOUR


def _outcome(row: SignUp, subscriber: Subscriber | None) -> SignUp.Outcome:
    if row.asked_at < now() - ANSWERED_WITHIN:
        return SignUp.Outcome.TOO_LATE
    if is_suppressed(row.address_hash):
        return SignUp.Outcome.BLOCKED
    mailed = SignUp.objects.filter(address_hash=row.address_hash)
    if mailed.filter(mailed_at__gt=Now() - BETWEEN_MAILS).exists():
        return SignUp.Outcome.HELD
    if mailed.filter(mailed_at__gt=Now() - timedelta(days=1)).count() >= MAILS_A_DAY:
        return SignUp.Outcome.HELD
    return SignUp.Outcome.KNOWN if subscriber is not None else SignUp.Outcome.ASKED


def waiting() -> list[int]:
    """Sign-ups whose task was lost, or for which there was no room; the oldest first."""
    rows = SignUp.objects.filter(outcome="", cancelled_at=None, asked_at__lt=Now() - timedelta(minutes=2))
    return list(rows.order_by("asked_at").values_list("pk", flat=True)[:500])


# Confirming


def find(token: str) -> SignUp:
    """The sign-up that a link confirms; reads only. Raises BadLink, or OldLink for one that has run out."""
    row = SignUp.objects.filter(key=tokens.confirmed_key(token)).select_related("text").first()
    if row is None or (row.cancelled_at and not row.confirmed_at):
        raise tokens.OldLink
    return row


@transaction.atomic
def confirm(token: str, network: str = "") -> tuple[SignUp, Subscriber | None]:
    """Make a subscriber of whoever holds the link, once; later it changes nothing, whatever has happened since.

    Raises BadLink, or OldLink for a link that has run out. The subscriber is None if there is none by now.
    """
    consent.lock(find(token).address_hash)
    row = find(token)
    if row.confirmed_at:
        return row, Subscriber.objects.filter(address_hash=row.address_hash).first()
    if is_suppressed(row.address_hash):
        raise tokens.OldLink
    Suppression.objects.filter(address_hash=row.address_hash).delete()
    subscriber, joins = _subscriber(row)
    evidence = {
        "place": row.place,
        "page": row.page,
        "asked_at": row.asked_at.isoformat(timespec="seconds"),
        "asked_from": row.network,
        "confirmed_from": network,
    }
    topics = wanted(row) if joins else new_topics(wanted(row), subscriber)
    consent.give(subscriber, topics, method=Consent.Method.CONFIRMED, evidence=evidence, text=row.text)
    row.confirmed_at = now()
    row.save(update_fields=["confirmed_at"])
    if joins:
        from newsletter import tasks  # they need this module

        tasks.send_welcome.enqueue(subscriber.pk)
    return row, subscriber


def _subscriber(row: SignUp) -> tuple[Subscriber, bool]:
    """The subscriber of a sign-up, made or brought back if need be, and whether they join by it."""
    subscriber = Subscriber.objects.select_for_update().filter(email_key=row.email_key).first()
    if subscriber is not None and subscriber.status == Subscriber.Status.ACTIVE:
        return subscriber, False
    address = check(row.email)
    subscriber = subscriber or Subscriber(email_key=row.email_key, address_hash=row.address_hash)
    subscriber.email = row.email
    subscriber.is_role, subscriber.is_disposable = address.is_role, address.is_disposable
    subscriber.language, subscriber.pace = row.language, row.pace
    subscriber.status = Subscriber.Status.ACTIVE
    subscriber.joined_at = now()
    subscriber.left_at = subscriber.paused_until = subscriber.erase_at = None
    subscriber.save()
    return subscriber, True


def forget_unconfirmed() -> int:
    """Delete sign-ups that are over: confirmed ones live on in the record, and the rest was nobody's wish."""
    count, _rows = SignUp.objects.filter(Q(asked_at__lt=Now() - KEPT_UNCONFIRMED)).delete()
    return count
