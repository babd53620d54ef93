"""From signing up to leaving in a browser, and what axe says of each page on the way."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.mail import EmailMessage
from playwright.sync_api import Browser, Page, expect

from newsletter import consent, reference_data
from newsletter.addresses import check
from newsletter.models import Subscriber, Topic

pytestmark = pytest.mark.django_db(transaction=True)
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@pytest.fixture(autouse=True)
def tasks_at_once(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend", "QUEUES": []}}


@pytest.fixture(params=["phone, dark", "desktop, light", "phone, without scripts"])
def reader(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page of somebody who reads with one of these; no page is wider than its window."""
    size = PHONE if "phone" in request.param else DESKTOP
    context = browser.new_context(
        viewport=size,  # type: ignore[arg-type]
        color_scheme="dark" if "dark" in request.param else "light",
        java_script_enabled="without" not in request.param,
    )
    yield context.new_page()
    context.close()


def path_in(mail: EmailMessage, word: str) -> str:
    return next(path for path in re.findall(r"http://localhost:8000(\S+)", mail.body) if word in path)


def test_from_the_form_to_leaving(
    reader: Page,
    live_server: Any,
    mailoutbox: list[EmailMessage],
    axe: Callable[[Page], list[str]],
    request: pytest.FixtureRequest,
) -> None:
    reference_data.load()
    has_scripts = "without" not in request.node.callspec.params["reader"]

    def look(name: str) -> None:
        if not has_scripts:
            return
        assert axe(reader) == [], name
        assert reader.evaluate("document.documentElement.scrollWidth <= innerWidth"), name

    reader.goto(f"{live_server.url}/en/")
    look("home")
    reader.goto(f"{live_server.url}/en/newsletter/")
    reader.get_by_text("See a sample").first.click()
    look("form")
    reader.get_by_label("E-mail address").fill("ana@gmial.com")
    for topic in ("Money", "Studying"):
        reader.locator("#main").get_by_text(topic, exact=True).click()
    reader.get_by_text("Yes, send me").click()
    reader.get_by_role("button", name="Sign up free").click()
    expect(reader.get_by_text("Did you mean ana@gmail.com?")).to_be_visible()
    look("slip")
    reader.get_by_role("button", name="Use ana@gmail.com").click()
    expect(reader.get_by_role("heading", name="Look into your mailbox")).to_be_visible()
    look("sent")

    assert mailoutbox[0].to == ["ana@gmail.com"]
    reader.goto(live_server.url + path_in(mailoutbox[0], "confirm"))
    look("confirm")
    reader.get_by_role("button", name="Confirm").click()
    expect(reader.get_by_role("heading", name="You are in")).to_be_visible()
    look("confirmed")
    assert Subscriber.objects.get().subscriptions.current().count() == 2

    reader.get_by_role("link", name="Your preferences").click()
    look("preferences")
    reader.get_by_text("Once a month").click()
    reader.get_by_role("button", name="Save").click()
    expect(reader.get_by_text("Saved.")).to_be_visible()
    look("saved")
    reader.get_by_role("button", name="Pause").click()
    look("pause")
    reader.get_by_label("Pause until").fill("2027-01-15")
    reader.get_by_role("button", name="Pause").click()
    expect(reader.get_by_role("button", name="End the pause")).to_be_visible()
    reader.get_by_role("button", name="Delete my data").click()
    expect(reader.get_by_role("button", name="Do not delete it")).to_be_visible()
    look("erasing")
    reader.get_by_role("button", name="Do not delete it").click()

    reader.goto(live_server.url + path_in(mailoutbox[1], "/u/"))
    look("leave")
    reader.get_by_role("button", name="Leave").click()
    expect(reader.get_by_role("heading", name="You have left")).to_be_visible()
    look("left")
    assert Subscriber.objects.get().status == "left"


def test_the_foot_signs_up_from_any_page(reader: Page, live_server: Any, mailoutbox: list[EmailMessage]) -> None:
    reference_data.load()
    reader.goto(f"{live_server.url}/en/facts/")
    foot = reader.get_by_role("region", name="Newsletter")
    foot.get_by_label("E-mail address").fill("ana@example.org")
    foot.get_by_role("checkbox").check()
    foot.get_by_role("button", name="Sign up free").click()

    expect(reader.get_by_role("heading", name="Look into your mailbox")).to_be_visible()
    assert mailoutbox[0].to == ["ana@example.org"]


def test_what_editors_see_of_people(
    desk: Page, publisher: User, live_server: Any, axe: Callable[[Page], list[str]]
) -> None:
    reference_data.load()
    publisher.groups.add(Group.objects.get(name="Newsletter"))
    address = check("info@exämple.org")
    subscriber = Subscriber.objects.create(
        email=address.typed, email_key=address.key, address_hash=address.fingerprint, is_role=True
    )
    evidence = {"page": "/en/articles/renting/", "asked_from": "203.0.113.0/24", "confirmed_from": "203.0.113.0/24"}
    text = consent.current_text("en")
    consent.give(subscriber, Topic.objects.all()[:3], method="confirmed", evidence=evidence, text=text)

    def look(name: str, path: str = "") -> None:
        if path:
            desk.goto(f"{live_server.url}/admin/newsletter/{path}")
        assert axe(desk) == [], name

    for size in (DESKTOP, PHONE):
        desk.set_viewport_size(size)  # type: ignore[arg-type]
        which = str(size["width"])
        look(f"list-{which}", "subscriber/")
        look(f"subscriber-{which}", f"subscriber/{subscriber.pk}/change/")
        look(f"erase-{which}", f"subscriber/{subscriber.pk}/erase/")
        look(f"topic-{which}", f"topic/{Topic.objects.earliest('pk').pk}/change/")
        look(f"suppression-{which}", "suppression/add/")
        look(f"import-{which}", "import/add/")
    desk.get_by_label("CSV file").set_input_files(
        {"name": "fair.csv", "mimeType": "text/csv", "buffer": b"email\nana@example.org\nbob@localhost\n"}
    )
    desk.get_by_label("Day of the consent").fill("2026-11-01")
    desk.get_by_label("Kind of consent").select_option("express")
    desk.get_by_label("Where the consent comes from").fill("Paper forms of the fair in Paris, kept in binder 7.")
    desk.get_by_label("Language").select_option("en")
    desk.get_by_label("Studying").check()
    desk.get_by_role("button", name="Check the file").click()
    expect(desk.get_by_text("1 line with a mistake, left out")).to_be_visible()
    look("checked")
    desk.get_by_role("button", name="Import 1 person").click()
    expect(desk.get_by_role("heading", name="What was imported")).to_be_visible()
    assert Subscriber.objects.count() == 2
