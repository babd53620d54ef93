"""Simple pages, categories, authors, tags, advertisements and the home page in the admin."""

from http import HTTPStatus

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertRedirects

from articles.models import Advertisement, Author, Category, Page, PagePublication, PageText, Tag
from m2c.models import Home, HomeFeature, HomeTool


def url(name, *rows):
    return reverse(f"admin:{name}", args=[row.pk for row in rows])


@pytest.fixture
def publisher(sign_in):
    return sign_in("publisher")


def errors(response):
    assert response.status_code == HTTPStatus.OK
    return [str(message) for messages in response.context["errors"] for message in messages]


def test_simple_page_is_written_and_published_in_one_go(publisher, read_form, add_block, client):
    data = read_form(publisher.get(url("articles_page_add")), "page_form")
    data |= {"key": ["about"], "title": ["Who we are"], "summary": ["Us."]}
    add_block(data, "pagetext", html="<h2>People</h2><p>We are three.</p>")

    response = publisher.post(url("articles_page_add"), {**data, "_publish": ["1"]})

    page = Page.objects.get()
    assertRedirects(response, url("articles_page_change", page))
    assertContains(client.get(page.get_absolute_url()), "We are three.")


def test_simple_page_changes_for_readers_only_when_published(publisher, read_form, make_page, client):
    page = make_page()
    before = client.get(page.get_absolute_url()).content
    data = read_form(publisher.get(url("articles_page_change", page)), "page_form") | {"title": ["Anew"]}

    publisher.post(url("articles_page_change", page), {**data, "_continue": ["1"]})
    assert client.get(page.get_absolute_url()).content == before

    data = read_form(publisher.get(url("articles_page_change", page)), "page_form")
    publisher.post(url("articles_page_change", page), {**data, "_publish": ["1"]})
    assertContains(client.get(page.get_absolute_url()), "Anew")


def test_empty_simple_page_is_not_published(publisher, read_form, make_page):
    page = make_page()
    data = read_form(publisher.get(url("articles_page_change", page)), "page_form")
    data["articles_pagetext_set-0-DELETE"] = ["on"]

    response = publisher.post(url("articles_page_change", page), {**data, "_publish": ["1"]})

    assert any("add at least one block" in message for message in errors(response))
    assert PageText.objects.count() == 1


def test_simple_page_is_unpublished_without_a_successor(publisher, make_page, client):
    page = make_page()

    publisher.post(url("articles_page_unpublish", page))

    assert not PagePublication.objects.live().exists()
    assert client.get(page.get_absolute_url()).status_code in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}


def test_second_page_of_a_kind_in_a_language_is_refused(publisher, read_form, make_page):
    make_page()
    data = read_form(publisher.get(url("articles_page_add")), "page_form")

    response = publisher.post(
        url("articles_page_add"), {**data, "key": ["about"], "title": ["B"], "summary": ["B"], "_continue": ["1"]}
    )

    assert "This page exists already in that language." in errors(response)


def test_two_editors_of_a_simple_page_keep_both_texts(sign_in, read_form, make_page):
    page, clients = make_page(), [sign_in("editor"), sign_in("editor")]
    forms = [read_form(client.get(url("articles_page_change", page)), "page_form") for client in clients]
    answers = [
        client.post(url("articles_page_change", page), {**form, "title": [f"Title {number}"], "_continue": ["1"]})
        for number, (client, form) in enumerate(zip(clients, forms, strict=True))
    ]

    assert answers[0].status_code == HTTPStatus.FOUND
    assertContains(answers[1], 'value="Title 1"')
    assertContains(answers[1], "Title 0")


def test_form_of_a_page_costs_the_same_with_many_blocks(publisher, make_page, django_assert_num_queries):
    page = make_page()
    publisher.get(url("articles_page_change", page))

    # session, user, permissions (2), newest revision, page, 3 kinds of block, state, live publication
    for _round in range(2):
        with django_assert_num_queries(11):
            publisher.get(url("articles_page_change", page))
        for number in range(30):
            PageText.objects.create(parent=page, region="body", ordering=number, html="<p>x</p>")


def test_editor_adds_categories_authors_and_tags(sign_in, read_form):
    editor = sign_in("editor")
    category = {"section": "settle", "order": "1", "name_en": "Health", "name_fr": "Santé"}
    category |= {"slug_en": "health", "slug_fr": "sante"}
    editor.post(url("articles_category_add"), category)
    editor.post(url("articles_author_add"), {"name": "Sam", "slug": "sam", "role_en": "Writer"})
    editor.post(url("articles_tag_add"), {"name": "Fees", "slug": "fees", "label_fr": "Frais"})

    assert (Category.objects.get().slug_fr, Author.objects.get().role_en, Tag.objects.get().label_fr) == (
        "sante",
        "Writer",
        "Frais",
    )


def test_editor_cannot_say_whose_account_an_author_is(sign_in, make_author):
    editor, author = sign_in("editor"), make_author()

    editor.post(url("articles_author_change", author), {"name": "New", "slug": author.slug, "user": editor.person.pk})

    author.refresh_from_db()
    assert (author.name, author.user) == ("New", None)


def test_category_with_articles_is_not_deleted(sign_in, make_draft):
    category = make_draft().category

    response = sign_in("superuser").post(url("articles_category_delete", category), {"post": "yes"})

    assertContains(response, "would require deleting the following protected related objects")
    assert Category.objects.exists()


def test_advertisement_must_end_after_it_starts(publisher, make_image):
    data = {"name": "A", "language": "en", "image": make_image().pk, "alt": "Words", "url": "https://a.example/"}
    data |= {"starts_at_0": "2026-12-02", "starts_at_1": "09:00", "ends_at_0": "2026-12-01", "ends_at_1": "09:00"}

    response = publisher.post(url("articles_advertisement_add"), data)
    assert "An advertisement must end after it starts." in errors(response)

    publisher.post(url("articles_advertisement_add"), data | {"ends_at_0": "2026-12-03"})
    assert Advertisement.objects.get().is_on is False


@pytest.fixture
def home():
    return Home.objects.create(language="en", title="Home", text="Text")


def test_home_page_is_arranged(publisher, read_form, home, make_article):
    article = make_article()
    data = read_form(publisher.get(url("m2c_home_change", home)), "home_form")
    data |= {"features-TOTAL_FORMS": ["1"], "features-0-order": ["1"], "features-0-article": [str(article.pk)]}
    data |= {"tools-TOTAL_FORMS": ["1"], "tools-0-order": ["1"], "tools-0-icon": ["bank"], "tools-0-call": ["quiz"]}

    publisher.post(url("m2c_home_change", home), {**data, "title": ["Welcome"], "_save": ["1"]})

    assert Home.objects.get().title == "Welcome"
    assert (HomeFeature.objects.get().article, HomeTool.objects.get().call) == (article, "quiz")


def test_home_page_costs_the_same_with_many_cards(publisher, home, make_article, django_assert_num_queries):
    publisher.get(url("m2c_home_change", home))

    for _round in range(2):
        with django_assert_num_queries(7):  # session, user, permissions (2), home page, features, tools
            publisher.get(url("m2c_home_change", home))
        for number in range(5):
            article = make_article()
            HomeFeature.objects.create(home=home, article=article, order=number)
            HomeTool.objects.create(home=home, article=article, order=number)


def test_tool_card_leads_somewhere(publisher, read_form, home):
    data = read_form(publisher.get(url("m2c_home_change", home)), "home_form")
    data |= {"tools-TOTAL_FORMS": ["1"], "tools-0-order": ["1"], "tools-0-title": ["Nowhere"]}

    response = publisher.post(url("m2c_home_change", home), {**data, "_save": ["1"]})

    assert "Choose a tool or an article." in errors(response)
    assertContains(response, 'value="Nowhere"')
