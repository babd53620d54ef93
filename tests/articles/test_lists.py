"""Lists of articles: sections, categories, tags, people, and their pages."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from articles.listing import PER_PAGE, page_keys
from articles.models import Publication
from publishing.history import save_revision
from publishing.release import publish, unpublish

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_pages_remembered():
    page_keys.cache_clear()


@pytest.fixture
def make_many(make_article):
    """Articles of one category, number 0 the oldest."""

    def make(count, **overrides):
        first = make_article(**overrides)
        start = datetime.now(UTC) - timedelta(days=400)
        rest = [make_article(**{"category": first.category, "authors": []} | overrides) for _ in range(count - 1)]
        for number, article in enumerate([first, *rest]):
            moment = start + timedelta(days=number // 2)  # two share each moment
            Publication.objects.filter(article=article).update(first_published_at=moment)
        return [first, *rest]

    return make


def titles(response):
    return [card["title"] for card in response.context["cards"]]


def test_a_list_shows_the_newest_first(client, make_article):
    old = make_article(at=datetime.now(UTC) - timedelta(days=3))
    new = make_article(at=datetime.now(UTC) - timedelta(days=1))

    assert titles(client.get("/en/articles/")) == [new.title, old.title]


def test_pages_together_hold_every_article_once(client, make_many):
    articles = make_many(2 * PER_PAGE + 3)

    seen = [
        title
        for page in (1, 2, 3)
        for title in titles(client.get(f"/en/articles/{'' if page == 1 else f'?page={page}'}"))
    ]

    assert sorted(seen) == sorted(article.title for article in articles)
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("number", ["0", "4", "-1", "x", "1.5", "02", "99999999999999999999", "", "²"])
def test_a_page_that_does_not_exist_is_404(client, make_many, number):
    make_many(2 * PER_PAGE + 1)

    assert client.get(f"/en/articles/?page={number}").status_code == 404


def test_an_empty_list_is_a_page_of_its_own(client, make_category):
    category = make_category()

    assertContains(client.get(category.get_absolute_url()), category.name_en)


def test_page_one_has_one_address(client, make_many):
    make_many(PER_PAGE + 1)

    response = client.get("/en/articles/?page=2")

    assertContains(response, 'href="/en/articles/"')
    assertNotContains(response, "?page=1")


def test_a_list_is_right_at_once_after_each_change(client, make_article):
    article = make_article()
    assert titles(client.get("/en/articles/")) == [article.title]

    another = make_article(at=datetime.now(UTC))
    assert titles(client.get("/en/articles/")) == [another.title, article.title]

    unpublish(article)
    assert titles(client.get("/en/articles/")) == [another.title]


def test_a_scheduled_article_enters_the_lists_by_the_clock(client, make_draft, pass_time):
    article = make_draft()
    publish(article, article.revisions.get(), at=datetime.now(UTC) + timedelta(hours=1))
    assert titles(client.get("/en/articles/")) == []

    pass_time(hours=1, seconds=1)

    assert titles(client.get("/en/articles/")) == [article.title]


@pytest.mark.parametrize("path", ["/en/settle/", "/en/articles/"])
def test_drafts_are_in_no_list(client, make_draft, path):
    draft = make_draft()

    assertNotContains(client.get(path), draft.title)


def test_each_list_holds_its_own(client, make_article, make_category, make_author, make_tag):
    author, tag, category = make_author(), make_tag(), make_category(section="work")
    inside = make_article(category=category, authors=[author], tags=[tag])
    make_article()

    for row in (category, author, tag):
        assert titles(client.get(row.get_absolute_url())) == [inside.title]
    assert titles(client.get("/en/work/")) == [inside.title]


def test_a_list_is_of_one_language(client, make_article):
    english, french = make_article(), make_article(language="fr")

    assert titles(client.get("/en/articles/")) == [english.title]
    assert titles(client.get("/fr/articles/")) == [french.title]


def test_a_category_has_an_address_in_each_language(client, make_category):
    category = make_category(slug_en="housing", slug_fr="logement")

    response = client.get("/en/topics/housing/")

    assertContains(response, f"/fr/themes/{category.slug_fr}/")
    assert client.get("/fr/themes/logement/").status_code == 200
    assertRedirects(client.get("/en/topics/logement/"), "/en/topics/housing/", status_code=301)


def test_an_article_moved_to_another_category_is_listed_there(client, make_article, make_category):
    article, other = make_article(), make_category()
    old = article.category
    article.category = other
    article.save()
    publish(article, save_revision(article, None))

    assert titles(client.get(old.get_absolute_url())) == []
    assert titles(client.get(other.get_absolute_url())) == [article.title]


@pytest.mark.parametrize("which", ["all", "section", "category", "tag", "author"])
def test_a_list_costs_at_most_three_queries_however_long(
    client, make_many, make_author, make_tag, make_category, which
):
    author, tag, category = make_author(), make_tag(), make_category()
    make_many(PER_PAGE + 1, category=category, authors=[author], tags=[tag])
    path = {
        "all": "/en/articles/",
        "section": "/en/settle/",
        "category": category.get_absolute_url(),
        "tag": tag.get_absolute_url(),
        "author": author.get_absolute_url(),
    }[which]
    counts = []
    for address in (path, path, path + "?page=2"):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))

    # what the list is of, with its stamp; the first rows of all pages, until they are remembered; the page's rows
    assert counts == [3, 2, 2]


def test_feeds_list_the_newest_with_whole_addresses(client, make_article, make_tag):
    tag = make_tag()
    article = make_article(title="Renting & more", tags=[tag])

    for kind in ("rss", "atom"):
        for start in ("/en/articles/", "/en/settle/", tag.get_absolute_url(), article.category.get_absolute_url()):
            response = client.get(f"{start}feed/{kind}/")
            assertContains(response, "Renting &amp; more")
            assertContains(response, f"http://localhost:8000{article.get_absolute_url()}")


def test_a_feed_survives_a_control_character_in_a_title(client, make_article):
    make_article(title="Renting\x0b a home")

    assertContains(client.get("/en/articles/feed/rss/"), "Renting a home")


@pytest.mark.parametrize("method", ["post", "put", "delete", "options", "trace"])
def test_a_feed_is_only_read(client, make_article, method):
    make_article()

    assert getattr(client, method)("/en/articles/feed/atom/").status_code == 405


def test_a_feed_costs_three_queries_at_most(client, make_many, make_author, django_assert_num_queries):
    author = make_author()
    make_many(5, authors=[author])

    with django_assert_num_queries(2):  # the author; the newest articles with their categories
        client.get(f"{author.get_absolute_url()}feed/atom/")


def test_the_sitemap_names_live_articles_with_their_translations(client, make_article, make_draft):
    english = make_article(slug="renting")
    make_article(language="fr", slug="louer", group=english.group, category=english.category)
    draft = make_draft()

    response = client.get("/sitemap-articles.xml")

    assertContains(response, "<loc>http://localhost:8000/en/articles/renting/</loc>")
    assertContains(response, 'hreflang="fr" href="http://localhost:8000/fr/articles/louer/"')
    assertNotContains(response, draft.slug)


def test_the_sitemap_costs_the_same_for_more_articles(client, make_many):
    counts = []
    for size in (2, 8):
        make_many(size)
        with CaptureQueriesContext(connection) as queries:
            client.get("/sitemap-articles.xml")
        counts.append(len(queries))

    assert counts == [4, 4]  # how many; the articles; their translations; when each fact last changed


def test_the_sitemap_index_names_both_sitemaps(client, make_article):
    make_article()

    response = client.get("/sitemap.xml")

    assertContains(response, "http://localhost:8000/sitemap-articles.xml")
    assertContains(response, "http://localhost:8000/sitemap-pages.xml")
    assertContains(client.get("/sitemap-pages.xml"), "http://localhost:8000/fr/travailler/")
