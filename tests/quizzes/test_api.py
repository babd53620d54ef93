"""The machine's door: POST /api/v1/eligibility/ and `manage.py evaluate`."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from doors.models import Attempt
from facts import ledger
from facts.models import Fact
from quizzes.eligibility.verdicts import RULES
from tests.quizzes.eligibility.people import CEC, FSW

pytestmark = pytest.mark.django_db
DOOR = "/api/v1/eligibility/"
FAMILY = {
    "columns": [
        {"key": "size", "en": "Size", "fr": "Taille", "kind": "text"},
        {"key": "amount", "en": "Amount", "fr": "Montant", "kind": "money"},
    ]
}


def family_table(amounts, extra):
    rows = [[str(size), str(amount)] for size, amount in enumerate(amounts, start=1)]
    return FAMILY | {"rows": [*rows, [{"en": "each extra", "fr": "chaque autre"}, str(extra)]]}


@pytest.fixture(autouse=True)
def tables(make_fact):
    """The dated tables that rules compare with."""
    columns = [
        {"key": "country", "en": "Country", "fr": "Pays", "kind": "text"},
        {"key": "code", "en": "Code", "fr": "Code", "kind": "text"},
    ]
    columns += [{"key": "max_age", "en": "Limit", "fr": "Limite", "kind": "number"}]
    columns += [
        {"key": key, "en": key, "fr": key, "kind": "flag"}
        for key in ("working_holiday", "young_professionals", "coop", "confirmed")
    ]
    countries = {
        "columns": columns,
        "rows": [[{"en": "Ireland", "fr": "Irlande"}, "IE", "35", "yes", "yes", "yes", "yes"]],
    }
    first = date(2025, 7, 7)
    make_fact(
        key="ee.funds.table",
        kind="table",
        shape="family_size",
        value=family_table([15263, 19001, 23360, 28362], 4112),
        from_day=first,
    )
    make_fact(
        key="study.funds.table",
        kind="table",
        shape="family_size",
        value=family_table([22895, 28502, 35040, 42543], 6170),
        from_day=first,
    )
    make_fact(key="iec.countries.table", kind="table", shape="countries", value=countries, from_day=first)


@pytest.fixture
def ask(client):
    def post(body, **headers):
        sent = body if isinstance(body, str | bytes) else json.dumps(body)
        return client.post(DOOR, sent, content_type="application/json", **headers)

    return post


def test_a_person_gets_the_verdict_of_every_program(ask):
    answer = ask({"facts": FSW}).json()

    assert set(answer) == {"as_of", "rules_version", "programs"}
    assert answer["as_of"] == ledger.today().isoformat()
    assert answer["rules_version"] == RULES.version
    assert list(answer["programs"]) == list(RULES.programs)
    assert answer["programs"]["fsw"] == {"verdict": "likely", "failed": [], "unknown": [], "gap": []}
    assert answer["programs"]["start_up_visa"] == {"verdict": "closed", "failed": ["status"], "unknown": [], "gap": []}


def test_missing_takes_the_default_and_null_is_not_sure(ask):
    without = {name: value for name, value in FSW.items() if name != "family_size"}
    assert ask({"facts": without}).json()["programs"]["fsw"]["verdict"] == "likely"
    unsure = ask({"facts": FSW | {"education_recognised": None}}).json()["programs"]["fsw"]
    assert unsure == {"verdict": "need_answer", "failed": [], "unknown": ["education_recognised"], "gap": []}


def test_a_gap_is_told(ask):
    found = ask({"facts": CEC | {"canada_skilled_months_3y": 11}}).json()["programs"]["cec"]
    assert found == {"verdict": "close", "failed": ["cdn_year"], "unknown": [], "gap": ["cdn_year"]}


def test_every_error_comes_back_by_its_name(ask):
    response = ask({"facts": {"age": 17.5, "offer": "yes", "shoe_size": 43}, "as_of": "2025-08-31", "name": "x"})

    assert response.status_code == 400
    errors = response.json()["errors"]
    assert set(errors) == {"age", "offer", "shoe_size", "as_of", "name"}
    assert "whole number from 0 to 120" in errors["age"]
    assert "2025-09-01" in errors["as_of"]


@pytest.mark.parametrize("day", ["2026-02-30", "20260101", "yesterday", 7, [], "2024-01-01", "2026-W01-1"])
def test_a_day_that_is_none_is_refused(ask, day):
    response = ask({"facts": {}, "as_of": day})
    assert (response.status_code, set(response.json()["errors"])) == (400, {"as_of"})


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "[]",
        "nothing",
        '{"facts": {}',
        '{"facts": {"age": NaN}}',
        b"\xff\xfe",
        "[" * 100000,
        '{"facts": {"age": 1, "age": 2}}',
        '{"facts": []}',
        "{}",
        "null",
    ],
)
def test_what_is_no_request_is_refused(ask, sent):
    response = ask(sent)
    assert response.status_code == 400
    assert response.json()["errors"]


def test_null_bytes_and_odd_names_come_back_calmly(ask):
    response = ask({"facts": {"age\x00": 1, "\u202e" * 500: 2, "occupation_noc": "\x00"}})
    assert response.status_code == 400
    assert len(response.json()["errors"]) == 3


def test_a_status_of_the_ledger_counts_from_its_day(ask, make_program):
    program = make_program(key="fsw")
    day = ledger.today() - timedelta(days=10)
    ledger.add_value(program.status, "paused", in_force_from=day, source=program.status.values.first().source)

    def verdict(on):
        return ask({"facts": FSW, "as_of": on.isoformat()}).json()["programs"]["fsw"]["verdict"]

    assert verdict(day - timedelta(days=1)) == "likely"
    assert verdict(day) == "closed"


def test_a_table_counts_from_its_day(ask, make_source):
    fact = Fact.objects.get(key="ee.funds.table")
    ledger.add_value(
        fact, family_table([16000, 20000, 24000, 28000], 4500), in_force_from=date(2026, 7, 1), source=make_source()
    )

    assert ask({"facts": FSW, "as_of": "2026-06-30"}).json()["programs"]["fsw"]["verdict"] == "likely"
    assert ask({"facts": FSW, "as_of": "2026-07-01"}).json()["programs"]["fsw"]["failed"] == ["settlement_funds"]


def test_no_cookie_no_store_and_open_to_any_page(ask, client):
    response = ask({"facts": {}}, headers={"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 200
    assert not response.cookies
    assert "no-store" in response["Cache-Control"]
    assert response["Access-Control-Allow-Origin"] == "*"
    preflight = client.options(DOOR, headers={"Origin": "https://elsewhere.example"})
    assert (preflight.status_code, preflight["Access-Control-Allow-Headers"]) == (200, "Content-Type")


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_other_methods_are_refused(client, method):
    assert getattr(client, method)(DOOR).status_code == 405


def test_one_address_may_ask_so_often_a_minute(ask, settings):
    settings.ELIGIBILITY_PER_MINUTE = 2
    one, other = "198.51.100.7", "198.51.100.8"
    assert [ask({"facts": {}}, REMOTE_ADDR=one).status_code for _time in range(3)] == [200, 200, 429]
    assert ask({"facts": {}}, REMOTE_ADDR=one, headers={"X-Forwarded-For": other}).status_code == 429
    assert ask({"facts": {}}, REMOTE_ADDR=other).status_code == 200


def test_nothing_of_the_facts_is_kept_or_logged(ask, caplog):
    caplog.set_level("DEBUG")
    ask({"facts": FSW | {"funds_cad": 987654}})
    ask({"facts": {"funds_cad": "987654 dollars"}})
    assert "987654" not in caplog.text
    assert all("987654" not in str(attempt.__dict__) for attempt in Attempt.objects.all())


def test_one_query_reads_the_ledger(ask, django_assert_num_queries):
    with django_assert_num_queries(4):  # the attempt, the count of attempts, today, the ledger
        ask({"facts": FSW})


# On paper


def evaluate(path):
    out = StringIO()
    call_command("evaluate", str(path), stdout=out)
    return json.loads(out.getvalue())


@pytest.mark.parametrize("wrapped", [True, False], ids=["request", "facts alone"])
def test_the_command_prints_the_same(ask, tmp_path, wrapped):
    path = tmp_path / "facts.json"
    path.write_text(json.dumps({"facts": FSW} if wrapped else FSW))

    assert evaluate(path) == ask({"facts": FSW}).json()


@pytest.mark.parametrize(
    ("text", "problem"),
    [("{", "not JSON"), ('{"age": "old"}', "age: expected a whole number"), ('{"facts": {}, "as_of": "x"}', "as_of")],
)
def test_the_command_says_what_is_wrong(tmp_path, text, problem):
    path = tmp_path / "facts.json"
    path.write_text(text)
    with pytest.raises(CommandError, match=problem) as caught:
        evaluate(path)
    assert str(caught.value).startswith(str(path))


def test_the_command_says_that_a_file_is_missing(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        evaluate(tmp_path / "none.json")
