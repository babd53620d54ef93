from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from m2c import backup


class Command(BaseCommand):
    help = "Put the database and the media into one file, .data/backups/m2c-<time>.tar unless a name is given."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path)

    def handle(self, *args: Any, file: Path | None, **options: Any) -> None:
        name = f"m2c-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.tar"
        target = file or settings.BASE_DIR / ".data" / "backups" / name
        try:
            manifest = backup.write(target)
        except (backup.BackupProblem, OSError) as error:
            raise CommandError(f"No backup was made. {error}") from error
        rows = sum(manifest["tables"].values())
        self.stdout.write(
            f"{target} ({target.stat().st_size / 2**20:.1f} MB): {len(manifest['tables'])} tables with {rows} rows, "
            f"{len(manifest['files']) - 1} media files. It holds personal data: keep it encrypted, away from here."
        )
