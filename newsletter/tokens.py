"""The links of mails: signed ones that run out, and stored ones that work as long as the subscriber exists."""

import time
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import override

TOKEN_LENGTH = 22  # letters and digits: 131 bits. Neither "-" nor "_", which mail programs leave out of a link's end
CONFIRM_WITHIN = timedelta(hours=48)
CLOCKS_DIFFER = timedelta(minutes=2)  # between our own machines


class BadLink(Exception):
    """A link that we never made, or not for this."""


class OldLink(BadLink):
    """A link of ours that has run out."""


def new_token() -> str:
    """An unguessable word."""
    return get_random_string(TOKEN_LENGTH)


# Signed: which sign-up, and until when


def confirm_token(key: str) -> str:
    """What the link of a confirmation mail holds, for the sign-up with this key."""
    return _signer().sign(key)


def confirmed_key(token: str) -> str:
    """The key of the sign-up that a link is for. Raises BadLink, or OldLink for one that has run out."""
    try:
        key = _signer().unsign(token)
        age = time.time() - signing.b62_decode(token.split(":")[-2])
    except (signing.BadSignature, ValueError, IndexError):
        raise BadLink from None
    if age < -CLOCKS_DIFFER.total_seconds():  # Django's signer takes dates to come
        raise BadLink
    if age > CONFIRM_WITHIN.total_seconds():
        raise OldLink
    return key


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt="newsletter.confirm")


# Addresses


def absolute(path: str) -> str:
    """A path as a link that a mail can hold, whatever host a request came by."""
    return f"{settings.SITE_URL}{path}"


def confirm_url(key: str, language: str) -> str:
    with override(language):
        return absolute(reverse("newsletter:confirm", kwargs={"token": confirm_token(key)}))


def preferences_url(token: str, language: str) -> str:
    with override(language):
        return absolute(reverse("newsletter:preferences", kwargs={"token": token}))


def one_click_url(token: str) -> str:
    """For List-Unsubscribe and for the link that people see: short, and in no language."""
    return absolute(reverse("newsletter_leave", kwargs={"token": token}))
