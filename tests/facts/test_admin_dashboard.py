"""The page of facts to check, the panels of the first page, sources and the glossary."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from facts import ledger
from facts.models import FactValue, Report, Source, Term

DASHBOARD = reverse("admin:facts_fact_dashboard")
INDEX = reverse("admin:index")
SOURCES = reverse("admin:facts_source_changelist")


@pytest.fixture
def editor(sign_in):
    return sign_in("editor")


@pytest.fixture
def make_due(make_fact):
    """A fact whose check is due in some days from now; below 0 it is overdue."""

    def make(days, key="", **overrides):
        day = ledger.today() - timedelta(days=100 - days)
        return make_fact(key, review_days=100, verified_on=day, **overrides)

    return make


def sections(response):
    return [[fact.key for fact in section["facts"]] for section in response.context["sections"]]


def cost(client, address):
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)


# Facts to check


def test_facts_are_in_the_part_of_their_day_by_risk_and_then_by_use(editor, make_due, make_fact, make_article):
    make_due(-1, "a.low", risk="low")
    make_due(-9, "a.high", risk="high")
    make_due(-1, "a.used", risk="high")
    make_fact("a.never", verified_on=None, risk="medium")
    make_due(0, "a.today")
    make_due(7, "a.week")
    make_due(8, "a.later")
    make_due(30, "a.month")
    make_due(31, "a.quiet")
    ledger.keep_up([make_due(-1, "a.archived")], kept=False)
    make_article(text='<p><data value="a.used">a.used</data></p>')

    assert sections(editor.get(DASHBOARD)) == [
        ["a.used", "a.high", "a.never", "a.low"],
        ["a.today", "a.week"],
        ["a.later", "a.month"],
    ]


@pytest.mark.parametrize("button", ["one", "fact"])
def test_one_or_many_are_verified_from_the_page(editor, make_due, button):
    facts = [make_due(-1), make_due(-1)] if button == "fact" else [make_due(-1)]
    left = make_due(-1)

    response = editor.post(DASHBOARD, {button: [fact.pk for fact in facts]})

    assertRedirects(response, DASHBOARD)
    verified = FactValue.objects.filter(verified_on=ledger.today(), verified_by=editor.person)
    assert set(verified.values_list("fact", flat=True)) == {fact.pk for fact in facts}
    assert sections(editor.get(DASHBOARD))[0] == [left.key]


def test_button_of_one_row_leaves_what_is_ticked(editor, make_due):
    one, ticked = make_due(-1), make_due(-1)

    editor.post(DASHBOARD, {"one": [one.pk], "fact": [ticked.pk]})

    assert FactValue.objects.filter(verified_on=ledger.today()).get().fact == one


def test_nothing_ticked_is_said_kindly(editor):
    assertContains(editor.post(DASHBOARD, {"fact": ["x", "9" * 30]}, follow=True), "Tick the facts")


def test_authors_look_and_verify_nothing(sign_in, make_due):
    author, fact = sign_in("author"), make_due(-1)

    assertNotContains(author.get(DASHBOARD), "Verified today")
    assertNotContains(author.get(DASHBOARD), "Open reports")
    assert author.post(DASHBOARD, {"one": [fact.pk]}).status_code == 403


def test_page_and_first_page_cost_the_same_with_one_of_everything_and_with_twenty(editor, make_due, make_source):
    def grow():
        for days in (-1, 3, 20):
            fact = make_due(days)
            Source.objects.filter(values__fact=fact).update(changed_at=Now())
            Report.objects.create(fact=fact, language="en", words="It is wrong.")
        make_source(tried_at=Now(), fault="The server answered 503.")

    grow()
    editor.get(DASHBOARD)
    few = cost(editor, DASHBOARD), cost(editor, INDEX)
    for _ in range(20):
        grow()

    assert (cost(editor, DASHBOARD), cost(editor, INDEX)) == few


def test_first_page_costs_one_query_for_facts_and_one_for_reports(sign_in, make_due):
    make_due(-1)
    author, editor = sign_in("author"), sign_in("editor")
    for client in (author, editor):
        client.get(INDEX)

    # session, person, two of permissions, four of articles, recent actions; then one of facts, and one of reports
    assert (cost(author, INDEX), cost(editor, INDEX)) == (10, 11)


def test_first_page_says_what_is_to_be_checked_and_answered(sign_in, make_due):
    fact = make_due(-1, says_en="The fee of the year")
    Report.objects.create(fact=fact, language="en", words="Wrong since May.")

    for role, panels in [("author", ["Facts to check"]), ("editor", ["Facts to check", "Reports"])]:
        response = sign_in(role).get(INDEX)
        assert [panel["title"] for panel in response.context["panels"]][3:] == panels
        assertContains(response, "The fee of the year")
    assertContains(response, "Wrong since May.")


# Sources


def test_changed_and_failing_sources_are_on_the_page_with_the_facts_from_them(editor, make_fact, make_source):
    changed = make_source(title_en="Changed list", changed_at=Now(), fetched_at=Now(), tried_at=Now())
    make_source(title_en="Away", tried_at=Now(), fault="The server answered 503.")
    moved = make_fact("a.moved", source=changed)
    ledger.add_value(moved, "1", in_force_from=ledger.today(), source=make_source())
    make_fact("a.still", source=changed)

    response = editor.get(DASHBOARD)

    (row,) = response.context["changed"]
    assert [fact.key for fact in row["facts"]] == ["a.still"]
    assertContains(response, "The server answered 503.")
    assertNotContains(response, "could not reach the network")


def test_page_says_when_the_network_was_away(editor, make_source):
    make_source(fetched_at=Now() - timedelta(days=7), tried_at=Now() - timedelta(days=7))
    for _ in range(2):
        make_source(tried_at=Now(), fault="Nobody answers.")

    assertContains(editor.get(DASHBOARD), "The last check could not reach the network")


@pytest.mark.parametrize("door", ["list", "form"])
def test_change_that_was_looked_at_leaves_the_page(editor, read_form, make_source, door):
    source = make_source(changed_at=Now(), content_hash="0" * 64)
    if door == "list":
        editor.post(SOURCES, {"action": "looked_at", "_selected_action": [source.pk]})
    else:
        address = reverse("admin:facts_source_change", args=[source.pk])
        editor.post(address, {**read_form(editor.get(address), "source_form"), "_looked": ["1"]})

    source.refresh_from_db()
    assert source.changed_at is None
    assert source.content_hash == "0" * 64


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"changed": "yes"}, {"Changed"}),
        ({"failing": "yes"}, {"Failing"}),
        ({"failing": "no"}, {"Changed"}),
        ({"is_official__exact": "0"}, {"Plain"}),
        ({"language__exact": "fr"}, {"Failing"}),
        ({"q": "Plain"}, {"Plain"}),
    ],
)
def test_filters_of_sources_find_what_they_say(editor, make_source, query, found):
    make_source(title_en="Changed", changed_at=Now(), fetched_at=Now())
    make_source(title_en="Failing", fault="503", tried_at=Now(), fetched_at=Now(), language="fr")
    make_source(title_en="Plain", is_official=False)

    rows = editor.get(SOURCES, query).context["cl"].result_list
    assert {row.title_en for row in rows} == found


def test_source_names_its_facts_and_hides_nothing_of_the_last_fetch(editor, make_fact, make_source):
    source = make_source(fault="The server answered 503.", tried_at=Now())
    make_fact("a.current", source=source)
    earlier = make_fact("a.earlier", source=source)
    ledger.add_value(earlier, "1", in_force_from=ledger.today(), source=make_source())

    response = editor.get(reverse("admin:facts_source_change", args=[source.pk]))

    for words in ("a.current", "a.earlier", "(an earlier value)", "The server answered 503."):
        assertContains(response, words)


def test_source_that_nothing_relies_on_can_be_deleted(sign_in, make_source):
    source = make_source()

    sign_in("superuser").post(reverse("admin:facts_source_delete", args=[source.pk]), {"post": "yes"})

    assert not Source.objects.exists()


# The glossary


def test_term_is_written_in_both_languages(editor, read_form):
    address = reverse("admin:facts_term_add")
    data = read_form(editor.get(address), "term_form")
    typed = {"term_en": "Score", "term_fr": "Note", "key": "score", "meaning_en": "Points", "meaning_fr": "Des points"}

    editor.post(address, {**data, **{name: [value] for name, value in typed.items()}, "also_en": ["points, marks"]})

    assert Term.objects.get().also_en == ["points", "marks"]


@pytest.mark.parametrize(("words", "found"), [("SCG", True), ("ranking", True), ("caregiver", False)])
def test_terms_are_found_in_either_language(editor, make_term, words, found):
    make_term()

    response = editor.get(reverse("admin:facts_term_changelist"), {"q": words})

    assert bool(response.context["cl"].result_list) == found


# Roles

LEDGER = {"view_fact", "view_factvalue", "view_source", "view_term"}
WRITES = {
    *("add_fact", "change_fact", "add_factvalue", "add_source", "change_source", "add_term", "change_term"),
    *("add_correction", "change_correction", "view_correction", "view_report", "change_report", "answer_report"),
}


@pytest.mark.parametrize(
    ("role", "expected"), [("author", LEDGER), ("editor", LEDGER | WRITES), ("publisher", LEDGER | WRITES)]
)
def test_groups_may_do_what_their_work_asks_for(make_person, role, expected):
    held = make_person(role).get_all_permissions()

    assert {name.removeprefix("facts.") for name in held if name.startswith("facts.")} == expected
