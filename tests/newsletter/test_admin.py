"""What editors of the group Newsletter see and do with people, and what nobody can do."""

import json
from datetime import date

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from newsletter import leaving
from newsletter.addresses import check
from newsletter.models import Consent, Import, Subscriber, Suppression, Topic

pytestmark = pytest.mark.django_db


def address(name, *args):
    return reverse(f"admin:newsletter_{name}", args=args)


@pytest.fixture
def editor(sign_in):
    return sign_in("newsletter")


def test_a_subscriber_is_found_however_the_address_is_typed(editor, make_subscriber):
    make_subscriber("Ana@exämple.org")
    make_subscriber("bob@example.org")

    for typed in ("ana@exämple.org", "ANA@xn--exmple-cua.org", "xn--exmple"):
        response = editor.get(address("subscriber_changelist"), {"q": typed})
        assertContains(response, "Ana@exämple.org")
        assertNotContains(response, "bob@example.org")


def test_the_list_costs_the_same_however_many_people(editor, make_subscriber, django_assert_num_queries):
    counts = []
    for more in (2, 10):
        for number in range(more):
            make_subscriber(f"a{more}-{number}@example.org")
        editor.get(address("subscriber_changelist"))
        # Session, person, two for permissions, topics of the filter, a count and the rows.
        with django_assert_num_queries(7) as queries:
            editor.get(address("subscriber_changelist"))
        counts.append(len(queries))
    assert len(set(counts)) == 1


def test_the_page_of_a_subscriber_shows_the_record_and_changes_nothing(editor, make_subscriber):
    subscriber = make_subscriber()

    response = editor.get(address("subscriber_change", subscriber.pk))

    assertContains(response, "ana@example.org")
    assertContains(response, "Form, and the link of a mail")
    assertContains(response, "page: /en/")
    assertNotContains(response, subscriber.token)
    assert editor.post(address("subscriber_change", subscriber.pk), {"email": "x@example.org"}).status_code == 403


def test_all_data_of_somebody_is_a_file(editor, make_subscriber):
    response = editor.get(address("subscriber_data", make_subscriber().pk))

    assert json.loads(response.content)["consent"][0]["evidence"] == {"page": "/en/"}
    assert "attachment" in response["Content-Disposition"]
    assert LogEntry.objects.get().object_repr == "a…@example.org"


def test_erasing_asks_first_and_leaves_no_address_in_the_history(editor, make_subscriber):
    subscriber = make_subscriber("canary@example.org")
    assertContains(editor.get(address("subscriber_erase", subscriber.pk)), "cannot be brought back")
    assert Subscriber.objects.exists()

    editor.post(address("subscriber_erase", subscriber.pk))

    assert not Subscriber.objects.exists()
    assert "canary" not in str(list(LogEntry.objects.values()))
    assert Suppression.objects.get().reason == "erased"
    response = editor.get(address("consent_changelist"), {"q": "Canary@example.org"})
    assertContains(response, "erased (")


def test_blocking_ends_all_mail(editor, make_subscriber):
    subscriber = make_subscriber()

    editor.post(address("subscriber_block", subscriber.pk))

    subscriber.refresh_from_db()
    assert subscriber.status == "left"
    assert Suppression.objects.get().reason == "blocked"
    assertContains(editor.get(address("subscriber_change", subscriber.pk)), "No mail goes to this address")


def test_an_address_is_suppressed_by_its_hash(editor, make_subscriber):
    subscriber = make_subscriber("known@example.org")
    leaving.suppress(check("gone@example.org").fingerprint, Suppression.Reason.ERASED)

    for email in ("Known@example.org", "new@example.org", "gone@example.org"):
        assert editor.post(address("suppression_add"), {"email": email}).status_code == 302
    assertContains(editor.post(address("suppression_add"), {"email": "new@example.org"}), "on the list already")
    assertContains(editor.post(address("suppression_add"), {"email": "new@"}), "one @")

    subscriber.refresh_from_db()
    assert subscriber.status == "left"
    assert set(Suppression.objects.values_list("reason", flat=True)) == {"blocked"}
    assert Suppression.objects.count() == 3
    assertContains(editor.get(address("suppression_changelist"), {"q": "new@example.org"}), "1 suppressed address")


def test_a_suppression_is_lifted(editor):
    row = leaving.suppress(check("ana@example.org").fingerprint, Suppression.Reason.BOUNCED)

    response = editor.post(address("suppression_delete", row.pk), {"post": "yes"})

    assert response.url == address("suppression_changelist")
    assert not Suppression.objects.exists()


def test_a_list_is_exported_as_it_is_filtered(editor, make_subscriber):
    make_subscriber("ana@example.org", language="fr", name="=1+1")
    make_subscriber("bob@example.org")

    response = editor.get(address("subscriber_export"), {"language__exact": "fr"})

    text = b"".join(response.streaming_content).decode()
    assert "ana@example.org,'=1+1" in text
    assert "bob@" not in text
    assert LogEntry.objects.get().change_message


@pytest.fixture
def upload(editor, topics):
    def post(text="email\nana@example.org\nbob@localhost\n", **overrides):
        values = {
            "file": SimpleUploadedFile("fair.csv", text.encode()),
            "kind": "express",
            "consented_on": "2026-11-01",
            "statement": "Paper forms of the fair in Paris, kept in binder 7.",
            "language": "en",
            "topics": ["study"],
        }
        values = {name: value for name, value in (values | overrides).items() if value is not None}
        return editor.post(address("import_add"), values, follow=True)

    return post


def test_a_file_is_checked_first_and_imported_second(editor, upload):
    response = upload()

    assertContains(response, "1 new subscriber")
    assertContains(response, "<td>3</td>")
    assertContains(response, "not the name of a mail domain")
    assert not Subscriber.objects.exists()
    row = Import.objects.get()
    editor.post(address("import_start", row.pk))

    assert [one.email for one in Subscriber.objects.all()] == ["ana@example.org"]
    assert Consent.objects.get().evidence["statement"].startswith("Paper forms")
    row.refresh_from_db()
    assert (row.state, row.content) == ("done", None)
    editor.post(address("import_start", row.pk))
    assert Subscriber.objects.count() == 1


@pytest.mark.parametrize(
    ("overrides", "fault"),
    [
        ({"statement": "Trust me."}, "in a whole sentence"),
        ({"statement": None}, "This field is required"),
        ({"consented_on": "2999-01-01"}, "still to come"),
        ({"topics": None}, "This field is required"),
        ({"topics": ["nothing"]}, "not one of the available choices"),
        ({"kind": "guess"}, "not one of the available choices"),
        ({"file": None}, "This field is required"),
        ({"text": "name\nAna\n"}, "has to name the columns"),
    ],
)
def test_an_import_needs_a_statement_and_a_file_that_can_be_read(upload, overrides, fault):
    assertContains(upload(**overrides), fault)
    assert not Import.objects.exists()


@pytest.mark.parametrize("role", ["author", "editor", "publisher"])
def test_other_groups_see_nobody(sign_in, make_subscriber, role):
    client, subscriber = sign_in(role), make_subscriber()

    for name in ("subscriber_changelist", "consent_changelist", "signup_changelist", "suppression_changelist"):
        assert client.get(address(name)).status_code == 403
    for name in ("change", "data", "erase", "block"):
        assert client.get(address(f"subscriber_{name}", subscriber.pk)).status_code == 403
        assert client.post(address(f"subscriber_{name}", subscriber.pk)).status_code == 403
    row = Import.objects.create(
        file_name="a", kind="express", statement="x", consented_on=date(2026, 1, 1), language="en", topics=[]
    )
    assert client.post(address("import_start", row.pk)).status_code == 403
    assert client.get(address("subscriber_export")).status_code == 403
    assert Subscriber.objects.get().status == "active"


def test_a_topic_is_taken_off_offer_and_never_deleted(sign_in, topics, read_form):
    client, topic = sign_in("publisher"), topics[0]
    page = client.get(address("topic_change", topic.pk))
    data = read_form(page, "topic_form")
    data.pop("is_offered")

    assert client.post(address("topic_change", topic.pk), data).status_code == 302
    assert client.post(address("topic_delete", topic.pk), {"post": "yes"}).status_code == 403
    assert not Topic.objects.get(pk=topic.pk).is_offered
