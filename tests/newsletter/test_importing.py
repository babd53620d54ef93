"""Files of addresses: mistakes by line, nobody brought back, one transaction, and no formula on the way out."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter import importing, leaving, tasks
from newsletter.importing import BadFile, guarded, unguarded
from newsletter.models import Consent, Import, Subscriber

STATEMENT = "Paper forms at the fair in Paris, kept in binder 7."
db = pytest.mark.django_db


@pytest.fixture
def make_import(topics):
    def make(text, **overrides):
        values = {
            "file_name": "fair.csv",
            "content": text.encode() if isinstance(text, str) else text,
            "kind": "express",
            "statement": STATEMENT,
            "consented_on": date(2026, 11, 1),
            "language": "en",
            "topics": ["study"],
        }
        return Import.objects.create(**values | overrides)

    return make


@pytest.fixture
def examine(make_import):
    return lambda text, **overrides: importing.examine(make_import(text, **overrides))


@db
def test_each_line_is_judged_by_itself(examine, make_subscriber):
    make_subscriber("known@example.org")
    leaving.leave(make_subscriber("left@example.org"), "one-click")
    leaving.erase(make_subscriber("erased@example.org"))
    report = examine(
        "email,name,language,topics,pace,time_zone,consented_on\n"
        "ana@example.org,Ana,fr,work|money,monthly,Europe/Paris,2026-10-01\n"
        "bob@localhost,,,,,,\n"
        "known@example.org,,,,,,\n"
        "\n"
        "LEFT@example.org,,,,,,\n"
        "erased@example.org,,,,,,\n"
        "ANA@example.org,,,,,,\n"
        "c@example.org,,de,,,,\n"
        "d@example.org,,,nothing,,,\n"
        "e@example.org,,,,hourly,,\n"
        "f@example.org,,,,,Mars/Base,\n"
        "g@example.org,,,,,,yesterday\n"
        "h@example.org,,,,,,2999-01-01\n"
        "i@example.org\n"
        f"j@example.org,{'x' * 90},,,,,\n"
        "info@yopmail.com,,,,,,\n"
        '"k@example.org\nBcc: x@example.org",,,,,,\n'
        ",,,,,,x\n"
    )

    assert [(person.line, person.address.key) for person in report.people] == [
        (2, "ana@example.org"),
        (15, "i@example.org"),
        (17, "info@yopmail.com"),
    ]
    [ana, *_others] = report.people
    assert (ana.topics, ana.language, ana.pace) == (("work", "money"), "fr", "monthly")
    assert (ana.time_zone, ana.consented_on) == ("Europe/Paris", date(2026, 10, 1))
    assert [line for line, _words in report.faults] == [3, 9, 10, 11, 12, 13, 14, 16, 18, 20]
    assert dict(report.passed_over) == {
        4: "Is a subscriber already.",
        6: "Has left, and only they can come back.",
        7: "Is on the list of suppressed addresses.",
        8: "The same address as on line 2.",
    }
    assert report.counts == {
        "new": 3, "faults": 10, "passed_over": 4, "marked_disposable": 1, "marked_role": 1,
    }  # fmt: skip


@db
@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("", "empty"),
        ("\n\n", "empty"),
        ("name\nAna\n", "“email” among them"),
        ("email,score\na@example.org,1\n", "Columns that we do not know: score"),
        ("email,email\na@example.org,b@example.org\n", "stands twice"),
        (b"email,name\nana@example.org,Zo\xe9\n", "Line 2 is not in UTF-8"),
        (b"email\x00\n", "not a CSV"),
        (b"PK\x03\x04" + bytes(range(256)), "UTF-8"),
        ('email,name\nana@example.org,"Ana\n', "Line 2 cannot be read"),
        ("email\n" + "a@example.org\n" * (importing.MOST_ROWS + 1), "more than"),
        ("a" * (importing.MOST_BYTES + 1), "larger than"),
    ],
    ids=range(11),
)
def test_a_file_that_cannot_be_read_is_refused_with_a_reason(examine, content, fault):
    with pytest.raises(BadFile, match=fault):
        examine(content)


@db
@pytest.mark.parametrize(
    "content",
    [
        "email;name\nana@example.org;Ana\n",
        "email\tname\r\nana@example.org\tAna\r\n",
        "\ufeffE-mail,Name\nana@example.org,Ana\n",
        "email,name\nana@example.org,Ana\n".encode("utf-16"),
        "courriel,name\nana@example.org,Ana\n",
    ],
)
def test_what_spreadsheets_write_is_read(examine, content):
    [person] = examine(content).people

    assert (person.address.key, person.name) == ("ana@example.org", "Ana")


@db
def test_an_import_writes_people_with_their_consent(make_import, django_assert_max_num_queries):
    row = make_import("email,topics\nana@example.org,study work\nbob@example.org,\n", kind="implied-purchase")
    Import.objects.update(state="waiting")

    with django_assert_max_num_queries(14):
        tasks.run_import.call(row.pk)

    row.refresh_from_db()
    assert (row.state, row.content, row.counts["new"]) == ("done", None, 2)
    ana = Subscriber.objects.get(email="ana@example.org")
    assert ana.status == "active"
    assert [one.topic.key for one in ana.subscriptions.current()] == ["study", "work"]
    line = ana.consents.first()
    assert (line.kind, line.method) == ("implied-purchase", "import")
    assert line.evidence["statement"] == STATEMENT
    assert line.evidence["line"] == 2
    assert line.expires_at == datetime(2028, 10, 31, tzinfo=UTC)
    tasks.run_import.call(row.pk)
    assert Subscriber.objects.count() == 2


@db
def test_an_implied_consent_that_has_run_out_comes_in_no_more(examine):
    old = (datetime.now(UTC) - timedelta(days=200)).date()

    report = examine("email\nana@example.org\n", kind="implied-inquiry", consented_on=old)

    assert report.passed_over == [(2, "The implied consent has run out.")]


@db
def test_an_import_is_all_or_nothing(make_import, monkeypatch):
    row = make_import("email\nana@example.org\nbob@example.org\n", state="waiting")

    def fail(*_args):
        raise RuntimeError("the machine stopped")

    with monkeypatch.context() as patch:
        patch.setattr("newsletter.models.Subscription.objects.bulk_create", fail)
        with pytest.raises(RuntimeError):
            importing.run(row.pk)

    row.refresh_from_db()
    assert row.state == "waiting"
    assert not Subscriber.objects.exists()
    assert not Consent.objects.exists()


@db
def test_a_file_that_went_wrong_meanwhile_says_so(make_import):
    row = make_import("nothing\n", state="waiting")

    importing.run(row.pk)

    row.refresh_from_db()
    assert (row.state, row.content) == ("failed", None)
    assert "email" in row.fault


@db
def test_checking_costs_the_same_for_many_lines(make_import, django_assert_num_queries):
    row = make_import("email\n" + "".join(f"a{number}@example.org\n" for number in range(500)))

    with django_assert_num_queries(3):  # topics, subscribers, suppressed addresses
        assert len(importing.examine(row).people) == 500


@db
def test_files_that_nobody_imports_are_dropped(make_import):
    old = make_import("email\n", created_at=datetime.now(UTC) - timedelta(days=3))
    new = make_import("email\n")

    assert importing.drop_files() == 1

    old.refresh_from_db()
    new.refresh_from_db()
    assert old.content is None
    assert new.content is not None


# Exporting


@given(st.text(max_size=40))
def test_a_cell_is_never_a_formula_and_comes_back_as_it_was(text):
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r", "\uff1d"))


@db
def test_an_export_holds_no_formula_and_can_be_read_again(make_subscriber):
    names = ["=HYPERLINK(1)", "+1", "-1", "@SUM", "'=1", 'Ana "A", B', "\tx", "＝1"]
    for number, name in enumerate(names):
        make_subscriber(f"={number}@example.org" if number == 3 else f"a{number}@example.org", name=name)

    text = "".join(importing.export(Subscriber.objects.order_by("pk")))

    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [unguarded(row["name"]) for row in rows] == names
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    assert unguarded(rows[3]["email"]) == "=3@example.org"
    assert rows[0]["topics"] == "study"


@db
def test_exporting_costs_the_same_for_many(make_subscriber, django_assert_num_queries):
    for number in range(12):
        make_subscriber(f"a{number}@example.org")

    with django_assert_num_queries(3):  # subscribers; their subscriptions; the topics of those
        assert len(list(importing.export(Subscriber.objects.order_by("pk")))) == 13
