"""The words to agree to, and the record of who agreed to what: written here, and nowhere changed."""

import hashlib
import ipaddress
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils.translation import gettext, override

from newsletter.models import Consent, ConsentText, Subscriber, Subscription, Topic

SHORTENED_TO = {4: 24, 6: 48}  # bits of a network address that are kept


def sender() -> str:
    """Who sends, with the postal address, as every mail and every box to tick has to say."""
    address: str = settings.POSTAL_ADDRESS
    return address if address.startswith(settings.SITE_NAME) else f"{settings.SITE_NAME}, {address}"


@cache
def words(language: str) -> str:
    """What stands beside the box to tick: what for, who asks, and that it can be taken back (SOR/2012-36, s. 4)."""
    with override(language):
        text = gettext(
            "Yes, send me the newsletter on the topics chosen here. I can leave at any time with one click. "
            "Who asks: %(who)s, %(contact)s."
        )
        return text % {"who": sender(), "contact": settings.CONTACT_EMAIL}


@cache
def version(language: str) -> str:
    """The name of the words of today, which is another one once the words are."""
    return hashlib.sha256(words(language).encode()).hexdigest()[:12]


def current_text(language: str) -> ConsentText:
    """The words of today as the record keeps them."""
    text, _made = ConsentText.objects.get_or_create(
        version=version(language), language=language, defaults={"text": words(language)}
    )
    return text


def network(request: HttpRequest) -> str:
    """The network that a request comes from, too wide to be one person's: 203.0.113.0/24."""
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return str(ipaddress.ip_network((address, SHORTENED_TO[address.version]), strict=False))


def lock(address_hash: str) -> None:
    """Let nobody else join, leave or be mailed with this address until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 6))", [f"newsletter {address_hash}"])


def give(
    subscriber: Subscriber,
    topics: Iterable[Topic],
    *,
    method: str,
    evidence: dict[str, Any],
    text: ConsentText | None = None,
    kind: str = Consent.Kind.EXPRESS,
    expires_at: datetime | None = None,
) -> None:
    """Write down that somebody agreed to topics, and turn those on. Call it in a transaction that locks the address."""
    for topic in topics:
        line = Consent.objects.create(
            subscriber=subscriber,
            address_hash=subscriber.address_hash,
            topic=topic,
            act=Consent.Act.GIVEN,
            kind=kind,
            method=method,
            text=text,
            evidence=evidence,
            expires_at=expires_at,
        )
        Subscription.objects.update_or_create(
            subscriber=subscriber, topic=topic, defaults={"is_on": True, "consent": line, "expires_at": expires_at}
        )


def withdraw(
    subscriber: Subscriber, topic: Topic | None, *, method: str, evidence: dict[str, Any] | None = None
) -> None:
    """Write down that somebody took their consent back, for one topic or for all (None), and turn that off."""
    line = Consent.objects.create(
        subscriber=subscriber,
        address_hash=subscriber.address_hash,
        topic=topic,
        act=Consent.Act.WITHDRAWN,
        method=method,
        evidence=evidence or {},
    )
    for row in subscriber.subscriptions.filter(**{"topic": topic} if topic else {}, is_on=True):
        row.is_on, row.consent, row.expires_at = False, line, None
        row.save()
