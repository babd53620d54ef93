"""Where programs show facts, for the ledger (settings.FACT_USERS)."""

from collections import Counter

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from facts.ledger import Use
from programs.models import Program

LISTS = 2  # of programs, which show the status of each


def naming(keys: list[str]) -> QuerySet[Program]:
    """Listed programs that show any of some facts."""
    shows = Q(status__key__in=keys) | Q(fees__key__in=keys) | Q(processing_time__key__in=keys)
    return Program.objects.listed().filter(shows).distinct()


def count(keys: list[str]) -> dict[str, int]:
    """On how many pages of programs, in both languages, each of some facts is shown."""
    wanted = set(keys)
    found: Counter[str] = Counter()
    rows = naming(keys).prefetch_related("fees").select_related("status", "processing_time")
    for program in rows:
        shown = {program.status.key, *(fact.key for fact in program.fees.all())}
        if program.processing_time is not None:
            shown.add(program.processing_time.key)
        found.update(dict.fromkeys(shown & wanted, len(settings.LANGUAGES)))
        if program.status.key in wanted:
            found[program.status.key] += LISTS * len(settings.LANGUAGES)
    return dict(found)


def pages(keys: list[str], most: int) -> list[Use]:
    """The pages of programs that show any of some facts, in both languages, and the lists that show their statuses."""
    found = []
    programs = list(naming(keys)[:most])
    if any(program.status_key in keys for program in programs):
        for language, _name in settings.LANGUAGES:
            with override(language):
                found += [
                    Use(_("All programs"), reverse("programs:programs"), language),
                    Use(_("Status of every program"), reverse("programs:register"), language),
                ]
    for program in programs:
        for language, _name in settings.LANGUAGES:
            with override(language):
                found.append(Use(program.name, program.get_absolute_url(), language))
    return found
