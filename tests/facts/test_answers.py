"""Answers to readers who reported something."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db.models.functions import Now

from facts import tasks
from facts.models import Report


@pytest.fixture
def make_answered(db: None) -> Callable[..., Report]:
    """A report that an editor has answered."""

    def make(**overrides: Any) -> Report:
        values = {
            "language": "en",
            "path": "/en/facts/",
            "words": "The fee is wrong.\nI paid more.",
            "email": "reader@mail.example",
            "state": Report.State.CORRECTED,
            "answer": "You are right, it is $1,600.",
            "answered_at": Now(),
        }
        return Report.objects.create(**values | overrides)

    return make


def test_an_answer_is_sent_once(make_answered, mailoutbox, settings):
    report = make_answered()

    tasks.send_answer.call(report.pk)
    tasks.send_answer.call(report.pk)

    [mail] = mailoutbox
    assert (mail.to, mail.subject) == (["reader@mail.example"], "Your report to M2C")
    assert mail.from_email == settings.DEFAULT_FROM_EMAIL
    for words in (report.answer, "> The fee is wrong.\n> I paid more.", f"{settings.SITE_URL}/en/facts/"):
        assert words in mail.body
    report.refresh_from_db()
    assert report.answer_sent_at
    assert report.email


def test_an_answer_speaks_the_reader_s_language(make_answered, mailoutbox):
    tasks.send_answer.call(make_answered(language="fr").pk)

    assert "Bonjour," in mailoutbox[0].body


@pytest.mark.parametrize("missing", ["email", "answer"])
def test_without_an_address_or_an_answer_nothing_is_sent(make_answered, mailoutbox, missing):
    report = make_answered(**{missing: ""})

    tasks.send_answer.call(report.pk)
    tasks.send_answer.call(report.pk + 1)

    assert mailoutbox == []
    report.refresh_from_db()
    assert report.answer_sent_at is None


def test_an_answer_that_could_not_leave_is_sent_by_the_next_attempt(make_answered, mailoutbox, monkeypatch):
    def refuse(self: EmailMessage) -> int:
        raise ConnectionRefusedError

    report = make_answered()
    with monkeypatch.context() as patch:
        patch.setattr(EmailMessage, "send", refuse)
        with pytest.raises(ConnectionRefusedError):
            tasks.send_answer.call(report.pk)

    tasks.send_answer.call(report.pk)

    assert len(mailoutbox) == 1


@pytest.mark.parametrize(
    ("answered", "reported", "kept"),
    [(29, 300, True), (31, 40, False), (None, 179, True), (None, 181, False)],
)
def test_addresses_of_readers_are_forgotten_in_time(make_answered, answered, reported, kept):
    report = make_answered(
        answered_at=None if answered is None else Now() - timedelta(days=answered),
        created_at=Now() - timedelta(days=reported),
    )

    tasks.purge_reports.call()

    report.refresh_from_db()
    assert bool(report.email) == kept
    assert report.words
