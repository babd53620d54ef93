"""The mails that answer what somebody did themselves: confirm, known, welcome, erasure, data.

None promotes anything. They leave by the mailer "default", which no campaign uses.
"""

import json
from email.utils import formataddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from newsletter import consent, leaving, tokens
from newsletter.models import SignUp, Subscriber, Topic


def confirm(row: SignUp, topics: list[Topic]) -> None:
    """Ask whoever owns the address whether they want the newsletter."""
    with override(row.language):
        context = {"confirm_url": tokens.confirm_url(row.key, row.language), "topics": topics, "asked": row}
        send("confirm", row.email, _("Confirm that you want our newsletter"), context)


def known(row: SignUp, subscriber: Subscriber, topics: list[Topic]) -> None:
    """Tell a subscriber that somebody typed their address, and offer the topics that they do not get yet."""
    with override(subscriber.language):
        link = tokens.confirm_url(row.key, subscriber.language) if topics else ""
        context = {"confirm_url": link, "topics": topics, "asked": row}
        send("known", subscriber.email, _("You are already a subscriber"), context, subscriber)


def welcome(subscriber: Subscriber) -> None:
    """What comes now, and how to change it."""
    with override(subscriber.language):
        rows = subscriber.subscriptions.current().select_related("topic")
        context = {"topics": [row.topic for row in rows], "pace": subscriber.get_pace_display()}
        send("welcome", subscriber.email, _("Welcome to our newsletter"), context, subscriber)


def erasure(subscriber: Subscriber) -> None:
    """Say that everything will be deleted, in case somebody else asked for it."""
    with override(subscriber.language):
        link = tokens.preferences_url(subscriber.token, subscriber.language)
        context = {"preferences_url": link, "erase_at": subscriber.erase_at}
        send("erasure", subscriber.email, _("Your data will be deleted"), context)


def data(subscriber: Subscriber) -> None:
    """Send somebody what we know of them, to their own address: whoever else holds a link of theirs gets nothing."""
    with override(subscriber.language):
        content = json.dumps(leaving.data(subscriber), ensure_ascii=False, indent=2)
        files = [("newsletter-data.json", content, "application/json")]
        send("data", subscriber.email, _("What our newsletter knows of you"), {}, attachments=files)


def send(
    name: str,
    to: str,
    subject: str,
    context: dict[str, Any],
    subscriber: Subscriber | None = None,
    attachments: list[tuple[str, str, str]] | None = None,
) -> None:
    """Send one mail in the active language. subscriber: whose mail it is, who can leave by it."""
    headers = {"Auto-Submitted": "auto-generated"}
    shared = {"name": settings.SITE_NAME, "sender": consent.sender(), "contact": settings.CONTACT_EMAIL}
    shared |= {"site_url": settings.SITE_URL, "subject": subject}
    if subscriber is not None:
        headers |= list_headers(subscriber)
        shared["leave_url"] = tokens.one_click_url(subscriber.token)
        shared["preferences_url"] = tokens.preferences_url(subscriber.token, subscriber.language)
    context = {**shared, **context}
    mail = EmailMultiAlternatives(
        subject,
        render_to_string(f"newsletter/mail/{name}.txt", context),
        from_email=formataddr((settings.SITE_NAME, settings.DEFAULT_FROM_EMAIL)),
        to=[to],
        headers=headers,
    )
    mail.attach_alternative(render_to_string(f"newsletter/mail/{name}.html", context), "text/html")
    for file_name, content, kind in attachments or []:
        mail.attach(file_name, content, kind)
    mail.send(using="default")


def list_headers(subscriber: Subscriber) -> dict[str, str]:
    """What lets a mail program show a button for leaving (RFC 8058). The operator's signature has to cover both."""
    return {
        "List-Unsubscribe": f"<{tokens.one_click_url(subscriber.token)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
