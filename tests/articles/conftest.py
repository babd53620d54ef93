"""People of every role, and forms of the admin filled in as a browser would."""

from collections.abc import Callable
from html.parser import HTMLParser
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.http import HttpResponse
from django.test import Client

Data = dict[str, list[str]]


class FormReader(HTMLParser):
    """What a browser would post of the form with the given id, without any submit button."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id, self.inside, self.data = form_id, False, {}
        self.area: str | None = None
        self.select: tuple[str, bool] | None = None
        self.options: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.inside = given.get("id") == self.form_id
        if not self.inside or ("disabled" in given and tag != "option"):
            return
        name = given.get("name") or ""
        if tag == "input" and name and given.get("type") not in {"submit", "button", "reset", "file"}:
            is_box = given.get("type") in {"checkbox", "radio"}
            if not is_box or "checked" in given:
                self.data.setdefault(name, []).append(given.get("value") or ("on" if is_box else ""))
        elif tag == "textarea":
            self.area = name
            self.data[name] = [""]
        elif tag == "select":
            self.select, self.options = (name, "multiple" in given), []
        elif tag == "option":
            self.options.append((given.get("value") or "", "selected" in given))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = None
        elif tag == "select" and self.select is not None:
            name, multiple = self.select
            chosen = [value for value, selected in self.options if selected]
            if not chosen and not multiple and self.options:
                chosen = [self.options[0][0]]
            if chosen:
                self.data[name] = chosen
            self.select = None
        elif tag == "form":
            self.inside = False

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.data[self.area][0] += data.removeprefix("\n") if not self.data[self.area][0] else data


@pytest.fixture
def read_form() -> Callable[..., Data]:
    """The form of an answer as a browser would post it untouched: `{name: [values]}`."""

    def read(response: HttpResponse, form_id: str = "article_form") -> Data:
        reader = FormReader(form_id)
        reader.feed(response.content.decode())
        assert reader.data, "no such form"
        return reader.data

    return read


@pytest.fixture
def add_block() -> Callable[..., None]:
    """Adds a block to the data of a form, as the editor's script does. kind: such as "articletext"."""

    def add(data: Data, kind: str, ordering: int = 1000, **values: Any) -> int:
        prefix = f"articles_{kind}_set"
        index = int(data[f"{prefix}-TOTAL_FORMS"][0])
        data[f"{prefix}-TOTAL_FORMS"] = [str(index + 1)]
        for name, value in {"region": "body", "ordering": ordering, **values}.items():
            data[f"{prefix}-{index}-{name}"] = [str(value)]
        return index

    return add


@pytest.fixture
def groups(db: None) -> None:
    """The groups of the migrations, also after a test that emptied the tables."""
    if not Group.objects.filter(name="Publisher").exists():
        import_module("articles.migrations.0005_groups").make_groups(apps, None)
        import_module("m2c.migrations.0003_home_for_publishers").let_publishers(apps, None)


@pytest.fixture
def make_person(groups: None) -> Callable[..., User]:
    """Somebody who can sign in to the admin. role: a group, "superuser", or "" for a person without any group."""

    def make(role: str = "", username: str = "") -> User:
        user = User.objects.create_user(
            username or f"{role or 'nobody'}-{User.objects.count()}",
            is_staff=True,
            first_name=role.title(),
            password="x",
        )
        if role == "superuser":
            user.is_superuser = True
            user.save()
        elif role:
            user.groups.add(Group.objects.get(name=role.title()))
        return user

    return make


@pytest.fixture
def sign_in(make_person: Callable[..., User]) -> Callable[..., Client]:
    """A client signed in as somebody of a role; the person is `client.person`."""

    def make(role: str = "publisher", person: User | None = None) -> Client:
        client = Client()
        client.person = person or make_person(role)  # type: ignore[attr-defined]
        client.force_login(client.person)  # type: ignore[attr-defined]
        return client

    return make
