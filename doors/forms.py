"""Public forms: pages carry no cookie, so Django's token cannot guard them; where a request comes from does.

    @open_form
    def report(request): ...
        if request.method == "POST" and not doors.allow(request, "report", most=5, within=timedelta(hours=1)): ...

The name of the view goes into settings.OPEN_FORMS; tests/doors has a table of every exempt address.
"""

import ipaddress
from collections.abc import Callable
from datetime import date, timedelta
from functools import wraps

from django.conf import settings
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from doors.models import Attempt

View = Callable[..., HttpResponseBase]


def is_from_here(request: HttpRequest) -> bool:
    """Was a form posted from a page of this site? Browsers say so by themselves; who says nothing is refused.

    A page that sends no referrer (`Referrer-Policy: no-referrer`) has its forms sent with the origin "null"; then the
    browser's own Sec-Fetch-Site decides, which says "cross-site" for a frame in a sandbox.
    """
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if origin == "null":
        return site == "same-origin"
    if origin is not None:
        here = {settings.SITE_URL.lower(), f"{request.scheme}://{request.get_host()}".lower()}
        return origin.lower() in here and site in {None, "same-origin"}
    return site == "same-origin"


def open_form(view: View) -> View:
    """A view whose POST needs no token and is taken from pages of this site alone; everybody else gets 403."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method == "POST" and not is_from_here(request):
            words = _("This form was not sent from our site. Open the page again and send it from there.")
            return HttpResponse(
                f"{words}\n",
                status=403,
                content_type="text/plain; charset=utf-8",
                headers={"Cache-Control": "no-store"},
            )
        return view(request, *args, **kwargs)

    return guarded


def allow(request: HttpRequest, door: str, *, most: int, within: timedelta) -> bool:
    """Count one more attempt at a door; False once somebody has made more than `most` within the time.

    Somebody is an IPv4 address, or the /64 network of an IPv6 one, since that is what one household has.
    """
    attempt = Attempt.objects.create(door=door, who=who(request))
    made = Attempt.objects.filter(door=door, who=attempt.who, at__gt=Now() - within)
    return made.count() <= most


def who(request: HttpRequest) -> str:
    """A name for the sender that nobody can turn back into an address, and that is another one tomorrow."""
    address = request.META.get("REMOTE_ADDR", "")
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        parsed = None
    if isinstance(parsed, ipaddress.IPv6Address):
        # Else all of IPv4 would be one household, on a socket for both.
        address = str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))
    day = date.today().isoformat()  # noqa: DTZ011  any day will do, as long as it changes
    return salted_hmac("doors.who", f"{day} {address}", algorithm="sha256").hexdigest()[:40]
