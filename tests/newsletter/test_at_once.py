"""Two things at the same moment, with real transactions: confirming twice, confirming and leaving, mailing twice."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from newsletter import consent, joining, leaving, tokens
from newsletter.addresses import check
from newsletter.joining import Wish
from newsletter.models import Consent, ConsentText, SignUp, Subscriber, Topic

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_tasks(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.dummy.DummyBackend", "QUEUES": []}}


@pytest.fixture
def together() -> Callable[..., list[Any]]:
    """Call functions at the same moment, each with a connection of its own; returns what they returned or raised."""

    def call(*functions: Callable[[], Any]) -> list[Any]:
        results: list[Any] = [None] * len(functions)
        gate = threading.Barrier(len(functions))

        def work(place: int) -> None:
            try:
                gate.wait(10)
                results[place] = functions[place]()
            except Exception as error:
                results[place] = error
            finally:
                connection.close()

        threads = [threading.Thread(target=work, args=(place,)) for place in range(len(functions))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        return results

    return call


@pytest.fixture
def ask(make_topic: Callable[..., Topic]) -> Callable[..., SignUp]:
    def make(key: str = "study") -> SignUp:
        if not Topic.objects.filter(key=key).exists():
            make_topic(key)
        return joining.ask(Wish(check("ana@example.org"), "en", "weekly", (key,)))

    return make


def agrees(subscriber: Subscriber) -> bool:
    """Does what is on agree with the last line of the record, for each topic?"""
    for row in subscriber.subscriptions.all():
        last = [line for line in subscriber.consents.all() if line.topic_id in {None, row.topic_id}][-1]
        if row.is_on != (last.act == "given"):
            return False
    return (subscriber.status == "active") == subscriber.subscriptions.filter(is_on=True).exists()


def test_one_link_pressed_many_times_makes_one_subscriber(ask, together):
    token = tokens.confirm_token(ask().key)

    results = together(*[lambda: joining.confirm(token)] * 6)

    assert not [result for result in results if isinstance(result, Exception)]
    assert Subscriber.objects.count() == 1
    assert Consent.objects.count() == 1


def test_two_links_of_one_address_make_one_subscriber_with_both_topics(ask, together):
    rows = [ask(key) for key in ("study", "work", "money")]

    results = together(*[lambda row=row: joining.confirm(tokens.confirm_token(row.key)) for row in rows])

    assert not [result for result in results if isinstance(result, Exception)]
    assert Subscriber.objects.get().subscriptions.current().count() == 3
    assert Consent.objects.count() == 3


def test_confirming_and_leaving_at_once_end_in_one_of_the_two(ask, together):
    for _time in range(8):
        SignUp.objects.all().delete()
        first = ask("study")
        joining.confirm(tokens.confirm_token(first.key))
        subscriber = Subscriber.objects.get()
        second = ask("work")

        results = together(
            lambda row=second: joining.confirm(tokens.confirm_token(row.key)),
            lambda row=subscriber: leaving.leave(row, "one-click"),
            lambda row=subscriber: leaving.leave(row, "one-click"),
        )

        # Whoever comes first: the link adds a topic and leaving ends it, or leaving ends the link.
        assert sorted(results[1:]) == [False, True]
        assert not isinstance(results[0], Exception) or isinstance(results[0], tokens.OldLink)
        subscriber.refresh_from_db()
        assert subscriber.status == "left"
        assert agrees(subscriber)


def test_erasing_and_confirming_at_once_leave_no_half(ask, together):
    joining.confirm(tokens.confirm_token(ask("study").key))
    subscriber, second = Subscriber.objects.get(), ask("work")

    together(lambda: joining.confirm(tokens.confirm_token(second.key)), lambda: leaving.erase(subscriber))

    assert not Subscriber.objects.filter(pk=subscriber.pk).exists()
    assert all(agrees(row) for row in Subscriber.objects.all())


def test_many_sign_ups_answered_at_once_send_one_mail(ask, together, mailoutbox):
    rows = [ask() for _time in range(6)]

    results = together(*[lambda row=row: joining.answer(row.pk) for row in rows])

    assert sorted(results) == [False] * 5 + [True]
    assert len(mailoutbox) == 1


def test_one_sign_up_answered_by_two_workers_sends_one_mail(ask, together, mailoutbox):
    row = ask()

    results = together(*[lambda: joining.answer(row.pk)] * 4)

    assert sorted(results) == [False] * 3 + [True]
    assert len(mailoutbox) == 1


def test_the_first_use_of_new_words_by_many_keeps_them_once(together):
    results = together(*[lambda: consent.current_text("en").pk] * 6)

    assert len(set(results)) == 1
    assert ConsentText.objects.count() == 1
