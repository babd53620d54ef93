"""Middleware of the project: forwarded headers, the admin's own policy, compression, a database that is away."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers
from django.utils.http import split_directive_names
from django.views.decorators.csp import csp_override
from psycopg_pool import PoolTimeout

logger = logging.getLogger(__name__)
Handler = Callable[[HttpRequest], HttpResponse]


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
