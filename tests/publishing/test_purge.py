"""Publishing tells the caches in front which pages have changed."""

import pytest
from django.urls import reverse

from publishing.history import save_revision
from publishing.release import publish, unpublish

purged: list[list[str]] = []


def remember(paths: list[str]) -> None:
    """A backend that notes what it was asked to drop."""
    purged.append(paths)


def fail(paths: list[str]) -> None:
    """A backend whose cache is away."""
    raise OSError("The cache does not answer.")


@pytest.fixture(autouse=True)
def remembering(settings):
    purged.clear()
    settings.PURGE_BACKEND = f"{__name__}.remember"


def test_publishing_purges_the_page_and_its_lists_after_commit(make_draft, django_capture_on_commit_callbacks):
    article = make_draft(slug="renting")

    with django_capture_on_commit_callbacks(execute=True):
        publish(article, article.revisions.get())
        assert purged == []

    lists = {reverse("articles:list"), "/en/settle/", article.category.get_absolute_url()}
    assert set(purged[0]) == lists | {"/en/articles/renting/"}


def test_a_changed_slug_purges_the_old_address_too(make_article, django_capture_on_commit_callbacks):
    article = make_article(slug="renting")
    article.slug = "renting-a-home"
    article.save()

    with django_capture_on_commit_callbacks(execute=True):
        publish(article, save_revision(article, None))

    assert {"/en/articles/renting/", "/en/articles/renting-a-home/"} <= set(purged[0])


def test_unpublishing_purges(make_article, django_capture_on_commit_callbacks):
    article = make_article(slug="renting")

    with django_capture_on_commit_callbacks(execute=True):
        unpublish(article)

    assert "/en/articles/renting/" in purged[0]


def test_a_simple_page_purges_its_own_address(make_page, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        page = make_page(key="about")

    assert purged == [[page.get_absolute_url()]]


def test_a_cache_that_is_away_stops_nobody(make_article, settings, django_capture_on_commit_callbacks):
    settings.PURGE_BACKEND = f"{__name__}.fail"

    with django_capture_on_commit_callbacks(execute=True):
        article = make_article()

    assert article.publications.live().exists()


def test_without_a_backend_nothing_is_asked(make_draft, settings):
    settings.PURGE_BACKEND = ""

    article = make_draft()
    publish(article, article.revisions.get())

    assert purged == []
