"""The page of a program."""

import json
import re
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from pytest_django.asserts import assertContains, assertNotContains

from facts import ledger
from programs.models import ProgramSource

pytestmark = pytest.mark.django_db


def page_of(program, language="en"):
    with override(language):
        return program.get_absolute_url()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            [
                *(
                    "Skilled Worker Stream",
                    "Workers with a job offer",
                    "Open",
                    "since 3 November 2025",
                    "Not for nurses",
                ),
                *("A job offer", "One of the following:", "CLB 7", "Two years of work", "$990", "6\xa0months"),
                *("A profile", "Whether it opens again", "Fee list", "all the criteria", "last verified"),
            ],
        ),
        (
            "fr",
            [
                *("Volet des travailleurs", "Travailleurs ayant", "3 novembre 2025", "Pas pour les infirmières"),
                *("FR A job offer", "FR CLB 7", "990\xa0$", "6\xa0mois", "FR A profile", "Liste des frais"),
            ],
        ),
    ],
)
def test_a_page_says_everything_in_its_language(client, make_full_program, language, words):
    notes = {"note_en": "Not for nurses", "note_fr": "Pas pour les infirmières"}
    program = make_full_program(status_details={"from_day": date(2025, 11, 3), "value_details": notes})

    response = client.get(page_of(program, language))

    for each in words:
        assert each.lower() in response.content.decode().lower(), each
    assertContains(response, f'href="{page_of(program, "fr" if language == "en" else "en")}"')


def test_criteria_are_lists_inside_each_other(client, make_full_program):
    html = client.get(page_of(make_full_program())).content.decode()

    outline = re.sub(
        r"\s+", " ", re.sub(r"</?p[^>]*>", " ", re.search(r'(<ul class="criteria">.*?)</section>', html, re.DOTALL)[1])
    )
    outline = re.sub(r' class="[^"]*"', "", outline).replace("> ", ">").replace(" <", "<")
    assert outline == (
        "<ul><li>A job offer</li><li>A test One of the following:<ul><li>CLB 7</li>"
        "<li>All of the following:<ul><li>CLB 5</li><li>Two years of work</li></ul></li></ul></li></ul>"
    )


def test_a_day_that_is_only_known_at_the_latest_is_said_to_be(client, make_program):
    details = {"from_day": date(2026, 1, 5), "value_details": {"is_exact": False}}
    program = make_program(status_details=details)

    assertContains(client.get(page_of(program)), "Since 5 January 2026 or earlier")


def test_an_overdue_status_warns_beside_itself_and_is_never_shown_as_verified(client, make_program):
    program = make_program(status_details={"verified_on": ledger.today() - timedelta(days=31)})

    response = client.get(page_of(program))

    assertContains(response, "Check overdue")
    assertContains(response, "This may have changed since.")
    assertNotContains(response, "state--verified")


def test_a_status_that_will_come_is_announced(client, make_program, make_source):
    program = make_program()
    day = ledger.today() + timedelta(days=40)
    ledger.add_value(program.status, "closed", in_force_from=day, source=make_source())

    html = client.get(page_of(program)).content.decode()

    assert re.search(r"From [^<]*:\s*<span[^>]*>\s*<svg.*?</svg>Closed", html, re.DOTALL)


def test_a_page_we_are_not_sure_of_says_so_at_its_top(client, make_program):
    unsure = make_program(confidence="C", completeness="partial")

    response = client.get(page_of(unsure))

    assertContains(response, "We are not sure of this page")
    assertContains(response, "Worth checking only: our list of criteria is incomplete.")
    assertNotContains(client.get(page_of(make_program())), "We are not sure of this page")


def test_a_program_without_anything_but_its_words_has_a_page(client, make_program):
    assertContains(client.get(page_of(make_program(status=None))), "We have not looked into its status yet.")


def test_who_checked_is_a_name_and_never_a_user_name(client, make_program):
    named = User.objects.create_user("secret-1", first_name="Mei", last_name="Castellan")
    nameless = User.objects.create_user("secret-2")

    pages = [
        client.get(page_of(make_program(checked_on=date(2026, 11, 1), checked_by=one))) for one in (named, nameless)
    ]

    assertContains(pages[0], "Mei Castellan")
    assert not any(b"secret" in page.content for page in pages)


def test_a_slug_of_the_other_language_leads_to_the_page(client, make_program, address):
    program = make_program()

    response = client.get(address("program", slug=program.slug_fr))

    assert response.status_code == 301
    assert response["Location"] == page_of(program)
    assert client.get(address("program", "fr", slug=program.slug_en))["Location"] == page_of(program, "fr")


def test_a_slug_belongs_to_its_own_language_first(client, make_program, address):
    make_program(slug_fr="atlantic")
    own = make_program(slug_en="atlantic")

    assertContains(client.get(address("program", slug="atlantic")), own.name_en)


@pytest.mark.parametrize("name", ["program", "program_atom"])
def test_hidden_and_unknown_programs_are_404(client, make_program, address, name):
    hidden = make_program(is_hidden=True)

    assert client.get(address(name, slug=hidden.slug_en)).status_code == 404
    assert client.get(address(name, slug="nothing")).status_code == 404


def test_articles_that_name_its_status_come_before_those_of_its_tag(client, make_program, make_article, make_tag):
    tag = make_tag()
    program = make_program(key="ab_stream", tag=tag)
    tagged = [make_article(tags=[tag], title=f"Tagged {number}") for number in range(6)]
    naming = make_article(text='<p>It is <data value="program.ab_stream.status">program.ab_stream.status</data>.</p>')
    make_article(tags=[tag], language="fr")
    make_article()

    titles = [card["title"] for card in client.get(page_of(program)).context["articles"]]

    assert titles[0] == naming.title
    assert len(titles) == 6
    assert set(titles[1:]) < {article.title for article in tagged}


def test_a_page_costs_five_queries_however_much_it_shows(
    client, make_full_program, make_program, make_article, make_tag
):
    tag = make_tag()
    small, large = make_program(), make_full_program(tag=tag)
    for _number in range(3):
        make_article(tags=[tag])
    counts = []
    for program in (small, large):
        client.get(page_of(program))
        with CaptureQueriesContext(connection) as queries:
            client.get(page_of(program))
        counts.append(len(queries))

    # the program with steps, doubts, fees and what will come; figures; criteria; sources; articles
    assert counts == [5, 5]


def test_search_engines_read_a_service_and_where_it_hangs(client, make_program):
    program = make_program(name_en="</script><b>Stream", province="ON")

    html = client.get(page_of(program)).content.decode()

    service, trail = (
        json.loads(block)
        for block in re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    )
    assert (service["@type"], service["name"], service["areaServed"]["name"]) == (
        *("GovernmentService", "</script><b>Stream", "Ontario"),
    )
    assert [item["name"] for item in trail["itemListElement"]] == ["Programs", program.name_en]


def test_an_earlier_slug_leads_to_the_program_and_its_feed(client, make_program):
    program = make_program(slug_en="skilled-trades", slug_fr="metiers")
    program.slug_en = "federal-skilled-trades"
    program.save()

    for rest in ("", "feed/atom/"):
        answer = client.get(f"/en/programs/skilled-trades/{rest}")
        assert (answer.status_code, answer["Location"]) == (301, f"/en/programs/federal-skilled-trades/{rest}")
    assert client.get("/en/programs/never/").status_code == 404

    program.is_hidden = True
    program.save()
    assert client.get("/en/programs/skilled-trades/").status_code == 404
    assert client.get("/en/programs/skilled-trades/feed/atom/").status_code == 404


@pytest.mark.parametrize(
    ("seen", "french"),
    [
        ("2026-08-22, copies the IRCC rounds feed", "2026-08-22"),
        ("2026-06/07", "2026-06/07"),
        ("2026 (day not shown)", "2026"),
        ("stored copy, old", ""),
        ("", ""),
    ],
)
def test_the_date_of_a_source_is_said_without_english_remarks_in_french(seen, french):
    row = ProgramSource(seen=seen)

    assert row.dated == seen
    with override("fr"):
        assert row.dated == french
