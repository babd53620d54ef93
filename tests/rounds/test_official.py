"""What the official feed's words mean, held against a reading of it that was made elsewhere."""

import csv
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds import official, reference_data
from rounds.models import PARTS, TOTAL, Reading, RoundType
from rounds.official import BadFeed, moment, read, type_of

LATEST = date(2026, 11, 26)
TABLE = list(csv.DictReader((Path(__file__).parent / "rounds.csv").read_text(encoding="utf-8").splitlines()))


@pytest.fixture(scope="module")
def entries():
    found = {}
    for path in reference_data.copies().values():
        found |= {entry.number: entry for entry in read(path.read_bytes(), latest=LATEST)}
    return found


def iso(found):
    return found.strftime("%Y-%m-%dT%H:%M:%SZ") if found else ""


def test_there_are_445_rounds_and_91_is_two(entries):
    assert entries.keys() == {row["round_number"] for row in TABLE}
    assert len(entries) == 445
    assert "91" not in entries
    assert {"91a", "91b"} <= entries.keys()


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["round_number"])
def test_each_round_reads_as_in_the_other_reading(entries, row):
    entry = entries[row["round_number"]]

    assert {
        "round_date": entry.date.isoformat(),
        "name_in_feed": entry.name,
        "category": entry.type,
        "kind": RoundType(entry.type).kind.value,
        "programs_in_feed": entry.programs,
        "invitations_issued": str(entry.invitations),
        "crs_cutoff": str(entry.cutoff),
        "tie_break_utc": iso(entry.tie_break),
        "tie_break_raw": entry.tie_break_words,
        "round_time_utc": iso(entry.drawn_at),
        "pool_as_of": entry.pool_as_of.isoformat() if entry.pool_as_of else "",
        **{f"dd{place}": str(entry.pool[place - 1]) if entry.pool else "" for place in range(1, 19)},
    }.items() <= row.items()
    assert bool(entry.tie_break_reading) == bool(row["tie_break_note"])


def test_one_pool_does_not_add_up_and_nothing_else_is_doubtful(entries):
    assert [doubt for entry in entries.values() for doubt in entry.doubts] == [
        "#247: The numbers of its pool do not add up."
    ]
    for entry in entries.values():
        if entry.pool and entry.number != "247":
            assert sum(entry.pool[place] for place in PARTS) == entry.pool[TOTAL]


@pytest.mark.parametrize(
    ("text", "day", "clock", "reading"),
    [
        ("August 7, 2026 at 10:08:20 UTC", "2026-08-07", "10:08:20", ""),
        (" July 3rd 2026 at 9:08:20 UTC ", "2026-07-03", "09:08:20", ""),
        ("March 02. 2024 at 23:59:59 UTC", "2024-03-02", "23:59:59", ""),
        ("March 02,2024 13:00:01 UTC", "2024-03-02", "13:00:01", ""),
        ("Sept. 1, 2024 at  13:00:01 UTC", "2024-09-01", "13:00:01", ""),
        ("May 1, 2024 at13:00:01 UTC", "2024-05-01", "13:00:01", ""),
        ("May 1, 2024 at 2024-05-01 13:00:01 UTC", "2024-05-01", "13:00:01", ""),
        ("May 1, 2024 at 13:00:01", "2024-05-01", "13:00:01", "zone"),
        ("May 1, 2024 at 04:22:17 AM UTC", "2024-05-01", "04:22:17", "half"),
        ("May 1, 2024 at 20:19:59 PM UTC", "2024-05-01", "20:19:59", "half"),
        ("May 1, 2024 at 8:19:59 PM UTC", "2024-05-01", "20:19:59", "half"),
        ("October 7 at 16:38:21 UTC", "2026-10-07", "16:38:21", "year"),
        ("December 30 at 16:38:21 UTC", "2025-12-30", "16:38:21", "year"),
        ("<p>May&nbsp;1, 2024 at 13:00:01&#32;UTC</p>", "2024-05-01", "13:00:01", ""),
    ],
)
def test_moments_in_all_their_forms(text, day, clock, reading):
    assert moment(text, date(2026, 10, 27)) == (datetime.fromisoformat(f"{day}T{clock}+00:00"), Reading(reading))


@pytest.mark.parametrize(
    "text",
    ["yesterday", "May 31", "June 31, 2024 at 1:00:00 UTC", "J 1, 2024 at 1:00:00 UTC", "May 1, 2024 at 25:00:00"],
)
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(ValueError, match="is not a date"):
        moment(text, date(2026, 10, 27))


def test_an_empty_moment_is_none():
    assert moment(" ", date(2026, 1, 1)) == (None, Reading.PLAIN)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("No Program Specified", "general"),
        ("General", "general"),
        ("French language proficiency (Version 1)", "french"),
        ("French-Language proficiency 2026-Version 2", "french"),
        ("Trades Occupations, 2026-Version 3", "trades"),
        ("Federal Skilled Trades", "fst"),
        ("STEM occupations (Version 12)", "stem"),
        ("Stemless flowers", "other"),
        ("Researchers and scientists, 2027-Version 1", "other"),
    ],
)
def test_names_are_normalised_and_new_ones_are_kept_apart(name, kind):
    assert type_of(name) == kind


def test_a_new_type_is_read_and_named(make_row, make_feed):
    [entry] = read(make_feed([make_row(drawName="Researchers, 2027-Version 1")]), latest=LATEST)

    assert entry.type == "other"
    assert entry.doubts == ["#434: “Researchers, 2027-Version 1” is a type that this site does not know yet."]


def test_html_is_taken_out_and_the_row_is_kept_as_it_came(make_row, make_feed):
    row = make_row(drawName="<b onclick=x()>STEM&nbsp;occupations</b> <script>x</script>", drawSize="<i>3,000</i>")
    [entry] = read(make_feed([row]), latest=LATEST)

    assert (entry.name, entry.invitations, entry.type) == ("STEM occupations x", 3000, "stem")
    assert entry.raw == row


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"drawCRS": "0"}, "without invitations or a cut-off"),
        ({"drawSize": "0"}, "without invitations or a cut-off"),
        ({"drawDistributionAsOn": "January 1, 2099"}, "counted on a day to come"),
    ],
)
def test_a_round_that_cannot_be_is_refused(make_row, make_feed, changes, fault):
    with pytest.raises(BadFeed, match=fault):
        read(make_feed([make_row(**changes)]), latest=LATEST)


def test_zeros_are_a_pool_that_was_not_recorded(make_row, make_feed):
    nothing = {f"dd{place}": "0" for place in range(1, 19)}
    [entry] = read(make_feed([make_row(**nothing)]), latest=LATEST)

    assert (entry.pool, entry.pool_as_of) == (None, None)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "The feed is empty."),
        (b" \n", "The feed is empty."),
        (b'{"rounds": [', "cut off: line 1, column 13"),
        (b"<!doctype html><title>Away</title>", "not JSON"),
        (b"\xff\xfe{}", "not text in UTF-8"),
        (b"[]", "another shape"),
        (b"null", "another shape"),
        (b'{"rounds": {}}', "another shape"),
        (b'{"draws": []}', "another shape"),
        (b'{"rounds": []}', "has no rounds"),
        (b'{"rounds": [1]}', "Row 1: It is not an object."),
        (b"[" * 200_000, "not JSON"),
        (b'{"rounds": ' + b"9" * 10_000 + b"}", "not JSON that can be read"),
        (b'{"rounds": [' + b"1," * 5_000 + b"1]}", "more than 5000 rounds"),
        (b" " * (official.LARGEST + 1) + b"{", "larger than"),
    ],
)
def test_what_is_no_feed_is_refused_in_a_sentence(content, fault):
    with pytest.raises(BadFeed, match=fault):
        read(content, latest=LATEST)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"drawCRS": "4700"}, r"Row 1 \(#434\): drawCRS: 4700 is more than 1200"),
        ({"drawCRS": ""}, "drawCRS: “” is not a number"),
        ({"drawCRS": "-1"}, "drawCRS: “-1” is not a number"),
        ({"drawCRS": "٤٧٠"}, "drawCRS"),
        ({"drawCRS": 470}, "drawCRS is not a text"),
        ({"drawSize": "3.000"}, "drawSize"),
        ({"drawSize": "9,999,999"}, "drawSize: 9999999 is more than 1000000"),
        ({"drawSize": "9" * 500}, "drawSize"),
        ({"drawDate": "07/08/2026"}, "drawDate: “07/08/2026” is not a date"),
        ({"drawDate": "2026-02-30"}, "is not a date"),
        ({"drawDate": "2014-12-31"}, "no day on which a round can have been"),
        ({"drawDate": "2027-01-01"}, "no day on which a round can have been"),
        ({"drawDateTime": "noon"}, "drawDateTime: “noon” is not a date with a time"),
        ({"drawCutOff": "x" * 3000}, "drawCutOff is too long"),
        ({"drawName": " <br> "}, "drawName: it is empty"),
        ({"drawName": "x" * 300}, "drawName: it is longer than 200 characters"),
        ({"drawName": "a\0b"}, "drawName has characters that no text has"),
        ({"drawName": "a\ud800b"}, "drawName has characters that no text has"),
        ({"mitext": "\0"}, "mitext has characters"),
        ({"drawNumber": "434'; DROP TABLE"}, "Row 1: drawNumber"),
        ({"dd7": "many"}, "dd7"),
        ({"drawNumberURL": ["a"]}, "drawNumberURL is not a text"),
    ],
)
def test_a_wrong_row_is_told_with_what_is_wrong(make_row, make_feed, change, fault):
    with pytest.raises(BadFeed, match=fault):
        read(make_feed([make_row(**change)]), latest=LATEST)


@pytest.mark.parametrize("name", official.NEEDED)
def test_a_row_without_one_of_its_fields_is_refused(make_row, make_feed, name):
    row = make_row()
    del row[name]

    with pytest.raises(BadFeed, match=f"{name} is missing"):
        read(make_feed([row]), latest=LATEST)


def test_further_fields_are_kept_and_do_no_harm(make_row, make_feed):
    [entry] = read(make_feed([make_row(drawNote="New")]), latest=LATEST)

    assert entry.raw["drawNote"] == "New"


def test_all_faults_are_told_together_up_to_a_number(make_row, make_feed):
    rows = [make_row(str(number), drawCRS="?") for number in range(1, 31)]

    with pytest.raises(BadFeed) as caught:
        read(make_feed(rows), latest=LATEST)

    assert len(caught.value.faults) == official.MOST_FAULTS + 1
    assert caught.value.faults[-1] == "… and 10 more."


def test_the_same_number_twice_is_refused(make_row, make_feed):
    with pytest.raises(BadFeed, match="#434 stands in the feed 2 times"):
        read(make_feed([make_row(), make_row()]), latest=LATEST)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=8), inside, max_size=3),
    max_leaves=8,
)


@given(st.binary(max_size=200) | anything.map(lambda value: json.dumps(value).encode()))
def test_no_content_ever_ends_in_another_error(content):
    with pytest.raises(BadFeed):
        read(content, latest=LATEST)


@given(st.dictionaries(st.sampled_from(official.NEEDED), st.text(max_size=60) | anything, min_size=1, max_size=4))
def test_no_row_ever_ends_in_another_error(change):
    row = dict.fromkeys(official.NEEDED, "0") | {"drawDate": "2026-08-07", "drawName": "General", "drawNumber": "9"}
    row |= dict.fromkeys(["drawDateTime", "drawCutOff", "drawDistributionAsOn"], "") | change
    try:
        [entry] = read(json.dumps({"rounds": [row]}).encode(), latest=LATEST)
    except BadFeed:
        return
    assert 0 <= entry.cutoff <= 1200
    assert entry.name
    assert entry.tie_break is None or entry.tie_break.tzinfo is UTC


@given(
    st.datetimes(min_value=datetime(2015, 1, 1), max_value=datetime(2026, 10, 1)),  # noqa: DTZ001
    st.sampled_from(
        ["%B %d, %Y at %H:%M:%S UTC", "%B %d. %Y  at %H:%M:%S", "%b %d %Y, %H:%M:%S UTC", "%B %dth %Y %H:%M:%S"]
    ),
)
def test_a_moment_is_read_in_every_form(given_moment, form):
    plain = given_moment.replace(microsecond=0, tzinfo=UTC)

    assert moment(plain.strftime(form), date(2026, 10, 1))[0] == plain


@pytest.mark.parametrize("text", ["a" + " " * 1_900 + "b", "<" * 1_900, "May 1," * 300, "May" + "," * 1_900])
def test_texts_made_to_be_slow_are_refused_like_any_other(make_row, make_feed, text):
    with pytest.raises(BadFeed, match="drawCutOff"):
        read(make_feed([make_row(drawCutOff=text)]), latest=LATEST)
