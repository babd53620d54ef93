from typing import Any

from django.core.management.base import BaseCommand, CommandError

from m2c import translations


class Command(BaseCommand):
    help = "Fail when a string of the code or of a template has no French."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        found = translations.problems()
        if found:
            raise CommandError("\n".join([*found, f"{len(found)} to mend in {translations.catalogue_path().name}."]))
        self.stdout.write("Every string has its French.")
