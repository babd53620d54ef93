"""`manage.py import_rounds`: bring in the rounds of the official feed, from a file or an address."""

from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from facts import ledger
from facts.network import Fault
from facts.robot import Robot
from rounds import fetching, official
from rounds.importing import Summary, bring_in
from rounds.models import Correction


class Command(BaseCommand):
    help = (
        "Bring in the rounds of the official feed: new ones, and what has changed in old ones, which is logged for "
        "readers. All or nothing: a feed that is broken, empty, shorter or of another shape changes nothing."
    )
    stealth_options = ("robot",)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("feed", nargs="?", help="a file or an address; that of ROUNDS_FEED_URL without it")
        parser.add_argument("--overwrite-edits", action="store_true", help="also what editors have corrected")
        parser.add_argument(
            "--trust", action="store_true", help="also if rounds are missing, or many old ones have other figures"
        )

    def handle(
        self,
        *args: Any,
        feed: str | None,
        overwrite_edits: bool,
        trust: bool,
        robot: Robot | None = None,
        **options: Any,
    ) -> None:
        source = feed or settings.ROUNDS_FEED_URL
        if not source:
            raise CommandError("Name a file or an address, or set ROUNDS_FEED_URL.")
        try:
            if source.startswith(("http://", "https://")):
                found = fetching.fetch(source, robot=robot, anew=True, overwrite=overwrite_edits, trust=trust)
            else:
                found = self.from_file(Path(source), overwrite=overwrite_edits, trust=trust)
        except (Fault, official.BadFeed) as fault:
            raise CommandError(f"Nothing was changed. {fault}") from None
        summary = found or Summary()
        for sentence in [*summary.left, *summary.doubts]:
            self.stdout.write(f"Look at it: {sentence}")
        self.stdout.write(f"Rounds: {summary}.")

    def from_file(self, path: Path, *, overwrite: bool, trust: bool) -> Summary:
        """Bring in a file. Raises BadFeed and CommandError."""
        try:
            with path.open("rb") as file:
                content = file.read(official.LARGEST + 1)
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from None
        entries = official.read(content, latest=ledger.today() + timedelta(days=1))
        return bring_in(entries, by=Correction.By.FEED, overwrite=overwrite, trust=trust)
