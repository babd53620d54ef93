"""What a change of the ledger would do to the personas; the ledger's forms ask before they save, see FACT_GUARDS."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext

from facts import ledger
from facts.models import Fact
from programs.models import Program
from quizzes import personas, tables
from quizzes.eligibility.figures import NotInForce
from quizzes.eligibility.verdicts import Verdict
from quizzes.models import Persona
from quizzes.personas import LABELS, Move

MOST_NAMES = 4  # of personas in one sentence


def moved_personas(fact: Fact, content: Any, from_day: date, request: HttpRequest) -> list[str]:
    """A sentence for each verdict that would move if a fact had this value from a day on.

    Raises ValidationError for a table that the rules could not read.
    """
    if not decides(fact.key):
        return []
    try:
        after = tables.read({fact.key: (from_day, content)})
    except tables.BadTable as error:
        words = gettext("The quizzes cannot read this table: %(fault)s.")
        raise ValidationError(words % {"fault": error}, code="unreadable") from error
    except NotInForce:
        return []  # a ledger that lacks another table judges nobody
    people = list(Persona.objects.filter(is_active=True))
    if not people:
        return []
    day = max(from_day, ledger.today())
    try:
        found = personas.moves(people, tables.read(), after, day)
    except (tables.BadTable, NotInForce) as error:
        return [gettext("The personas cannot be judged by the ledger as it is: %(fault)s.") % {"fault": error}]
    keys = {move.program for move in found}
    names = {program.key: program.name for program in Program.objects.filter(key__in=keys)} if keys else {}
    found.sort(key=lambda move: not move.surprised)  # what contradicts an expectation comes first
    return [sentence(move, names.get(move.program, move.program)) for move in found]


def decides(key: str) -> bool:
    """Whether the rules read this fact: a dated table of theirs, or the status of a program."""
    is_status = key.startswith(tables.STATUS_PREFIX) and key.endswith(tables.STATUS_SUFFIX)
    return is_status or key in (tables.EE_FUNDS, tables.STUDY_FUNDS, tables.IEC_COUNTRIES)


def sentence(move: Move, program: str) -> str:
    """A move in words: who expects another verdict is named, the rest are when they are few."""
    expects = gettext("%(name)s (expected: %(verdict)s)")
    named = [
        expects % {"name": one.name, "verdict": LABELS[Verdict(one.expected[move.program])]} for one in move.surprised
    ]
    others = [one.name for one in move.personas if one not in move.surprised]
    if len(named) + len(others) <= MOST_NAMES:
        named += others
    shown = named[:MOST_NAMES]
    rest = len(move.personas) - len(shown)
    if not shown:
        who = ngettext("%(count)d persona", "%(count)d personas", rest) % {"count": rest}
    elif rest:
        more = ngettext("%(names)s; and %(count)d more", "%(names)s; and %(count)d more", rest)
        who = more % {"names": "; ".join(shown), "count": rest}
    else:
        who = "; ".join(shown)
    words = gettext("%(program)s: “%(before)s” would become “%(after)s” for %(who)s.")
    return words % {"program": program, "before": LABELS[move.before], "after": LABELS[move.after], "who": who}
