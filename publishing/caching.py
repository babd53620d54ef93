"""What caches may keep of a public page."""

from django.http import HttpResponseBase

from publishing.models import LONGEST_CACHE


def public[Response: HttpResponseBase](response: Response, seconds: float = LONGEST_CACHE) -> Response:
    """Let browsers and shared caches keep a page that is the same for everybody.

    seconds: how long it stays true, from `seconds_to_boundary`; rounded down, never below 0.
    """
    age = max(0, int(min(seconds, LONGEST_CACHE)))
    response.headers["Cache-Control"] = f"public, max-age={age}, s-maxage={age}, stale-if-error=3600"
    return response
