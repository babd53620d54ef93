"""The checks themselves find what they look for."""

import pytest

from tests.browser.public.conftest import Reader

pytestmark = pytest.mark.django_db

BAD_PAGE = """<!doctype html><html><title></title><img src="https://elsewhere.example/p.png">
<script src="/bad.js"></script><script>document.title = "inline"</script>"""
BAD_SCRIPT = "document.cookie = 'a=1'; localStorage.b = 1; sessionStorage.c = 1; throw new Error('broken');"


@pytest.fixture
def faulty(browser, loaded_site):
    """A reader of a page that does everything that it should not."""
    reader = Reader(browser.new_context(), loaded_site.url)
    policy = {"Content-Security-Policy": "script-src 'self'; img-src 'self' https:"}
    reader.context.route(
        "**/bad/", lambda route: route.fulfill(content_type="text/html", headers=policy, body=BAD_PAGE)
    )
    reader.context.route("**/bad.js", lambda route: route.fulfill(content_type="text/javascript", body=BAD_SCRIPT))
    yield reader
    reader.context.close()


def test_a_request_to_another_host_an_error_and_what_is_stored_are_found(faulty):
    faulty.open("/bad/")

    faults = "\n".join(faulty.faults())

    assert "request: https://elsewhere.example/p.png" in faults
    assert "script: " in faults
    assert "Content Security Policy" in faults
    assert "cookie: a" in faults
    assert "storage: " in faults


def test_axe_finds_a_page_without_language_title_and_text_for_its_picture(faulty, axe):
    page = faulty.open("/bad/")

    found = {line.split(":")[0] for line in axe(page)}

    assert found >= {"html-has-lang", "document-title", "image-alt"}
