"""The list of all programs and its filters."""

import re

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertNumQueries

from facts import ledger

pytestmark = pytest.mark.django_db

EVERYTHING = {"ontario", "quebec", "spouse", "visit"}


@pytest.fixture
def programs(make_program):
    """Four programs that differ in everything that can be chosen."""
    return {
        "ontario": make_program(name_en="ontario stream", province="ON"),
        "quebec": make_program(name_en="quebec stream", province="QC", family="quebec", status="closed"),
        "spouse": make_program(name_en="spouse class", family="family", status="paused"),
        "visit": make_program(name_en="visit visa", family="visit", stay="temporary"),
    }


def shown(response):
    """The first word of the names on the page."""
    return set(re.findall(r'class="program__link"[^>]*>(\w+)', response.content.decode()))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", EVERYTHING),
        ("province=ON", {"ontario"}),
        ("province=CA", {"spouse", "visit"}),
        ("stay=temporary", {"visit"}),
        ("status=paused", {"spouse"}),
        ("family=quebec", {"quebec"}),
        ("status=open&stay=permanent", {"ontario"}),
        ("province=ON&status=closed", set()),
        ("utm_source=mail", EVERYTHING),
    ],
)
def test_filters_combine(client, programs, query, found):
    assert shown(client.get(f"/en/programs/?{query}")) == found


@pytest.mark.parametrize("query", ["province=XX", "status=", "family=pnp&family=quebec", "stay=PERMANENT", "stay=%00"])
def test_what_cannot_be_chosen_is_404(client, programs, query):
    assert client.get(f"/en/programs/?{query}").status_code == 404


def facet(response, title):
    """The links of one filter: `{label: (address, count, is chosen)}`."""
    html = response.content.decode()
    block = re.search(rf"<h3[^>]*>{title}</h3>(.*?)</section>", html, re.DOTALL)[1]
    links = re.findall(r'href="([^"]*)"( aria-current="true")?>([^<]*) <span .*?(\d+)<', block)
    return {label: (url.replace("&amp;", "&"), int(count), bool(chosen)) for url, chosen, label, count in links}


def test_a_filter_counts_what_it_would_show_beside_the_others(client, programs):
    response = client.get("/en/programs/?status=open")

    assert facet(response, "Status") == {
        "Any": ("/en/programs/", 4, False),
        "Open": ("/en/programs/?status=open", 2, True),
        "Paused": ("/en/programs/?status=paused", 1, False),
        "Closed": ("/en/programs/?status=closed", 1, False),
    }
    assert facet(response, "Province or territory") == {
        "Any": ("/en/programs/?status=open", 2, True),
        "Federal": ("/en/programs/?province=CA&status=open", 1, False),
        "Ontario": ("/en/programs/?province=ON&status=open", 1, False),
    }


def test_addresses_have_one_order_and_the_other_language_keeps_the_choice(client, programs, address, settings):
    response = client.get("/en/programs/?status=open&province=ON")

    query = "?province=ON&amp;status=open"
    assertContains(response, f'<link rel="canonical" href="{settings.SITE_URL}/en/programs/{query}">')
    assertContains(response, f'href="{address("programs", "fr")}{query}" lang="fr"')
    assertContains(response, '<meta name="robots" content="noindex">')
    assertNotContains(client.get("/en/programs/?status=open"), '<meta name="robots"')


def test_programs_stand_under_their_families_with_status_and_place(client, programs):
    html = client.get("/en/programs/").content.decode()

    families = re.findall(r'class="family__title"[^>]*>([^<]*) <span', html)
    assert families == ["Provincial nominee programs", "Quebec programs", "Family sponsorship", "Visiting"]
    row = re.search(r'<li class="program">(.*?)</li>', html, re.DOTALL)[1]
    for words in ("ontario stream", "Workers with a job offer", "Open", "Ontario"):
        assert words in row


def test_names_are_in_the_readers_language_and_order(client, make_program, address):
    make_program(name_fr="Étudiants diplômés")
    make_program(name_fr="Zones rurales")
    make_program(name_fr="Francophones")

    html = client.get(address("programs", "fr")).content.decode()

    names = re.findall(r'class="program__link"[^>]*>([^<]*)<', html)
    assert names == ["Étudiants diplômés", "Francophones", "Zones rurales"]


def test_a_status_whose_check_is_overdue_says_so(client, make_program):
    make_program(status_details={"verified_on": None})

    assertContains(client.get("/en/programs/"), "check overdue")


def test_a_program_without_a_status_is_unconfirmed(client, make_program):
    make_program(status=None)

    assertContains(client.get("/en/programs/?status=unconfirmed"), "1 program")


@pytest.mark.parametrize("query", ["", "?province=ON&status=open"])
def test_the_list_costs_three_queries_however_many_programs(client, make_program, query):
    for _number in range(12):
        make_program(province="ON")
    client.get("/en/programs/")

    with assertNumQueries(3):  # programs; their statuses; the simple pages of the footer
        response = client.get(f"/en/programs/{query}")

    assert len(response.context["families"][0]["entries"]) == 12


def test_the_list_is_kept_by_caches_for_a_minute_or_until_midnight(client, programs, monkeypatch):
    assert "max-age=60," in client.get("/en/programs/")["Cache-Control"]

    monkeypatch.setattr(ledger, "seconds_to_midnight", lambda: 7.9)

    assert "max-age=7," in client.get("/en/programs/")["Cache-Control"]
