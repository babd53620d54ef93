"""Revisions in the admin: the list, one of them to read, and bringing one back."""

from http import HTTPStatus

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from articles.models import Article, ArticleNotice, ArticlePicture, ArticleText, Author
from publishing.history import save_revision
from publishing.release import publish


def url(name, article, *parts):
    return reverse(f"admin:articles_article_{name}", args=[article.pk, *parts])


@pytest.fixture
def editor(sign_in):
    return sign_in("editor")


@pytest.fixture
def article(make_draft, make_person):
    article = make_draft(title="First title", text="<h2>First</h2><p>words</p>")
    article.title = "Second title"
    article.save()
    ArticleText.objects.update(html="<p>Second words</p>")
    save_revision(article, make_person("author", "anna"))
    return article


def test_list_says_who_saved_when_and_what_was_public(editor, article):
    publish(article, article.revisions.get(number=1))

    response = editor.get(url("history", article))

    rows = response.context["rows"]
    assert [row["revision"].number for row in rows] == [2, 1]
    assert [bool(row["live_from"]) for row in rows] == [False, True]
    assertContains(response, "Author")
    assertContains(response, url("revision", article, 1))


def test_list_costs_the_same_with_many_revisions(editor, article, django_assert_num_queries):
    editor.get(url("history", article))

    for _round in range(2):
        with django_assert_num_queries(8):  # session, user, permissions (2), article, count, revisions, publications
            editor.get(url("history", article))
        for number in range(30):
            Article.objects.update(title=f"Title {number}")
            save_revision(Article.objects.get(), None)


def test_long_list_is_paged(editor, article):
    for number in range(60):
        Article.objects.update(title=f"Title {number}")
        save_revision(Article.objects.get(), None)

    assertContains(editor.get(url("history", article)), "Older")
    assertContains(editor.get(url("history", article) + "?p=2"), url("revision", article, 1))


def test_revision_is_shown_as_it_was(editor, article):
    response = editor.get(url("revision", article, 1))

    assertContains(response, "First title")
    assertContains(response, "<h2>First</h2><p>words</p>")
    assertNotContains(response, "Second words")
    assertContains(response, url("restore", article, 1))


def test_newest_revision_offers_no_restoring(editor, article):
    assertNotContains(editor.get(url("revision", article, 2)), url("restore", article, 2))


def test_every_kind_of_block_is_readable(editor, make_draft, make_image):
    image = make_image(title="The old harbour")
    article = make_draft(
        blocks=[
            (ArticlePicture, {"image": image, "caption": "A caption"}),
            (ArticleNotice, {"tone": "important", "html": "<p>Mind this</p>"}),
        ]
    )

    response = editor.get(url("revision", article, 1))

    for words in ("The old harbour", "A caption", "Important", "Mind this"):
        assertContains(response, words)


def test_hostile_text_in_an_old_revision_is_cleaned(editor, article):
    revision = article.revisions.get(number=1)
    revision.content["blocks"][0]["html"] = "<p onclick=steal()>Hi<script>steal()</script></p>"
    revision.content["fields"]["title"] = "<img src=x onerror=steal()>"
    revision.save()

    assertNotContains(editor.get(url("revision", article, 1)), "steal()</")
    assertNotContains(editor.get(url("revision", article, 1)), "<img src=x")


def test_restored_revision_is_the_draft_again_and_readers_see_nothing_of_it(editor, article, client):
    publish(article, article.revisions.get(number=2))

    response = editor.post(url("restore", article, 1))

    assertRedirects(response, url("change", article))
    assert Article.objects.get().title == "First title"
    assert article.revisions.first().number == 3
    assert article.revisions.first().created_by == editor.person
    assertContains(client.get(article.get_absolute_url()), "Second title")
    assert "Restored revision 1." in str(LogEntry.objects.get())


def test_what_is_gone_is_named_when_a_revision_comes_back(editor, article):
    gone = Author.objects.get()
    gone_name = gone.name
    article.authorship_set.all().delete()
    gone.delete()

    response = editor.post(url("restore", article, 1), follow=True)

    assertContains(response, f"no longer exists and was left out: {gone_name}")


def test_revision_whose_slug_another_article_has_now_is_refused(editor, article, make_draft):
    old = article.slug
    Article.objects.filter(pk=article.pk).update(slug="a-newer-slug")
    make_draft(slug=old)

    response = editor.post(url("restore", article, 1), follow=True)

    assertContains(response, "Another article in this language has that slug.")
    assert Article.objects.get(pk=article.pk).slug == "a-newer-slug"


@pytest.mark.parametrize("number", [0, 99])
def test_revision_that_does_not_exist_is_not_found(editor, article, number):
    assert editor.get(url("revision", article, number)).status_code == HTTPStatus.NOT_FOUND
    assert editor.post(url("restore", article, number)).status_code == HTTPStatus.NOT_FOUND
