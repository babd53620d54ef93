"""What may come in: bodies for the admin alone, and cookies too; and in which answers the language counts."""

import io

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from m2c.middleware import DoorMiddleware

pytestmark = pytest.mark.django_db

COOKIES = {"session": "abc", "csrf": "x" * 32, "django_language": "fr", "sessionid": "abc"}


class Untouchable(io.BytesIO):
    """A body that nobody may read."""

    def read(self, *_arguments):
        raise AssertionError("The body was read.")

    readline = read


@pytest.fixture
def door():
    """The door alone, with a view behind it that reads nothing."""
    return DoorMiddleware(lambda _request: HttpResponse("in"))


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "PROPFIND"])
@pytest.mark.parametrize("path", ["/en/", "/", "/en/nothing/", "/media/x", "/robots.txt", "/administration/"])
def test_a_body_for_a_public_page_is_refused_unread(method, path):
    client = Client(enforce_csrf_checks=True)
    client.cookies.load(COOKIES)

    response = client.generic(method, path, "a=b", **{"wsgi.input": Untouchable()})

    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"
    assert response["Cache-Control"] == "no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert not response.cookies


def test_forms_of_the_admin_get_in(client):
    assert client.post("/admin/login/", {"username": "nobody", "password": "wrong"}).status_code == 200


def test_a_form_that_is_open_gets_in_without_its_cookies(rf, settings, door):
    settings.OPEN_FORMS = {"articles:page_contact"}
    with override("fr"):
        request = rf.post(reverse("articles:page_contact"), headers={"cookie": "session=abc"})
    other = rf.post("/en/about/")

    assert door(request).status_code == 200
    assert request.COOKIES == {}
    assert door(other).status_code == 405


@pytest.mark.parametrize(("path", "kept"), [("check/", "quiz=abc; __Host-quiz=def"), ("", "")])
def test_pages_that_know_their_visitor_see_their_own_cookies_and_no_other(rf, door, path, kept):
    cookies = "session=abc; quiz=abc; csrf=x; __Host-quiz=def; quizzes=1"
    request = rf.get(f"/en/tools/immigration-quiz/{path}", headers={"cookie": cookies})

    assert door(request).status_code == 200
    assert request.META.get("HTTP_COOKIE", "") == kept


@pytest.mark.parametrize("path", ["/admin/login/", "/en/"])
def test_what_is_too_large_is_refused_by_what_it_announces(client, path, settings):
    response = client.generic(
        "POST", path, b"", CONTENT_LENGTH=str(settings.LARGEST_REQUEST + 1), **{"wsgi.input": Untouchable()}
    )

    assert response.status_code == 413
    assert response["Cache-Control"] == "no-store"


def test_a_length_that_is_no_number_is_no_fault(client):
    assert client.generic("POST", "/admin/login/", b"", CONTENT_LENGTH="many").status_code < 500


def test_cookies_reach_no_public_page(make_article, make_page, make_tag, make_author):
    author, tag = make_author(), make_tag()
    article = make_article(authors=[author], tags=[tag])
    make_page("about")
    client = Client()
    client.cookies.load(COOKIES)
    paths = [
        "/en/",
        "/en/articles/",
        "/en/settle/",
        "/en/about/",
        "/en/articles/feed/atom/",
        "/en/manifest.webmanifest",
        "/en/nothing/",
        "/nothing/",
        "/robots.txt",
        "/sitemap.xml",
        "/sitemap-pages.xml",
        f"/a/{article.pk}/",
        *(one.get_absolute_url() for one in (article, article.category, author, tag)),
    ]

    for path in paths:
        response = client.get(path)
        assert response.status_code < 500, path
        assert "Set-Cookie" not in response.headers, path
        assert not response.cookies, path
        assert "cookie" not in response.get("Vary", "").lower(), path


def test_a_cookie_chooses_no_language():
    client = Client()
    client.cookies.load(COOKIES)

    assert client.get("/", headers={"accept-language": "en"})["Location"] == "/en/"
    assert client.get("/", headers={"accept-language": "fr"})["Location"] == "/fr/"


def test_what_is_the_same_in_every_language_does_not_vary_by_it(client, make_article, make_image):
    article, image = make_article(), make_image()

    for path in ["/robots.txt", "/sitemap.xml", "/sitemap-articles.xml", f"/a/{article.pk}/", image.file.url]:
        response = client.get(path)
        assert response.status_code < 400, path
        assert "Accept-Language" not in response.get("Vary", ""), path
    response.close()  # the picture's file


@pytest.mark.parametrize("path", ["/", "/nothing/", "/articles/"])
def test_what_the_browsers_language_decides_varies_by_it(client, path):
    assert "Accept-Language" in client.get(path)["Vary"]
