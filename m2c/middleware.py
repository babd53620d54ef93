"""Middleware of the project: who may forward headers, and the admin's own content policy."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

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
            response._csp_config = settings.ADMIN_CSP  # type: ignore[attr-defined]  # what Django's csp_override sets
            response.headers["X-Robots-Tag"] = "noindex"
            add_never_cache_headers(response)
        return response
