"""deploy/nginx.conf, run for real in front of a web server that notes what reaches it."""

import gzip
import http.client
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils.translation import override

from articles.sections import SECTIONS
from benchmarks import nginx
from tests.m2c.conftest import until

pytestmark = pytest.mark.skipif(nginx.PROGRAM is None, reason="nginx is not installed")

PAGE = b"<!doctype html><title>Page</title>" + b"<p>Plain words.</p>" * 100


class Web:
    """A web server whose answers a test can change; `seen` holds the headers of each request it got."""

    def __init__(self) -> None:
        self.seen: list[dict[str, str]] = []
        self.headers = {"Cache-Control": "public, max-age=60, s-maxage=60", "ETag": '"one"'}
        self.status = 200
        self.page = PAGE
        web = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                web.seen.append({"path": self.path, **{name.lower(): value for name, value in self.headers.items()}})
                self.send_response(web.status)
                for name, value in web.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(web.page)))
                self.end_headers()
                self.wfile.write(web.page)

            do_POST = do_GET  # noqa: N815

            def log_message(self, *_words: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()


class Browser:
    """Asks nginx."""

    def __init__(self, port: int) -> None:
        self.port = port

    def __call__(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, {"Host": "m2c.example"} | sent)
        response = connection.getresponse()
        response.content = response.read()  # type: ignore[attr-defined]
        connection.close()
        return response


@pytest.fixture
def web() -> Iterator[Web]:
    server = Web()
    yield server
    server.server.shutdown()
    server.server.server_close()


@pytest.fixture
def folder(tmp_path_factory) -> Path:
    """What is /srv in production."""
    base = tmp_path_factory.mktemp("n")  # short: a socket's path has a limit
    for name, data in {
        "static/css/site.0123456789ab.css": b"body {}",
        "static/css/site.0123456789ab.css.gz": gzip.compress(b"body {}"),
        "static/css/site.css": b"body {}",
        "static/.collected": b"secret",
        "media/renditions/ab/lake.webp": b"webp",
        "media/renditions/ab/page.html": b"<script>",
        "media/documents/plan.pdf": b"%PDF",
    }.items():
        path = base / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return base


@pytest.fixture
def ask(web, folder) -> Iterator[Browser]:
    port = nginx.free_port()
    with nginx.running(folder, port, [web.port]):
        yield Browser(port)


def test_a_public_page_is_asked_for_once(ask, web):
    first, second = ask("/en/"), ask("/en/")

    assert first.content == second.content == PAGE
    assert (first.headers["X-Cache"], second.headers["X-Cache"]) == ("MISS", "HIT")
    assert len(web.seen) == 1


def test_cookies_that_sign_nobody_in_change_nothing(ask, web):
    ask("/en/")

    assert ask("/en/", Cookie="theme=dark").headers["X-Cache"] == "HIT"


@pytest.mark.parametrize("cookie", ["session=abc", "__Host-session=abc", "theme=dark; session=abc"])
def test_who_is_signed_in_gets_a_fresh_page_and_leaves_none(ask, web, cookie):
    ask("/en/")
    assert ask("/en/", Cookie=cookie).headers["X-Cache"] == "BYPASS"

    ask("/fr/", Cookie=cookie)
    assert ask("/fr/").headers["X-Cache"] == "MISS"


def test_the_admin_is_never_kept(ask, web):
    ask("/admin/")
    response = ask("/admin/")

    assert len(web.seen) == 2
    assert "X-Cache" not in response.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Cache-Control": "private, no-store"},
        {"Cache-Control": "public, max-age=0, s-maxage=0"},
        {"Cache-Control": "public, s-maxage=60", "Set-Cookie": "a=b"},
        {"Cache-Control": "public, s-maxage=60", "Vary": "Cookie"},
        {"Cache-Control": "public, s-maxage=60", "Vary": "Accept-Language, Cookie"},
        {},
    ],
)
def test_what_django_does_not_share_is_not_kept(ask, web, headers):
    web.headers = headers
    ask("/en/")
    ask("/en/")

    assert len(web.seen) == 2


def test_only_known_arguments_are_kept(ask, web):
    assert [ask(f"/en/articles/?{args}").headers["X-Cache"] for args in ("page=2", "page=2")] == ["MISS", "HIT"]
    assert [ask(f"/en/articles/?{args}").headers["X-Cache"] for args in ("x=1", "x=1")] == ["BYPASS", "BYPASS"]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_numbered_pages_of_every_list_are_kept(ask, language):
    with override(language):
        lists = [reverse("articles:list"), *(reverse(f"articles:section_{key}") for key in SECTIONS)]
        lists += [reverse(f"articles:{name}", kwargs={"slug": "a-1"}) for name in ("category", "tag", "author")]

    for path in [*(f"{path}?page=2" for path in lists), "/sitemap-articles.xml?p=2"]:
        assert [ask(path).headers["X-Cache"] for _time in range(2)] == ["MISS", "HIT"], path


@pytest.mark.parametrize(
    "address",
    ["/en/?page=2", "/en/articles/rent/?page=2", "/fr/articles/rent/?page=2", "/en/about/?page=2",
     "/en/nothing/?page=2", "/robots.txt?p=2", "/en/articles/?p=2", "/en/articles/?page=02",
     "/en/articles/?page=2&page=3"],
)  # fmt: skip
def test_no_number_makes_another_copy_of_a_page_that_is_no_list(ask, address):
    assert [ask(address).headers["X-Cache"] for _time in range(2)] == ["BYPASS", "BYPASS"]


@pytest.mark.parametrize(
    ("plain", "tracked"),
    [
        ("/en/", "/en/?utm_source=letter&utm_medium=mail"),
        ("/en/about/", "/en/about/?fbclid=abc"),
        ("/en/articles/?page=2", "/en/articles/?utm_source=letter&page=2&gclid=x"),
    ],
)
def test_what_mail_and_advertisements_add_is_dropped(ask, web, plain, tracked):
    ask(tracked)

    assert ask(plain).headers["X-Cache"] == "HIT"
    assert [seen["path"] for seen in web.seen] == [plain]


def test_other_arguments_reach_the_site_as_they_were(ask, web):
    ask("/en/search/?q=rent%20a%26b&utm_source=letter")

    assert web.seen[0]["path"] == "/en/search/?q=rent%20a%26b&utm_source=letter"


def test_pages_are_compressed_once_for_those_who_ask(ask, web):
    plain = ask("/en/")
    packed = [ask("/en/", Accept_Encoding="gzip, deflate, br").headers["X-Cache"] for _time in range(2)]
    response = ask("/en/", Accept_Encoding="br, gzip;q=0.5")

    assert plain.headers["Content-Encoding"] is None
    assert packed == ["MISS", "HIT"]
    assert response.headers["X-Cache"] == "HIT"
    assert gzip.decompress(response.content) == PAGE
    assert "Accept-Encoding" in response.headers["Vary"]


def test_a_page_that_did_not_change_is_not_sent_again(ask, web):
    etag = ask("/en/").headers["ETag"]

    assert ask("/en/", If_None_Match=etag).status == 304


def test_kept_pages_outlive_a_site_that_is_away(ask, web):
    web.headers = {"Cache-Control": "public, max-age=1, s-maxage=1, stale-if-error=3600"}
    ask("/en/")
    web.status = 503
    until(lambda: ask("/en/").headers["X-Cache"] != "HIT", "a second, by nginx's clock")

    response = ask("/en/")

    assert (response.status, response.headers["X-Cache"]) == (200, "STALE")


def test_a_changed_page_replaces_the_kept_one(ask, web):
    web.headers = {"Cache-Control": "public, max-age=1, s-maxage=1"}
    ask("/en/")
    ask("/en/")  # from an open file
    web.page = PAGE.replace(b"Plain", b"Other")
    web.headers = {"Cache-Control": "public, max-age=60, s-maxage=60"}

    def is_replaced():
        answer = ask("/en/")
        return answer.content == web.page and answer.headers["X-Cache"] == "HIT"

    until(is_replaced, "a second, by nginx's clock")


def test_forwarded_headers_of_a_stranger_are_overwritten(ask, web):
    ask("/en/", X_Forwarded_For="6.6.6.6", X_Forwarded_Proto="https", X_Forwarded_Host="evil.example", Forwarded="x")

    assert web.seen[0]["x-forwarded-for"] == "127.0.0.1"
    assert web.seen[0]["x-forwarded-proto"] == "http"
    assert web.seen[0]["host"] == "m2c.example"
    assert {"x-forwarded-host", "forwarded"}.isdisjoint(web.seen[0])


def test_the_admin_gets_the_same_headers(ask, web):
    ask("/admin/", X_Forwarded_For="6.6.6.6", X_Forwarded_Host="evil.example")

    assert web.seen[0]["x-forwarded-for"] == "127.0.0.1"
    assert "x-forwarded-host" not in web.seen[0]


def test_a_flood_of_posts_is_told_when_to_come_back(ask, web):
    answers = [ask("/en/contact/", "POST", b"x") for _time in range(40)]

    refused = [answer for answer in answers if answer.status == 429]
    assert 0 < len(refused) < 20
    assert refused[0].headers["Retry-After"] == "30"


def test_leaving_the_newsletter_is_never_told_to_wait(ask, web):
    assert {ask("/u/abc", "POST", b"x").status for _time in range(60)} == {200}


def test_guessing_passwords_is_slower_still(ask, web):
    answers = [ask("/admin/login/", "POST", b"x").status for _time in range(12)]

    assert answers.count(429) >= 4


def test_reading_is_not_limited(ask, web):
    assert {ask("/en/").status for _time in range(60)} == {200}


def test_large_bodies_are_for_the_admin_alone(ask, web):
    assert ask("/en/contact/", "POST", b"x" * 100_000).status == 413
    assert ask("/admin/articles/image/add/", "POST", b"x" * 100_000).status == 200
    assert ask("/admin/articles/document/add/", "POST", b"x" * 22_000_000).status == 200


def test_hashed_static_files_come_compressed_and_stay(ask):
    response = ask("/static/css/site.0123456789ab.css", Accept_Encoding="gzip")

    assert gzip.decompress(response.content) == b"body {}"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert ask("/static/css/site.css").headers["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize(
    "path",
    ["/static/.collected", "/static/css/", "/media/", "/media/renditions/ab/", "/media/renditions/ab/page.html",
     "/media/../static/.collected", "/readyz"],
)  # fmt: skip
def test_what_is_nobodys_business_does_not_exist(ask, path):
    assert ask(path).status in {403, 404}


def test_media_can_do_nothing(ask):
    picture, document = ask("/media/renditions/ab/lake.webp"), ask("/media/documents/plan.pdf")

    assert picture.headers["Content-Type"] == "image/webp"
    assert document.headers["Content-Disposition"] == "attachment"
    for response in (picture, document):
        assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_the_log_names_nobody(ask, folder):
    ask("/en/?token=secret")
    log = ""

    def is_written() -> bool:
        nonlocal log
        log = (folder / "access.log").read_text()
        return '"uri":"/en/"' in log

    until(is_written, "the log, which nginx writes every two seconds")
    assert "secret" not in log
    assert "127.0.0.1" not in log
