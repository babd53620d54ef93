"""The layout names the simple pages that are live, and no others."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from articles.models import Page
from publishing.release import unpublish

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages(make_page):
    """“About” in both languages, and the privacy page in English alone."""
    about = make_page("about")
    make_page("about", language="fr", title="À propos")
    make_page("privacy", title="Privacy")
    return about


@pytest.fixture
def every_page(pages, make_article, make_tag, make_program, make_fact):
    tag = make_tag(slug="rent")
    make_fact("ee.fee.principal")
    program = make_program()
    article = make_article(tags=[tag])
    return [
        "/en/",
        "/en/articles/",
        "/en/immigrate/",
        "/en/tags/rent/",
        "/en/about/",
        "/en/facts/",
        "/en/facts/ee.fee.principal/",
        "/en/glossary/",
        "/en/programs/",
        "/en/compare-programs/",
        article.get_absolute_url(),
        program.get_absolute_url(),
    ]


def test_every_page_names_the_live_ones_of_its_language(client, every_page):
    for path in every_page:
        page = client.get(path)
        assertContains(page, '<a class="site-foot__link" href="/en/about/">', count=1)
        assertContains(page, '<a class="site-foot__link" href="/en/privacy/">', count=1)
        assertNotContains(page, "/en/contact/")


def test_a_page_that_is_unpublished_is_named_nowhere_at_once(client, every_page):
    unpublish(Page.objects.get(key="privacy"))

    for path in every_page:
        assertNotContains(client.get(path), "/en/privacy/")
    assertNotContains(client.get("/fr/"), "/fr/confidentialite/")


def test_a_simple_page_names_its_translation_only_while_that_is_live(client, pages):
    about, privacy = client.get("/en/about/"), client.get("/en/privacy/")

    assertContains(about, 'hreflang="fr" href="http://localhost:8000/fr/a-propos/"')
    assertNotContains(privacy, "/fr/confidentialite/")
    assertContains(privacy, 'hreflang="x-default" href="http://localhost:8000/en/privacy/"')
    assertContains(privacy, '<a class="strip__language" href="/fr/"')


def test_a_missing_page_asks_the_database_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/en/nothing/").status_code == 404
