"""The sitemap of articles: addresses, languages and cost."""

import re

import pytest
from django.urls import get_resolver

from articles import sitemaps

pytestmark = pytest.mark.django_db


def locations(client, address):
    """The addresses that a sitemap lists, in its order."""
    return re.findall("<loc>(.*?)</loc>", client.get(address).content.decode())


def test_an_article_has_the_address_of_its_page_in_each_language(client, make_article, settings):
    english = make_article(slug="0-slug-0-in-canada")
    french = make_article(language="fr", group=english.group, slug="au-canada")

    text = client.get("/sitemap-articles.xml").content.decode()

    for article in (english, french):
        address = settings.SITE_URL + article.get_absolute_url()
        assert f"<loc>{address}</loc>" in text
        assert text.count(f'hreflang="{article.language}" href="{address}"') == 2


def test_more_articles_resolve_no_more_addresses(client, make_article, monkeypatch):
    counts = []
    resolver = type(get_resolver())
    original = resolver._reverse_with_prefix
    monkeypatch.setattr(
        resolver, "_reverse_with_prefix", lambda *given, **named: counts.append(1) or original(*given, **named)
    )
    make_article()
    client.get("/sitemap-articles.xml")
    few = len(counts)
    for _time in range(3):
        make_article()
    counts.clear()

    client.get("/sitemap-articles.xml")

    assert len(counts) == few


def test_a_long_sitemap_has_pages_and_the_index_names_them(client, make_article, monkeypatch, settings):
    monkeypatch.setattr(sitemaps.ArticleSitemap, "limit", 1)
    articles = [make_article(), make_article()]

    pages = [one.replace(settings.SITE_URL, "") for one in locations(client, "/sitemap.xml") if "articles" in one]

    assert pages == ["/sitemap-articles.xml", "/sitemap-articles.xml?p=2"]
    assert [locations(client, page) for page in pages] == [
        [settings.SITE_URL + article.get_absolute_url()] for article in articles
    ]
