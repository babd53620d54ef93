"""The form by which readers report a mistake."""

import pytest
from pytest_django.asserts import assertContains, assertRedirects

from facts.models import Report

pytestmark = pytest.mark.django_db

PATH = "/en/report-a-mistake/"
HERE = {"Sec-Fetch-Site": "same-origin"}
WORDS = "The fee is 995 dollars since Monday."


def send(client, path=PATH, headers=None, **data):
    return client.post(path, {"words": WORDS} | data, headers=HERE if headers is None else headers)


def test_a_report_about_a_fact_reaches_the_queue(client, make_fact):
    fact = make_fact("ee.fee.principal")

    response = send(client, fact="ee.fee.principal", email="ana@example.org", evidence="https://www.canada.ca/fees")

    assertRedirects(response, "/en/report-a-mistake/thank-you/")
    report = Report.objects.get()
    assert (report.fact, report.words, report.email, report.language, report.state) == (
        fact,
        WORDS,
        "ana@example.org",
        "en",
        "open",
    )
    assert not response.cookies


def test_a_report_about_a_page_keeps_its_path(client):
    send(client, path="/fr/signaler-une-erreur/", page="http://localhost:8000/fr/articles/louer/?x=1")

    report = Report.objects.get()
    assert (report.path, report.language) == ("/fr/articles/louer/", "fr")


def test_the_form_knows_what_it_is_about(client, make_fact):
    make_fact("ee.fee.principal", says_en="The fee")

    assertContains(client.get(PATH + "?fact=ee.fee.principal"), "The fee")
    assertContains(client.get(PATH + "?page=/en/articles/renting/"), 'value="/en/articles/renting/"')
    assertContains(client.get(PATH + "?fact=no.such&page=%3Cscript%3E"), "&lt;script&gt;")


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        ({"words": ""}, "Say in a sentence what is wrong."),
        ({"words": "wrong"}, "Say in a whole sentence what is wrong."),
        ({"words": "x" * 2001}, "at most 2000 characters"),
        ({"email": "ana@"}, "Enter a valid email address."),
        ({"email": "a@example.org\nBcc: b@example.org"}, "Enter a valid email address."),
        ({"evidence": "javascript:alert(1)"}, "Enter a valid URL."),
        ({"page": "https://elsewhere.example/en/"}, "That page is not on this site."),
    ],
)
def test_a_mistake_in_the_form_is_said_beside_the_field_and_the_rest_is_kept(client, data, fault):
    given = {"words": WORDS, "email": "ana@example.org", "page": "/en/"} | data
    response = send(client, **given)

    assertContains(response, fault)
    assertContains(response, "Nothing that you wrote is lost.")
    kept = next(name for name in ("words", "email") if name not in data)
    assertContains(response, given[kept])
    assert response["Cache-Control"] == "no-store"
    assert not Report.objects.exists()


def test_the_trap_for_machines_keeps_nothing_and_says_nothing(client):
    response = send(client, website="https://spam.example")

    assertRedirects(response, "/en/report-a-mistake/thank-you/")
    assert not Report.objects.exists()


def test_a_sixth_report_within_the_hour_waits_and_is_not_lost(client):
    for _time in range(5):
        send(client)

    response = send(client)

    assert response.status_code == 429
    assert response["Retry-After"] == "3600"
    assert WORDS in response.content.decode()
    assert Report.objects.count() == 5
    other = client.post(PATH, {"words": WORDS}, headers=HERE, REMOTE_ADDR="203.0.113.9")
    assert other.status_code == 302


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://testserver", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "none"},
        {"Referer": "http://testserver/"},
    ],
)
def test_a_form_from_elsewhere_is_refused(client, headers):
    assert send(client, headers=headers).status_code == 403
    assert not Report.objects.exists()


def test_an_old_browser_that_names_its_origin_is_let_in(client):
    assert send(client, headers={"Origin": "http://localhost:8000"}).status_code == 302


@pytest.mark.parametrize("key", ["%00", "no.such", "ee.fee%0A", "%ED%A0%80", "x" * 500])
def test_the_form_is_there_whatever_fact_an_address_names(client, db, key):
    assertContains(client.get(f"{PATH}?fact={key}"), 'name="page"')
    assertRedirects(send(client, f"{PATH}?x=1", fact="a.b\x00"), "/en/report-a-mistake/thank-you/")
