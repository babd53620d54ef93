"""Translations in the admin: starting one, finding the other one, and keeping up with the source."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from articles.models import Article, ArticleNotice, ArticleText, Source
from articles.translating import free_slug, outdated
from publishing.history import save_revision
from publishing.release import publish


def change(article):
    return reverse("admin:articles_article_change", args=[article.pk])


@pytest.fixture
def editor(sign_in):
    return sign_in("editor")


@pytest.fixture
def press(editor, read_form):
    def do(article, button, **changes):
        data = read_form(editor.get(change(article)))
        return editor.post(
            change(article), {**data, **{name: [value] for name, value in changes.items()}, button: [""]}
        )

    return do


@pytest.fixture
def source(make_draft, make_tag, make_image):
    article = make_draft(
        blocks=[(ArticleText, {"html": "<p>Words</p>"}), (ArticleNotice, {"tone": "note", "html": "<p>Note</p>"})],
        tags=[make_tag()],
        image=make_image(),
    )
    Source.objects.create(article=article, publisher="IRCC", title="Fees", url="https://canada.ca/")
    save_revision(article, None)
    return article


@pytest.fixture
def translation(press, source):
    press(source, "_translate")
    return Article.objects.get(language="fr")


def test_translation_starts_as_a_copy_of_what_was_just_typed(press, source, editor):
    response = press(source, "_translate", title="Typed just now")

    copy = Article.objects.get(language="fr")
    assertRedirects(response, change(copy))
    assert (copy.title, copy.group, copy.owner) == ("Typed just now", source.group, editor.person)
    assert [(block.kind, block.html) for block in copy.blocks()] == [
        ("text", "<p>Words</p>"),
        ("notice", "<p>Note</p>"),
    ]
    assert copy.extra_content() == source.extra_content()
    assert copy.translated_from == source.revisions.first()
    assert copy.revisions.count() == 1
    assert len(source.blocks()) == 2


def test_both_languages_lead_to_each_other(source, translation, editor):
    assertContains(editor.get(change(source)), f'href="{change(translation)}"')
    page = editor.get(change(translation))
    assertContains(page, "Open the English version")
    assertContains(page, "Up to date with its source.")
    assertNotContains(page, 'name="_translate"')


def test_second_translation_into_a_language_is_not_made(source, translation, press):
    response = press(source, "_translate")

    assert response.status_code == 200
    assertContains(response, "This text already has an article in that language.")
    assert Article.objects.count() == 2


def test_translation_is_behind_once_its_source_was_published_anew(source, translation, editor, press):
    publish(source, source.revisions.first())
    assert not Article.objects.filter(outdated()).exists()
    press(source, "_continue", title="A new rule")
    assert not Article.objects.filter(outdated()).exists()

    publish(source, source.revisions.first())

    assert list(Article.objects.filter(outdated())) == [translation]
    assertContains(editor.get(change(translation)), "Its source has changed since it was translated.")


def test_translation_is_marked_as_up_to_date(source, translation, editor, press):
    press(source, "_continue", title="A new rule")
    publish(source, source.revisions.first())

    press(translation, "_up_to_date", title="Une nouvelle règle")

    assertContains(editor.get(change(translation)), "Up to date with its source.")
    assert Article.objects.get(language="fr").title == "Une nouvelle règle"
    assert not Article.objects.filter(outdated()).exists()


def test_author_is_not_led_to_a_translation_of_somebody_else(source, translation, sign_in, make_person):
    client = sign_in("author")
    Article.objects.filter(pk=source.pk).update(owner=client.person)

    page = client.get(change(source))

    assertContains(page, "There is a French version.")
    assertNotContains(page, change(translation))


def test_copy_takes_a_slug_that_is_free(make_draft):
    make_draft(language="fr", slug="fees")
    make_draft(language="fr", slug="fees-2")

    assert free_slug("fr", "fees") == "fees-3"
    assert free_slug("en", "fees") == "fees"
    make_draft(language="fr", slug="a" * 80)
    assert len(free_slug("fr", "a" * 80)) <= 80
