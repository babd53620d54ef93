"""The register of statuses: page, feeds and JSON."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from pytest_django.asserts import assertContains, assertNotContains

from facts import ledger

pytestmark = pytest.mark.django_db


@pytest.fixture
def change(make_source):
    """Give a program another status."""

    def make(program, status, days_ago=0, **details):
        day = ledger.today() - timedelta(days=days_ago)
        return ledger.add_value(
            program.status, status, in_force_from=day, source=make_source(), verified_on=ledger.today(), **details
        )

    return make


def names(response):
    return re.findall(r'<th scope="row"><a [^>]*>([^<]*)</a>', response.content.decode())


def test_the_register_has_every_order_it_offers(client, make_program, change):
    alberta = make_program(name_en="B Alberta", province="AB", status="closed")
    make_program(name_en="C Yukon", province="YT", status="open")
    make_program(name_en="A federal", status="paused", status_details={"value_details": {"is_exact": False}})
    change(alberta, "seasonal", days_ago=2)

    assert names(client.get("/en/program-status/")) == ["B Alberta", "C Yukon", "A federal"]
    assert names(client.get("/en/program-status/?sort=status")) == ["C Yukon", "B Alberta", "A federal"]
    assert names(client.get("/en/program-status/?sort=province")) == ["A federal", "B Alberta", "C Yukon"]
    assert client.get("/en/program-status/?sort=colour").status_code == 404


def test_the_register_says_since_when_and_by_which_source_and_what_will_come(client, make_program, change):
    program = make_program(province="ON")
    change(program, "paused", note_en="Until the quota is known", note_fr="Jusqu’au quota")
    change(program, "open", days_ago=-9)
    opens = (ledger.today() + timedelta(days=9)).year

    response = client.get("/en/program-status/")

    for words in ("Paused", "Until the quota is known", "Ontario", "Verified", "Immigration, Refugees and Citizenship"):
        assertContains(response, words)
    assert re.search(rf"From [^<]* {opens}: Open", response.content.decode())


def entries(response):
    found = re.findall(r"<entry>(.*?)</entry>", response.content.decode(), re.DOTALL)
    return [dict(re.findall(r"<(title|id|summary)[^>]*>([^<]*)<", entry)) for entry in found]


def test_the_feed_tells_what_was_and_is_since_when_and_by_which_source(client, make_program, change, address):
    program = make_program(name_en="Ontario stream")
    make_program()
    change(program, "closed")

    (english,) = entries(client.get(address("register_atom")))
    (french,) = entries(client.get(address("register_atom", "fr")))

    assert english["title"] == "Ontario stream: Closed"
    for words in ("was Open", "is Closed", "since", "Fee list"):
        assert words in english["summary"]
    assert "Liste des frais" in french["summary"]
    assert english["id"] == entries(client.get(address("register_atom")))[0]["id"] != french["id"]
    assert re.match(r"public, max-age", client.get(address("register_atom"))["Cache-Control"])


def test_a_program_has_a_feed_of_all_its_statuses(client, make_program, change, address):
    program, other = make_program(), make_program()
    change(program, "closed")
    change(other, "closed")

    titles = [entry["title"] for entry in entries(client.get(address("program_atom", slug=program.slug_en)))]

    assert titles == [f"{program.name_en}: Closed", f"{program.name_en}: Open"]


def test_json_has_both_languages_and_every_figure_with_its_source(client, make_full_program, change):
    program = make_full_program(key="on_stream", province="ON")
    change(program, "closed", days_ago=-30)

    response = client.get("/api/v1/programs/on_stream/")
    found = response.json()

    assert client.get("/api/v1/programs/").json() == {"programs": [found]}
    assert found["name"] == {"en": program.name_en, "fr": program.name_fr}
    with override("fr"):
        assert found["page"]["fr"].endswith(program.get_absolute_url())
    status = found["status"]
    assert (status["value"], status["label"]["en"], status["state"]) == ("open", "Open", "verified")
    assert status["verified_on"] == ledger.today().isoformat()
    assert status["source"]["publisher"]["fr"] == "Immigration, Réfugiés et Citoyenneté Canada"
    assert [coming["value"] for coming in found["coming"]] == ["closed"]
    assert [fee["value"] for fee in found["fees"]] == ["990", "600"]
    assert found["processing_time"]["text"]["fr"] == "6\xa0mois"


def test_json_is_the_same_for_every_reader_and_open_to_every_page(client, make_program):
    make_program()

    english, french = (
        client.get("/api/v1/programs/", headers={"accept-language": language}) for language in ("en", "fr")
    )

    assert english.content == french.content
    for response in (english, french):
        assert response["Access-Control-Allow-Origin"] == "*"
        assert response["Content-Language"] == "en, fr"
        assert "accept-language" not in response.get("Vary", "").lower()
        assert "max-age" in response["Cache-Control"]


def test_an_unknown_program_is_404_in_json_too(client, make_program):
    make_program(key="hidden_one", is_hidden=True)

    for key in ("nothing", "hidden_one"):
        response = client.get(f"/api/v1/programs/{key}/")
        assert response.status_code == 404
        assert "error" in response.json()


def test_hidden_programs_are_nowhere(client, make_program, change, address):
    hidden = make_program(name_en="Hidden stream", slug_en="hidden-stream", key="hidden_stream", is_hidden=True)
    change(hidden, "closed")
    change(hidden, "open", days_ago=-5)

    for path in (
        *(address(name) for name in ("programs", "compare", "register", "register_atom")),
        *("/api/v1/programs/", "/sitemap-programs.xml"),
    ):
        for words in ("Hidden stream", "hidden-stream", "hidden_stream"):
            assertNotContains(client.get(path), words)


def test_the_sitemap_has_every_program_in_both_languages(client, make_program, address, settings):
    program = make_program()

    text = client.get("/sitemap-programs.xml").content.decode()

    assert f"{settings.SITE_URL}/sitemap-programs.xml" in client.get("/sitemap.xml").content.decode()
    for language in ("en", "fr"):
        slug = getattr(program, f"slug_{language}")
        assert f"<loc>{settings.SITE_URL}{address('program', language, slug=slug)}</loc><lastmod>" in text
        assert f"<loc>{settings.SITE_URL}{address('register', language)}</loc>" in text


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/en/program-status/", 4),  # programs; statuses; those that will come; the simple pages of the footer
        ("/en/program-status/?sort=province", 4),
        ("/en/program-status/feed/atom/", 1),  # changes with their programs
        ("/api/v1/programs/", 5),  # programs; fees; their facts; figures; statuses that will come
    ],
)
def test_the_register_costs_the_same_for_two_programs_and_for_twelve(
    client, make_program, make_fact, make_source, change, path, queries
):
    fee, counts = make_fact(), []
    for size in (2, 10):
        for _number in range(size):
            program = make_program(fees=[fee])
            change(program, "closed")
            change(program, "open", days_ago=-5)
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        counts.append(len(captured))

    assert counts == [queries, queries]
