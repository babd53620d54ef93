from typing import Any

from django.core.management.base import BaseCommand
from django.db.models.functions import Now

from m2c.models import Restoration


class Command(BaseCommand):
    help = "Let mail out again after a restore (SENDING=1 in the environment is needed besides)."

    def handle(self, *args: Any, **options: Any) -> None:
        released = Restoration.objects.filter(released_at=None).update(released_at=Now())
        self.stdout.write("Mail may leave again." if released else "Nothing held mail back.")
