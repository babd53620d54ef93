"""The public pages of rounds: the list with its chart, one round, the corrections, feed and sitemap."""

import re
from datetime import UTC, date, datetime

import pytest
from django.db.models.functions import Now
from pytest_django.asserts import assertContains, assertNotContains, assertNumQueries

from facts import ledger
from rounds import importing
from rounds.models import FIELDS, Correction, FeedState, Round

pytestmark = pytest.mark.django_db


def numbers(response):
    """The numbers of the table of all rounds, in their order."""
    return re.findall(r'class="rounds__number">#(\w+)', response.content.decode())


def test_the_list_shows_all_rounds_in_three_queries(client, all_rounds, address):
    with assertNumQueries(3):  # rounds; how the feed goes; the simple pages of the foot
        response = client.get(address("rounds"))

    assert len(numbers(response)) == 445
    assert numbers(response)[:3] == ["444", "443", "442"]
    assertContains(response, "445 rounds")
    assertContains(response, "From a copy of the official feed of 28 September 2026")


def test_french_pages_have_french_addresses_and_words(client, all_rounds, address):
    assert address("rounds", "fr") == "/fr/rondes/"
    assert address("round", "fr", number="91a") == "/fr/rondes/91a/"
    response = client.get("/fr/rondes/")

    assertContains(response, "Catégorie de l’expérience canadienne")
    assertNotContains(response, "Canadian Experience Class")
    assertContains(response, "1er septembre 2026")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 445),
        ("type=general", 178),
        ("type=pnp", 113),
        ("year=2026", 56),
        ("type=cec&year=2025", 15),
        ("utm=x", 445),
    ],
)
def test_filters_by_type_and_year_are_links_that_combine(client, all_rounds, address, query, count):
    assert len(numbers(client.get(f"{address('rounds')}?{query}"))) == count


@pytest.mark.parametrize("query", ["type=nothing", "type=", "year=1999", "year=26", "type=cec&type=pnp", "year=%00"])
def test_what_cannot_be_chosen_is_404(client, make_round, address, query):
    assert client.get(f"{address('rounds')}?{query}").status_code == 404


def test_a_filter_counts_what_it_would_show_beside_the_other(client, make_round, address):
    make_round(date=date(2025, 1, 8))
    make_round()
    make_round(type="pnp")

    html = client.get(f"{address('rounds')}?type=cec").content.decode()
    links = {
        url: int(count) for url, count in re.findall(r'filters__link[^>]*href="([^"]*)".*?</span>(\d+)<span', html)
    }
    assert links == {
        "/en/rounds/": 3,
        "/en/rounds/?type=pnp": 1,
        "/en/rounds/?type=cec": 2,
        "/en/rounds/?type=cec&amp;year=2026": 1,
        "/en/rounds/?type=cec&amp;year=2025": 1,
    }


def test_files_of_the_page_keep_its_filters(client, make_round, address):
    make_round()

    assertContains(client.get(f"{address('rounds')}?year=2026"), 'href="/api/v1/rounds.csv?year=2026"')


def test_two_filters_at_once_are_not_indexed(client, make_round, address):
    make_round()

    assertContains(client.get(f"{address('rounds')}?type=cec&year=2026"), '<meta name="robots" content="noindex">')
    assertNotContains(client.get(f"{address('rounds')}?type=cec"), '<meta name="robots"')


def test_an_empty_list_says_so(client, db, address):
    assertContains(client.get(address("rounds")), "There are no rounds here yet.")
    assertContains(client.get(f"{address('rounds')}?type=cec"), "No round is all of that.")


def test_the_chart_has_labels_a_summary_and_its_table(client, all_rounds, address):
    html = client.get(address("rounds")).content.decode()

    charts = re.findall(r'<svg class="cutoffs.*?</svg>', html, re.DOTALL)
    assert len(charts) == 2
    for chart in charts:
        assert 'role="img" aria-labelledby="chart-title" aria-describedby="chart-summary"' in chart
        marks = re.findall(r'cutoffs__marks--(\w+)"[^>]* d="([^"]*)"', chart)
        assert sum(path.count("M") for _shape, path in marks) == 445
        assert {shape for shape, _path in marks} == {"dot", "square", "triangle", "diamond"}
        assert "style" not in chart
        assert ">800<" in chart
        assert ">2024<" in chart
    assert "Lowest cut-off: 75 points on 13 February 2021 (Canadian Experience Class)." in html
    assert "Highest cut-off: 902 points on 30 May 2018 (Provincial Nominee Program)." in html
    assert "with 1,046,230 invitations in all" in html


def test_no_number_of_the_chart_is_written_as_a_language_does(client, all_rounds, address):
    for language in ("en", "fr"):
        html = client.get(address("rounds", language)).content.decode()
        for path in re.findall(r' d="([^"]*)"', html) + re.findall(r'viewBox="([^"]*)"', html):
            assert re.fullmatch(r"[MLHVhvlzma\d .-]*", path, re.IGNORECASE), path


def test_the_last_round_of_each_type_stands_above(client, all_rounds, address):
    html = client.get(address("rounds")).content.decode()
    part = re.search(r'id="types".*?</section>', html, re.DOTALL)[0]

    assert len(re.findall(r'<th scope="row">', part)) == 15
    row = re.search(r"<tr><th[^>]*><a[^>]*>Canadian Experience Class.*?</tr>", part, re.DOTALL)[0]
    assert ">519<" in row
    assert "15 September 2026" in row


def test_pages_say_when_the_feed_was_last_read_and_that_it_fails(client, make_round, address):
    row = make_round()
    FeedState.objects.create(pk=1)
    for path in (address("rounds"), row.get_absolute_url()):
        assertContains(client.get(path), "This site has not read the official feed yet.")

    FeedState.objects.update(succeeded_at=datetime(2026, 11, 25, 15, 7, tzinfo=UTC))
    for path in (address("rounds"), row.get_absolute_url()):
        response = client.get(path)
        assertContains(response, "Last read from the official feed on 25 November 2026 at 10:07, Eastern time.")
        assertNotContains(response, "The last try failed")

    FeedState.objects.update(failures=3, fault="<b>secret</b>")
    response = client.get(address("rounds"))
    assertContains(response, "The last try failed")
    assertNotContains(response, "secret")


def test_a_round_has_the_last_of_its_type_beside_it_in_five_queries(client, all_rounds, address):
    path = address("round", number="436")
    with assertNumQueries(5):  # the round; those beside it; its corrections; how the feed goes; the foot
        response = client.get(path)

    html = response.content.decode()
    beside = re.search(r'<table class="rounds__table rounds__table--beside">.*?</table>', html, re.DOTALL)[0]
    assert re.findall(r'<th scope="col">([^<]*)', beside) == ["This round", "The one before it", "The last of its type"]
    assert "#443" in beside
    assertContains(response, "523 points or more")
    assertContains(response, "only profiles submitted before 17 August 2026 at 22:09:00 UTC were invited")
    assertContains(response, 'rel="prev" href="/en/rounds/435/"')
    assertContains(response, 'rel="next" href="/en/rounds/437/"')


def test_the_first_and_the_newest_round_have_pages_too(client, all_rounds, address):
    assertContains(client.get(address("round", number="444")), "less than in the round of this type before it")
    assertContains(client.get(address("round", number="1")), "It was the first round of its type.")
    assertNotContains(client.get(address("round", number="444")), 'rel="next"')


def test_every_round_answers_in_both_languages(client, all_rounds, address):
    for number in Round.objects.filter(number__in=["91a", "91b", "208", "210", "247", "258", "270", "357", "383"]):
        for language in ("en", "fr"):
            assert client.get(address("round", language, number=number.number)).status_code == 200


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("208", "The feed leaves the year out"),
        ("210", "AM or PM"),
        ("258", "The feed leaves the time zone out"),
        ("357", "That is not the day of the round"),
        ("247", "The numbers of this pool do not add up"),
        ("1", "The feed has no count of the pool for this round."),
    ],
)
def test_what_is_odd_in_the_feed_is_told(client, all_rounds, address, number, words):
    assertContains(client.get(address("round", number=number)), words)


def test_the_pool_counts_from_the_top_and_marks_the_cut_off(client, all_rounds, address):
    html = client.get(address("round", number="444")).content.decode()

    assert "226,793 candidates were in the pool on 13 September 2026, 3 days before the round." in html
    rows = re.findall(
        r'<tr( class="rounds__here")?><th scope="row">(\S+) to (\S+?)[ <].*?number">([\d,]+)</td></tr>', html
    )
    assert [(low, high, so_far) for _here, low, high, so_far in rows][:2] == [
        ("601", "1,200", "574"),
        ("501", "600", "21,358"),
    ]
    assert rows[-1][3] == "226,793"
    assert [(low, high) for here, low, high, _so_far in rows if here] == [("351", "400")]


@pytest.mark.parametrize("number", ["999", "91", "0", "04", "91j", "1e3", "12345", "feed", "91A"])
def test_what_is_no_round_is_404(client, all_rounds, number):
    assert client.get(f"/en/rounds/{number}/").status_code == 404


def test_a_category_that_is_new_is_called_what_the_feed_calls_it(client, make_round, address):
    row = make_round(type="other", name="Researchers, 2027-Version 1")

    for language in ("en", "fr"):
        assertContains(client.get(address("round", language, number=row.number)), "Researchers, 2027-Version 1")
    assertContains(client.get(address("rounds", "fr")), 'lang="en">Researchers, 2027-Version 1')


# Corrections


@pytest.fixture
def correct(make_round):
    def make(row=None, **changes):
        row = row or make_round()
        before = Round.objects.get(pk=row.pk)
        for name, value in changes.items():
            setattr(row, name, value)
        return importing.correct(row, before, FIELDS, None)

    return make


def test_a_correction_is_seen_on_the_round_in_the_list_and_in_the_log(client, correct, address):
    correction = correct(cutoff=501)

    for path in (correction.round.get_absolute_url(), address("corrections")):
        response = client.get(path)
        assertContains(response, "<del>500</del>")
        assertContains(response, "<ins>501</ins>")
        assertContains(response, "Corrected by our editors")
    assertContains(client.get(address("rounds")), ">corrected<")


def test_an_addition_is_called_one(client, make_round, correct, address):
    correct(make_round(programs=""), programs="Canadian Experience Class")

    assertContains(client.get(address("corrections")), "Added by our editors")
    assertNotContains(client.get(address("rounds")), ">corrected<")


def test_every_kind_of_change_is_told_in_words(client, make_round, correct, address, make_row):
    correct(
        name="General",
        type="general",
        programs="",
        date=date(2026, 7, 1),
        drawn_at=datetime(2026, 7, 1, 14, 0, 5, tzinfo=UTC),
        tie_break=datetime(2026, 6, 1, 14, 0, 5, tzinfo=UTC),
        invitations=12_000,
        pool_as_of=date(2026, 6, 30),
        pool=[1] * 18,
    )
    response = client.get(address("corrections"))

    for words in ("12,000", "1 July 2026 at 14:00:05 UTC", "1 candidates in all", "not recorded", "30 June 2026"):
        assertContains(response, words)


def test_the_log_has_pages_and_costs_three_queries(client, make_round, address):
    row = make_round()
    change = [{"field": "cutoff", "was": 1, "is": 2}]
    Correction.objects.bulk_create(Correction(round=row, changes=change, by="feed") for _number in range(120))
    with assertNumQueries(3):  # their number; a page of them; the foot
        response = client.get(address("corrections"))

    assertContains(response, "page 1 of 3")
    for page in ("4", "0", "x", "9" * 30, "٣"):
        assert client.get(f"{address('corrections')}?page={page}").status_code == 404


def test_an_empty_log_says_so(client, db, address):
    assertContains(client.get(address("corrections")), "Nothing has been corrected yet.")


# Caches, cookies, feed, sitemap


@pytest.fixture
def paths(make_round, address):
    row = make_round()
    own = [address("rounds"), row.get_absolute_url(), address("corrections"), address("rounds_atom")]
    return [*own, "/api/v1/rounds/", f"/api/v1/rounds/{row.number}/", "/api/v1/rounds.csv", "/api/v1/rounds.json"]


def test_public_answers_have_an_etag_a_minute_and_no_cookie(client, paths):
    for path in paths:
        response = client.get(path)
        assert response.headers["Cache-Control"].startswith("public, max-age=60, s-maxage=60"), path
        assert not response.cookies, path
        assert "cookie" not in response.get("Vary", "").lower(), path
        again = client.get(path, headers={"If-None-Match": response["ETag"]})
        assert (again.status_code, again.content) == (304, b""), path
        assert client.post(path).status_code == 405, path


def test_an_etag_changes_with_a_round_and_with_the_feed(client, make_round, address):
    row = make_round()
    FeedState.objects.create(pk=1, succeeded_at=datetime(2026, 11, 25, 15, 7, tzinfo=UTC))
    first = client.get(address("rounds"))["ETag"]
    Round.objects.filter(pk=row.pk).update(cutoff=501)
    second = client.get(address("rounds"))["ETag"]
    FeedState.objects.update(succeeded_at=Now())

    assert len({first, second, client.get(address("rounds"))["ETag"]}) == 3


def test_no_page_is_kept_past_midnight(client, make_round, address, monkeypatch):
    make_round()
    monkeypatch.setattr(ledger, "seconds_to_midnight", lambda: 7.9)

    for path in (address("rounds"), address("rounds_atom"), "/api/v1/rounds/", "/api/v1/rounds.csv"):
        assert "max-age=7," in client.get(path)["Cache-Control"]


def test_the_atom_feed_has_the_newest_rounds_in_one_query(client, all_rounds, address):
    with assertNumQueries(1):
        response = client.get(address("rounds_atom"))

    text = response.content.decode()
    assert text.count("<entry>") == 50
    assert "#444, Senior managers with Canadian work experience: 389 points" in text
    assert "profile submitted before 1 September 2026 at 23:05:13 UTC" in text
    assert response["Content-Type"].startswith("application/atom+xml")


def test_the_sitemap_has_every_round_in_both_languages_in_one_query(client, all_rounds, settings):
    with assertNumQueries(1):
        text = client.get("/sitemap-rounds.xml").content.decode()

    assert text.count("<url>") == 2 * (445 + 2)
    assert f"<loc>{settings.SITE_URL}/en/rounds/91a/</loc>" in text
    assert f"{settings.SITE_URL}/sitemap-rounds.xml" in client.get("/sitemap.xml").content.decode()


def test_every_page_leads_to_the_rounds(client, make_round, address):
    assertContains(client.get(address("corrections")), '<a class="site-foot__link" href="/en/rounds/">')
