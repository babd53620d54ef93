"""Topics, subscribers, and what a reader's browser and mail program do."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from doors.models import Attempt
from newsletter import consent, joining
from newsletter.addresses import check
from newsletter.joining import Wish
from newsletter.models import Consent, SignUp, Subscriber, Topic

HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(autouse=True)
def tasks_at_once(settings: Any) -> None:
    """Tasks run as soon as they are enqueued."""
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend", "QUEUES": []}}


@pytest.fixture
def make_topic(db: None) -> Callable[..., Topic]:
    def make(key: str = "study", **overrides: Any) -> Topic:
        values = {}
        for name in ("name", "description", "sample_title", "sample"):
            values |= {f"{name}_en": f"{key} {name}".title(), f"{name}_fr": f"FR {key} {name}"}
        return Topic.objects.create(key=key, **values | overrides)

    return make


@pytest.fixture
def topics(make_topic: Callable[..., Topic]) -> list[Topic]:
    """Three topics that are offered, and one that no longer is."""
    rows = [make_topic(key, order=order) for order, key in enumerate(("study", "work", "money"))]
    make_topic("closed", order=9, is_offered=False)
    return rows


@pytest.fixture
def send(client: Client) -> Callable[..., Any]:
    """Send the sign-up form as the page has it, whatever is overridden."""

    def post(path: str = "", headers: dict[str, str] | None = None, remote: str = "", **data: Any) -> Any:
        values = {
            "email": "ana@example.org",
            "topics": ["study"],
            "agree": "on",
            "terms": consent.version("fr" if path.startswith("/fr/") else "en"),
            "place": "page",
        }
        values = {name: value for name, value in (values | data).items() if value is not None}
        extra = {"REMOTE_ADDR": remote} if remote else {}
        return client.post(path or reverse("newsletter:subscribe"), values, headers=headers or HERE, **extra)

    return post


def link_in(mail: EmailMessage, name: str) -> str:
    """The path of the link in a mail's text whose address has a word in it."""
    return next(path for path in re.findall(r"http://localhost:8000(\S+)", mail.body) if name in path)


@pytest.fixture
def link() -> Callable[[EmailMessage, str], str]:
    return link_in


@pytest.fixture
def make_subscriber(topics: list[Topic]) -> Callable[..., Subscriber]:
    """An active subscriber of some topics, "study" by default, who has confirmed."""

    def make(email: str = "ana@example.org", keys: tuple[str, ...] = ("study",), **overrides: Any) -> Subscriber:
        address = check(email)
        row = Subscriber.objects.create(
            email=email, email_key=address.key, address_hash=address.fingerprint, **overrides
        )
        chosen = Topic.objects.filter(key__in=keys)
        consent.give(
            row, chosen, method=Consent.Method.CONFIRMED, evidence={"page": "/en/"}, text=consent.current_text("en")
        )
        return row

    return make


@pytest.fixture
def make_sign_up(topics: list[Topic], settings: Any) -> Callable[..., SignUp]:
    """Somebody who sent the form; no task has run yet."""

    def make(email: str = "ana@example.org", keys: tuple[str, ...] = ("study",), **overrides: Any) -> SignUp:
        wish = Wish(check(email), "en", "weekly", keys, page="/en/newsletter/", network="203.0.113.0/24")
        at_once = settings.TASKS
        settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.dummy.DummyBackend", "QUEUES": []}}
        row = joining.ask(wish)
        settings.TASKS = at_once
        SignUp.objects.filter(pk=row.pk).update(**overrides)
        row.refresh_from_db()
        return row

    return make


@pytest.fixture
def in_french() -> Iterator[None]:
    with override("fr"):
        yield


@pytest.fixture
def no_throttle(db: None) -> Callable[[], None]:
    """Forget who has sent forms."""

    def forget() -> None:
        Attempt.objects.all().delete()

    return forget
