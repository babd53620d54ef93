"""Two editors on one article: the second gets all of the own text back, with who saved, when, and what differs."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from unittest.mock import Mock

import pytest
from django.db import IntegrityError, OperationalError, connection, connections
from django.urls import reverse
from psycopg.errors import LockNotAvailable
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from articles.models import Article, ArticleNotice, ArticleText, Authorship, Publication, Source
from publishing import history
from publishing.history import restore

PREFIX = "articles_articletext_set"


def change(article):
    return reverse("admin:articles_article_change", args=[article.pk])


@pytest.fixture
def article(make_draft):
    return make_draft(
        title="Before",
        blocks=[(ArticleText, {"html": f"<p>{word}</p>"}) for word in ("One", "Two", "Three")],
    )


@pytest.fixture
def anna(sign_in, make_person):
    return sign_in(person=make_person("publisher", "anna"))


@pytest.fixture
def ben(sign_in, make_person):
    return sign_in(person=make_person("editor", "ben"))


def save(client, article, data, button="_continue"):
    return client.post(change(article), {**data, button: ["1"]})


def table(response):
    """The table of what differs: {label: (theirs, mine, note)}."""
    rows = response.context["conflict"].differences
    return {(row.label, *row.theirs, *row.mine): row for row in rows}


def texts(article):
    return [block.html for block in article.blocks()]


def test_second_gets_the_own_text_back_with_who_saved_and_what_differs(anna, ben, article, read_form):
    first, second = read_form(anna.get(change(article))), read_form(ben.get(change(article)))
    save(anna, article, first | {"title": ["Anna’s title"], f"{PREFIX}-0-html": ["<p>Anna’s one</p>"]})

    response = save(ben, article, second | {"title": ["Ben’s title"], f"{PREFIX}-1-html": ["<p>Ben’s two</p>"]})

    assertContains(response, "Publisher saved this on")
    again = read_form(response)
    assert again["title"] == ["Ben’s title"]
    assert again[f"{PREFIX}-0-html"] == ["<p>One</p>"]
    assert again[f"{PREFIX}-1-html"] == ["<p>Ben’s two</p>"]
    rows = table(response)
    assert rows["Title", "Anna’s title", "Ben’s title"].note == "Changed by both."
    assert rows["Text", "Anna’s one", "One"].note == "Changed by the other save, not by you."
    assert rows["Text", "Two", "Ben’s two"].note == "Changed by you."
    assert len(rows) == 3
    assert Article.objects.get().title == "Anna’s title"


def test_second_may_save_again_to_keep_the_own_version(anna, ben, article, read_form):
    first, second = read_form(anna.get(change(article))), read_form(ben.get(change(article)))
    save(anna, article, first | {"title": ["Anna’s title"]})
    response = save(ben, article, second | {"title": ["Ben’s title"]})

    assertRedirects(save(ben, article, read_form(response)), change(article))

    assert Article.objects.get().title == "Ben’s title"
    titles = article.revisions.order_by("number").values_list("content__fields__title", flat=True)
    assert list(titles) == ["Before", "Anna’s title", "Ben’s title"]


def test_third_save_in_between_is_shown_too(anna, ben, article, read_form):
    first, second = read_form(anna.get(change(article))), read_form(ben.get(change(article)))
    save(anna, article, first | {"title": ["Anna’s title"]})
    response = save(ben, article, second | {"title": ["Ben’s title"]})
    save(anna, article, read_form(anna.get(change(article))) | {"title": ["Anna’s second title"]})

    response = save(ben, article, read_form(response))

    assert ("Title", "Anna’s second title", "Ben’s title") in table(response)
    assert Article.objects.get().title == "Anna’s second title"


def test_blocks_added_moved_and_removed_by_the_second_come_back(anna, ben, article, read_form, add_block):
    first, second = read_form(anna.get(change(article))), read_form(ben.get(change(article)))
    save(anna, article, first | {"title": ["Anna’s title"]})
    second[f"{PREFIX}-0-ordering"] = ["100"]
    second[f"{PREFIX}-1-DELETE"] = ["on"]
    add_block(second, "articletext", ordering=110, html="<p>Ben’s new</p>")
    add_block(second, "articlenotice", ordering=120, tone="note", html="<p>Ben’s notice</p>")

    response = save(ben, article, second)
    again = read_form(response)
    save(ben, article, again)

    assert again[f"{PREFIX}-1-DELETE"] == ["on"]
    assert texts(article) == ["<p>Three</p>", "<p>One</p>", "<p>Ben’s new</p>", "<p>Ben’s notice</p>"]
    notes = {row.note for row in table(response).values()}
    assert {"New in your version.", "Removed by you."} <= notes
    assert any(row.label == "Order of the blocks" for row in table(response).values())


def test_block_that_the_first_removed_comes_back_as_a_new_one(anna, ben, article, read_form):
    first, second = read_form(anna.get(change(article))), read_form(ben.get(change(article)))
    uid = str(article.blocks()[1].uid)
    save(anna, article, first | {f"{PREFIX}-1-DELETE": ["on"]})

    response = save(ben, article, second | {f"{PREFIX}-1-html": ["<p>Ben’s two</p>"]})
    again = read_form(response)

    assert not response.context["inline_admin_formsets"][0].formset.non_form_errors()
    assert table(response)["Text", "Ben’s two"].note == "Removed by the other save; saving again brings it back."
    assert texts(article) == ["<p>One</p>", "<p>Three</p>"]
    save(ben, article, again)
    assert texts(article) == ["<p>One</p>", "<p>Ben’s two</p>", "<p>Three</p>"]
    assert str(article.blocks()[1].uid) == uid


def test_block_that_both_removed_is_gone(anna, ben, article, read_form):
    first, second = read_form(anna.get(change(article))), read_form(ben.get(change(article)))
    removed = {f"{PREFIX}-1-DELETE": ["on"]}
    save(anna, article, first | removed)

    assertRedirects(save(ben, article, second | removed), change(article))

    assert texts(article) == ["<p>One</p>", "<p>Three</p>"]


def test_block_that_the_first_added_is_shown_and_stays(anna, ben, article, read_form, add_block):
    first, second = read_form(anna.get(change(article))), read_form(ben.get(change(article)))
    add_block(first, "articletext", ordering=15, html="<p>Anna’s new</p>")
    add_block(first, "articlenotice", ordering=25, tone="important", html="<p>Anna’s notice</p>")
    save(anna, article, first)

    response = save(ben, article, second | {"title": ["Ben’s title"]})
    again = read_form(response)
    save(ben, article, again)

    row = table(response)["Text", "Anna’s new", "Anna’s new"]
    assert row.note == "Added by the other save; kept in your version."
    assert "<p>Anna’s new</p>" in [value[0] for name, value in again.items() if name.endswith("-html")]
    assert texts(article) == ["<p>One</p>", "<p>Anna’s new</p>", "<p>Two</p>", "<p>Anna’s notice</p>", "<p>Three</p>"]
    assert Article.objects.get().title == "Ben’s title"


def test_block_that_the_first_added_can_be_removed_by_the_second(anna, ben, article, read_form, add_block):
    first, second = read_form(anna.get(change(article))), read_form(ben.get(change(article)))
    add_block(first, "articletext", ordering=5, html="<p>Anna’s new</p>")
    save(anna, article, first)

    again = read_form(save(ben, article, second | {"title": ["Ben’s title"]}))
    index = next(name.split("-")[1] for name, value in again.items() if value == ["<p>Anna’s new</p>"])
    save(ben, article, again | {f"{PREFIX}-{index}-DELETE": ["on"]})

    assert texts(article) == ["<p>One</p>", "<p>Two</p>", "<p>Three</p>"]


def test_restored_revision_does_not_double_the_text_of_whoever_had_the_form_open(ben, anna, article, read_form):
    save(anna, article, read_form(anna.get(change(article))) | {f"{PREFIX}-2-html": ["<p>Later</p>"]})
    second = read_form(ben.get(change(article)))
    article.refresh_from_db()
    restore(article.revisions.get(number=1), article, None)  # makes every block anew

    response = save(ben, article, second | {f"{PREFIX}-0-html": ["<p>Ben’s one</p>"]})
    save(ben, article, read_form(response))

    assert texts(article) == ["<p>Ben’s one</p>", "<p>Two</p>", "<p>Later</p>"]
    assert Authorship.objects.count() == 1


def test_authors_and_sources_of_both_are_kept(anna, ben, article, read_form, make_author):
    first, second = read_form(anna.get(change(article))), read_form(ben.get(change(article)))
    annas, bens = make_author(name="From Anna"), make_author(name="From Ben")
    for data, author, source in ((first, annas, "Anna’s source"), (second, bens, "Ben’s source")):
        data |= {"authorship_set-TOTAL_FORMS": ["2"], "sources-TOTAL_FORMS": ["1"], "sources-0-order": ["0"]}
        data |= {"authorship_set-1-author": [str(author.pk)], "authorship_set-1-order": ["1"]}
        data |= {"sources-0-publisher": ["IRCC"], "sources-0-title": [source]}
        data["sources-0-url"] = [f"https://canada.ca/{author.slug}"]
    save(anna, article, first)

    save(ben, article, read_form(save(ben, article, second)))

    assert {str(row) for row in Authorship.objects.select_related("author")} >= {"From Anna", "From Ben"}
    assert set(Source.objects.values_list("title", flat=True)) == {"Anna’s source", "Ben’s source"}


def test_same_change_by_both_is_no_conflict(anna, ben, article, read_form):
    first, second = read_form(anna.get(change(article))), read_form(ben.get(change(article)))
    save(anna, article, first | {"title": ["The same"]})

    assertRedirects(save(ben, article, second | {"title": ["The same"]}), change(article))

    assert article.revisions.count() == 2


def test_double_press_with_a_new_block_saves_it_once(anna, article, read_form, add_block):
    data = read_form(anna.get(change(article)))
    uid = "6f1b9c86-6d7e-4d3c-8a51-0c1f0a6f6c11"
    add_block(data, "articletext", html="<p>Once</p>", block_uid=uid)

    save(anna, article, data)
    assertRedirects(save(anna, article, data), change(article))

    assert texts(article).count("<p>Once</p>") == 1


def test_own_other_window_is_named_as_such(anna, article, read_form):
    first, second = read_form(anna.get(change(article))), read_form(anna.get(change(article)))
    save(anna, article, first | {"title": ["First window"]})

    assertContains(save(anna, article, second | {"title": ["Second"]}), "You saved this in another window on")


def test_form_without_its_revision_number_is_not_trusted(anna, article, read_form):
    data = read_form(anna.get(change(article)))
    for number in ("", "99", "x", "1" * 40):
        response = save(anna, article, data | {"base_number": [number], "title": ["Blind"]})
        assertContains(response, "while you were writing")

    assert Article.objects.get().title == "Before"


def test_mistake_and_conflict_at_once_lose_nothing(anna, ben, article, read_form, add_block):
    first, second = read_form(anna.get(change(article))), read_form(ben.get(change(article)))
    save(anna, article, first | {f"{PREFIX}-1-DELETE": ["on"], "title": ["Anna’s title"]})
    add_block(second, "articlevideo", title="A film", url="nonsense", captions="English")

    again = read_form(save(ben, article, second | {"title": ["Ben’s title"]}))
    again["articles_articlevideo_set-0-DELETE"] = ["on"]
    response = save(ben, article, again)

    assert ("Title", "Anna’s title", "Ben’s title") in table(response)
    save(ben, article, read_form(response))
    assert texts(article) == ["<p>One</p>", "<p>Two</p>", "<p>Three</p>"]


def test_publishing_over_somebody_elses_save_publishes_nothing(anna, ben, article, read_form):
    second = read_form(anna.get(change(article)))
    save(ben, article, read_form(ben.get(change(article))) | {"title": ["Ben’s title"]})

    response = save(anna, article, second | {"title": ["Anna’s title"]}, button="_publish")

    assertContains(response, "What differs")
    assert not Publication.objects.exists()


def test_difference_is_escaped(anna, ben, article, read_form):
    first, second = read_form(anna.get(change(article))), read_form(ben.get(change(article)))
    save(anna, article, first | {"title": ["<script>alert(1)</script>"]})

    assertNotContains(save(ben, article, second | {"title": ["x"]}), "<script>alert(1)")


@pytest.mark.django_db(transaction=True)
def test_of_eight_saves_at_once_one_wins_and_seven_keep_their_text(sign_in, make_draft, read_form):
    article = make_draft(title="Before")
    clients = [sign_in("publisher") for _number in range(8)]
    forms = [read_form(client.get(change(article))) for client in clients]
    together = Barrier(8)

    def press(number):
        together.wait()
        try:
            return save(clients[number], article, forms[number] | {"title": [f"Title of {number}"]})
        finally:
            connections.close_all()

    connection.close()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(press, range(8)))

    winners = [number for number, answer in enumerate(answers) if answer.status_code == 302]
    assert len(winners) == 1
    assert Article.objects.get().title == f"Title of {winners[0]}"
    for number in set(range(8)) - set(winners):
        assert read_form(answers[number])["title"] == [f"Title of {number}"]
        assertContains(answers[number], "while you were writing")
    assert article.revisions.count() == 2


@pytest.mark.parametrize("error", [IntegrityError('violates "article_slug_free"'), OperationalError("lock timeout")])
def test_save_that_the_database_stops_comes_back_with_the_entry(anna, article, read_form, monkeypatch, error):
    error.__cause__ = LockNotAvailable()
    data = read_form(anna.get(change(article)))

    def stop(*arguments, **options):
        raise error

    monkeypatch.setattr(history, "save_revision", stop)
    response = save(anna, article, data | {"title": ["Kept"]})

    words = {IntegrityError: "has that slug", OperationalError: "is saving this right now"}[type(error)]
    assertContains(response, words)
    assert read_form(response)["title"] == ["Kept"]
    assert Article.objects.get().title == "Before"


def test_other_promises_of_the_database_are_not_hidden(anna, article, read_form, monkeypatch):
    data = read_form(anna.get(change(article)))
    monkeypatch.setattr(history, "save_revision", Mock(side_effect=IntegrityError("something else")))

    with pytest.raises(IntegrityError, match="something else"):
        save(anna, article, data)


def test_notices_keep_their_tone_when_they_join_a_form(anna, ben, article, read_form, add_block):
    first, second = read_form(anna.get(change(article))), read_form(ben.get(change(article)))
    add_block(first, "articlenotice", ordering=15, tone="changed", html="<p>Rule</p>")
    save(anna, article, first)

    save(ben, article, read_form(save(ben, article, second | {"title": ["Ben’s title"]})))

    assert ArticleNotice.objects.get().tone == "changed"
