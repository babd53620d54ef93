"""How often the sign-up form may be sent: from one household, and from one network of many."""

from datetime import timedelta

from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from doors.forms import allow
from doors.models import Attempt
from newsletter import consent

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OF_A_HOUSEHOLD, OF_A_NETWORK = 10, 60  # sign-ups an hour
DATA_A_DAY = 3  # mails with all that we know, to one subscriber


def let_in(request: HttpRequest) -> bool:
    """Count a sign-up; False once a household or its network has sent too many. The same work for every address."""
    household = allow(request, "newsletter", most=OF_A_HOUSEHOLD, within=HOUR)
    network = _count("newsletter-network", consent.network(request), HOUR) <= OF_A_NETWORK
    return household and network


def may_send_data(token: str) -> bool:
    """May one more mail with their data go to a subscriber today? Who holds their link cannot fill their mailbox."""
    return _count("newsletter-data", token, DAY) <= DATA_A_DAY


def _count(door: str, name: str, within: timedelta) -> int:
    """Count one more attempt of somebody, and all of them within the time."""
    who = salted_hmac("newsletter.throttles", name, algorithm="sha256").hexdigest()[:40]
    Attempt.objects.create(door=door, who=who)
    return Attempt.objects.filter(door=door, who=who, at__gt=Now() - within).count()
