from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from m2c import translations


class Command(BaseCommand):
    help = "Rewrite the French catalogue: new strings in, unused ones out, translations kept."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--take", nargs="*", type=Path, default=[], help="catalogues to take translations from too")

    def handle(self, *args: Any, take: list[Path], **options: Any) -> None:
        fresh = translations.update(take)
        self.stdout.write(f"{len(fresh)} strings. Write the French of the empty ones, then check_translations.")
