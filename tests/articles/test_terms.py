"""Terms of the glossary in articles."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.asserts import assertContains, assertNotContains

from articles import terms
from articles.models import ArticleNotice, ArticleQuestion, ArticleText, Category, PagePublication, Publication, Tag
from articles.tasks import mark_terms
from facts.models import Term
from publishing.history import save_revision
from publishing.release import publish, unpublish

pytestmark = pytest.mark.django_db

USE = '<a class="term" href="#term-crs" id="term-use-crs">CRS</a>'


def shown(client, article):
    return client.get(article.get_absolute_url()).content.decode()


def stored(article):
    return str(Publication.objects.filter(article=article).latest("live_from").body["blocks"])


def test_the_first_use_of_a_term_leads_to_its_note_and_back(client, make_article, make_term):
    make_term()
    article = make_article(text="<p>Your CRS. The CRS again, the Comprehensive Ranking System.</p>")

    html = shown(client, article)

    assert html.count('class="term"') == 1
    assert f"<p>Your {USE}. The CRS again, the Comprehensive Ranking System.</p>" in html
    assert html.count('id="term-crs"') == 1
    assert "The points that rank candidates." in html
    assert "Not the 67 points." in html
    assert 'href="#term-use-crs"' in html


def test_the_first_use_is_the_first_of_all_blocks(client, make_article, make_term):
    make_term()
    blocks = [
        (ArticleText, {"html": "<h2>CRS</h2><p><a href='https://canada.ca/'>CRS</a></p>"}),
        (ArticleNotice, {"html": "<p>A CRS.</p>", "tone": "note"}),
        (ArticleText, {"html": "<p>Another CRS.</p>"}),
        (ArticleQuestion, {"question": "CRS?", "html": "<p>Your CRS.</p>"}),
    ]

    html = shown(client, make_article(blocks=blocks))

    assert html.count('class="term"') == 1
    assert f"<p>A {USE}.</p>" in html


def test_an_answer_may_hold_the_first_use(client, make_article, make_term):
    make_term()

    assert USE in shown(client, make_article(blocks=[(ArticleQuestion, {"question": "CRS?", "html": "<p>CRS</p>"})]))


def test_a_french_article_uses_the_french_words(client, make_article, make_term):
    make_term()
    article = make_article(language="fr", text="<p>Le CRS est le SCG.</p>")

    response = client.get(article.get_absolute_url())

    assertContains(response, 'Le CRS est le <a class="term" href="#term-crs" id="term-use-crs">SCG</a>')
    assertContains(response, "Les points qui classent les candidats.")


def test_an_article_without_terms_shows_no_notes(client, make_article, make_term):
    make_term()

    assertNotContains(client.get(make_article().get_absolute_url()), 'id="terms"')


def test_a_term_that_is_not_to_be_marked_is_not(client, make_article, make_term):
    make_term(is_marked=False)

    assertNotContains(client.get(make_article(text="<p>CRS</p>").get_absolute_url()), 'class="term"')


def test_a_simple_page_has_no_marks(client, make_page, make_term):
    make_term()
    page = make_page(text='<p>CRS <a href="/g/1/">x</a></p>')

    assert "/g/" not in str(PagePublication.objects.get(page=page).body)
    assertNotContains(client.get(page.get_absolute_url()), 'class="term"')


def test_an_editor_cannot_write_marks(client, make_article, make_term):
    term = make_term()
    article = make_article(text=f'<p><a href="/g/{term.pk}/">Free money</a> and the CRS</p>')

    assertContains(client.get(article.get_absolute_url()), f"<p>Free money and the {USE}</p>")


def test_a_deleted_term_leaves_plain_words_at_once(client, make_article, make_term):
    term = make_term()
    article = make_article(text="<p>Your CRS.</p>")
    assert USE in shown(client, article)

    term.delete()

    html = shown(client, article)
    assert "<p>Your CRS.</p>" in html
    assert 'id="terms"' not in html
    assert "/g/" not in html


def test_a_changed_meaning_is_shown_at_once(client, make_article, make_term):
    term = make_term()
    article = make_article(text="<p>Your CRS.</p>")
    shown(client, article)

    term.meaning_en = "Something <b>else</b>."
    term.save()

    assert "Something &lt;b&gt;else&lt;/b&gt;." in shown(client, article)


def test_headings_and_notes_never_have_the_same_id(client, make_article, make_term):
    make_term()
    article = make_article(text="<h2>Terms</h2><h2>Term CRS</h2><h2>Term use CRS</h2><p>Your CRS.</p>")

    html = shown(client, article)

    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(ids)


def test_terms_cost_an_article_no_query_but_one_after_a_change(client, make_article, make_term):
    def queries(article):
        with CaptureQueriesContext(connection) as made:
            client.get(article.get_absolute_url())
        return len(made)

    without, one = make_article(), make_article(text="<p>CRS</p>")
    for number in range(8):
        make_term(key=f"term-{number}", short_en=f"WORD{number}")
    many = make_article(text="".join(f"<p>WORD{number}</p>" for number in range(8)))
    for article in (without, one, many):
        client.get(article.get_absolute_url())

    assert queries(without) == queries(one) == queries(many)

    make_term()
    assert queries(many) == queries(without) + 1  # the terms
    assert queries(many) == queries(without)


def test_saving_or_deleting_a_term_has_the_worker_mark_texts(make_term):
    def waiting():
        return ProcrastinateJob.objects.filter(task_name=mark_terms.module_path).count()

    term = make_term()
    assert waiting() == 1
    term.delete()
    assert waiting() == 2
    make_term()
    Term.objects.all().delete()
    assert waiting() == 4


def test_what_is_live_and_what_will_be_is_marked_when_a_term_comes(client, make_article, make_draft, make_term):
    live, ended = make_article(text="<p>Your CRS.</p>"), make_article(text="<p>Your CRS.</p>")
    unpublish(ended)
    coming = make_draft(text="<p>Your CRS.</p>")
    publish(coming, coming.revisions.get(), at=datetime.now(UTC) + timedelta(days=1))
    make_term()
    assert "/g/" not in stored(live)

    mark_terms.call()

    assert USE in shown(client, live)
    assert "/g/" in stored(coming)
    assert "/g/" not in stored(ended)


def test_marking_again_follows_the_glossary(client, make_article, make_term):
    old, new = make_term(), make_term(key="score", term_en="cut-off score", short_en="")
    article = make_article(text="<p>Your CRS and the cut-off score.</p>")
    before = stored(article)

    old.delete()
    new.also_en = ["your CRS"]
    new.save()
    mark_terms.call()

    assert stored(article) != before
    assert '<a class="term" href="#term-score" id="term-use-score">Your CRS</a> and the cut-off score' in shown(
        client, article
    )


def test_marking_twice_changes_nothing(make_article, make_term, monkeypatch):
    monkeypatch.setattr(terms, "BATCH", 2)
    articles = [make_article(text="<p>Your CRS.</p>") for _ in range(3)]
    make_term()

    assert terms.mark_all() == len(articles)
    assert terms.mark_all() == 0


def test_the_worker_does_not_mark_twice_for_one_state_of_the_glossary(make_article, make_term):
    make_term()
    mark_terms.call()

    make_article()
    with CaptureQueriesContext(connection) as queries:
        mark_terms.call()

    assert len(queries) == 1  # the stamp


def test_a_newer_publication_has_the_newest_marks(client, make_article, make_term):
    article = make_article(text="<p>Your CRS.</p>")
    make_term()
    article.title = "Another title"
    article.save()

    publish(article, save_revision(article, None))

    assert USE in shown(client, article)


def test_marks_do_not_count_as_words_or_links(make_article, make_term):
    make_term()
    publication = Publication.objects.get(article=make_article(text="<p>" + "CRS " * 221 + "</p>"))

    assert publication.reading_minutes == 2
    assert publication.link_ids == []


def last_modified(client, article):
    return parsedate_to_datetime(client.get(article.get_absolute_url())["Last-Modified"])


@pytest.fixture
def settled(make_article, make_term, monkeypatch):
    """An article with a term and a tag, all of a month ago; so is the process."""
    month_ago = now() - timedelta(days=30)
    term = make_term()
    tag = Tag.objects.create(name="Scores", slug="scores")
    article = make_article(text="<p>Your CRS.</p>", tags=[tag], at=month_ago)
    Term.objects.update(changed_at=month_ago)
    Category.objects.update(changed_at=month_ago)
    Publication.objects.update(labelled_at=month_ago)
    monkeypatch.setattr("articles.views.STARTED", month_ago)
    return article, term, tag


def test_last_modified_knows_of_a_changed_term(client, settled):
    article, term, _tag = settled
    assert last_modified(client, article) < now() - timedelta(days=29)

    term.meaning_en = "Another meaning."
    term.save()

    assert last_modified(client, article) > now() - timedelta(minutes=1)


def test_last_modified_passes_over_terms_that_the_page_does_not_show(client, settled, make_article, make_term):
    article = settled[0]
    Publication.objects.update(body={**Publication.objects.get().body, "blocks": []})

    make_term(key="clb", term_en="Benchmark", short_en="CLB")

    assert last_modified(client, article) < now() - timedelta(days=29)


def test_last_modified_knows_of_marks_and_tags_that_were_put_anew(client, settled):
    article, term, tag = settled
    term.delete()
    terms.mark_all()
    assert last_modified(client, article) > now() - timedelta(minutes=1)

    Publication.objects.update(labelled_at=now() - timedelta(days=30))
    tag.name = "Points"
    tag.save()
    assert last_modified(client, article) > now() - timedelta(minutes=1)


@pytest.mark.parametrize(("number", "folded"), [(5, False), (6, True)])
def test_many_notes_are_folded(client, make_article, make_term, number, folded):
    words = ["CRS", "CLB", "PNP", "TEER", "NOC", "PGWP"][:number]
    for word in words:
        make_term(key=word.lower(), short_en=word, term_en=f"Term {word}")

    html = shown(client, make_article(text=f"<p>{', '.join(words)}.</p>"))

    assert html.count('class="term"') == number
    assert ('<details class="notes__fold">' in html) is folded
    assert ("6 words with their meanings" in html) is folded
