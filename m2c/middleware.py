"""Middleware: forwarded headers, what may come in, the admin's policy, compression, languages, a database away."""

import logging
import re
from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.middleware.locale import LocaleMiddleware
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils.cache import add_never_cache_headers
from django.utils.http import split_directive_names
from django.utils.translation import get_language_from_path, override
from django.views.decorators.csp import csp_override
from psycopg_pool import PoolTimeout

logger = logging.getLogger(__name__)
Handler = Callable[[HttpRequest], HttpResponse]
refuses_gzip = re.compile(r"\bgzip\s*;\s*q=0(\.0*)?\s*(,|$)", re.IGNORECASE)


class TrustedProxyMiddleware:
    """Drop `X-Forwarded-*` from everybody but the proxies of settings.TRUSTED_PROXIES, and take the reader's address
    from them: behind a proxy `REMOTE_ADDR` becomes the last address that the proxy itself added.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.trusted = frozenset(settings.TRUSTED_PROXIES)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.META.get("REMOTE_ADDR", "") in self.trusted:
            forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
            if forwarded:
                request.META["REMOTE_ADDR"] = forwarded
        else:
            for name in ("HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST"):
                request.META.pop(name, None)
        return self.get_response(request)


class DoorMiddleware:
    """Let in only what somebody waits for: forms for the admin alone, and cookies too.

    Pages for readers are read. Anything else that is sent to them is refused before a byte of its body is awaited, so
    a slow or endless body holds no thread. Their cookies are dropped, so no session, no token and no language of a
    cookie can reach a page that caches share. Forms of settings.OPEN_FORMS, and what machines send to
    settings.JSON_DOORS, are let through, still without cookies. Views of settings.COOKIE_VIEWS, which no cache keeps,
    get the cookies of settings.QUIZ_COOKIES and no other.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if body_size(request) > settings.LARGEST_REQUEST:
            return refusal(413, "This is too large.")
        if not request.path_info.startswith("/admin/"):
            if request.method not in {"GET", "HEAD"} and not (is_open_form(request) or is_json_door(request)):
                return refusal(405, "This address is for reading.", Allow="GET, HEAD")
            cookies = request.META.pop("HTTP_COOKIE", "")
            if cookies and (kept := own_cookies(request, cookies)):
                request.META["HTTP_COOKIE"] = kept
        return self.get_response(request)


def body_size(request: HttpRequest) -> int:
    """The bytes that a request announces; 0 for none or an unreadable number, which Django does not read either."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def is_open_form(request: HttpRequest) -> bool:
    """Whether the request is a POST to one of the views (`app:name`) of settings.OPEN_FORMS."""
    return request.method == "POST" and bool(settings.OPEN_FORMS) and view_name(request) in settings.OPEN_FORMS


def view_name(request: HttpRequest) -> str:
    """The name (`app:name`) of the view that a request asks for, in the language of its address; empty for none."""
    with override(get_language_from_path(request.path_info) or settings.LANGUAGE_CODE):
        try:
            return resolve(request.path_info).view_name
        except Resolver404:
            return ""


def own_cookies(request: HttpRequest, header: str) -> str:
    """What a view of settings.COOKIE_VIEWS may see of a Cookie header; nothing for any other view."""
    pairs = [pair.strip() for pair in header.split(";")]
    kept = [pair for pair in pairs if pair.partition("=")[0].strip() in settings.QUIZ_COOKIES]
    return "; ".join(kept) if kept and view_name(request) in settings.COOKIE_VIEWS else ""


def is_json_door(request: HttpRequest) -> bool:
    """Whether a machine asks one of the views of settings.JSON_DOORS, or whether it may."""
    if request.method not in {"POST", "OPTIONS"}:
        return False
    try:
        return resolve(request.path_info).view_name in settings.JSON_DOORS
    except Resolver404:
        return False


def refusal(status: int, words: str, **headers: str) -> HttpResponse:
    """A line of plain text that no cache keeps."""
    headers = {"Cache-Control": "no-store", **headers}
    return HttpResponse(f"{words}\n", status=status, content_type="text/plain; charset=utf-8", headers=headers)


class LanguageMiddleware(LocaleMiddleware):
    """Django's, without `Vary: Accept-Language` on answers that are the same in every language: caches keep those."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Django calls this with what the inner middleware and the view answered."""
        before = response.get("Vary")
        response = super().process_response(request, response)
        found = request.resolver_match
        if found and found.view_name in settings.WITHOUT_LANGUAGE and response.status_code < 400:
            if before is None:
                del response.headers["Vary"]
            else:
                response.headers["Vary"] = before
        return response


class AdminPolicyMiddleware:
    """Give the admin its own content policy, and keep every admin page out of every cache and index."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path_info.startswith("/admin/"):
            policy: dict[str, list[str]] = settings.ADMIN_CSP
            response = csp_override(policy)(lambda _request: response)(request)
            response.headers["X-Robots-Tag"] = "noindex"
            add_never_cache_headers(response)
        return response


class CompressionMiddleware(GZipMiddleware):
    """Compress what is the same for everybody: the answers that caches may keep. docs/decisions/0008 says why no other.

    It stands inside ConditionalGetMiddleware, so that an ETag is that of the bytes that are sent.
    """

    max_random_bytes = 0  # public pages have no secret whose length to hide, and equal pages keep equal ETags

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Django calls this with what the inner middleware and the view answered."""
        if response.streaming or "public" not in split_directive_names(response.get("Cache-Control", "")):
            return response
        if refuses_gzip.search(request.META.get("HTTP_ACCEPT_ENCODING", "")):  # Django looks for the word alone
            request.META["HTTP_ACCEPT_ENCODING"] = ""
        return super().process_response(request, response)


class DatabaseAwayMiddleware:
    """Answer 503 with a plain page, instead of 500, while the database does not answer."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Django calls this with what a view raised."""
        if not isinstance(exception, (OperationalError, InterfaceError, PoolTimeout)):
            return None
        logger.error("The database did not answer: %s", str(exception).splitlines()[0])
        response = HttpResponse(render_to_string("503.html"), status=503)
        response.headers["Retry-After"] = "10"
        response.headers["Cache-Control"] = "no-store"
        return response
