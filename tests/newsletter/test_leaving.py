"""Preferences, pausing, leaving in one click, data, and being forgotten."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.timezone import now
from pytest_django.asserts import assertContains, assertNotContains, assertNumQueries, assertRedirects

from newsletter import consent, joining, leaving, tasks
from newsletter.addresses import check
from newsletter.models import Consent, SignUp, Subscriber, Subscription, Suppression

pytestmark = pytest.mark.django_db


def preferences(subscriber):
    return reverse("newsletter:preferences", kwargs={"token": subscriber.token})


def one_click(token):
    return reverse("newsletter_leave", kwargs={"token": token})


@pytest.fixture
def choose(client):
    """Send the preferences as the page has them, whatever is overridden."""

    def post(subscriber, **data):
        values = {"topics": ["study"], "pace": "weekly", "language": "en", "time_zone": "America/Toronto", "save": ""}
        return client.post(preferences(subscriber), values | data)

    return post


# One click


@pytest.mark.parametrize("body", [{"List-Unsubscribe": "One-Click"}, {}, {"anything": "else"}])
def test_a_mail_program_leaves_with_one_post(client, make_subscriber, body):
    subscriber = make_subscriber(keys=("study", "work"))

    response = client.post(one_click(subscriber.token), body, headers={"Origin": "https://mail.example"})

    assert response.status_code == 200
    subscriber.refresh_from_db()
    assert subscriber.status == "left"
    assert subscriber.left_at is not None
    assert not subscriber.subscriptions.current().exists()


def test_leaving_twice_is_leaving_once(client, make_subscriber):
    subscriber = make_subscriber()
    first = client.post(one_click(subscriber.token))
    lines = Consent.objects.count()

    assert client.post(one_click(subscriber.token)).content == first.content
    assert Consent.objects.count() == lines == 2


@pytest.mark.parametrize("token", ["x", "A" * 22, "é", "a" * 3000, "%00", "..", "A" * 22 + "?x=1"])
def test_a_token_that_is_nobodys_is_answered_with_200(client, token):
    assert client.post(f"/u/{token}").status_code in ({200} if token != ".." else {200, 404, 405})


def test_a_link_works_for_somebody_who_was_erased(client, make_subscriber):
    subscriber = make_subscriber()
    leaving.erase(subscriber)

    assertContains(client.post(one_click(subscriber.token)), "You have left")


def test_a_link_works_after_years(client, make_subscriber):
    subscriber = make_subscriber()
    with time_machine.travel(datetime.now(UTC) + timedelta(days=3650)):
        assert client.post(one_click(subscriber.token)).status_code == 200
    subscriber.refresh_from_db()
    assert subscriber.status == "left"


def test_the_page_speaks_the_subscribers_language(client, make_subscriber):
    subscriber = make_subscriber(language="fr")

    assertContains(client.get(one_click(subscriber.token)), '<html lang="fr">')


def test_leaving_costs_the_same_however_many_topics(client, make_subscriber, make_topic):
    for number in range(5):
        make_topic(f"more-{number}")
    few = make_subscriber("a@example.org", keys=("study",))
    # The subscriber; a savepoint, the lock, the row; a line; the topics; links that wait, the row, the end; the foot.
    with assertNumQueries(11):
        client.post(one_click(few.token))


# Preferences


def test_the_page_shows_what_comes_and_not_to_whom(client, make_subscriber):
    subscriber = make_subscriber("ana.secret@example.org")

    # The subscriber, their topics, all topics, and the pages of the foot.
    with assertNumQueries(4):
        response = client.get(preferences(subscriber))

    assertContains(response, "a…@example.org")
    assertNotContains(response, "secret")
    assertContains(response, 'value="study" checked')
    assertNotContains(response, "closed")
    assert response["Cache-Control"] == "no-store, private"


def test_topics_and_pace_are_changed_with_their_record(choose, make_subscriber):
    subscriber = make_subscriber(keys=("study", "work"))

    response = choose(subscriber, topics=["work", "money"], pace="monthly", language="fr", time_zone="Europe/Paris")

    assertRedirects(response, preferences(subscriber) + "?saved", fetch_redirect_response=False)
    subscriber.refresh_from_db()
    assert (subscriber.pace, subscriber.language, subscriber.time_zone) == ("monthly", "fr", "Europe/Paris")
    assert [row.topic.key for row in subscriber.subscriptions.current()] == ["work", "money"]
    lines = [(line.act, line.topic.key, line.method) for line in subscriber.consents.all()[2:]]
    assert lines == [("withdrawn", "study", "preferences"), ("given", "money", "preferences")]
    assert subscriber.consents.last().text.version == consent.version("en")


def test_saving_without_a_change_writes_no_line(choose, make_subscriber):
    subscriber = make_subscriber()

    choose(subscriber)

    assert Consent.objects.count() == 1


@pytest.mark.parametrize("data", [{"topics": ["closed"]}, {"pace": "x"}, {"language": "de"}, {"time_zone": "Mars/X"}])
def test_what_cannot_be_chosen_changes_nothing(choose, make_subscriber, data):
    subscriber = make_subscriber()

    assertContains(choose(subscriber, **data), "Not saved yet")
    assert [row.topic.key for row in subscriber.subscriptions.current()] == ["study"]


def test_a_topic_that_is_no_longer_offered_stays_with_who_has_it(choose, client, make_subscriber):
    subscriber = make_subscriber(keys=("closed",))

    assertContains(client.get(preferences(subscriber)), 'value="closed" checked')
    choose(subscriber, topics=["closed", "work"])

    assert subscriber.subscriptions.current().count() == 2


def test_preferences_do_not_bring_back_who_has_left(choose, make_subscriber):
    subscriber = make_subscriber()
    leaving.leave(subscriber, Consent.Method.ONE_CLICK)

    choose(subscriber, topics=["work"])

    assert not subscriber.subscriptions.current().exists()


def test_a_pause_ends_at_midnight_of_the_subscriber(client, make_subscriber):
    subscriber = make_subscriber(time_zone="Asia/Kolkata")
    day = (now() + timedelta(days=10)).date()

    client.post(preferences(subscriber), {"pause": "", "until": day.isoformat()})

    subscriber.refresh_from_db()
    assert subscriber.paused_until.isoformat() == f"{day - timedelta(days=1)}T18:30:00+00:00"
    assert not Subscriber.objects.mailable().exists()
    assertContains(client.get(preferences(subscriber)), "Nothing comes until")
    client.post(preferences(subscriber), {"resume": ""})
    assert Subscriber.objects.mailable().exists()


@pytest.mark.parametrize("until", ["", "x", "2020-01-01", "9999-12-31", "2026-13-01"])
def test_a_pause_is_for_a_day_to_come(client, make_subscriber, until):
    subscriber = make_subscriber()

    assertContains(client.post(preferences(subscriber), {"pause": "", "until": until}), "Choose a day")
    subscriber.refresh_from_db()
    assert subscriber.paused_until is None


def test_a_post_without_a_button_does_nothing(client, make_subscriber):
    subscriber = make_subscriber()

    assertRedirects(client.post(preferences(subscriber), {}), preferences(subscriber))


# Data


def test_data_goes_to_the_owners_mailbox_alone(client, make_subscriber, mailoutbox):
    subscriber = make_subscriber()

    response = client.post(preferences(subscriber), {"data": ""})

    assert response.status_code == 302
    [mail] = mailoutbox
    assert mail.to == ["ana@example.org"]
    [file] = mail.attachments
    content = json.loads(file.content)
    assert content["email"] == "ana@example.org"
    assert content["consent"][0]["words"].startswith("Yes, send me")
    assert content["topics"] == [{"topic": "study", "on": True, "expires_at": None}]
    assert subscriber.token not in file.content


def test_nobody_fills_a_mailbox_with_it(client, make_subscriber, mailoutbox):
    subscriber = make_subscriber()

    for _time in range(6):
        client.post(preferences(subscriber), {"data": ""})

    assert len(mailoutbox) == 3


# Being forgotten


def test_erasing_takes_a_day_and_a_mail(client, make_subscriber, mailoutbox):
    subscriber = make_subscriber()

    client.post(preferences(subscriber), {"erase": ""})
    client.post(preferences(subscriber), {"erase": ""})

    subscriber.refresh_from_db()
    assert subscriber.status == "left"
    assert [mail.subject for mail in mailoutbox] == ["Your data will be deleted"]
    tasks.erase_due.call()
    assert Subscriber.objects.exists()
    Subscriber.objects.update(erase_at=Now())
    tasks.erase_due.call()
    assert not Subscriber.objects.exists()


def test_erasing_can_be_taken_back(client, make_subscriber):
    subscriber = make_subscriber()
    client.post(preferences(subscriber), {"erase": ""})

    client.post(preferences(subscriber), {"keep": ""})

    subscriber.refresh_from_db()
    assert (subscriber.erase_at, subscriber.status) == (None, "left")


def everything():
    """All text of all tables of the newsletter."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE tablename LIKE 'newsletter_%' ORDER BY tablename")
        texts = []
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT row_to_json(t)::text FROM "{table}" t')  # noqa: S608
            texts += [text for (text,) in cursor.fetchall()]
    return "\n".join(texts)


def test_nothing_is_left_of_somebody_but_a_keyed_hash(make_subscriber, make_sign_up):
    subscriber = make_subscriber("canary@example.org", name="Canary Bird")
    make_sign_up("Canary@example.org")
    assert "canary" in everything().lower()

    leaving.erase(subscriber)

    assert "canary" not in everything().lower()
    assert subscriber.token not in everything()
    address_hash = check("canary@example.org").fingerprint
    lines = Consent.objects.filter(address_hash=address_hash)
    assert [line.act for line in lines] == ["given", "withdrawn"]
    assert Suppression.objects.get().address_hash == address_hash
    assert Suppression.objects.get().reason == "erased"


def test_erasing_keeps_a_stronger_reason(make_subscriber):
    subscriber = make_subscriber()
    leaving.suppress(subscriber.address_hash, Suppression.Reason.COMPLAINED)

    leaving.erase(subscriber)

    assert Suppression.objects.get().reason == "complained"
    leaving.suppress(subscriber.address_hash, Suppression.Reason.BLOCKED)
    assert Suppression.objects.get().reason == "complained"


# The record


@pytest.mark.parametrize(
    "change",
    [
        lambda line: Consent.objects.filter(pk=line.pk).update(evidence={}),
        lambda line: Consent.objects.filter(pk=line.pk).update(act="withdrawn"),
        lambda line: Consent.objects.filter(pk=line.pk).update(at=Now()),
        lambda line: Consent.objects.filter(pk=line.pk).update(subscriber=None, address_hash="x"),
        lambda line: Consent.objects.filter(pk=line.pk)._raw_delete("default"),
        lambda line: type(line.text).objects.filter(pk=line.text_id).update(text="other"),
        lambda line: type(line.text).objects.filter(pk=line.text_id)._raw_delete("default"),
    ],
    ids=["evidence", "act", "moment", "hash", "line", "words", "words deleted"],
)
def test_the_database_refuses_to_change_the_record(make_subscriber, change):
    line = make_subscriber().consents.get()

    with pytest.raises(IntegrityError, match="neither changed nor deleted"), transaction.atomic():
        change(line)


def test_what_belongs_to_nobody_is_deleted_after_three_years(make_subscriber):
    subscriber = make_subscriber()
    old = Consent.objects.create(
        address_hash="x" * 40, act="withdrawn", method="one-click", at=now() - timedelta(days=1200)
    )
    Consent.objects.create(address_hash="y" * 40, act="withdrawn", method="one-click", at=now() - timedelta(days=900))
    kept = subscriber.consents.get().pk

    assert leaving.forget_record() == 1

    assert not Consent.objects.filter(pk=old.pk).exists()
    assert Consent.objects.filter(pk=kept).exists()


def test_an_implied_consent_ends(make_subscriber, make_topic):
    subscriber = make_subscriber(keys=())
    ended, going = now() - timedelta(minutes=1), now() + timedelta(days=1)
    for topic, until in ((make_topic("one"), ended), (make_topic("two"), going)):
        evidence = {"import": 1}
        consent.give(subscriber, [topic], method="import", evidence=evidence, kind="implied-inquiry", expires_at=until)

    assert [row.topic.key for row in Subscription.objects.current()] == ["two"]  # also before the task
    tasks.end_expired.call()
    assert [row.topic.key for row in Subscription.objects.filter(is_on=True)] == ["two"]


def test_an_express_consent_takes_the_place_of_an_implied_one(make_subscriber, topics):
    subscriber = make_subscriber(keys=())
    until = now() + timedelta(days=1)
    consent.give(subscriber, topics[:1], method="import", evidence={}, kind="implied-inquiry", expires_at=until)

    consent.give(subscriber, topics[:1], method="confirmed", evidence={})

    assert subscriber.subscriptions.get().expires_at is None


def test_implied_consent_without_an_end_is_refused(make_subscriber, topics):
    with pytest.raises(IntegrityError), transaction.atomic():
        consent.give(make_subscriber(keys=()), topics[:1], method="import", evidence={}, kind="implied-inquiry")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("", ""),
        ("unix", ""),
    ],
)
def test_a_network_is_kept_no_nearer_than_it_has_to_be(rf, address, network):
    assert consent.network(rf.get("/", REMOTE_ADDR=address)) == network


def test_mailable_leaves_out_whom_mail_must_not_reach(make_subscriber):
    make_subscriber("ok@example.org")
    leaving.leave(make_subscriber("left@example.org"), "one-click")
    leaving.pause(make_subscriber("paused@example.org"), now() + timedelta(days=1))
    leaving.suppress(make_subscriber("held@example.org").address_hash, "complained")

    assert [row.email for row in Subscriber.objects.mailable()] == ["ok@example.org"]
    assert joining.is_suppressed(check("held@example.org").fingerprint)
    assert SignUp.objects.count() == 0
