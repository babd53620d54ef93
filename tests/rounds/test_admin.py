"""The admin of rounds: who may do what, entering and correcting a round, and giving it back to the feed."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from rounds import importing, official
from rounds.models import Correction, FeedState, Round

pytestmark = pytest.mark.django_db

LIST, ADD = "admin:rounds_round_changelist", "admin:rounds_round_add"


def change(row):
    return reverse("admin:rounds_round_change", args=[row.pk])


@pytest.fixture
def row(make_row, make_feed):
    entries = official.read(make_feed([make_row()]), latest=date(2026, 11, 26))
    importing.bring_in(entries, by=Correction.By.FEED)
    return Round.objects.get()


@pytest.fixture
def save(sign_in, read_form):
    """Open the form of a round as an editor and save it with some changes; the answer, with its messages."""

    def go(row, role="editor", meanwhile=lambda: None, **changes):
        client = sign_in(role)
        data = read_form(client.get(change(row)), "round_form")
        meanwhile()
        given = {name: value if isinstance(value, list) else [str(value)] for name, value in changes.items()}
        return client.post(change(row), data | given, follow=True)

    return go


@pytest.mark.parametrize(
    ("role", "add", "edit"),
    [("author", 403, False), ("editor", 200, True), ("publisher", 200, True), ("", 403, None)],
)
def test_roles(sign_in, row, role, add, edit):
    client = sign_in(role)

    assert client.get(reverse(ADD)).status_code == add
    if edit is None:
        assert client.get(reverse(LIST)).status_code == 403
        return
    response = client.get(change(row))
    assert ('name="_save"' in response.content.decode()) == edit
    assert client.get(reverse(LIST)).status_code == 200


def test_what_the_feed_has_cannot_be_deleted_and_what_an_editor_entered_can(sign_in, row, make_round):
    mistake = make_round(origin="editor")
    address = "admin:rounds_round_delete"

    for role, status in (("editor", 403), ("publisher", 200), ("superuser", 200)):
        client = sign_in(role)
        assert client.get(reverse(address, args=[row.pk])).status_code == 403
        assert client.get(reverse(address, args=[mistake.pk])).status_code == status


def test_an_editor_enters_a_round(sign_in, read_form, client):
    editor = sign_in("editor")
    data = read_form(editor.get(reverse(ADD)), "round_form")
    given = {
        "number": "445",
        "date": "2026-11-01",
        "type": "cec",
        "name": "Canadian Experience Class",
        "cutoff": "520",
        "invitations": "1000",
        "tie_break": "2026-09-01 23:05:13",
    }
    response = editor.post(reverse(ADD), data | {name: [value] for name, value in given.items()})

    assert response.status_code == 302, response.context["adminform"].form.errors
    made = Round.objects.get()
    assert (made.origin, made.held, made.pool) == ("editor", [], None)
    assert made.tie_break == datetime(2026, 9, 1, 23, 5, 13, tzinfo=UTC)
    assert not Correction.objects.exists()
    assertContains(client.get("/en/rounds/445/"), "Entered by our editors; the feed does not have it yet.")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("number", "0", "Write a number such as 434 or 91a."),
        ("number", "434\n", None),
        ("date", "2999-01-01", "A round of the future cannot be entered."),
        ("date", "2014-01-01", "2015"),
        ("cutoff", "1201", "1200"),
        ("tie_break", "yesterday", "Write it in UTC and to the second"),
        ("pool", "1,2,3", "The pool has 18 numbers"),
    ],
)
def test_a_wrong_entry_is_told_at_its_field(sign_in, read_form, field, value, words):
    editor = sign_in("editor")
    data = read_form(editor.get(reverse(ADD)), "round_form")
    good = {"number": "445", "date": "2026-11-01", "type": "cec", "name": "CEC", "cutoff": "1", "invitations": "1"}
    response = editor.post(reverse(ADD), data | {name: [one] for name, one in (good | {field: value}).items()})

    if words is None:
        assert Round.objects.get().number == "434"  # a blank at the end is taken off
        return
    assertContains(response, words)
    assert not Round.objects.exists()


def test_saving_without_a_change_corrects_nothing(save, row):
    before = Round.objects.values().get()
    save(row)

    assert Round.objects.values().get() == before
    assert not Correction.objects.exists()


def test_a_correction_is_logged_with_its_person_and_held(save, row):
    response = save(row, cutoff=460, tie_break="2025-10-11 14:55:50")

    assert response.redirect_chain, response.context["adminform"].form.errors
    row.refresh_from_db()
    assert (row.cutoff, row.held) == (460, ["cutoff", "tie_break"])
    correction = Correction.objects.get()
    assert [(one["field"], one["was"], one["is"]) for one in correction.changes] == [
        ("cutoff", 470, 460),
        ("tie_break", "2025-10-11T14:55:49+00:00", "2025-10-11T14:55:50+00:00"),
    ]
    assert (correction.by, correction.person.username[:6]) == ("editor", "editor")


def test_a_form_that_an_import_has_overtaken_is_not_saved_over_it(save, row, make_row, make_feed):
    def read_feed():
        entries = official.read(make_feed([make_row(drawCRS="471")]), latest=date(2026, 11, 26))
        importing.bring_in(entries, by=Correction.By.FEED)

    response = save(row, meanwhile=read_feed, invitations=3100)

    assertContains(response, "This round was changed while the form was open")
    row.refresh_from_db()
    assert (row.cutoff, row.invitations, row.held) == (471, 3000, [])


def test_a_field_is_given_back_to_the_feed_on_the_form(save, row, sign_in):
    save(row, cutoff=460, invitations=3100)
    assertContains(sign_in("editor").get(change(row)), "cut-off: 460 here; the feed says 470")
    save(row, follow=["cutoff"])

    row.refresh_from_db()
    assert (row.cutoff, row.invitations, row.held) == (470, 3100, ["invitations"])
    assert Correction.objects.count() == 2


def test_rounds_are_given_back_from_the_list(save, row, sign_in):
    save(row, cutoff=460)
    data = {"action": "take_back", "_selected_action": [row.pk]}
    response = sign_in("editor").post(reverse(LIST), data, follow=True)

    assertContains(response, "1 round says what the feed says again.")
    row.refresh_from_db()
    assert (row.cutoff, row.held) == (470, [])


def test_the_list_says_how_reading_the_feed_goes(sign_in, row):
    FeedState.objects.update(
        fault="Row 1 (#434): drawCRS: <b>?</b>",
        next_try_at=datetime(2026, 11, 25, 15, 7, tzinfo=UTC),
        notes=["#434: cut-off was corrected here; the feed says something else."],
    )
    response = sign_in("editor").get(reverse(LIST))

    assertContains(response, "The official feed could not be read:")
    assertContains(response, "drawCRS: &lt;b&gt;?&lt;/b&gt;")
    assertContains(response, "It is tried again from 25 November 2026, 10:07 EST on.")
    assertContains(response, "#434: cut-off was corrected here")


def test_the_raw_row_is_shown_as_text(sign_in, make_round):
    row = make_round(raw={"drawNumberURL": "<a href='x'>1</a><script>x</script>"})
    response = sign_in("editor").get(change(row))

    assertContains(response, "&lt;script&gt;")
    assertNotContains(response, "<script>x")


def test_the_list_costs_the_same_for_many_rounds(sign_in, make_round, django_assert_max_num_queries):
    client = sign_in("editor")
    for _number in range(20):
        make_round()
    client.get(reverse(LIST))

    with django_assert_max_num_queries(12):
        assertContains(client.get(reverse(LIST)), "Canadian Experience Class")
