"""The article list and the first page: what they show, what their filters find, and that size costs nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate, now
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from articles.models import Article, ArticleText
from articles.translating import start_translation
from publishing import admin_lists
from publishing.history import save_revision
from publishing.release import publish, unpublish

LIST = reverse("admin:articles_article_changelist")
INDEX = reverse("admin:index")


@pytest.fixture
def editor(sign_in):
    return sign_in("editor")


def titles(response):
    return [row.title for row in response.context["cl"].result_list]


def edit(article, html="<p>Edited</p>"):
    ArticleText.objects.filter(parent=article).update(html=html)
    save_revision(article, None)


@pytest.fixture
def one_of_each_state(make_draft, make_article, make_image):
    """An article in each state, named for it."""
    make_draft(title="draft")
    make_article(title="live")
    changed = make_article(title="changed")
    edit(changed)
    scheduled = make_draft(title="scheduled")
    publish(scheduled, scheduled.revisions.first(), at=now() + timedelta(days=2))
    waiting = make_draft(title="rendering", image=make_image(rendered=False))
    publish(waiting, waiting.revisions.first())
    unpublish(make_article(title="unpublished"))
    updated_later = make_article(title="live too")
    publish(updated_later, updated_later.revisions.first(), at=now() + timedelta(days=2))
    back_again = make_article(title="live again")
    before = ArticleText.objects.get(parent=back_again).html
    edit(back_again)
    edit(back_again, before)


def test_every_state_has_its_badge_in_words(editor, one_of_each_state):
    response = editor.get(LIST)

    for row in response.context["cl"].result_list:
        assert row.state.value == row.title.split()[0]
    assertContains(response, '<span class="state state--changed">Live with unpublished changes</span>')
    assertContains(response, "update goes live")


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ("draft", {"draft"}),
        ("rendering", {"rendering"}),
        ("scheduled", {"scheduled"}),
        ("live", {"live", "live too", "live again"}),
        ("changed", {"changed"}),
        ("unpublished", {"unpublished"}),
    ],
)
def test_filter_by_state_finds_what_the_badge_says(editor, one_of_each_state, state, found):
    assert set(titles(editor.get(LIST, {"state": state}))) == found


def test_unknown_value_of_a_filter_finds_everything(editor, one_of_each_state):
    assert len(titles(editor.get(LIST, {"state": "x", "attention": "x", "author": "x"}))) == 8


def test_attention_finds_checks_translations_and_waiting_changes(
    editor, make_article, make_draft, make_image, make_person
):
    today = localdate()
    make_article(title="overdue", review_by=today - timedelta(days=1))
    make_article(title="today", review_by=today)
    make_article(title="in two weeks", review_by=today + timedelta(days=14))
    make_article(title="later", review_by=today + timedelta(days=15))
    make_draft(title="a draft has no readers", review_by=today - timedelta(days=9))
    forgotten, fresh = make_article(title="forgotten"), make_article(title="fresh")
    edit(forgotten)
    edit(fresh)
    Article.objects.filter(pk=forgotten.pk).update(changed_at=now() - timedelta(days=15))
    stuck = make_draft(title="stuck", image=make_image(rendered=False))
    publish(stuck, stuck.revisions.first())
    Article.objects.filter(pk=stuck.pk).update(waiting_fault="Another page is live there.")
    source = make_article(title="source")
    translation = start_translation(source, make_person("editor"))
    Article.objects.filter(pk=translation.pk).update(title="behind")
    edit(source)
    publish(source, source.revisions.first())

    def found(kind):
        return set(titles(editor.get(LIST, {"attention": kind})))

    assert found("overdue") == {"overdue"}
    assert found("soon") == {"today", "in two weeks"}
    assert found("changes") == {"forgotten"}
    assert found("translation") == {"behind"}
    assert found("failed") == {"stuck"}
    assert found("any") == {"overdue", "today", "in two weeks", "forgotten", "behind", "stuck"}


def test_author_filter_counts_an_article_of_two_authors_once(editor, make_draft, make_author):
    first, second = make_author(), make_author()
    make_draft(title="Both", authors=[first, second])
    make_draft(title="Neither")

    for author in (first, second):
        assert titles(editor.get(LIST, {"author": author.pk})) == ["Both"]


def test_category_and_language_filter(editor, make_draft):
    wanted = make_draft(title="Wanted", language="fr")
    make_draft(title="Other")

    assert titles(editor.get(LIST, {"category__id__exact": wanted.category_id})) == ["Wanted"]
    assert titles(editor.get(LIST, {"language__exact": "fr"})) == ["Wanted"]


def test_search_by_title_and_slug(editor, make_draft):
    make_draft(title="Renting a home", slug="a-roof")
    make_draft(title="Taxes", slug="taxes")

    assert titles(editor.get(LIST, {"q": "renting HOME"})) == ["Renting a home"]
    assert titles(editor.get(LIST, {"q": "roof"})) == ["Renting a home"]
    assert titles(editor.get(LIST, {"q": "nothing' OR 1=1"})) == []


def test_newest_change_is_on_top(editor, make_draft):
    old, new = make_draft(title="Old"), make_draft(title="New")
    Article.objects.filter(pk=old.pk).update(changed_at=now() - timedelta(days=2))
    Article.objects.filter(pk=new.pk).update(changed_at=now() - timedelta(days=1))

    assert titles(editor.get(LIST)) == ["New", "Old"]


def test_overdue_check_is_said_in_words(editor, make_draft):
    make_draft(review_by=localdate() - timedelta(days=1))

    assertContains(editor.get(LIST), ">overdue</span>")


def test_list_costs_as_many_queries_with_sixty_rows_as_with_five(editor, make_draft, django_assert_num_queries):
    # session, user, permissions (2), choices of category and author, capped count, keys of the page, rows with their
    # states, first and last date
    for rows in (5, 55):
        for _number in range(rows):
            make_draft(owner=User.objects.first())
        editor.get(LIST)
        with django_assert_num_queries(10):
            editor.get(LIST)


def test_list_counts_no_further_than_it_pages(editor, make_draft, monkeypatch):
    monkeypatch.setattr(admin_lists, "MOST_COUNTED", 3)
    for _number in range(5):
        make_draft()

    with CaptureQueriesContext(connection) as queries:
        response = editor.get(LIST)

    counts = [query["sql"] for query in queries if "COUNT(" in query["sql"]]
    assert len(counts) == 1
    assert "LIMIT 4" in counts[0]
    assert response.context["cl"].result_count == 3
    assertContains(response, "There are more")


def test_states_are_worked_out_for_the_rows_of_the_page_alone(editor, make_draft):
    for _number in range(3):
        make_draft()

    with CaptureQueriesContext(connection) as queries:
        editor.get(LIST)

    (states,) = [query["sql"] for query in queries if '"live_digest"' in query["sql"]]
    assert 'WHERE "articles_article"."id" IN (' in states


def test_dates_lead_from_years_to_months_to_days(editor, make_draft):
    for day in ("2025-12-31", "2026-02-03", "2026-02-17"):
        article = make_draft(title=day)
        Article.objects.filter(pk=article.pk).update(
            changed_at=datetime.fromisoformat(f"{day}T17:00").replace(tzinfo=UTC)
        )

    years = editor.get(LIST)
    months = editor.get(LIST, {"changed_at__year": "2026"})
    days = editor.get(LIST, {"changed_at__year": "2026", "changed_at__month": "2"})
    day = editor.get(LIST, {"changed_at__year": "2026", "changed_at__month": "2", "changed_at__day": "3"})

    assertContains(years, "?changed_at__year=2025")
    assertContains(months, "changed_at__month=2&amp;changed_at__year=2026")
    assertNotContains(months, "changed_at__month=12&amp;changed_at__year=2026")
    assertContains(days, "changed_at__day=17")
    assertNotContains(days, "changed_at__day=18")
    assert titles(day) == ["2026-02-03"]
    assert titles(months) == ["2026-02-17", "2026-02-03"]


def test_dates_read_no_row_but_the_first_and_the_last(editor, make_draft):
    make_draft()

    with CaptureQueriesContext(connection) as queries:
        editor.get(LIST)

    assert not any("DATE_TRUNC" in query["sql"] for query in queries)


@pytest.mark.parametrize(
    "query", [{"changed_at__year": "2026", "changed_at__month": "13"}, {"changed_at__year": "x"}, {"p": "999"}]
)
def test_nonsense_in_the_address_leads_back_to_the_list(editor, make_draft, query):
    for _number in range(60):
        make_draft()

    assertRedirects(editor.get(LIST, query), f"{LIST}?e=1")


def test_first_page_says_what_needs_whom(sign_in, make_draft, make_article):
    client = sign_in("publisher")
    make_draft(title="A draft of mine", owner=client.person)
    make_draft(title="A draft of somebody else")
    make_article(title="To be checked", review_by=localdate() - timedelta(days=1))
    soon, later = make_draft(title="Comes soon"), make_draft(title="Comes later")
    publish(soon, soon.revisions.first(), at=now() + timedelta(days=2))
    publish(later, later.revisions.first(), at=now() + timedelta(days=9))

    panels = client.get(INDEX).context["panels"]

    assert [[entry["title"] for entry in panel["entries"]] for panel in panels] == [
        ["A draft of mine"],
        ["To be checked"],
        ["Comes soon"],
        [],  # facts to check
        [],  # readers' reports
    ]


def test_first_page_costs_the_same_with_many_articles(editor, make_draft, make_article, django_assert_num_queries):
    # session, user, permissions (2), drafts, checks, other attention, what goes live, facts, reports, recent actions
    for _round in range(2):
        with django_assert_num_queries(11):
            editor.get(INDEX)
        for number in range(5):
            make_draft(owner=editor.person)
            edit(make_article(review_by=localdate() - timedelta(days=number)))


def test_first_page_of_somebody_without_a_group_has_no_panels(sign_in, make_draft):
    make_draft(title="Somebody’s draft")

    response = sign_in("").get(INDEX)

    assert "panels" not in response.context
    assertNotContains(response, "Somebody’s draft")
