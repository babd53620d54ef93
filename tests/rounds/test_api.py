"""Rounds as data: the JSON door, and the files."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.asserts import assertNumQueries

from rounds import downloads
from rounds.models import FeedState, Round

pytestmark = pytest.mark.django_db

LIST = "/api/v1/rounds/"


@pytest.mark.parametrize("query", ["", "?type=cec&year=2025&per_page=5"])
def test_the_list_costs_three_queries(client, all_rounds, query):
    with assertNumQueries(3):  # their number; a page of them; how the feed goes
        answer = client.get(f"{LIST}{query}")

    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Content-Type"] == "application/json"


def test_a_round_is_told_whole(client, all_rounds, settings):
    [entry] = client.get(f"{LIST}?since=2026-09-16").json()["rounds"]

    pool = entry.pop("pool")
    assert entry == {
        "number": "444",
        "date": "2026-09-16",
        "type": "senior_managers",
        "kind": "category-based",
        "label": {
            "en": "Senior managers with Canadian work experience",
            "fr": "Cadres supérieurs ayant une expérience de travail au Canada",
        },
        "name": "Senior managers with Canadian Work Experience, 2026-Version 1",
        "programs": "",
        "invitations": 250,
        "cutoff": 389,
        "tie_break": "2026-09-01T23:05:13Z",
        "drawn_at": None,
        "pool_as_of": "2026-09-13",
        "corrected": False,
        "page": {"en": f"{settings.SITE_URL}/en/rounds/444/", "fr": f"{settings.SITE_URL}/fr/rondes/444/"},
    }
    assert pool[0] == {"from": 601, "to": 1200, "candidates": 574}
    assert sum(band["candidates"] for band in pool) == 226_793
    assert client.get(f"{LIST}444/").json() == {**entry, "pool": pool}


def test_pages_lead_to_each_other_and_have_every_round_once(client, all_rounds, settings):
    seen, path = [], f"{LIST}?per_page=200&utm=x"
    while path:
        answer = client.get(path).json()
        seen += [entry["number"] for entry in answer["rounds"]]
        path = answer["next"] and answer["next"].removeprefix(settings.SITE_URL)

    assert len(seen) == len(set(seen)) == answer["count"] == 445
    assert answer["page"] == answer["pages"] == 3
    assert answer["previous"] == f"{settings.SITE_URL}{LIST}?per_page=200&page=2"


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 445),
        ("type=pnp", 113),
        ("year=2015", 23),
        ("since=2026-09-14", 3),
        ("type=fst&year=2017", 2),
        ("year=2099", 0),
    ],
)
def test_filters_combine(client, all_rounds, query, count):
    assert client.get(f"{LIST}?{query}").json()["count"] == count


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("type=nothing", {"type"}),
        ("year=26&since=yesterday", {"year", "since"}),
        ("since=2026-02-30", {"since"}),
        ("page=0", {"page"}),
        ("page=9999999999", {"page"}),
        ("page=%D9%A3", {"page"}),
        ("per_page=501", {"per_page"}),
        ("per_page=-1&type=&page=x", {"per_page", "type", "page"}),
        ("type=cec&type=pnp", {"type"}),
        ("since=%00", {"since"}),
    ],
)
def test_what_cannot_be_read_is_400_with_every_error_by_name(client, db, query, names):
    answer = client.get(f"{LIST}?{query}")

    assert answer.status_code == 400
    assert answer.json()["errors"].keys() == names
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_what_there_is_not_is_404_in_json(client, make_round):
    make_round()

    assert client.get(f"{LIST}?page=2").status_code == 404
    for number in ("999", "x", "1e3", "%00"):
        answer = client.get(f"{LIST}{number}/")
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/json")


def test_the_list_says_when_the_feed_was_read(client, make_round):
    make_round()
    assert client.get(LIST).json()["read_at"] is None
    FeedState.objects.create(pk=1, succeeded_at="2026-11-25T15:07:00Z")

    assert client.get(LIST).json()["read_at"] == "2026-11-25T15:07:00Z"


def test_an_answer_is_the_same_whatever_language_is_asked_for(client, make_round):
    make_round()
    english, french = (client.get(LIST, headers={"Accept-Language": code}) for code in ("en", "fr"))

    assert english.content == french.content


# Files


def test_the_csv_has_every_round_and_its_pool(client, all_rounds):
    with assertNumQueries(1):
        answer = client.get("/api/v1/rounds.csv")

    assert answer["Content-Disposition"] == 'attachment; filename="express-entry-rounds.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 445
    assert rows[0]["tie_break"] == "2026-09-01T23:05:13Z"
    assert rows[0]["pool_601_1200"] == "574"
    assert rows[0]["pool_total"] == "226793"
    assert rows[-1]["pool_total"] == ""


def test_the_json_file_has_every_round(client, all_rounds):
    with assertNumQueries(1):
        answer = client.get("/api/v1/rounds.json")

    assert len(answer.json()["rounds"]) == 445
    assert "attachment" in answer["Content-Disposition"]


def test_files_take_the_filters_of_the_list(client, all_rounds):
    assert len(client.get("/api/v1/rounds.json?type=cec&year=2025").json()["rounds"]) == 15
    assert client.get("/api/v1/rounds.csv?type=nothing").status_code == 404


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=30))
def test_no_cell_of_the_csv_is_a_formula(name):
    row = Round(number="1", name=name, type="cec", date=downloads.datetime(2026, 1, 1).date(), invitations=1, cutoff=1)
    [cells] = list(csv.DictReader(io.StringIO(downloads.as_csv([row]).removeprefix("\ufeff"), newline="")))

    assert not cells["name"].startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cells["name"].removeprefix("'") == name.removeprefix("'")
    assert json.dumps(downloads.plain(row))
