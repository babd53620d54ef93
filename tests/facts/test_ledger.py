"""Adding values, checking them, and what the database itself refuses."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from pytest_django.asserts import assertNumQueries

from facts import ledger
from facts.models import Correction, Fact, FactValue

pytestmark = pytest.mark.django_db


@pytest.fixture
def add(make_source):
    """Adds a value to a fact, from today on by default."""

    def make(fact, value, *, days=0, **details):
        day = ledger.today() + timedelta(days=days)
        return ledger.add_value(fact, value, in_force_from=day, source=make_source(), **details)

    return make


def text_of(key):
    return ledger.resolve([key])[key].text


def test_the_latest_value_in_force_is_the_one_that_counts(make_fact, add):
    fact = make_fact("ee.fee.principal", value="950")
    add(fact, "990")
    add(fact, "1000", days=-60)  # an older one, noted later

    assert text_of("ee.fee.principal") == "$990"


def test_a_future_value_comes_into_force_by_itself(make_fact, add, pass_days):
    fact = make_fact("ee.fee.principal", value="950")
    add(fact, "990", days=1)

    assert text_of("ee.fee.principal") == "$950"
    pass_days(1)
    assert text_of("ee.fee.principal") == "$990"


def test_a_correction_of_the_same_day_takes_the_place_of_the_value(make_fact, add):
    fact = make_fact("ee.fee.principal", value="909")
    wrong = fact.values.get()

    right = add(fact, "990", days=-30, reason="correction", noticed_by="reader")

    assert text_of("ee.fee.principal") == "$990"
    assert right.replaces == wrong
    correction = Correction.objects.get()
    assert (correction.was, correction.is_now, correction.noticed_by) == ("$909", "$990", "reader")


def test_a_change_makes_no_correction(make_fact, add):
    add(make_fact("ee.fee.principal", value="950"), "990")

    assert not Correction.objects.exists()


@pytest.mark.parametrize(
    ("value", "details", "field"),
    [
        ("lots", {}, "content"),
        ("990", {}, "content"),  # it is that already
        ("1000", {"days": -60, "reason": "correction"}, "reason"),  # nothing there to correct
    ],
)
def test_a_value_that_cannot_be_is_refused_and_nothing_is_kept(make_fact, add, value, details, field):
    fact = make_fact("ee.fee.principal", value="990")

    with pytest.raises(ValidationError) as refused:
        add(fact, value, **details)

    assert field in refused.value.message_dict
    assert FactValue.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"content": "1"},
        {"in_force_from": "2030-01-01"},
        {"note_en": "another"},
        {"locator": "s. 1"},
        {"reason": "change"},
    ],
)
def test_the_database_refuses_to_edit_a_value_in_force(make_fact, change):
    fact = make_fact()

    with pytest.raises(IntegrityError, match="never edited"), transaction.atomic():
        fact.values.update(**change)


def test_the_database_refuses_to_delete_a_value_in_force(make_fact):
    fact = make_fact()

    with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
        fact.values.all().delete()


def test_a_coming_value_can_still_be_taken_back(make_fact, add):
    fact = make_fact(value="950")
    coming = add(fact, "990", days=5)

    coming.delete()

    assert fact.values.count() == 1


def test_verifying_moves_the_last_check_and_nothing_else(make_fact, admin_user):
    day = ledger.today()
    fact = make_fact("ee.fee.principal", verified_on=day - timedelta(days=400))
    assert ledger.resolve(["ee.fee.principal"])["ee.fee.principal"].freshness.state == "overdue"

    assert ledger.verify([fact], admin_user) == 1

    figure = ledger.resolve(["ee.fee.principal"])["ee.fee.principal"]
    assert (figure.freshness.state, figure.value.verified_by, figure.value.verified_on) == ("verified", admin_user, day)


def test_verifying_passes_over_what_is_archived_or_has_no_value(make_fact):
    archived = make_fact()
    Fact.objects.filter(pk=archived.pk).update(archived_at="2026-01-01T00:00Z")
    empty = Fact.objects.create(key="ee.empty", says_en="x", says_fr="x", kind="money")

    assert ledger.verify([archived, empty], None) == 0


@pytest.mark.parametrize("number", [1, 5, 40])
def test_any_number_of_facts_costs_one_query(make_fact, number):
    keys = [make_fact().key for _fact in range(number)]
    ledger.resolve(keys)

    with assertNumQueries(1):
        figures = ledger.resolve([*keys, *keys, "no.such"])

    assert len(figures) == number


def test_no_facts_cost_no_query(db):
    with assertNumQueries(0):
        assert ledger.resolve([]) == {}


@pytest.mark.parametrize(
    ("risk", "days", "verified", "warned"),
    [("high", 0, True, False), ("high", 85, True, False), ("high", 400, False, True), ("low", 400, False, False)],
)
def test_an_overdue_fact_is_not_verified_and_one_of_high_risk_says_so_itself(make_fact, risk, days, verified, warned):
    checked = ledger.today() - timedelta(days=days)
    make_fact("ee.fee.principal", risk=risk, review_days=90, verified_on=checked)

    figure = ledger.resolve(["ee.fee.principal"])["ee.fee.principal"]

    assert (figure.is_verified, figure.needs_warning) == (verified, warned)


@pytest.mark.parametrize("state", ["verified", "due", "overdue", "archived"])
def test_the_list_of_a_state_is_what_each_fact_says_of_itself(make_fact, state):
    for days in (0, 82, 83, 90, 91, None):
        checked = None if days is None else ledger.today() - timedelta(days=days)
        make_fact(review_days=90, verified_on=checked)
    archived = make_fact()
    Fact.objects.filter(pk=archived.pk).update(archived_at="2026-01-01T00:00Z")

    listed = {fact.key for fact in Fact.objects.with_current().in_state(state)}

    figures = ledger.resolve(Fact.objects.values_list("key", flat=True))
    assert listed == {key for key, figure in figures.items() if figure.freshness.state == state}
    assert listed


def test_a_value_before_a_coming_one_is_what_that_one_takes_over_from(make_fact, add, pass_days):
    fact = make_fact("ee.fee.principal", value="950")
    coming = add(fact, "1000", days=5)

    between = add(fact, "990", days=2)

    coming.refresh_from_db()
    assert coming.replaces == between
    pass_days(5)
    assert {(row.replaces.text, row.text) for row in FactValue.objects.logged()} == {
        ("$990", "$1,000"),
        ("$950", "$990"),
    }


def test_a_value_before_the_first_one_is_the_first(make_fact, add):
    fact = Fact.objects.create(key="ee.fee.new", says_en="Fee", says_fr="Frais", kind="money")
    coming = add(fact, "990", days=5)

    first = add(fact, "950")

    coming.refresh_from_db()
    assert (first.reason, coming.reason, coming.replaces) == ("first", "change", first)


def test_the_same_value_of_another_day_is_no_change_for_readers(make_fact, make_source):
    fact = make_fact("rounds.cec.cutoff", kind="number", value="500")
    FactValue.objects.create(
        fact=fact, content="500", in_force_from=ledger.today(), source=make_source(), replaces=fact.values.get()
    )

    assert not FactValue.objects.logged().exists()
    assert FactValue.objects.logged(first=True).count() == 2
