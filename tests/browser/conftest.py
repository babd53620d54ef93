"""A Chromium that asks nobody but this machine, and axe."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from playwright.sync_api import Page

HOW_TO_GET_CHROMIUM = "The browser tests need Chromium (on Debian: apt-get install chromium), or its path in CHROMIUM."
LOUD = {"error", "warning"}
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
VIOLATIONS = """options => axe.run(document, options).then(found => found.violations.flatMap(violation =>
  violation.nodes.map(node => `${violation.id}: ${node.target} ${node.failureSummary || ""}`)))"""


@pytest.fixture(scope="session", autouse=True)
def database_beside_playwright() -> Iterator[None]:
    """Playwright keeps an event loop in the thread of the tests, where Django would refuse to ask the database."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture(scope="session", autouse=True)
def no_session_left_behind(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A thread of the live server may still hold a connection when the test database is dropped: end it first."""
    yield
    with django_db_blocker.unblock():
        connection.close()  # another test may have had the server end this one
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        connection.close()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium, for which no name but this machine's exists."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or "chromium"
    if not os.access(path, os.X_OK):
        pytest.fail(HOW_TO_GET_CHROMIUM)
    arguments = [
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    ]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium does not start as root without it
    return {**browser_type_launch_args, "executable_path": path, "args": arguments}


@pytest.fixture(scope="session")
def base_url() -> None:
    """None: pytest-playwright's own is a method, which pytest 9 warns of."""


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """What axe finds wrong with a page as it stands: a line for each element, none if all is well."""

    def run(page: Page) -> list[str]:
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE_SCRIPT)
        options = {"runOnly": {"type": "tag", "values": STANDARDS}, "resultTypes": ["violations"]}
        return page.evaluate(VIOLATIONS, options)

    return run


# An editor at a desk


@pytest.fixture
def publisher(groups: None) -> User:
    """Somebody of the group Publisher."""
    user = User.objects.create_user("paula", password="a-long-password", is_staff=True, first_name="Paula")
    user.groups.add(Group.objects.get(name="Publisher"))
    return user


@pytest.fixture
def complaints() -> list[str]:
    """What the console complained of."""
    return []


@pytest.fixture
def desk(page: Page, live_server: Any, publisher: User, complaints: list[str]) -> Iterator[Page]:
    """A page signed in as the publisher; fails at its end on any complaint of the console."""
    page.on("console", lambda line: complaints.append(f"{line.text} {line.location}") if line.type in LOUD else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    client = Client()
    client.force_login(publisher)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page.goto(f"{live_server.url}/admin/")
    yield page
    assert complaints == []
