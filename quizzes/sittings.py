"""Answers while they last: kept on the server, found by a cookie of our own that holds nothing but a random word.

Reading a page makes no sitting and sets no cookie; the first answer does.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from quizzes.models import SITTING_LIFE, TOKEN_LENGTH, Sitting, new_token, token_hash

SECURE_COOKIE, PLAIN_COOKIE = "__Host-quiz", "quiz"  # as settings.QUIZ_COOKIES has them
Given = Mapping[str, Mapping[str, object]]


def cookie_name(request: HttpRequest) -> str:
    """Over https a browser takes the name from this very host alone."""
    return SECURE_COOKIE if request.is_secure() else PLAIN_COOKIE


def token_of(request: HttpRequest) -> str:
    """The word of the request's cookie; empty for none, and for what can be none of ours."""
    token = request.COOKIES.get(cookie_name(request), "")
    return token if len(token) == TOKEN_LENGTH and token.isascii() and token.isalnum() else ""


def find(request: HttpRequest) -> Sitting | None:
    """The sitting of whoever asks, if it has not run out."""
    token = token_of(request)
    return Sitting.objects.current().filter(token_hash=token_hash(token)).first() if token else None


@transaction.atomic
def keep(request: HttpRequest, changes: Mapping[str, Mapping[str, object]]) -> tuple[Sitting, str]:
    """Write the answers of some questions into the sitting, and leave all others as they are; make one if need be.

    The row is locked, so of two tabs neither undoes what the other one wrote. Returns the sitting and its token.
    """
    token, sitting = token_of(request), None
    if token:
        rows = Sitting.objects.current().select_for_update()
        sitting = rows.filter(token_hash=token_hash(token)).first()
    if sitting is None:
        token = new_token()  # never the visitor's own word: it may have been planted
        sitting = Sitting(token_hash=token_hash(token))
    sitting.given = {**sitting.given, **{slug: dict(answer) for slug, answer in changes.items()}}
    sitting.expires_at = Now() + SITTING_LIFE
    sitting.save()
    return sitting, token


def begin(given: Mapping[str, Any]) -> str:
    """A new sitting with these answers; returns its token."""
    token = new_token()
    Sitting.objects.create(token_hash=token_hash(token), given=dict(given), expires_at=Now() + SITTING_LIFE)
    return token


def finish(sitting: Sitting, quiz: str) -> bool:
    """Note that somebody asked for a quiz's result; True for the first time."""
    with transaction.atomic():
        row = Sitting.objects.select_for_update().filter(pk=sitting.pk).first()
        if row is None or quiz in row.finished:
            return False
        row.finished = [*row.finished, quiz]
        row.save(update_fields=["finished"])
        return True


def forget(request: HttpRequest) -> None:
    """Erase the sitting of whoever asks."""
    if token := token_of(request):
        Sitting.objects.filter(token_hash=token_hash(token)).delete()


def hand_over[Response: HttpResponseBase](response: Response, request: HttpRequest, token: str) -> Response:
    """Let the browser keep the token for as long as the sitting."""
    response.set_cookie(
        cookie_name(request),
        token,
        max_age=SITTING_LIFE,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


def take_back[Response: HttpResponseBase](response: Response, request: HttpRequest) -> Response:
    """Have the browser drop the token."""
    # Not delete_cookie, which cannot say HttpOnly; a cookie of __Host- is only taken with Secure.
    response.set_cookie(cookie_name(request), "", max_age=0, secure=request.is_secure(), httponly=True, samesite="Lax")
    return response


def expired() -> Any:
    """Sittings that have run out."""
    return Sitting.objects.filter(expires_at__lte=Now())
