"""Preferences, pausing, leaving, and being forgotten. Each may be asked twice."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils.timezone import now

from newsletter import consent
from newsletter.models import Consent, SignUp, Subscriber, Subscription, Suppression, Topic

ERASED_AFTER = timedelta(hours=24)  # mails are forwarded: the owner hears of it and can say no
LONGEST_PAUSE = timedelta(days=366)
KEPT_RECORD = timedelta(days=3 * 366)  # after erasing; the trigger of the record holds the same


def by_token(token: str) -> Subscriber | None:
    """The subscriber whom a link of a mail belongs to."""
    return Subscriber.objects.filter(token=token).first() if token.isascii() and token.isalnum() else None


def locked(subscriber: Subscriber) -> Subscriber | None:
    """The row as it is now, held until the transaction ends; None if it was erased."""
    consent.lock(subscriber.address_hash)
    return Subscriber.objects.select_for_update().filter(pk=subscriber.pk).first()


@transaction.atomic
def leave(subscriber: Subscriber, method: str, evidence: dict[str, Any] | None = None) -> bool:
    """End everything at once: topics, pause, and links of sign-ups that wait; False if they had left already."""
    row = locked(subscriber)
    if row is None or row.status == Subscriber.Status.LEFT:
        return False
    consent.withdraw(row, None, method=method, evidence=evidence)
    SignUp.objects.filter(address_hash=row.address_hash, confirmed_at=None).update(cancelled_at=Now())
    row.status, row.left_at, row.paused_until = Subscriber.Status.LEFT, now(), None
    row.save()
    return True


@transaction.atomic
def choose(
    subscriber: Subscriber,
    topics: Iterable[Topic],
    details: dict[str, Any],
    *,
    evidence: dict[str, Any],
    language: str,
) -> bool:
    """Set topics and details (pace, language, time zone) of an active subscriber; False if they have left meanwhile.

    language: of the page, whose words of consent a new topic is agreed by.
    """
    row = locked(subscriber)
    if row is None or row.status == Subscriber.Status.LEFT:
        return False
    for name, value in details.items():
        setattr(row, name, value)
    row.save()
    chosen = {topic.pk: topic for topic in topics}
    has = {one.topic_id: one for one in row.subscriptions.current().select_related("topic")}
    for pk in has.keys() - chosen.keys():
        consent.withdraw(row, has[pk].topic, method=Consent.Method.PREFERENCES, evidence=evidence)
    new = [topic for pk, topic in chosen.items() if pk not in has]
    if new:
        text = consent.current_text(language)
        consent.give(row, new, method=Consent.Method.PREFERENCES, evidence=evidence, text=text)
    return True


@transaction.atomic
def pause(subscriber: Subscriber, until: datetime | None) -> bool:
    """Send nothing until then; None ends the pause."""
    row = locked(subscriber)
    if row is None or row.status == Subscriber.Status.LEFT:
        return False
    row.paused_until = min(until, now() + LONGEST_PAUSE) if until else None
    row.save()
    return True


# Being forgotten


@transaction.atomic
def ask_to_erase(subscriber: Subscriber, evidence: dict[str, Any] | None = None) -> bool:
    """Leave now, and be erased a day later; a mail says so. False if that is under way already."""
    from newsletter import tasks  # they need this module

    leave(subscriber, Consent.Method.PREFERENCES, evidence)
    row = locked(subscriber)
    if row is None or row.erase_at:
        return False
    row.erase_at = now() + ERASED_AFTER
    row.save()
    tasks.send_erasure_notice.enqueue(row.pk)
    return True


@transaction.atomic
def keep_after_all(subscriber: Subscriber) -> None:
    """Take the wish to be erased back; leaving stays."""
    row = locked(subscriber)
    if row is not None:
        row.erase_at = None
        row.save()


@transaction.atomic
def erase(subscriber: Subscriber) -> None:
    """Delete all that says who somebody is. A keyed hash stays, so that no import brings them back."""
    row = locked(subscriber)
    if row is None:
        return
    if row.status != Subscriber.Status.LEFT:
        consent.withdraw(row, None, method=Consent.Method.ERASED)
    SignUp.objects.filter(address_hash=row.address_hash).delete()
    suppress(row.address_hash, Suppression.Reason.ERASED)
    row.delete()


def suppress(address_hash: str, reason: str, source: str = "") -> Suppression:
    """Mail an address no more. A reason that its owner cannot lift is never replaced by one that they can."""
    found, made = Suppression.objects.get_or_create(
        address_hash=address_hash, defaults={"reason": reason, "source": source[:120]}
    )
    if not made and found.can_be_lifted_by_owner and reason != found.reason:
        found.reason, found.source = reason, source[:120]
        found.save()
    return found


def erase_due() -> int:
    """Erase everybody whose day has come; returns how many."""
    count = 0
    for subscriber in Subscriber.objects.filter(erase_at__lte=Now()).order_by("erase_at")[:1000]:
        erase(subscriber)
        count += 1
    return count


def end_expired() -> int:
    """Turn off what rests on an implied consent that has run out; sending never trusts such a row meanwhile."""
    return Subscription.objects.filter(is_on=True, expires_at__lte=Now()).update(is_on=False)


def forget_record() -> int:
    """Delete lines of the record that nobody's row belongs to any more, once the law's limit has passed."""
    count, _rows = Consent.objects.filter(subscriber=None, at__lt=Now() - KEPT_RECORD).delete()
    return count


# What we know of somebody


def data(subscriber: Subscriber) -> dict[str, Any]:
    """All that is kept of somebody, for themselves or for the regulator."""
    consents = subscriber.consents.select_related("topic", "text")
    subscriptions = subscriber.subscriptions.select_related("topic")
    return {
        "email": subscriber.email,
        "name": subscriber.name,
        "language": subscriber.language,
        "time_zone": subscriber.time_zone,
        "status": subscriber.status,
        "pace": subscriber.pace,
        "paused_until": _moment(subscriber.paused_until),
        "joined_at": _moment(subscriber.joined_at),
        "left_at": _moment(subscriber.left_at),
        "marks": {"office": subscriber.is_role, "disposable": subscriber.is_disposable},
        "topics": [
            {"topic": row.topic.key, "on": row.is_on, "expires_at": _moment(row.expires_at)} for row in subscriptions
        ],
        "consent": [
            {
                "at": _moment(row.at),
                "act": row.act,
                "kind": row.kind,
                "topic": row.topic.key if row.topic else "all",
                "by": row.method,
                "words": row.text.text if row.text else "",
                "words_version": row.text.version if row.text else "",
                "words_language": row.text.language if row.text else "",
                "evidence": row.evidence,
                "expires_at": _moment(row.expires_at),
            }
            for row in consents
        ],
        "sign_ups": [
            {"asked_at": _moment(row.asked_at), "page": row.page, "from": row.network, "topics": row.topics}
            for row in SignUp.objects.filter(address_hash=subscriber.address_hash)
        ],
    }


def _moment(value: datetime | None) -> str | None:
    return value.isoformat(timespec="seconds") if value else None
