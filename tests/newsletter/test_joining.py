"""The sign-up form: the same answer for every address, held down for those who bomb, and what each owner is told."""

import re
from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from pytest_django.asserts import assertContains, assertNumQueries, assertRedirects

from newsletter import consent, joining, leaving, tasks, tokens
from newsletter.addresses import check
from newsletter.models import Consent, SignUp, Subscriber, Suppression, Topic

pytestmark = pytest.mark.django_db
Outcome = SignUp.Outcome


@pytest.fixture
def address_kinds(make_subscriber, make_sign_up):
    """An address of every kind."""
    left = make_subscriber("left@example.org")
    leaving.leave(left, Consent.Method.ONE_CLICK)
    make_subscriber("known@example.org")
    make_sign_up("waiting@example.org")
    for reason in Suppression.Reason:
        leaving.suppress(check(f"{reason.value}@example.org").fingerprint, reason)
    erased = make_subscriber("gone@example.org")
    leaving.erase(erased)
    names = ["new", "known", "waiting", "left", "gone", *Suppression.Reason.values]
    return [f"{name}@example.org" for name in names]


def test_every_address_gets_the_same_answer_from_the_same_work(send, address_kinds, no_throttle, settings):
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.dummy.DummyBackend", "QUEUES": []}}
    seen = set()
    for email in address_kinds:
        no_throttle()
        with CaptureQueriesContext(connection) as queries:
            response = send(email=email)
        shape = tuple(re.sub(r" (WHERE|VALUES) .*|[0-9_x]+", "", query["sql"], flags=re.DOTALL) for query in queries)
        headers = tuple(sorted((name, value) for name, value in response.items()))
        seen.add((response.status_code, response.content, headers, shape))
        asked = " ".join(query["sql"] for query in queries)
        assert "newsletter_subscriber" not in asked
        assert "newsletter_suppression" not in asked

    assert len(seen) == 1


def test_signing_up_costs_the_same_whatever_there_is(send, topics, settings):
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.dummy.DummyBackend", "QUEUES": []}}
    consent.current_text("en")

    # Topics; two counts of two queries; a savepoint and its end, the words, the sign-up. The tests' own transaction
    # adds the savepoint where there would be a transaction.
    with assertNumQueries(9):
        send()


@pytest.mark.parametrize(
    ("kind", "outcome", "subject"),
    [
        ("new", Outcome.ASKED, "Confirm that you want our newsletter"),
        ("known", Outcome.KNOWN, "You are already a subscriber"),
        ("left", Outcome.ASKED, "Confirm that you want our newsletter"),
        ("gone", Outcome.ASKED, "Confirm that you want our newsletter"),
        ("erased", Outcome.ASKED, "Confirm that you want our newsletter"),
        ("complained", Outcome.BLOCKED, None),
        ("bounced", Outcome.BLOCKED, None),
        ("blocked", Outcome.BLOCKED, None),
    ],
)
def test_what_the_owner_is_told(send, address_kinds, mailoutbox, kind, outcome, subject):
    mailoutbox.clear()

    send(email=f"{kind}@example.org")

    assert SignUp.objects.first().outcome == outcome
    assert [mail.subject for mail in mailoutbox] == ([subject] if subject else [])


def test_a_subscriber_is_offered_what_is_new_and_gets_it_by_the_link(send, client, mailoutbox, link, make_subscriber):
    subscriber = make_subscriber(keys=("study",), pace="monthly")
    send(topics=["study", "money"], pace="at_once")
    [mail] = mailoutbox

    assert "Money Name" in mail.body
    assert "Study Name" not in mail.body
    assert subscriber.token in mail.extra_headers["List-Unsubscribe"]
    client.post(link(mail, "confirm"))

    subscriber.refresh_from_db()
    assert [row.topic.key for row in subscriber.subscriptions.current()] == ["study", "money"]
    assert subscriber.pace == "monthly"  # a form that anybody can send changes no choice
    assert len(mailoutbox) == 1  # they know us


def test_a_subscriber_who_has_all_of_it_gets_a_mail_without_that_link(send, mailoutbox, make_subscriber):
    make_subscriber()

    send()

    assert "confirm" not in mailoutbox[0].body
    assert "preferences" in mailoutbox[0].body


def test_who_left_comes_back_by_confirming(send, client, mailoutbox, link, make_subscriber):
    subscriber = make_subscriber()
    leaving.leave(subscriber, Consent.Method.ONE_CLICK)
    send(topics=["work"], email="ANA@example.org")

    client.post(link(mailoutbox[0], "confirm"))

    subscriber.refresh_from_db()
    assert subscriber.status == "active"
    assert subscriber.left_at is None
    assert [row.topic.key for row in subscriber.subscriptions.current()] == ["work"]


def test_who_was_erased_comes_back_by_confirming(send, client, mailoutbox, link, make_subscriber):
    leaving.erase(make_subscriber())
    send()

    client.post(link(mailoutbox[0], "confirm"))

    assert Subscriber.objects.get().status == "active"
    assert not Suppression.objects.exists()


def test_who_was_suppressed_meanwhile_is_not_confirmed(client, make_sign_up):
    row = make_sign_up()
    leaving.suppress(row.address_hash, Suppression.Reason.COMPLAINED)

    path = reverse("newsletter:confirm", kwargs={"token": tokens.confirm_token(row.key)})

    assert client.post(path).status_code == 410
    assert not Subscriber.objects.exists()


# The form


def test_a_short_form_asks_for_all_that_is_offered(send, client, mailoutbox, link, topics):
    assertRedirects(send(place="foot", topics=None), reverse("newsletter:check_mail"))
    client.post(link(mailoutbox[0], "confirm"))

    keys = [row.topic.key for row in Subscriber.objects.get().subscriptions.all()]
    assert keys == ["study", "work", "money"]


def test_a_box_whose_topic_is_no_longer_offered_asks_for_all(send, topics):
    assertRedirects(send(place="box", topics=["closed"]), reverse("newsletter:check_mail"))
    assert SignUp.objects.get().topics == []


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        ({"email": ""}, "Type your e-mail address."),
        ({"email": "ana@"}, "An e-mail address has one @"),
        ({"email": "ana@example.org\nBcc: bob@example.org"}, "invisible character"),
        ({"email": "ana@example.org\x00"}, "Null characters are not allowed."),
        ({"email": "ana@example.org,bob@example.org"}, "Type one e-mail address alone"),
        ({"email": "a" * 500 + "@example.org"}, "at most"),
        ({"agree": None}, "without your consent nothing is sent"),
        ({"terms": "old"}, "These words have changed"),
        ({"topics": None}, "Choose at least one topic."),
        ({"topics": ["closed"]}, "closed is not one of the available choices"),
        ({"topics": ["study\x00"]}, "is not one of the available choices"),
        ({"pace": "hourly"}, "hourly is not one"),
        ({"language": "de"}, "de is not one"),
    ],
)
def test_a_mistake_is_said_and_the_rest_is_kept(send, topics, mailoutbox, data, fault):
    response = send(**data)

    if "pace" not in data and "language" not in data:
        assertContains(response, fault)
    assertContains(response, "Nothing that you wrote is lost.")
    if "email" not in data:
        assertContains(response, 'value="ana@example.org"')
    assert response["Cache-Control"] == "no-store"
    assert not SignUp.objects.exists()
    assert not mailoutbox


def test_a_slip_is_asked_about_once(send, topics):
    response = send(email="ana@gmial.com")
    assertContains(response, "Did you mean ana@gmail.com?")
    assertContains(response, 'name="instead" value="ana@gmail.com"')
    assert not SignUp.objects.exists()

    send(email="ana@gmial.com", sure="ana@gmial.com")
    send(email="ana@gmial.com", instead="ana@gmail.com")

    assert sorted(row.email for row in SignUp.objects.all()) == ["ana@gmail.com", "ana@gmial.com"]


def test_the_trap_for_machines_keeps_nothing_and_says_nothing(send, topics, mailoutbox):
    assertRedirects(send(website="https://spam.example"), reverse("newsletter:check_mail"))
    assert not SignUp.objects.exists()
    assert not mailoutbox


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"}, {"Referer": "x"}],
)
def test_a_form_from_elsewhere_is_refused(send, topics, headers):
    assert send(headers=headers).status_code == 403
    assert not SignUp.objects.exists()


def test_the_page_is_the_same_for_everybody_and_may_be_kept(client, topics):
    # The topics, and the pages of the foot.
    with assertNumQueries(2):
        response = client.get(reverse("newsletter:subscribe"))

    assert response["Cache-Control"].startswith("public, max-age=60")
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assertContains(response, 'name="agree" required>')
    assertContains(response, "100 Sample Street")
    assertContains(response, "Study Sample")
    assertContains(response, 'name="email"', count=1)  # no second form at the foot


def test_the_language_of_the_page_is_the_language_of_the_mail(send, topics, mailoutbox):
    with override("fr"):
        path = reverse("newsletter:subscribe")

    send(path)

    assert SignUp.objects.get().language == "fr"
    assert SignUp.objects.get().text.language == "fr"
    assert "/fr/" in mailoutbox[0].body
    assert "FR study name" in mailoutbox[0].body


# Bombing


def test_a_household_sends_ten_an_hour(send, topics):
    for number in range(10):
        assert send(email=f"a{number}@example.org").status_code == 302

    response = send(email="more@example.org")

    assert response.status_code == 429
    assert response["Retry-After"] == "3600"
    assert send(email="more@example.org", remote="198.51.100.7").status_code == 302


def test_a_network_sends_sixty_an_hour(send, topics, settings):
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.dummy.DummyBackend", "QUEUES": []}}
    for number in range(60):
        assert send(email=f"a{number}@example.org", remote=f"203.0.113.{number}").status_code == 302

    assert send(remote="203.0.113.200").status_code == 429
    assert send(remote="203.0.114.200").status_code == 302


def test_one_address_gets_one_mail_in_ten_minutes_and_three_a_day(send, topics, mailoutbox, no_throttle):
    for number in range(100):
        no_throttle()
        assert send(remote=f"198.51.{number}.7").status_code == 302
    assert len(mailoutbox) == 1
    assert SignUp.objects.filter(outcome=Outcome.HELD).count() == 99

    for _time in range(4):
        SignUp.objects.exclude(mailed_at=None).update(mailed_at=Now() - timedelta(minutes=11))
        no_throttle()
        send()
    assert len(mailoutbox) == 3


def test_all_together_are_mailed_so_often_and_the_rest_waits(send, topics, mailoutbox, settings):
    settings.SIGN_UP_MAILS_AN_HOUR = 2
    for number in range(4):
        send(email=f"a{number}@example.org")
    assert len(mailoutbox) == 2

    SignUp.objects.update(asked_at=Now() - timedelta(minutes=5))
    tasks.answer_waiting.call()
    assert len(mailoutbox) == 2
    SignUp.objects.exclude(mailed_at=None).update(mailed_at=Now() - timedelta(hours=2))
    tasks.answer_waiting.call()

    assert sorted(mail.to[0] for mail in mailoutbox) == [f"a{number}@example.org" for number in range(4)]


def test_one_refused_mailbox_holds_up_nobody_else(make_sign_up, mailoutbox, monkeypatch):
    first, second = make_sign_up(), make_sign_up("ben@example.org")
    SignUp.objects.update(asked_at=Now() - timedelta(hours=1))
    send = joining.mails.confirm

    def confirm(row, *rest):
        if row.pk == first.pk:
            raise SMTPRecipientsRefused({})
        send(row, *rest)

    monkeypatch.setattr(joining.mails, "confirm", confirm)
    tasks.answer_waiting.call()

    assert len(mailoutbox) == 1
    second.refresh_from_db()
    assert second.outcome == Outcome.ASKED


def test_what_waited_for_a_day_gets_no_mail(make_sign_up, mailoutbox):
    row = make_sign_up(asked_at=Now() - timedelta(hours=25))

    tasks.answer_waiting.call()

    row.refresh_from_db()
    assert row.outcome == Outcome.TOO_LATE
    assert not mailoutbox


# The task


def test_a_mail_goes_once(make_sign_up, mailoutbox):
    row = make_sign_up()

    assert joining.answer(row.pk)
    assert not joining.answer(row.pk)

    assert len(mailoutbox) == 1


def test_a_mail_that_does_not_leave_is_tried_again(make_sign_up, mailoutbox, monkeypatch):
    row = make_sign_up()

    def away(*_args, **_kwargs):
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr("newsletter.mails.send", away)
        with pytest.raises(OSError):
            joining.answer(row.pk)

    row.refresh_from_db()
    assert (row.outcome, row.mailed_at) == ("", None)
    assert joining.answer(row.pk)
    assert len(mailoutbox) == 1


def test_a_sign_up_is_forgotten_after_a_week(make_sign_up):
    make_sign_up("old@example.org", asked_at=Now() - timedelta(days=8))
    make_sign_up("new@example.org")

    tasks.forget.call()

    assert [row.email for row in SignUp.objects.all()] == ["new@example.org"]


def test_no_address_is_in_the_arguments_of_a_task_or_in_a_log(send, topics, settings, caplog, monkeypatch):
    seen = []
    monkeypatch.setattr(tasks.answer_sign_up.__class__, "enqueue", lambda _task, *args: seen.append(args))
    with caplog.at_level("DEBUG"):
        send(email="canary@example.org")

    assert seen == [(SignUp.objects.get().pk,)]
    assert "canary" not in "".join(line.getMessage() for line in caplog.records if "django.db" not in line.name)


def test_offered_topics_are_the_ones_to_choose(topics):
    assert [topic.key for topic in Topic.objects.offered()] == ["study", "work", "money"]
