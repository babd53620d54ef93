"""Who may post to a public form, how often, and what is remembered of it."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import RequestFactory
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver
from django.utils.timezone import now

from doors import forms, tasks
from doors.models import Attempt

pytestmark = pytest.mark.django_db

# Every address that takes a POST without Django's token, and what guards it instead.
EXEMPT = {
    "facts:report": "same origin, five an hour",
    "newsletter:subscribe": "same origin, ten an hour of a household, sixty of a network",
    "newsletter:confirm": "the token in its address",
    "newsletter:preferences": "the token in its address",
    "newsletter_leave": "the token in its address",
    "quizzes:quiz_question": "same origin, 600 answers and 1,200 searches an hour",
    "quizzes:quiz_check": "same origin, 600 an hour",
    "quizzes:quiz_result": "same origin, sixty an hour",
    "quizzes:student_question": "same origin, 600 answers and 1,200 searches an hour",
    "quizzes:student_check": "same origin, 600 an hour",
    "quizzes:student_result": "same origin, sixty an hour",
    "saved_result": "same origin, the token in its address, sixty an hour",
    "quizzes:crs_score": "same origin, 1,800 an hour, sixty saved",
    "quizzes:fsw_score": "same origin, 1,800 an hour",
    "quizzes:language_levels": "same origin, 1,800 an hour",
    "saved_score": "same origin, the token in its address, sixty an hour",
    "api_eligibility": "reads only, keeps nothing, sixty a minute",
    "api_crs": "reads only, keeps nothing, sixty a minute",
}


def views(patterns, namespace=""):
    for entry in patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from views(entry.url_patterns, inner)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}", entry.callback


def test_every_address_without_a_token_is_in_the_table():
    exempt = {name for name, view in views(get_resolver().url_patterns) if getattr(view, "csrf_exempt", False)}

    assert exempt == set(EXEMPT) == settings.OPEN_FORMS | settings.JSON_DOORS


def request_from(address):
    return RequestFactory().post("/en/report-a-mistake/", REMOTE_ADDR=address)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.1", "203.0.113.1", True),
        ("203.0.113.1", "203.0.113.2", False),
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("::ffff:203.0.113.1", "::ffff:203.0.113.2", False),
        ("::ffff:203.0.113.1", "203.0.113.1", True),
        ("not an address", "not an address", True),
    ],
)
def test_a_household_counts_as_one(one, other, same):
    assert (forms.who(request_from(one)) == forms.who(request_from(other))) is same


def test_no_address_is_kept():
    forms.allow(request_from("203.0.113.77"), "report", most=1, within=timedelta(hours=1))

    attempt = Attempt.objects.get()
    assert "203" not in attempt.who
    assert len(attempt.who) == 40


def test_attempts_are_forgotten_after_a_day():
    forms.allow(request_from("203.0.113.77"), "report", most=1, within=timedelta(hours=1))
    Attempt.objects.create(door="report", who="x", at=now() - timedelta(days=2))

    tasks.forget_attempts.call()

    assert [attempt.who for attempt in Attempt.objects.all()] != ["x"]
    assert Attempt.objects.count() == 1
