"""What `make run` does between the database and the web server: `manage.py prepare`."""

import socket

import pytest
from django.conf import settings
from django.core.management.base import CommandError
from django.db import ConnectionHandler

from m2c.management.commands import prepare


@pytest.fixture
def server(monkeypatch, settings):
    """Have `prepare` talk to the test's server with other settings, on a connection of its own."""
    opened = []

    def use(**changes: object) -> None:
        handler = ConnectionHandler({"default": {**settings.DATABASES["default"], **changes}})
        opened.append(handler["default"])
        monkeypatch.setattr(prepare, "connection", handler["default"])
        monkeypatch.setitem(settings.DATABASES["default"], "NAME", handler["default"].settings_dict["NAME"])

    yield use
    for connection in opened:
        connection.inc_thread_sharing()
        connection.close()


@pytest.fixture
def calls(monkeypatch) -> list[str]:
    """The commands that `prepare` calls, in place of running them."""
    called: list[str] = []
    monkeypatch.setattr(prepare, "call_command", lambda name, **options: called.append(name))
    return called


def message_of_failure() -> str:
    with pytest.raises(CommandError) as failure:
        prepare.require_database()
    assert "\n" not in str(failure.value)
    return str(failure.value)


@pytest.mark.django_db
def test_server_that_is_down_is_told_in_one_line_without_the_password(server):
    with socket.socket() as probe:  # a port where nobody listens
        probe.bind(("127.0.0.1", 0))
        server(HOST="127.0.0.1", PORT=str(probe.getsockname()[1]), PASSWORD="hidden")

        message = message_of_failure()

    assert "does not answer. Start it, or unset DATABASE_URL" in message
    assert "hidden" not in message


@pytest.mark.django_db
def test_unknown_database_is_told_with_what_makes_it(server):
    server(NAME="no_such_database")

    assert "has no database 'no_such_database'. Make it, e.g. createdb no_such_database." in message_of_failure()


@pytest.mark.django_db
def test_wrong_user_is_not_taken_for_a_missing_database(server):
    server(USER="no_such_role")

    assert "refuses the user or the password. Correct DATABASE_URL." in message_of_failure()


@pytest.mark.django_db
def test_server_older_than_18_is_refused(monkeypatch):
    monkeypatch.setattr(prepare, "OLDEST_POSTGRESQL", 990_000)

    assert "; M2C needs 18 or newer." in message_of_failure()


@pytest.mark.django_db
def test_database_with_all_migrations_is_not_migrated_again(calls):
    prepare.Command().handle()

    assert "migrate" not in calls
    assert calls.index("load_sample") < calls.index("render_images") < calls.index("first_admin")


def test_static_files_are_collected_again_only_when_one_has_changed(calls, settings, tmp_path):
    sources, settings.STATIC_ROOT = tmp_path / "sources", tmp_path / "collected"
    sources.mkdir()
    settings.STATIC_ROOT.mkdir()
    settings.STATICFILES_DIRS = [sources]
    (sources / "site.css").write_text("a{}")
    command = prepare.Command()

    command.collect_static()
    command.collect_static()
    assert calls == ["collectstatic"]

    (sources / "site.css").write_text("a{color:red}")
    command.collect_static()
    assert calls == ["collectstatic"] * 2


def test_translations_are_stale_when_the_text_is_newer_than_what_was_compiled(settings, tmp_path):
    settings.LOCALE_PATHS = [tmp_path]
    (tmp_path / "fr").mkdir()
    text, compiled = tmp_path / "fr" / "django.po", tmp_path / "fr" / "django.mo"
    text.touch()
    assert prepare.translations_are_stale()

    compiled.touch()
    assert not prepare.translations_are_stale()


def test_name_of_the_server_holds_no_secret():
    assert prepare.server_name() == (
        f"{settings.DATABASES['default']['HOST'] or 'local socket'}:{settings.DATABASES['default']['PORT'] or 5432}"
    )
