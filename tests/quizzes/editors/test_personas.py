"""Personas: those that come with the program, the command, and the pages that show and edit them."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from quizzes import reference_data
from quizzes.eligibility.verdicts import RULES
from quizzes.models import Persona
from quizzes.personas import faults_of_facts

LIST = "/admin/quizzes/persona/"
RUN = "/admin/quizzes/persona/run/"


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """All reference data, once for the tests of this module that ask for it, and gone after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_reference", verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def apart(loaded, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def shipped():
    return json.loads((reference_data.FOLDER / "personas.json").read_text())


def change(persona):
    return reverse("admin:quizzes_persona_change", args=[persona.pk])


# Those that come with the program


def test_all_of_them_are_as_expected_by_the_ledger_of_today(apart):
    out = io.StringIO()
    call_command("run_personas", stdout=out)
    assert out.getvalue().startswith(f"All {len(shipped())} personas are as expected")


def test_they_are_many_and_cover_every_program():
    assert len(shipped()) >= 25
    assert {key for persona in shipped() for key in persona["expected"]} == set(RULES.programs)
    assert not [persona["key"] for persona in shipped() if faults_of_facts(persona["facts"])]


def test_every_province_and_territory_has_somebody_who_wants_to_live_there():
    wanted = {persona["facts"].get("intended_province") for persona in shipped()}
    assert {program.province for program in RULES.programs.values() if program.province} <= wanted


# The command


def test_command_says_which_program_what_was_expected_and_what_was_found(tables, make_persona):
    make_persona()
    make_persona(key="poor", facts={**make_persona().facts, "funds_cad": 1})
    err = io.StringIO()

    with pytest.raises(CommandError, match="1 of 3 personas are not as expected") as raised:
        call_command("run_personas", stderr=err)

    assert raised.value.returncode == 1
    assert "poor: fsw: expected likely, found close (" in err.getvalue()


def test_command_passes_over_those_that_are_switched_off(tables, make_persona):
    make_persona(expected={"fsw": "closed"}, is_active=False)
    call_command("run_personas", stdout=io.StringIO())


def test_command_names_a_persona_whose_facts_are_no_longer_known(tables, make_persona):
    make_persona(key="old", facts={"gone": 1})
    err = io.StringIO()
    with pytest.raises(CommandError):
        call_command("run_personas", stderr=err)
    assert "old: gone: is no fact that is known here" in err.getvalue()


def test_command_says_what_the_ledger_lacks(make_persona):
    make_persona()
    with pytest.raises(CommandError, match=r"Nothing was run\. The ledger has no ee\.funds\.table"):
        call_command("run_personas")


# The pages


def test_page_of_a_run_shows_what_is_not_as_expected(sign_in, tables, make_persona):
    good, bad = make_persona(), make_persona(name="Somebody else", expected={"fsw": "close"})
    client = sign_in("editor")

    page = client.get(RUN)

    assertContains(page, "1 persona is not as expected")
    assertContains(page, change(bad))
    assertNotContains(page, change(good))
    assertContains(client.get(LIST), RUN)


def test_page_of_a_run_says_when_all_is_well_and_when_it_cannot_run(sign_in, make_persona, request):
    make_persona()
    client = sign_in("editor")
    assertContains(client.get(RUN), "Nothing was run: The ledger has no ee.funds.table.")

    request.getfixturevalue("tables")
    assertContains(client.get(RUN), "All are as expected")


def test_form_shows_what_today_s_rules_say(sign_in, tables, make_persona):
    page = sign_in("editor").get(change(make_persona(expected={"fsw": "close", "cec": "not_now"})))

    rows = {row["key"]: row for row in page.context["rows"]}
    assert (rows["fsw"]["differs"], rows["cec"]["differs"]) == (True, False)
    assert "ab_express_entry" in rows  # worth checking, though nobody expected anything of it
    assert "pgwp" not in rows


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("facts", '{"age": 300}', "age: expected a whole number from 0 to 120, not 300."),
        ("facts", '{"colour": "red"}', "colour: is no fact that is known here."),
        ("facts", '{"age": 30,\n "age": 31}', "age: stands twice."),
        ("facts", '{"age": 30,\n }', "Line 1, column 11 cannot be read as JSON"),
        ("facts", "[]", "Write an object such as"),
        ("facts", "[" * 200000, "This is nested too deep."),
        ("expected", '{"fws": "likely"}', "fws: no program has this key."),
        ("expected", '{"fsw": "sure"}', "fsw: sure is no verdict. Write one of likely, worth_checking"),
        ("expected", '{"fsw": ["likely"]}', "is no verdict."),
        ("expected", "{}", "Write an object with one program at least"),
        ("key", "A b", "Use small letters, digits and hyphens."),
    ],
)
def test_form_says_beside_the_field_what_is_wrong_and_keeps_what_was_typed(sign_in, db, field, typed, said):
    data = {"key": "one", "name": "One", "is_active": "on", "facts": '{"age": 30}', "expected": '{"fsw": "not_now"}'}

    page = sign_in("editor").post("/admin/quizzes/persona/add/", {**data, field: typed})

    form = page.context["adminform"].form
    assert said in " ".join(form.errors[field])
    assert form[field].value() == typed
    assert not Persona.objects.exists()


def test_a_persona_is_made_and_changed_and_keeps_its_key(sign_in, tables, read_form):
    client = sign_in("editor")
    data = {"key": "one", "name": "One", "is_active": "on", "facts": '{"age": null}', "expected": '{"fsw": "not_now"}'}
    client.post("/admin/quizzes/persona/add/", data)
    persona = Persona.objects.get()
    assert persona.facts == {"age": None}

    form = read_form(client.get(change(persona)), "persona_form")
    client.post(change(persona), {**form, "key": "two", "name": "Two"})

    persona.refresh_from_db()
    assert (persona.key, persona.name, persona.facts) == ("one", "Two", {"age": None})


def test_a_persona_of_the_files_is_switched_off_rather_than_deleted(sign_in, make_persona):
    own, shipped = make_persona(), make_persona(loaded={"name": "x"})
    client = sign_in("publisher")

    assert client.get(reverse("admin:quizzes_persona_delete", args=[own.pk])).status_code == 200
    assert client.get(reverse("admin:quizzes_persona_delete", args=[shipped.pk])).status_code == 403
