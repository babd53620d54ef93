"""Addresses of categories, tags and people after their slugs were changed."""

import pytest
from django.db import IntegrityError, transaction
from pytest_django.asserts import assertContains, assertRedirects

from articles.models import FormerSlug

pytestmark = pytest.mark.django_db


def rename(row, **slugs):
    for name, slug in slugs.items():
        setattr(row, name, slug)
    row.save()


@pytest.fixture
def tag(make_tag):
    return make_tag(name="Rent", slug="rent")


def test_an_earlier_slug_of_each_kind_leads_to_the_present_page(client, make_category, make_author, tag):
    category = make_category(slug_en="housing", slug_fr="logement")
    author = make_author(slug="ana-lopez")
    rename(category, slug_en="homes", slug_fr="logis")
    rename(author, slug="ana-silva")
    rename(tag, slug="renting")

    for before, now in {
        "/en/topics/housing/": "/en/topics/homes/",
        "/fr/themes/logement/": "/fr/themes/logis/",
        "/en/people/ana-lopez/": "/en/people/ana-silva/",
        "/fr/personnes/ana-lopez/": "/fr/personnes/ana-silva/",
        "/en/tags/rent/": "/en/tags/renting/",
        "/en/topics/housing/feed/atom/": "/en/topics/homes/feed/atom/",
        "/en/tags/rent/feed/rss/": "/en/tags/renting/feed/rss/",
        "/fr/personnes/ana-lopez/feed/atom/": "/fr/personnes/ana-silva/feed/atom/",
    }.items():
        assertRedirects(client.get(before), now, status_code=301)


def test_many_changes_make_no_chain_and_going_back_makes_no_loop(client, tag):
    for slug in ("renting", "tenants", "rent"):
        rename(tag, slug=slug)

    assert client.get("/en/tags/rent/").status_code == 200
    for slug in ("renting", "tenants"):
        assertRedirects(client.get(f"/en/tags/{slug}/"), "/en/tags/rent/", status_code=301)
    assert not FormerSlug.objects.filter(slug="rent").exists()


def test_a_slug_that_is_taken_anew_is_its_new_owners(client, tag, make_tag):
    rename(tag, slug="renting")
    other = make_tag(name="Rent control", slug="rent")
    assertContains(client.get("/en/tags/rent/"), "Rent control")

    rename(other, slug="rent-control")

    assertRedirects(client.get("/en/tags/rent/"), "/en/tags/rent-control/", status_code=301)


def test_what_is_gone_is_not_found_and_neither_is_what_never_was(client, tag):
    rename(tag, slug="renting")
    tag.delete()

    for path in ("/en/tags/rent/", "/en/tags/never/", "/en/topics/rent/", "/en/tags/never/feed/atom/"):
        assert client.get(path).status_code == 404


def test_a_change_that_fails_leaves_nothing(tag, make_tag):
    make_tag(name="Other", slug="other")

    with pytest.raises(IntegrityError), transaction.atomic():
        rename(tag, slug="other")

    assert not FormerSlug.objects.exists()


def test_the_slug_of_the_other_language_leads_to_the_category(client, make_category):
    make_category(slug_en="housing", slug_fr="logement")

    assertRedirects(client.get("/en/topics/logement/"), "/en/topics/housing/", status_code=301)
    assertRedirects(client.get("/fr/themes/housing/"), "/fr/themes/logement/", status_code=301)


def test_a_page_where_nothing_was_renamed_costs_no_query_more(client, tag, django_assert_num_queries):
    client.get("/en/tags/rent/")

    with django_assert_num_queries(1):  # the tag, which has no articles
        client.get("/en/tags/rent/")
