"""Mail leaves by SMTP, unless this database is a restored copy that nobody has released yet."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend as SMTPBackend

from m2c.models import Restoration


class SendingHeld(Exception):
    """This database was restored from a backup; `manage.py allow_sending` lets mail out."""


class EmailBackend(SMTPBackend):
    """Django's SMTP backend; a restored copy refuses even if SENDING is 1, so that nothing is sent a second time."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Send and return how many went. Raises SendingHeld: what was not sent must not count as sent."""
        if email_messages and (held := Restoration.objects.filter(released_at=None).first()):
            raise SendingHeld(
                f"This database was restored from {held.backup} and sends no mail. Is it the real site? Then let mail "
                "out: manage.py allow_sending"
            )
        return super().send_messages(email_messages) or 0
