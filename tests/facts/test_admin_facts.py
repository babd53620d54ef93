"""Facts in the admin: the list, the form with its history of values, and the page that adds a value."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from facts import ledger
from facts.models import Correction, Fact, FactValue, Report

LIST = reverse("admin:facts_fact_changelist")
FAMILY = (
    "size:text:Family size//Taille de la famille;amount:money:Amount//Montant\n"
    "1;15263\n2;19001\n3;23360\n4;28362\neach extra person // par personne de plus;4112"
)


def change(fact):
    return reverse("admin:facts_fact_change", args=[fact.pk])


def add_value(fact):
    return reverse("admin:facts_fact_add_value", args=[fact.pk])


@pytest.fixture
def editor(sign_in):
    return sign_in("editor")


@pytest.fixture
def fill_value(editor, read_form):
    """Opens the page for a fact's new value, types, and sends it. typed: {name: value}; query: of the address."""

    def do(fact, query="", **typed):
        address = add_value(fact) + query
        data = read_form(editor.get(address), "value_form")
        return editor.post(address, {**data, **{name: [value] for name, value in typed.items()}})

    return do


@pytest.fixture
def one_of_each_state(make_fact):
    day = ledger.today()
    make_fact("a.verified", review_days=100)
    make_fact("a.due", verified_on=day - timedelta(days=95), review_days=100, risk="high")
    make_fact("a.overdue", verified_on=day - timedelta(days=101), review_days=100, kind="number", value="7")
    make_fact("a.never", verified_on=None, jurisdiction="QC")
    ledger.keep_up([make_fact("a.archived")], kept=False)


def keys(response):
    return {fact.key for fact in response.context["cl"].result_list}


# The list


def test_every_state_has_its_badge_in_words(editor, one_of_each_state):
    response = editor.get(LIST)

    states = {fact.key: fact.freshness.state for fact in response.context["cl"].result_list}
    assert states.pop("a.never") == "overdue"
    assert all(key == f"a.{state}" for key, state in states.items())
    for words in ("Verified", "Check due", "Check overdue", "No longer kept up", "never verified", "$990"):
        assertContains(response, words)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"state": "verified"}, {"a.verified"}),
        ({"state": "due"}, {"a.due"}),
        ({"state": "overdue"}, {"a.overdue", "a.never"}),
        ({"state": "archived"}, {"a.archived"}),
        ({"due": "7"}, {"a.due"}),
        ({"due": "30"}, {"a.due"}),
        ({"due": "overdue"}, {"a.overdue", "a.never"}),
        ({"due": "never"}, {"a.never"}),
        ({"risk__exact": "high"}, {"a.due"}),
        ({"kind__exact": "number"}, {"a.overdue"}),
        ({"jurisdiction__exact": "QC"}, {"a.never"}),
        ({"q": "OVERDUE"}, {"a.overdue"}),
        ({"state": "x", "due": "x"}, {"a.verified", "a.due", "a.overdue", "a.never", "a.archived"}),
    ],
)
def test_filters_and_search_find_what_they_say(editor, one_of_each_state, query, found):
    assert keys(editor.get(LIST, query)) == found


def test_list_costs_the_same_with_ten_facts_and_with_two_hundred(editor, make_fact, make_article, make_source):
    source, day = make_source(), ledger.today()
    make_article(text='<p><data value="n.f0">n.f0</data></p>')

    def grow(names):
        facts = Fact.objects.bulk_create(
            Fact(key=f"n.f{name}", says_en="Fee", says_fr="Frais", kind="money") for name in names
        )
        FactValue.objects.bulk_create(
            FactValue(fact=fact, content="5", in_force_from=day, source=source, verified_on=day) for fact in facts
        )

    def cost():
        with CaptureQueriesContext(connection) as queries:
            editor.get(LIST)
        return len(queries)

    grow(range(10))
    editor.get(LIST)
    few = cost()
    grow(range(10, 200))

    assert cost() == few
    assert [fact.uses for fact in editor.get(LIST).context["cl"].result_list][:2] == [1, 0]


def test_many_facts_are_verified_by_one_action_and_who_did_is_kept(editor, one_of_each_state):
    chosen = Fact.objects.exclude(key="a.verified")

    response = editor.post(
        LIST, {"action": "verify_today", "_selected_action": [fact.pk for fact in chosen]}, follow=True
    )

    assertContains(response, "3 facts verified today.")
    assertContains(response, "1 fact was left as it is")
    assert keys(editor.get(LIST, {"state": "verified"})) == {"a.verified", "a.due", "a.overdue", "a.never"}
    assert FactValue.objects.filter(verified_by=editor.person, verified_on=ledger.today()).count() == 3
    assert LogEntry.objects.count() == 4


def test_facts_are_kept_up_no_longer_and_again(editor, make_fact):
    fact = make_fact()

    editor.post(LIST, {"action": "keep_up_no_longer", "_selected_action": [fact.pk]})
    assert Fact.objects.get().archived_at is not None
    editor.post(LIST, {"action": "keep_up_again", "_selected_action": [fact.pk]})
    assert Fact.objects.get().archived_at is None


def test_authors_see_facts_and_change_none(sign_in, make_fact):
    author, fact = sign_in("author"), make_fact(verified_on=None)

    author.post(LIST, {"action": "verify_today", "_selected_action": [fact.pk]})

    assert FactValue.objects.get().verified_on is None
    assertNotContains(author.get(change(fact)), "_verify")
    assert author.get(add_value(fact)).status_code == HTTPStatus.FORBIDDEN


# The form


def test_new_fact_goes_on_to_its_first_value(editor, read_form):
    address = reverse("admin:facts_fact_add")
    data = read_form(editor.get(address), "fact_form")
    data |= {"key": ["ee.fee.new"], "says_en": ["Fee"], "says_fr": ["Frais"], "kind": ["money"]}

    response = editor.post(address, data)

    assertRedirects(response, add_value(Fact.objects.get(key="ee.fee.new")))


def test_shape_is_for_tables_alone(editor, read_form):
    address = reverse("admin:facts_fact_add")
    data = read_form(editor.get(address), "fact_form")
    data |= {"key": ["a.b"], "says_en": ["Fee"], "says_fr": ["Frais"], "kind": ["money"], "shape": ["points"]}

    assertContains(editor.post(address, data), "Only a table has a shape.")


def test_button_saves_and_verifies_at_once(editor, read_form, make_fact):
    fact = make_fact(verified_on=None)
    data = read_form(editor.get(change(fact)), "fact_form") | {"says_en": ["Better words"]}

    response = editor.post(change(fact), {**data, "_verify": ["1"]})

    assertRedirects(response, change(fact))
    value = FactValue.objects.get()
    assert (value.verified_on, value.verified_by) == (ledger.today(), editor.person)
    assert Fact.objects.get().says_en == "Better words"


def test_key_and_kind_stay_once_there_is_a_value(editor, read_form, make_fact):
    fact = make_fact("ee.fee.kept")
    data = read_form(editor.get(change(fact)), "fact_form")
    assert not {"key", "kind", "unit", "shape"} & data.keys()

    editor.post(change(fact), {**data, "key": ["ee.fee.other"], "kind": ["text"], "_continue": ["1"]})

    fact.refresh_from_db()
    assert (fact.key, fact.kind) == ("ee.fee.kept", "money")


def test_form_shows_the_history_and_where_the_fact_is_used(editor, make_fact, make_article, make_source):
    fact = make_fact("ee.fee.used", value_details={"note_en": "Before the rise", "note_fr": "Avant la hausse"})
    ledger.add_value(fact, "1895", in_force_from=ledger.today() + timedelta(days=3), source=make_source())
    make_article(title="What it costs", text='<p><data value="ee.fee.used">ee.fee.used</data></p>')

    response = editor.get(change(fact))

    for words in (
        "$990",
        "in force",
        "$1,895",
        "comes into force on",
        "Before the rise",
        "What it costs",
        "View on site",
    ):
        assertContains(response, words)


def test_value_to_come_can_be_taken_back_with_its_correction(editor, make_fact, make_source):
    fact = make_fact()
    coming = ledger.today() + timedelta(days=3)
    wrong = ledger.add_value(fact, "1", in_force_from=coming, source=make_source(), reason="correction")
    later = ledger.add_value(fact, "2", in_force_from=coming, source=make_source())

    response = editor.post(reverse("admin:facts_fact_remove_value", args=[fact.pk, wrong.pk]))

    assertRedirects(response, change(fact))
    later.refresh_from_db()
    assert later.replaces == fact.values.order_by("pk").first()
    assert not Correction.objects.exists()


def test_value_in_force_is_neither_removed_nor_edited_by_any_door(sign_in, make_fact):
    boss, fact = sign_in("superuser"), make_fact()
    value = FactValue.objects.get()

    response = boss.post(reverse("admin:facts_fact_remove_value", args=[fact.pk, value.pk]), follow=True)
    assertContains(response, "This value is in force.")
    boss.post(reverse("admin:facts_fact_delete", args=[fact.pk]), {"post": "yes"})
    boss.post(LIST, {"action": "delete_selected", "_selected_action": [fact.pk], "post": "yes"})
    boss.post(reverse("admin:facts_source_delete", args=[value.source.pk]), {"post": "yes"})

    assert FactValue.objects.get().content == "990"
    assertContains(boss.get(reverse("admin:facts_source_delete", args=[value.source.pk])), "cannot be deleted")


def test_value_of_another_fact_is_not_removed(editor, make_fact, make_source):
    fact, other = make_fact(), make_fact()
    coming = ledger.today() + timedelta(days=3)
    value = ledger.add_value(other, "1", in_force_from=coming, source=make_source())

    assert editor.post(reverse("admin:facts_fact_remove_value", args=[fact.pk, value.pk])).status_code == 404
    assert FactValue.objects.filter(pk=value.pk).exists()


# Adding a value


@pytest.mark.parametrize(
    ("kind", "before", "typed", "stored"),
    [
        ("money", "990", {"value": "1 895,50"}, "1895.5"),
        ("number", "7", {"value": "1,560"}, "1560"),
        ("percent", "4", {"value": "4.5 %"}, "4.5"),
        ("date", "2026-01-01", {"value": "2026-11-03"}, "2026-11-03"),
        ("duration", "6 months", {"value": "8 mois"}, {"n": 8, "unit": "month"}),
        ("status", "open", {"value": "paused"}, "paused"),
        ("text", {"en": "a", "fr": "b"}, {"value": "CLB 7", "value_fr": "NCLC 7"}, {"en": "CLB 7", "fr": "NCLC 7"}),
    ],
)
def test_value_of_each_kind_is_added(fill_value, make_fact, kind, before, typed, stored):
    fact = make_fact(kind=kind, value=before)

    response = fill_value(fact, **typed)

    assertRedirects(response, change(fact))
    assert fact.values.first().content == stored


@pytest.mark.parametrize(
    ("kind", "before", "typed", "said"),
    [
        ("money", "990", {"value": "about a thousand"}, "is not a number"),
        ("number", "7", {"value": "-3"}, "is not a number"),
        ("percent", "4", {"value": ""}, "This field is required."),
        ("date", "2026-01-01", {"value": "2026-02-30"}, "is not a day"),
        ("duration", "6 months", {"value": "soon"}, "is not a duration"),
        ("status", "open", {"value": "maybe"}, "Select a valid choice"),
        ("text", {"en": "a", "fr": "b"}, {"value": "<script>alert(1)</script>", "value_fr": "x"}, "has markup in it"),
        ("text", {"en": "a", "fr": "b"}, {"value": "CLB 7", "value_fr": ""}, "This field is required."),
        ("money", "990", {"value": "990"}, "That is the value already"),
        ("money", "990", {"value": "1", "verified_on": "2199-01-01"}, "on a day to come"),
        ("money", "990", {"value": "1", "in_force_from": "2001-01-01"}, "or the new one would not show"),
        ("money", "990", {"value": "1", "source": ""}, "This field is required."),
    ],
)
def test_bad_value_is_refused_beside_its_field_with_all_that_was_typed(
    fill_value, make_fact, kind, before, typed, said
):
    fact = make_fact(kind=kind, value=before)

    response = fill_value(fact, note_en="A note that took a while", **typed)

    assertContains(response, said)
    assertContains(response, "A note that took a while")
    assert response.context["form"]["value"].value() == typed["value"]
    assert fact.values.count() == 1


def test_table_is_prefilled_added_by_its_lines_and_refused_with_the_row(fill_value, editor, make_fact):
    fact = Fact.objects.create(key="a.table", says_en="T", says_fr="T", kind="table", shape="family_size")
    source = make_fact().values.get().source
    assertRedirects(fill_value(fact, value=FAMILY, source=str(source.pk)), change(fact))
    assertContains(editor.get(add_value(fact)), "each extra person // par personne de plus\t4112")

    wrong = FAMILY.replace("3;23360", "3;2")
    response = fill_value(fact, value=wrong)

    assertContains(response, "Row 3: a larger family needs a larger amount.")
    assert response.context["form"]["value"].value() == wrong
    assert fact.values.count() == 1


def test_value_shows_at_once_and_the_message_says_where(fill_value, editor, client, make_fact, make_article):
    fact = make_fact("ee.fee.used")
    article = make_article(title="What it costs", text='<p>It is <data value="ee.fee.used">ee.fee.used</data>.</p>')

    response = fill_value(fact, value="1,895")

    assertContains(editor.get(response.url), "It shows on 1 page at once.")
    assertContains(client.get(article.publications.get().get_absolute_url()), "$1,895")
    value = fact.values.first()
    assert (value.noted_by, value.verified_by, value.reason) == (editor.person, editor.person, "change")


def test_value_to_come_waits_for_its_day(fill_value, editor, make_fact):
    fact = make_fact()
    day = ledger.today() + timedelta(days=9)

    response = fill_value(fact, value="1,895", in_force_from=day.isoformat(), verified_on="")

    assertContains(editor.get(response.url), "It comes into force by itself on")
    assert ledger.resolve([fact.key])[fact.key].text == "$990"
    assert fact.values.first().verified_by is None


def test_correction_that_a_reader_asked_for_is_public_and_leads_to_the_answer(fill_value, make_fact):
    fact = make_fact()
    report = Report.objects.create(fact=fact, language="en", words="It is 850 now.")

    response = fill_value(fact, f"?reason=correction&report={report.pk}", value="850")

    assertRedirects(response, reverse("admin:facts_report_change", args=[report.pk]) + "?state=corrected")
    correction = Correction.objects.get()
    assert (correction.value, correction.report, correction.noticed_by) == (fact.values.first(), report, "reader")
    assert (correction.was, correction.is_now) == ("$990", "$850")
