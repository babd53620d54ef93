"""Doors for machines: JSON in by POST, JSON out, for any page of any site. They read only, and nothing of it is kept.

    @json_door("eligibility", "ELIGIBILITY_PER_MINUTE")
    def eligibility(request, body): return answer({...})

The name of the view goes into settings.JSON_DOORS; tests/doors has a table of every exempt address.
"""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.csrf import csrf_exempt

from doors.forms import allow

type Door = Callable[[HttpRequest, dict[str, Any]], HttpResponse]
MINUTE = timedelta(minutes=1)
PREFLIGHT = {
    "Access-Control-Allow-Methods": "POST, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "86400",
}


class BadBody(ValueError):
    """What was sent is no object of JSON, or says one thing twice."""


def answer(content: Any, status: int = HTTPStatus.OK, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """An answer that any page may read and nobody keeps."""
    response = JsonResponse(
        content, status=status, headers=dict(headers or {}), json_dumps_params={"ensure_ascii": False}
    )
    response.headers["Access-Control-Allow-Origin"] = "*"
    add_never_cache_headers(response)
    return response


def refuse(
    errors: dict[str, Any], status: int = HTTPStatus.BAD_REQUEST, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """An answer that says what is wrong, by the name of what is."""
    return answer({"errors": errors}, status, headers)


def json_door(door: str, per_minute: str) -> Callable[[Door], Callable[..., HttpResponse]]:
    """A view of one JSON object, throttled by address.

    per_minute: the name of the setting that says how many requests a minute one address may make.
    """

    def decorate(view: Door) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @wraps(view)
        def guarded(request: HttpRequest) -> HttpResponse:
            if request.method == "OPTIONS":
                response = answer({}, headers=PREFLIGHT)
                response.headers["Allow"] = "POST, OPTIONS"
                return response
            if request.method != "POST":
                message = {"request": "Send a JSON object by POST."}
                return refuse(message, HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": "POST, OPTIONS"})
            if not allow(request, door, most=getattr(settings, per_minute), within=MINUTE):
                message = {"request": f"At most {getattr(settings, per_minute)} requests a minute from one address."}
                return refuse(message, HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": "60"})
            try:
                body = read(request.body)
            except BadBody as error:
                return refuse({"request": str(error)})
            return view(request, body)

        return guarded

    return decorate


def read(sent: bytes) -> dict[str, Any]:
    """The JSON object that was sent. Raises BadBody for anything else, NaN and a key that stands twice among them."""
    try:
        content = json.loads(sent.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number)
    except BadBody:
        raise
    except (ValueError, RecursionError) as error:
        raise BadBody("This is not JSON in UTF-8.") from error
    if not isinstance(content, dict):
        raise BadBody("Send one JSON object.")
    try:
        json.dumps(content, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise BadBody("Half of a pair of surrogates is no character.") from error
    return content


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for name, value in pairs:
        if name in content:
            raise BadBody(f"{name[:80]!r} stands twice.")
        content[name] = value
    return content


def _no_number(text: str) -> None:
    raise BadBody(f"{text} is no number of JSON.")
