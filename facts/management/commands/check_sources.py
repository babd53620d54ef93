"""`manage.py check_sources`: read the pages of sources and say which have changed."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet

from facts import fetching
from facts.models import Source
from facts.robot import Robot


class Command(BaseCommand):
    help = "Read the pages of the sources that are due, those first that were tried longest ago. Safe to run twice."
    stealth_options = ("robot",)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slugs", nargs="*", metavar="slug", help="read these, due or not")
        parser.add_argument("--all", action="store_true", help="read every watched source, due or not")
        parser.add_argument("--limit", type=int, metavar="N", help="read at most N")

    def handle(
        self,
        *args: Any,
        slugs: list[str],
        all: bool,  # noqa: A002  the option's name
        limit: int | None,
        robot: Robot | None = None,
        **options: Any,
    ) -> None:
        if limit is not None and limit < 1:
            raise CommandError("--limit takes a number above zero.")
        sources = named(slugs) if slugs else fetching.watched() if all else fetching.due()
        try:
            summary = fetching.check(sources[:limit], robot=robot, tell=self.tell)
        except fetching.Busy as busy:
            raise CommandError(str(busy)) from None
        self.stdout.write(str(summary))

    def tell(self, source: Source, outcome: fetching.Outcome, fault: str) -> None:
        """One line for each source that has changed or could not be read."""
        if outcome != fetching.Outcome.UNCHANGED:
            self.stdout.write(f"{outcome}: {source.slug}: {fault or source.url}")


def named(slugs: list[str]) -> QuerySet[Source]:
    """The watched sources of these names. Raises CommandError for a name that is none."""
    found = Source.objects.filter(slug__in=slugs)
    if unknown := sorted(set(slugs) - set(found.values_list("slug", flat=True))):
        raise CommandError(f"There is no source {', '.join(unknown)}.")
    rows = fetching.watched().filter(slug__in=slugs)
    if unwatched := sorted(set(slugs) - set(rows.values_list("slug", flat=True))):
        raise CommandError(f"Not watched, or without an address: {', '.join(unwatched)}.")
    return rows
