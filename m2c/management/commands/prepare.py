"""Make the database, the translations and the static files ready to serve; what is ready already costs nothing."""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import OperationalError

OLDEST_POSTGRESQL = 180_000  # as the server counts: 18.0


class Command(BaseCommand):
    help = (
        "Migrate, load the reference data, the sample site into an empty database, make the first admin user, collect "
        "static files."
    )
    requires_system_checks: list[str] = []  # the tests run them; a start need not

    def handle(self, *args: Any, **options: Any) -> None:
        require_database()
        # First, because a process keeps the translations that it has loaded.
        if translations_are_stale():
            self.stdout.write("Compiling the translations ...")
            call_command("compile_translations")
        if has_unapplied_migrations():
            self.stdout.write("Migrating the database ...")
            call_command("migrate", interactive=False, verbosity=0)
        call_command("load_reference", if_changed=True)
        call_command("load_sample", if_empty=True)
        call_command("render_images")
        self.collect_static()
        call_command("first_admin")

    def collect_static(self) -> None:
        """Collect the static files when one of them has changed since the last time."""
        stamp = Path(settings.STATIC_ROOT) / ".collected"
        current = static_fingerprint()
        if stamp.exists() and stamp.read_text() == current:
            return
        self.stdout.write("Collecting the static files ...")
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(current)


def require_database() -> None:
    """Raise CommandError, in one line, when the server cannot be reached or is too old."""
    where = f"The database server of DATABASE_URL ({server_name()})"
    try:
        connection.ensure_connection()
    except OperationalError as error:
        # A connection that never was carries no error code: the server's words tell.
        words = " ".join(str(error).split())
        if "authentication failed" in words or "no password supplied" in words or 'role "' in words:
            raise CommandError(f"{where} refuses the user or the password. Correct DATABASE_URL.") from None
        if 'database "' in words and "does not exist" in words:
            name = settings.DATABASES["default"]["NAME"]
            raise CommandError(f"{where} has no database {name!r}. Make it, e.g. createdb {name}.") from None
        if "too many" in words or "starting up" in words:
            raise CommandError(f"{where} does not accept us now: {words}") from None
        raise CommandError(
            f"{where} does not answer. Start it, or unset DATABASE_URL to use the one that M2C brings. It says: {words}"
        ) from None
    version = connection.connection.info.server_version
    if version < OLDEST_POSTGRESQL:
        raise CommandError(f"{where} is PostgreSQL {version // 10_000}; M2C needs 18 or newer.")


def server_name() -> str:
    """The server's host and port, without the secrets of its address."""
    database = settings.DATABASES["default"]
    return f"{database['HOST'] or 'local socket'}:{database['PORT'] or 5432}"


def has_unapplied_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def translations_are_stale() -> bool:
    """Is a .po file newer than what was compiled from it?"""
    for folder in settings.LOCALE_PATHS:
        for source in Path(folder).rglob("*.po"):
            compiled = source.with_suffix(".mo")
            if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
                return True
    return False


def static_fingerprint() -> str:
    """Names the static files as they are now: their paths, sizes and times."""
    summed = hashlib.sha256(str(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for path, storage in finder.list(None):
            status = Path(storage.path(path)).stat()
            summed.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    return summed.hexdigest()
