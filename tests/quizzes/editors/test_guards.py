"""Before a table or a status changes, its form says which personas' verdicts would move, and asks."""

import copy
from datetime import timedelta

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from facts import ledger
from quizzes.guards import moved_personas

HEADING = "What this would change"


@pytest.fixture
def editor(sign_in):
    return sign_in("editor")


@pytest.fixture
def fill(editor, read_form):
    """Post one of the two forms with some fields filled in."""

    def post(address, form_id, **values):
        data = read_form(editor.get(address), form_id)
        return editor.post(address, data | {name: str(value) for name, value in values.items()})

    return post


@pytest.fixture
def add_value(fill):
    def add(fact, **values):
        return fill(reverse("admin:facts_fact_add_value", args=[fact.pk]), "value_form", **values)

    return add


def table(amount, first="1"):
    return f"size:text:Size//Taille\tamount:money:Amount//Montant\n{first}\t{amount}\n2\t19001\nmore // plus\t4112"


def test_a_rise_of_the_table_shows_who_falls_out_and_waits_for_a_yes(tables, make_persona, add_value):
    make_persona(name="Just enough")
    make_persona(name="Rich", facts={**make_persona(name="As poor").facts, "funds_cad": 90000})
    funds = tables["ee.funds.table"]

    page = add_value(funds, value=table(15264))

    assertContains(page, HEADING)
    assertContains(page, "fsw: “likely eligible” would become “close” for Just enough (expected: likely eligible)")
    assertNotContains(page, "Rich")
    assert funds.values.count() == 1

    answer = add_value(funds, value=table(15264), confirmed=page.context["form"].confirmation)
    assert answer.status_code == 302
    assert funds.values.count() == 2


def test_a_yes_to_one_change_is_none_to_another(tables, make_persona, add_value):
    make_persona()
    funds = tables["ee.funds.table"]
    seen = add_value(funds, value=table(15264)).context["form"].confirmation
    make_persona(name="Came meanwhile")

    page = add_value(funds, value=table(15264), confirmed=seen)

    assertContains(page, "Came meanwhile")
    assert funds.values.count() == 1


def test_a_change_that_moves_nobody_asks_nothing(tables, make_persona, add_value):
    make_persona()
    assert add_value(tables["ee.funds.table"], value=table(15000)).status_code == 302


def test_a_change_to_come_is_judged_on_its_day(tables, make_persona, add_value):
    make_persona()
    day = ledger.today() + timedelta(days=40)
    assertContains(add_value(tables["ee.funds.table"], value=table(15264), in_force_from=day), HEADING)


def test_other_facts_and_a_site_without_personas_ask_nothing(tables, make_fact, make_persona, add_value):
    assert add_value(tables["ee.funds.table"], value=table(16000)).status_code == 302
    make_persona(is_active=False)
    assert add_value(tables["ee.funds.table"], value=table(17000)).status_code == 302
    make_persona()
    assert add_value(make_fact(key="pr.fee.adult"), value="1").status_code == 302


def test_a_table_that_the_rules_cannot_read_is_refused(tables, add_value):
    page = add_value(tables["ee.funds.table"], value=table(15264, first="one"))

    assertContains(page, "The quizzes cannot read this table: ee.funds.table: its rows are not for 1, 2, 3 … people.")
    assert page.context["form"].errors.keys() == {"value"}


def test_a_status_shows_whom_it_moves(tables, make_program, make_persona, fill):
    program = make_program(key="fsw", name_en="Federal Skilled Worker Program")
    make_persona(name="Just enough")
    address = reverse("admin:programs_program_status", args=[program.pk])

    page = fill(address, "status_form", value="paused")

    moved = "Federal Skilled Worker Program: “likely eligible” would become “closed or paused” for Just enough"
    assertContains(page, moved)
    assert program.status.values.count() == 1
    done = fill(address, "status_form", value="paused", confirmed=page.context["form"].confirmation)
    assert done.status_code == 302
    assert program.status.values.count() == 2


def test_many_are_counted_and_those_who_expect_otherwise_named(tables, make_persona, today):
    for number in range(7):
        make_persona(expected={"fsw": "likely"} if number < 2 else {"cec": "not_now"})
    fact = tables["ee.funds.table"]
    content = copy.deepcopy(fact.values.get().content)
    content["rows"][0][1] = "99999"

    said = moved_personas(fact, content, today, None)

    expected = "Engineer 1 (expected: likely eligible); Engineer 2 (expected: likely eligible); and 5 more."
    assert said[0] == f"fsw: “likely eligible” would become “close” for {expected}"
    assert any(sentence.endswith("for 7 personas.") for sentence in said[1:])


def test_no_ledger_no_warning(make_program, make_persona, fill):
    make_persona()
    program = make_program(key="fsw")
    address = reverse("admin:programs_program_status", args=[program.pk])
    assert fill(address, "status_form", value="paused").status_code == 302
