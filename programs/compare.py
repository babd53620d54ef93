"""Two to four programs side by side: what an address asks for, and the columns of the table."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from facts import ledger
from facts.rendering import Notes
from programs.listing import folded
from programs.models import Criterion, Family, Fee, Program, tree
from programs.pages import figures_of

FEWEST, MOST = 2, 4
MOST_KEPT = 12  # entries of an address that are read, and given back where they are too many


@dataclass
class Choice:
    """What somebody chose: the entries as they came, the programs they name, and what is wrong with them."""

    entries: list[str]
    programs: list[Program] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    has_unknown: bool = False

    @property
    def is_good(self) -> bool:
        return not self.faults and len(self.programs) >= FEWEST

    @property
    def fields(self) -> list[str]:
        """What each field of the form has chosen, "" for nothing; four fields, or more where more was entered."""
        slugs = [program.slug for program in self.programs]
        return slugs + [""] * (MOST - len(slugs))


def read(query: QueryDict, programs: list[Program]) -> Choice:
    """The choice of `?p=slug&p=slug`; a slug of either language will do, and empty fields are passed over."""
    by_slug = {program.slug_en: program for program in programs} | {program.slug_fr: program for program in programs}
    by_slug |= {program.slug: program for program in programs}
    choice = Choice([entry for entry in query.getlist("p") if entry][:MOST_KEPT])
    for entry in choice.entries:
        program = by_slug.get(entry)
        if program is None:
            choice.has_unknown = True
            choice.faults.append(_("There is no program “%(slug)s”.") % {"slug": entry[:80]})
            continue
        if program in choice.programs:
            choice.faults.append(_("“%(name)s” is chosen twice.") % {"name": program.name})
        choice.programs.append(program)
    if len(choice.entries) > MOST:
        words = _("You chose %(number)d programs. Compare %(most)d at most: empty some of the fields.")
        choice.faults.append(words % {"number": len(choice.entries), "most": MOST})
    elif len(choice.entries) == 1 and not choice.faults:
        choice.faults.append(_("That is one program. Choose one more, or up to three more."))
    return choice


def address(programs: list[Program]) -> str:
    """The address that compares some programs in the active language."""
    path = reverse("programs:compare")
    slugs = [("p", program.slug) for program in programs]
    return f"{path}?{urlencode(slugs)}" if slugs else path


def options(programs: list[Program]) -> list[tuple[Any, list[tuple[str, str]]]]:
    """What the form can choose: families with the slugs and names of their programs."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for program in sorted(programs, key=lambda one: folded(one.name)):
        groups.setdefault(program.family, []).append((program.slug, program.name))
    return [(family.label, groups[family.value]) for family in Family if family.value in groups]


def columns(programs: list[Program]) -> tuple[list[dict[str, Any]], Notes]:
    """What the table shows of each program, and the notes of its facts; three queries."""
    fees: dict[int, list[str]] = {}
    for program, key in Fee.objects.filter(program__in=programs).values_list("program", "fact__key"):
        fees.setdefault(program, []).append(key)
    criteria: dict[int, list[Criterion]] = {}
    for row in Criterion.objects.filter(program__in=programs):
        criteria.setdefault(row.program_id, []).append(row)
    keys = [program.status_key for program in programs]
    keys += [key for row in fees.values() for key in row]
    keys += [program.processing_time.key for program in programs if program.processing_time]
    notes = Notes(ledger.resolve(keys))
    shown = [
        {**figures_of(program, fees.get(program.pk, []), notes), "criteria": tree(criteria.get(program.pk, []))}
        for program in programs
    ]
    return shown, notes
