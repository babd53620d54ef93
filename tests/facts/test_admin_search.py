"""Facts for the rich-text editor: what is found, what chips say, and what is refused when an article is saved."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from articles.models import ArticleText
from facts import ledger
from facts.models import Fact

SEARCH = reverse("admin:facts_fact_search")
LABELS = reverse("admin:facts_fact_labels")
TABLE = {
    "columns": [{"key": "size", "en": "Size", "fr": "Taille", "kind": "text"}],
    "rows": [["1"], ["2"]],
}


@pytest.fixture
def author(sign_in):
    return sign_in("author")


@pytest.fixture
def fees(make_fact):
    """Three facts, of which one is no longer kept up, and one without a value."""
    make_fact("ee.fee.principal", says_en="Processing fee", says_fr="Frais d’études du dossier")
    make_fact("study.fee", says_en="Permit", says_fr="Permis", value="1150", verified_on=None)
    ledger.keep_up([make_fact("ee.fee.old", says_en="Old processing fee", says_fr="Anciens frais")], kept=False)
    Fact.objects.create(key="ee.fee.coming", says_en="Coming fee", says_fr="Frais à venir", kind="money")


def found(answer):
    return [row["key"] for row in answer.json()["results"]]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("ee.fee", ["ee.fee.principal"]),
        ("Process", ["ee.fee.principal"]),
        ("FEE process", ["ee.fee.principal"]),
        ("frais d'etudes", ["ee.fee.principal"]),
        ("permis", ["study.fee"]),
        ("", ["ee.fee.principal", "study.fee"]),
        ("study", ["study.fee"]),
        ("100%", []),
        ("%", []),
        ("a\x00b", []),
    ],
)
def test_words_of_either_language_or_parts_of_the_key_find_facts_that_can_be_shown(author, fees, words, expected):
    assert found(author.get(SEARCH, {"q": words})) == expected


def test_what_begins_with_the_words_comes_first(author, make_fact):
    make_fact("a.study", says_en="x")
    make_fact("study.fee", says_en="x")

    assert found(author.get(SEARCH, {"q": "study"})) == ["study.fee", "a.study"]


def test_at_most_twenty_are_found_and_that_there_are_more_is_said(author, make_fact):
    for number in range(21):
        make_fact(f"n.f{number}")

    answer = author.get(SEARCH, {"q": "n.f"})

    assert len(found(answer)) == 20
    assert answer.json()["more"]


def test_facts_are_described_in_the_language_of_the_text(author, fees):
    (row,) = author.get(SEARCH, {"q": "study", "lang": "fr"}).json()["results"]

    assert row == {
        "key": "study.fee",
        "says": "Permis",
        "value": "1\u00a0150\u00a0$",
        "state": "overdue",
        "warning": "Check overdue",
        "kind": "money",
    }


def test_labels_tell_what_known_facts_are_today(author, fees):
    answer = author.get(LABELS, {"keys": "ee.fee.principal,ee.fee.old,ee.fee.coming,no.such,<b>", "lang": "xx"}).json()

    assert {key: (row["value"], row["state"]) for key, row in answer.items()} == {
        "ee.fee.principal": ("$990", "verified"),
        "ee.fee.old": ("$990", "archived"),
        "ee.fee.coming": ("", "overdue"),
    }


def test_sixty_labels_cost_as_much_as_one(author, make_fact, django_assert_max_num_queries):
    keys = [make_fact().key for _ in range(60)]

    with django_assert_max_num_queries(
        7
    ):  # session, person, permissions of the person and of the groups, facts, values
        answer = author.get(LABELS, {"keys": ",".join(keys)})

    assert len(answer.json()) == 60


@pytest.mark.parametrize("address", [SEARCH, LABELS])
def test_only_who_may_see_facts_is_answered(client, sign_in, address):
    assert client.get(address).status_code == 302
    assert sign_in("").get(address).status_code == 403


# Saving an article


@pytest.fixture
def save_text(sign_in, read_form, make_draft):
    """Opens a draft's form, writes a text, and saves."""

    def do(html):
        publisher = sign_in("publisher")
        address = reverse("admin:articles_article_change", args=[make_draft().pk])
        data = read_form(publisher.get(address), "article_form")
        name = next(name for name in data if name.endswith("articletext_set-0-html"))
        return publisher.post(address, {**data, name: [html], "_continue": ["1"]})

    return do


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ('<p>It is <data value="no.such">no.such</data>.</p>', "There is no fact no.such."),
        ('<p><data value="a.b">a.b</data> <data value="c.d">c.d</data></p>', "There are no facts a.b, c.d."),
        ('<p>As <data value="a.table">a.table</data> says</p>', "a.table is a table: give it a paragraph of its own."),
        ('<h2><data value="ee.fee">ee.fee</data></h2>', "A heading cannot show a fact: ee.fee."),
    ],
)
def test_fact_that_cannot_stand_there_is_refused_by_name_and_the_text_is_kept(save_text, make_fact, html, said):
    make_fact("ee.fee")
    make_fact("a.table", kind="table", value=TABLE)

    response = save_text(html)

    assertContains(response, said)
    blocks = next(one.formset for one in response.context["inline_admin_formsets"] if one.formset.model is ArticleText)
    assert blocks.forms[0]["html"].value() == html
    assert "<data" not in ArticleText.objects.get().html


def test_known_fact_is_saved_by_its_key_alone(save_text, make_fact):
    make_fact("ee.fee")

    save_text('<p>It is <data value="ee.fee" class="x">$990 for ever</data>.</p>')

    assert ArticleText.objects.get().html == '<p>It is <data value="ee.fee">ee.fee</data>.</p>'


def test_dialog_is_on_the_form_of_who_may_see_facts(author, make_draft):
    address = reverse("admin:articles_article_change", args=[make_draft(owner=author.person).pk])
    assertContains(author.get(address), 'id="fact-dialog"', count=1)

    author.person.groups.clear()
    author.person.user_permissions.set(Permission.objects.filter(codename__in=["view_article", "change_article"]))

    assertNotContains(author.get(address), 'id="fact-dialog"')


def test_day_of_a_value_to_come_changes_no_label(author, make_fact, make_source):
    fact = make_fact("ee.fee")
    ledger.add_value(fact, "1", in_force_from=ledger.today() + timedelta(days=1), source=make_source())

    assert author.get(LABELS, {"keys": "ee.fee"}).json()["ee.fee"]["value"] == "$990"
