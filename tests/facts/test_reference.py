"""The reference data: complete, sourced, and loaded again without losing an editor's work."""

import re

import pytest
from django.core.management import call_command
from django.db import transaction

from facts import ledger
from facts.models import Fact, FactValue, Source, Term
from programs.models import Criterion, Program


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """All reference data, once for the tests of this module, and gone after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_reference", verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def apart(loaded, django_db_blocker):
    """What a test changes is undone after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_all_programs_tables_and_facts_are_there_with_sources(apart):
    assert Program.objects.count() == 107
    assert Fact.objects.exclude(kind="status").count() >= 120
    assert Term.objects.count() >= 60
    assert Source.objects.filter(is_official=True).exists()
    assert not Fact.objects.filter(values=None).exists()
    assert {"ee.funds.table", "study.funds.table", "iec.countries.table"} <= set(
        Fact.objects.filter(kind="table").values_list("key", flat=True)
    )
    assert Fact.objects.filter(key__startswith="fsw.grid.", kind="table").count() >= 6
    assert Fact.objects.filter(shape="language_chart").count() >= 5


def test_every_program_says_in_both_languages_what_it_says_in_one(apart):
    for program in Program.objects.prefetch_related("criteria", "steps", "doubts"):
        lines = [*program.criteria.all(), *program.steps.all(), *program.doubts.all()]
        assert all(bool(line.text_en) == bool(line.text_fr) for line in lines), program.key
        assert program.name_fr
        assert program.who_fr
    assert Criterion.objects.filter(parent__isnull=False).exists()


def test_what_is_known_of_the_first_program(apart):
    fsw = Program.objects.get(key="fsw")

    assert [fee.key for fee in fsw.fees.order_by("fee__order")] == ["ee.fee.principal", "pr.fee.right"]
    assert ledger.resolve([fsw.status.key])[fsw.status.key].text == "Open"
    assert ledger.resolve(["ee.fee.principal"])["ee.fee.principal"].text == "$990"


def test_loading_again_changes_nothing(apart, capsys):
    call_command("load_reference")

    assert re.search(r"0 new, 0 updated, \d+ as they were, 0 left alone", capsys.readouterr().out)


def test_what_an_editor_changed_stays_and_is_named(apart, files, capsys, admin_user):
    fact = Fact.objects.get(key="ee.fee.principal")
    Fact.objects.filter(pk=fact.pk).update(says_en="The fee, in our words", review_days=30)
    ledger.add_value(fact, "995", in_force_from=ledger.today(), source=Source.objects.first(), by=admin_user)
    program = Program.objects.get(key="cec")
    Program.objects.filter(pk=program.pk).update(who_en="In our words")
    program.criteria.filter(parent=None).first().delete()

    def other_words(entries):
        for entry in entries:
            entry["says_en" if "says_en" in entry else "who"] += "!"

    files("facts.json", other_words)
    files("programs.json", other_words)
    call_command("load_reference")

    said = capsys.readouterr().out
    assert "Left alone: ee.fee.principal: says_en was edited here." in said
    assert "Left alone: cec: who_en was edited here." in said
    fact.refresh_from_db()
    assert (fact.says_en, fact.review_days) == ("The fee, in our words", 30)
    assert ledger.resolve(["ee.fee.principal"])["ee.fee.principal"].text == "$995"
    assert Program.objects.get(key="cec").who_en == "In our words"
    assert Fact.objects.get(key="pr.fee.right").says_en.endswith("!")
    assert Program.objects.get(key="fsw").who_en.endswith("!")


def test_a_note_on_a_value_in_force_stays_and_is_named(apart, files, capsys):
    files("facts.json", lambda rows: rows[0]["values"][-1].update(note_en="Another note"))
    call_command("load_reference")

    assert "Left alone: ee.fee.principal: the note on the value from 2026-04-30 stays" in capsys.readouterr().out


def test_a_new_value_in_the_files_is_added_to_the_history(apart, files):
    def later(entries):
        fee = next(entry for entry in entries if entry["key"] == "ee.fee.principal")
        fee["values"].append(fee["values"][-1] | {"value": "1010", "from": ledger.today().isoformat()})

    files("facts.json", later)
    call_command("load_reference", verbosity=0)

    value = FactValue.objects.filter(fact__key="ee.fee.principal").latest("in_force_from")
    assert (value.content, value.replaces.content, value.reason) == ("1010", "990", "change")


def test_the_same_files_are_not_read_twice_at_a_start(apart, capsys):
    call_command("load_reference", if_changed=True)

    assert capsys.readouterr().out == ""
