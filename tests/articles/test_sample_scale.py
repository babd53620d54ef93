"""The generated corpus is what saving and publishing would have written."""

from collections import Counter

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils.timezone import now

from articles import sample_scale
from articles.models import Article, ArticleText, Publication
from publishing.history import digest, latest, save_revision, snapshot
from publishing.models import State


@pytest.fixture
def corpus(db) -> int:
    """150 articles; how many of them are live."""
    return sample_scale.load(150, seed=11)


def test_working_copies_are_what_their_newest_revision_says(corpus):
    for article in Article.objects.all():
        content = snapshot(article)

        assert latest(article).content == content
        assert latest(article).digest == digest(content)


def test_saving_a_generated_article_unchanged_makes_no_revision(corpus):
    for article in Article.objects.all()[:20]:
        for block in article.blocks():
            block.save()

        assert save_revision(article, None).number == article.revisions.count()


def test_publications_are_what_publishing_would_write(corpus):
    for publication in Publication.objects.select_related("revision", "article"):
        values = publication.article.publication_values(publication.revision.content)

        assert {name: getattr(publication, name) for name in values} == values


def test_states_are_mixed_and_most_are_live(corpus):
    states = Counter(article.state for article in Article.objects.with_state())

    assert set(states) == {State.DRAFT, State.SCHEDULED, State.LIVE, State.CHANGED, State.UNPUBLISHED}
    assert states[State.LIVE] + states[State.CHANGED] == corpus > 120


def test_a_fifth_is_french_and_translates_an_english_article(corpus):
    french = Article.objects.filter(language="fr")
    english_groups = set(Article.objects.filter(language="en").values_list("group", flat=True))

    assert 0.1 < french.count() / 150 < 0.3
    assert {article.group for article in french} <= english_groups


def test_articles_have_about_800_words(corpus):
    minutes = Counter(Publication.objects.values_list("reading_minutes", flat=True))

    assert set(minutes) <= {3, 4, 5, 6}


def test_a_second_load_adds_to_the_first(corpus):
    sample_scale.load(10, seed=7)

    assert Article.objects.count() == 160


def test_keys_go_on_after_a_load(corpus, make_article):
    article = make_article()

    assert article.pk > Article.objects.exclude(pk=article.pk).order_by("-pk").values_list("pk", flat=True)[0]
    assert article.publications.get() in Publication.objects.live()


def test_the_same_seed_makes_the_same_texts(db):
    def texts() -> list[str]:
        first = Article.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        sample_scale.load(12, seed=3, at=now())
        rows = ArticleText.objects.filter(parent__gt=first).order_by("parent", "ordering")
        return [row.html for row in rows if "/a/" not in row.html]

    assert texts() == texts() != []


def test_generated_articles_are_readable(corpus, client):
    for publication in Publication.objects.live().order_by("pk")[:8]:
        response = client.get(publication.get_absolute_url())

        assert publication.title in response.text


def test_the_admin_opens_and_saves_a_generated_article_and_it_stays_live(corpus, sign_in, read_form):
    publisher = sign_in("publisher")
    live = [article for article in Article.objects.with_state() if article.state == State.LIVE]
    for article in live[:5]:
        address = reverse("admin:articles_article_change", args=[article.pk])
        before = article.revisions.count()

        response = publisher.post(address, {**read_form(publisher.get(address)), "_save": "Save"})

        assert response.status_code == 302
        assert article.revisions.count() == before
        assert Article.objects.with_state().get(pk=article.pk).state == State.LIVE


def test_the_command_adds_to_a_site_that_has_articles(corpus, capsys):
    call_command("load_sample", scale=5, seed=2)

    assert Article.objects.count() == 155
    assert "5 generated articles" in capsys.readouterr().out
