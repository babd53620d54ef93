"""Bringing rounds in: all or nothing, never over an editor's correction, and nothing in silence."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rounds import importing, official, reference_data
from rounds.importing import bring_in
from rounds.models import FIELDS, Correction, FeedState, Round
from rounds.official import BadFeed

pytestmark = pytest.mark.django_db

FEED = Correction.By.FEED


@pytest.fixture
def take(make_feed):
    """Bring in a feed of some rows."""

    def bring(rows, **ways):
        return bring_in(official.read(make_feed(rows), latest=date(2026, 11, 26)), by=FEED, **ways)

    return bring


def everything():
    return list(Round.objects.order_by("pk").values())


def test_a_feed_makes_its_rounds_and_logs_nothing(take, make_row):
    summary = take([make_row("2"), make_row("1", drawDate="2026-08-06")])

    assert (summary.made, summary.changed, summary.corrections) == (2, 0, 0)
    row = Round.objects.get(number="2")
    assert (row.type, row.cutoff, row.invitations, row.origin) == ("transport", 470, 3000, "feed")
    assert row.raw == make_row("2")
    assert not Correction.objects.exists()


def test_the_same_feed_again_changes_nothing(take, make_row):
    take([make_row()])
    before = everything()

    assert take([make_row()]).unchanged == 1
    assert everything() == before


def test_split_rounds_stand_between_their_neighbours(take, make_row):
    take([make_row(number) for number in ("92", "91b", "91a", "90", "9", "100")])

    assert [row.number for row in Round.objects.all()] == ["100", "92", "91b", "91a", "90", "9"]


def test_a_changed_old_row_is_a_correction_with_what_was_and_is(take, make_row):
    take([make_row()])
    summary = take([make_row(drawCRS="471", drawCutOff="October 12, 2025 at 14:55:49 UTC")])

    assert (summary.changed, summary.corrections) == (1, 1)
    correction = Correction.objects.get()
    assert correction.changes == [
        {"field": "cutoff", "was": 470, "is": 471},
        {"field": "tie_break", "was": "2025-10-11T14:55:49+00:00", "is": "2025-10-12T14:55:49+00:00"},
    ]
    assert (correction.by, correction.adds_only) == ("feed", False)
    assert Round.objects.get().tie_break_words == "October 12, 2025 at 14:55:49 UTC"


def test_another_spelling_of_the_same_is_kept_but_no_correction(take, make_row):
    take([make_row()])
    before = Round.objects.get().changed_at
    take([make_row(drawCutOff="October 11, 2025, at 14:55:49 UTC", drawSize="3000")])

    row = Round.objects.get()
    assert row.raw["drawSize"] == "3000"
    assert row.changed_at == before
    assert not Correction.objects.exists()


def test_what_only_fills_a_gap_is_logged_as_an_addition(take, make_row):
    take([make_row(drawDateTime="", drawText2="")])
    take([make_row()])

    correction = Correction.objects.get()
    assert [change["field"] for change in correction.changes] == ["programs", "drawn_at"]
    assert correction.adds_only


def test_an_emptied_pool_is_a_correction(take, make_row):
    take([make_row()])
    take([make_row(**{f"dd{place}": "0" for place in range(1, 19)})])

    assert [change["field"] for change in Correction.objects.get().changes] == ["pool_as_of", "pool"]
    assert Round.objects.get().pool is None


@pytest.mark.parametrize("trust", [False, True])
def test_a_shorter_feed_changes_nothing_unless_it_is_trusted(take, make_row, trust):
    take([make_row("2"), make_row("1")])
    before = everything()
    rows = [make_row("2", drawCRS="1")]
    if trust:
        take(rows, trust=True)
        assert Round.objects.get(number="2").cutoff == 1
        assert Round.objects.filter(number="1").exists()
        return

    with pytest.raises(BadFeed, match=r"it lacks #1 \(1 in all\)"):
        take(rows)

    assert everything() == before


def test_a_feed_that_tells_the_past_anew_changes_nothing(take, make_row):
    numbers = [str(number) for number in range(1, importing.MOST_REWRITTEN + 2)]
    take([make_row(number) for number in numbers])
    before = everything()

    with pytest.raises(BadFeed, match=r"other figures for too many old rounds.*26 in all"):
        take([make_row(number, drawCRS="12") for number in numbers])

    assert everything() == before
    assert take([make_row(number, drawName="General") for number in numbers]).changed == len(numbers)


def test_one_bad_row_keeps_the_good_ones_out_too(take, make_row):
    take([make_row("1")])
    before = everything()

    with pytest.raises(BadFeed, match=r"Row 1 \(#2\): drawCRS"):
        take([make_row("2", drawCRS="?"), make_row("1", drawCRS="300")])

    assert everything() == before
    assert not Correction.objects.exists()


# What editors have corrected


def edit(row, **changes):
    before = Round.objects.get(pk=row.pk)
    for name, value in changes.items():
        setattr(row, name, value)
    return importing.correct(row, before, FIELDS, None)


def test_a_corrected_field_is_not_overwritten_and_is_named(take, make_row):
    take([make_row()])
    edit(Round.objects.get(), cutoff=460)
    summary = take([make_row(drawCRS="471", drawSize="3,100")])

    row = Round.objects.get()
    assert (row.cutoff, row.invitations, row.held) == (460, 3100, ["cutoff"])
    assert summary.left == ["#434: cut-off was corrected here; the feed says something else."]
    assert importing.feed_says(row) == {"cutoff": 471}
    assert FeedState.objects.get().notes == summary.left


def test_it_is_overwritten_when_somebody_asks(take, make_row):
    take([make_row()])
    edit(Round.objects.get(), cutoff=460)
    take([make_row()], overwrite=True)

    row = Round.objects.get()
    assert (row.cutoff, row.held) == (470, [])


def test_a_corrected_tie_break_keeps_its_own_words(take, make_row):
    take([make_row()])
    edit(Round.objects.get(), tie_break=None)
    take([make_row(drawCutOff="October 7 at 16:38:21 UTC")])

    row = Round.objects.get()
    assert (row.tie_break, row.tie_break_words, row.tie_break_reading) == (None, "", "")


def test_giving_a_field_back_to_the_feed_takes_what_it_said_last(take, make_row):
    take([make_row()])
    edit(Round.objects.get(), cutoff=460, invitations=1)
    take([make_row(drawCRS="471")])
    importing.follow_feed(Round.objects.get(), ["cutoff"], None)

    row = Round.objects.get()
    assert (row.cutoff, row.invitations, row.held) == (471, 1, ["invitations"])
    assert Correction.objects.first().changes == [{"field": "cutoff", "was": 460, "is": 471}]


def test_a_round_that_an_editor_entered_is_taken_over_once_the_feed_has_it(take, make_row, make_round):
    make_round(number="434", origin="editor", cutoff=470)
    make_round(number="435", origin="editor")
    take([make_row(drawCRS="472")])

    row = Round.objects.get(number="434")
    assert (row.origin, row.cutoff) == ("feed", 472)
    assert {"field": "cutoff", "was": 470, "is": 472} in Correction.objects.get().changes
    assert Round.objects.get(number="435").origin == "editor"


# The reference data


def test_the_reference_has_every_round_and_loads_twice_without_a_change(db):
    first, again = reference_data.load(), reference_data.load()

    assert (first.made, again.made, again.updated, again.unchanged) == (445, 0, 0, 445)
    assert FeedState.objects.get().copied_on == date(2026, 9, 28)
    assert not Correction.objects.exists()


def test_the_reference_leaves_what_came_from_the_feed(take, make_row):
    take([make_row("434", drawCRS="471")])
    reference_data.load()

    assert Round.objects.get(number="434").cutoff == 471


def test_the_feed_only_fills_gaps_of_the_reference(all_rounds, take, snapshot):
    newer = [row for path in reference_data.copies().values() for row in official.rows_of(path.read_bytes())]
    newest = {row["drawNumber"]: row for row in newer}
    newest["444"] = newest["444"] | {"drawDateTime": "September 16, 2026 at 14:00:00 UTC"}
    summary = take(list(newest.values()))

    assert (summary.made, summary.changed, summary.unchanged) == (0, 1, 444)
    assert Correction.objects.get().adds_only
    assert set(Round.objects.values_list("origin", flat=True)) == {"feed"}


def test_an_older_copy_of_the_feed_is_shorter_and_refused(all_rounds, take, snapshot):
    with pytest.raises(BadFeed, match="10 in all"):
        take(snapshot)


def test_an_import_costs_the_same_for_many_rounds(take, make_row):
    def queries(count, **changes):
        with CaptureQueriesContext(connection) as seen:
            take([make_row(str(number), **changes) for number in range(1, count + 1)])
        return len(seen)

    queries(3)
    few = queries(3, drawText2="CEC")

    queries(90)
    assert queries(90, drawText2="PNP") == few


# The command


def test_the_command_reads_a_file(make_row, make_feed, tmp_path, capsys):
    path = tmp_path / "feed.json"
    path.write_bytes(make_feed([make_row(drawName="Researchers")]))
    call_command("import_rounds", str(path))

    out = capsys.readouterr().out
    assert "Rounds: 1 new, 0 changed" in out
    assert "Look at it: #434: “Researchers” is a type that this site does not know yet." in out


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "The feed is empty"), (b'{"rounds": [{}]}', "Row 1: drawNumber, drawDate"), (None, "cannot be read")],
)
def test_the_command_says_what_is_wrong_and_changes_nothing(tmp_path, content, words):
    path = tmp_path / "feed.json"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(CommandError, match=words):
        call_command("import_rounds", str(path))

    assert not Round.objects.exists()


def test_the_command_asks_for_a_feed_where_none_is_set(settings):
    settings.ROUNDS_FEED_URL = ""

    with pytest.raises(CommandError, match="ROUNDS_FEED_URL"):
        call_command("import_rounds")


@pytest.mark.django_db(transaction=False)
def test_changed_pages_are_dropped_from_caches(take, make_row, settings, django_capture_on_commit_callbacks):
    dropped = []
    settings.PURGE_BACKEND = "tests.purge"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(importing.purge, "paths", dropped.extend)
        with django_capture_on_commit_callbacks(execute=True):
            take([make_row()])

    assert {"/en/rounds/434/", "/en/rounds/", "/api/v1/rounds/"} <= set(dropped)
