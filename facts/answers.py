"""Answers to what readers report: sent once, after which the reader's address is forgotten."""

from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import override

from facts.models import Report

KEPT_ONCE_ANSWERED = timedelta(days=30)
KEPT_UNANSWERED = timedelta(days=180)


def send(report_id: int) -> bool:
    """Send the answer to a report's reader, in the reader's language; True if it left now.

    It is marked as sent before it leaves: a process that dies in between loses an answer, and none arrives twice. One
    that the mail server does not take is unmarked again, and the error raised.
    """
    waiting = Report.objects.filter(pk=report_id, answer_sent_at=None).exclude(email="").exclude(answer="")
    if not waiting.update(answer_sent_at=Now()):
        return False
    try:
        message(Report.objects.get(pk=report_id)).send()
    except BaseException:
        Report.objects.filter(pk=report_id).update(answer_sent_at=None)
        raise
    return True


def message(report: Report) -> EmailMessage:
    """The answer as mail, with what the reader wrote below it."""
    with override(report.language):
        parts = [_("Hello,"), _("you told us about something that looked wrong to you. Our answer:"), report.answer]
        if report.path.startswith("/"):
            parts.append(_("The page: %(address)s") % {"address": f"{settings.SITE_URL}{report.path}"})
        parts += [_("Thank you for helping us."), settings.SITE_NAME, _("You wrote:")]
        quoted = "\n".join(f"> {line}" for line in report.words.splitlines())
        return EmailMessage(_("Your report to M2C"), "\n\n".join([*parts, quoted]) + "\n", to=[report.email])


def forget_readers() -> int:
    """Delete the addresses of readers who were answered a while ago, or never; returns how many."""
    answered = Q(answered_at__lt=Now() - KEPT_ONCE_ANSWERED)
    given_up = Q(answered_at=None, created_at__lt=Now() - KEPT_UNANSWERED)
    return Report.objects.filter(answered | given_up).exclude(email="").update(email="")
