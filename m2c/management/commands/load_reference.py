"""Load the sourced facts, the glossary, the programs, the rounds and the words of the quizzes, or bring them up to date
with the files."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from facts import reference_data as facts
from m2c.models import ReferenceLoad
from newsletter import reference_data as newsletter
from programs import reference_data as programs
from quizzes import reference_data as quizzes
from rounds import reference_data as rounds


class Command(BaseCommand):
    help = (
        "Load sources, facts, glossary, programs, rounds, the words of the quizzes, the personas and the newsletter's "
        "topics from the reference folders of their apps. Run again, it brings in what the files have changed; what "
        "an editor has changed stays, and is named. All or nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-changed", action="store_true", help="do nothing if these very files were loaded")

    def handle(self, *args: Any, **options: Any) -> None:
        current = facts.fingerprint([facts.FOLDER, programs.FOLDER, rounds.FOLDER, quizzes.FOLDER, newsletter.FOLDER])
        if options["if_changed"] and ReferenceLoad.objects.filter(fingerprint=current).exists():
            return
        try:
            with transaction.atomic():
                outcome = facts.load() + programs.load() + rounds.load() + quizzes.load() + newsletter.load()
                ReferenceLoad.objects.update_or_create(pk=1, defaults={"fingerprint": current})
        except facts.ReferenceFault as error:
            raise CommandError(f"Nothing was loaded. {error}") from None
        for sentence in outcome.left:
            self.stdout.write(f"Left alone: {sentence}")
        self.stdout.write(
            f"Reference data: {outcome.made} new, {outcome.updated} updated, {outcome.unchanged} as they were, "
            f"{len(outcome.left)} left alone."
        )
