"""`manage.py run_personas`: whether the rules still say of our invented people what we expect."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from facts import ledger
from quizzes import personas, tables
from quizzes.eligibility.figures import NotInForce
from quizzes.models import Persona


class Command(BaseCommand):
    help = (
        "Judge all active personas by the ledger of today, and compare with the verdicts that are expected of them. "
        "Exits with 1 when one differs, and says which: persona, program, expected, found."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--day", type=date.fromisoformat, help="another day, such as 2026-11-25")

    def handle(self, *_args: Any, **options: Any) -> None:
        day = options["day"] or ledger.today()
        people = Persona.objects.filter(is_active=True)
        try:
            outcomes = personas.run(people, tables.read(), day)
        except (NotInForce, tables.BadTable) as error:
            raise CommandError(f"Nothing was run. {error}") from error
        for outcome in outcomes:
            key = outcome.persona.key
            for fault in outcome.faults:
                self.stderr.write(f"{key}: {fault}")
            for miss in outcome.misses:
                why = "; ".join(personas.why(miss.found, "en"))
                because = f" ({why})" if why else ""
                self.stderr.write(
                    f"{key}: {miss.program}: expected {miss.expected}, found {miss.found.verdict}{because}"
                )
        moved = sum(not outcome.is_as_expected for outcome in outcomes)
        if moved:
            raise CommandError(f"{moved} of {len(outcomes)} personas are not as expected on {day}.")
        self.stdout.write(f"All {len(outcomes)} personas are as expected on {day}.")
