from typing import Any

from django.core.management.base import BaseCommand

from m2c import translations


class Command(BaseCommand):
    help = "Compile the French catalogue; no GNU gettext is needed."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        translations.compile_catalogue()
