"""Labels that publications copy follow what they are copies of."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from articles.models import Publication

pytestmark = pytest.mark.django_db


def titles(response):
    return [card["title"] for card in response.context["cards"]]


def test_a_category_moved_to_another_section_takes_its_articles_along(client, make_article, make_category):
    article = make_article(category=make_category(section="plan"))
    assert titles(client.get("/en/plan/")) == [article.title]

    article.category.section = "money"
    article.category.save()

    assert titles(client.get("/en/plan/")) == []
    assert titles(client.get("/en/money/")) == [article.title]


def test_a_renamed_author_has_the_new_name_in_every_list(client, make_article, make_author):
    first, second = make_author(name="Ann"), make_author(name="Bea")
    make_article(authors=[first, second])

    second.name = "Beatrice"
    second.save()

    assert client.get("/en/articles/").context["cards"][0]["author_names"] == ["Ann", "Beatrice"]


def test_a_renamed_tag_is_linked_by_its_new_address(client, make_article, make_tag):
    tag = make_tag(name="rent", slug="rent")
    article = make_article(tags=[tag])

    tag.name, tag.slug = "renting", "renting"
    tag.save()

    assertContains(client.get(article.get_absolute_url()), 'href="/en/tags/renting/"')


def test_a_deleted_tag_leaves_no_dead_link(client, make_article, make_tag):
    tag, other = make_tag(name="rent", slug="rent"), make_tag(name="home", slug="home")
    article = make_article(tags=[tag, other])

    tag.delete()

    response = client.get(article.get_absolute_url())
    assertNotContains(response, "/en/tags/rent/")
    assertContains(response, "/en/tags/home/")
    assert Publication.objects.get(article=article).tag_ids == [other.pk]
