"""The public pages, feeds and JSON of the ledger."""

import json
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.utils.translation import override
from pytest_django.asserts import assertContains, assertNotContains, assertNumQueries

from facts import ledger
from facts.models import Correction, FactValue

pytestmark = pytest.mark.django_db

FEE = {
    "says_en": "Processing fee, principal applicant",
    "says_fr": "Frais de traitement, demandeur principal",
    "risk": "high",
}


@pytest.fixture
def fee(make_fact, make_source):
    """A fee that was 950 and is 990 dollars."""
    source = make_source(slug="fees", title_en="Fees of 2026", title_fr="Frais de 2026")
    fact = make_fact("ee.fee.principal", value="950", source=source, **FEE)
    ledger.add_value(
        fact, "990", in_force_from=ledger.today(), source=source, noticed_by="source", verified_on=ledger.today()
    )
    return fact


# Each page asks for the live simple pages too, for its footer.
PAGES = {
    "/en/facts/": 2,  # the values of today with facts and sources
    "/en/facts/ee.fee.principal/": 5,  # its values; articles, simple pages and programs that show it
    "/en/sources/": 2,
    "/en/sources/fees/": 3,  # the source; the values that rest on it
    "/en/changes/": 3,  # how many; one page of them
    "/en/corrections/": 3,
    "/en/report-a-mistake/": 1,
    "/en/report-a-mistake/?fact=ee.fee.principal": 2,
    "/en/report-a-mistake/thank-you/": 1,
    "/en/facts/ee.fee.principal/feed/atom/": 2,
    "/en/sources/fees/feed/atom/": 2,
    "/en/sources/feed/atom/": 1,
    "/en/changes/feed/atom/": 1,
    "/en/corrections/feed/atom/": 1,
    "/api/v1/facts/": 1,
    "/api/v1/facts/ee.fee.principal/": 1,
}


@pytest.mark.parametrize(("path", "queries"), PAGES.items())
def test_a_page_costs_the_same_however_much_there_is(client, fee, make_fact, path, queries):
    for number in range(6):
        other = make_fact(value=str(number + 1), source=fee.values.first().source)
        ledger.add_value(
            other, "77", in_force_from=ledger.today(), source=fee.values.first().source, reason="correction"
        )
    client.get(path)

    with assertNumQueries(queries):
        response = client.get(path)

    assert response.status_code == 200
    assert "max-age" in response["Cache-Control"]
    assert not response.cookies


def test_a_fact_shows_value_source_check_and_history_in_both_languages(client, fee):
    english = client.get("/en/facts/ee.fee.principal/")
    french = client.get("/fr/faits/ee.fee.principal/")

    for words in ("Processing fee, principal applicant", "$990", "$950", "Fees of 2026", "Verified", "our check of"):
        assertContains(english, words)
    for words in ("Frais de traitement, demandeur principal", "990\xa0$", "950\xa0$", "Frais de 2026", "Vérifié"):
        assertContains(french, words)
    assertContains(english, 'href="/fr/faits/ee.fee.principal/"')


def test_an_overdue_fact_of_high_risk_is_shown_as_overdue_everywhere(client, fee, pass_days):
    pass_days(200)

    for path in ("/en/facts/", "/en/facts/ee.fee.principal/", "/en/sources/fees/"):
        response = client.get(path)
        assertContains(response, "Check overdue")
        assertNotContains(response, ">Verified<")
    assert client.get("/api/v1/facts/ee.fee.principal/").json()["state"] == "overdue"


def test_a_coming_value_is_announced_and_not_yet_counted(client, fee, make_source):
    day = ledger.today() + timedelta(days=3)
    ledger.add_value(fee, "1100", in_force_from=day, source=make_source())

    page = client.get("/en/facts/ee.fee.principal/")

    assertContains(page, "Comes into force on")
    assertContains(page, '<p class="fact-page__value">$990</p>', html=True)
    assertNotContains(client.get("/en/changes/"), "$1,100")


def test_the_log_tells_what_was_what_is_and_who_noticed(client, fee):
    for path in ("/en/changes/", "/en/changes/feed/atom/"):
        response = client.get(path)
        for words in ("$950", "$990", "our check of the source"):
            assertContains(response, words)


def test_the_first_value_of_a_fact_is_no_change(client, make_fact):
    make_fact("ee.new", says_en="A new fact")

    assertNotContains(client.get("/en/changes/"), "A new fact")


def test_a_correction_is_public_for_good(client, fee, make_source):
    ledger.add_value(
        fee, "995", in_force_from=ledger.today(), source=make_source(), reason="correction", noticed_by="reader"
    )
    Correction.objects.create(
        path="/en/articles/renting/", was_en="Two months", was_fr="Deux mois", is_en="One month", is_fr="Un mois"
    )

    for path in ("/en/corrections/", "/en/corrections/feed/atom/"):
        response = client.get(path)
        for words in ("$990", "$995", "a reader", "Two months", "One month", "/en/articles/renting/"):
            assertContains(response, words)
    assertContains(client.get("/fr/corrections/"), "Un mois")


def test_the_json_holds_both_languages_and_the_history(client, fee):
    answer = client.get("/api/v1/facts/ee.fee.principal/")

    assert answer["Access-Control-Allow-Origin"] == "*"
    found = answer.json()
    assert found["says"] == {"en": FEE["says_en"], "fr": FEE["says_fr"]}
    assert (found["value"], found["text"]["en"], found["state"]) == ("990", "$990", "verified")
    assert [row["value"] for row in found["history"]] == ["990", "950"]
    assert "ee.fee.principal" in {fact["key"] for fact in client.get("/api/v1/facts/").json()["facts"]}


def test_words_that_look_like_markup_are_shown_as_words(client, make_fact, make_source):
    source = make_source(slug="odd", title_en="<script>alert(1)</script>", publisher_en='"><b>')
    make_fact("ee.odd", says_en="<img src=x onerror=alert(1)>", source=source, value_details={"note_en": "<b>x</b>"})

    for path in ("/en/facts/ee.odd/", "/en/facts/", "/en/sources/odd/", "/en/sources/", "/en/facts/ee.odd/feed/atom/"):
        content = client.get(path).content.decode()
        assert not [part for part in ("<script>alert", "<img src=x", '"><b>', "<b>x</b>") if part in content]
    json.loads(client.get("/api/v1/facts/ee.odd/").content)


@pytest.mark.parametrize(
    "path",
    [
        "/en/facts/no.such/",
        "/en/facts/ee.fee.principal'--/",
        "/en/sources/nowhere/",
        "/en/changes/?page=2",
        "/en/changes/?page=0",
        "/en/changes/?page=x",
        "/en/changes/?page=99999999999999999999",
        "/en/corrections/?page=-1",
        "/api/v1/facts/no.such/",
    ],
)
def test_what_is_not_there_is_404(client, fee, path):
    assert client.get(path).status_code == 404


def test_a_long_log_has_pages(client, fee):
    source = fee.values.first().source
    for number in range(51):
        ledger.add_value(fee, str(1000 + number), in_force_from=ledger.today(), source=source)

    assertContains(client.get("/en/changes/"), 'rel="next" href="?page=2"')
    assertContains(client.get("/en/changes/?page=2"), "$950")


def test_a_page_stays_in_caches_no_longer_than_its_day(client, fee, monkeypatch):
    monkeypatch.setattr(ledger, "seconds_to_midnight", lambda: 7.9)

    assert "max-age=7," in client.get("/en/facts/ee.fee.principal/")["Cache-Control"]


def test_a_page_is_fresh_at_once_after_a_check(client, fee):
    before = client.get("/en/facts/ee.fee.principal/")
    FactValue.objects.update(verified_on=ledger.today() - timedelta(days=1))

    after = client.get("/en/facts/ee.fee.principal/", headers={"If-None-Match": before["ETag"]})

    assert after.status_code == 200
    with override("en"):
        assertContains(after, "Verified")


@pytest.mark.parametrize(
    "path",
    [
        "/en/facts/%00/",
        "/en/facts/ee..fee/",
        "/en/facts/EE.FEE/",
        "/en/facts/ee.fee%0A/",
        "/en/facts/%00/feed/atom/",
        "/en/sources/%00/",
        "/api/v1/facts/%00/",
        "/api/v1/programs/%00/",
    ],
)
def test_an_address_that_can_be_no_key_is_not_found(client, db, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/api/v1/facts/no.such/", "/api/v1/facts/%00/", "/api/v1/programs/no-such/"])
def test_what_the_api_does_not_have_is_said_as_data_that_any_page_may_read(client, db, path):
    answer = client.get(path)

    assert answer.status_code == 404
    assert list(answer.json()) == ["error"]
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "max-age=5," in answer["Cache-Control"]


@pytest.mark.parametrize("number", ["0", "01", "2", "-1", "١", "1.0", "9999999", "", "x"])
def test_a_page_of_the_log_has_one_number(client, fee, number):
    assert client.get("/en/changes/", {"page": number}).status_code == 404
    assert client.get("/en/corrections/", {"page": number}).status_code == 404


def test_a_later_page_of_the_log_is_a_page_of_its_own(client, fee, make_source, monkeypatch):
    monkeypatch.setattr("facts.views.PER_PAGE", 1)
    source = make_source()
    ledger.add_value(fee, "995", in_force_from=ledger.today(), source=source)

    assertContains(client.get("/en/changes/"), '<link rel="canonical" href="http://localhost:8000/en/changes/">')
    second = client.get("/en/changes/?page=2")
    assertContains(second, '<link rel="canonical" href="http://localhost:8000/en/changes/?page=2">')
    assertNotContains(second, 'rel="alternate" hreflang')


def test_a_feed_stays_readable_whatever_was_pasted_into_the_ledger(client, fee):
    fee.says_en = "Fee\x0b of\x1f 2026"
    fee.save()
    Correction.objects.create(path="/en/", was_en="w\x08as", was_fr="était", is_en="is", is_fr="est")

    for path in ("facts/ee.fee.principal/", "changes/", "corrections/", "sources/fees/"):
        feed = ElementTree.fromstring(client.get(f"/en/{path}feed/atom/").content)  # noqa: S314  our own
        assert feed.tag.endswith("feed")
