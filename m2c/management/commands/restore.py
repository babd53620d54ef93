from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from m2c import backup


class Command(BaseCommand):
    help = "Bring back a backup into an empty database; with --force, in place of all that is in it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--force", action="store_true", help="replace what is in the database")

    def handle(self, *args: Any, file: str, force: bool, **options: Any) -> None:
        if not file:
            raise CommandError("Say which backup: make restore FILE=.data/backups/m2c-….tar")
        connection.close()  # our own session must not stand in the way
        try:
            manifest = backup.restore(Path(file), force=force)
        except (backup.BackupProblem, OSError) as error:
            raise CommandError(f"Nothing was restored. {error}") from error
        self.stdout.write(
            f"The site is as it was at {manifest['made_at'][:19]} UTC: {sum(manifest['tables'].values())} rows and "
            f"{len(manifest['files']) - 1} media files, all verified. Mail is held back, whatever SENDING says, until "
            "somebody runs: manage.py allow_sending"
        )
