"""Programs as JSON, in both languages at once: /api/v1/programs/ and /api/v1/programs/<key>/. Free to use.

    {"key", "name": {"en", "fr"}, "page": {"en", "fr"}, "official_url", "level", "province", "family", "stay",
     "confidence", "completeness", "last_checked_on",
     "status": a fact and "label": {"en", "fr"}, or null while nobody has set one,
     "coming": [{"value", "label": {"en", "fr"}, "in_force_from"}],
     "fees": [a fact], "processing_time": a fact or null}

A fact is written as facts/api.py says, with its value, text, source, `verified_on` and `state`. `province` is null for
federal programs. What `level`, `family`, `stay`, `confidence` and `completeness` can be is in programs/models.py.
"""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import path
from django.utils.translation import override
from django.views.decorators.http import require_safe

from facts import ledger
from facts.api import LANGUAGES, addresses, figure_as_json, in_languages, no_such, open_json
from facts.ledger import Figure
from facts.models import FactValue
from facts.values import Status
from programs.models import Program


def program_as_json(program: Program, figures: Mapping[str, Figure], changes: list[FactValue]) -> dict[str, Any]:
    """One program with its figures of today and the statuses that will come."""

    def fact(key: str) -> dict[str, Any] | None:
        return figure_as_json(figures[key]) if key in figures else None

    status, time = fact(program.status_key), program.processing_time
    fees = [fact(fee.fact.key) for fee in program.fee_set.all()]
    return {
        "key": program.key,
        "name": in_languages(program, "name"),
        "page": addresses(program),
        "official_url": program.official_url,
        "level": program.level,
        "province": program.province or None,
        "family": program.family,
        "stay": program.stay,
        "confidence": program.confidence,
        "completeness": program.completeness,
        "last_checked_on": program.checked_on.isoformat() if program.checked_on else None,
        "status": status and {**status, "label": labels(status["value"])},
        "coming": [
            {
                "value": value.content,
                "label": labels(value.content),
                "in_force_from": value.in_force_from.isoformat(),
            }
            for value in changes
        ],
        "fees": [fee for fee in fees if fee],
        "processing_time": fact(time.key) if time else None,
    }


def labels(status: str) -> dict[str, str]:
    """The word for a status by language."""
    found = {}
    for language in LANGUAGES:
        with override(language):
            found[language] = str(Status(status).label)
    return found


def as_json(**chosen: Any) -> list[dict[str, Any]]:
    """Listed programs by key; four queries."""
    rows = Program.objects.listed().filter(**chosen).select_related("processing_time").order_by("key")
    programs = list(rows.defer("loaded").prefetch_related("fee_set__fact"))
    keys = []
    for program in programs:
        keys += [program.status_key, *(fee.fact.key for fee in program.fee_set.all())]
        if program.processing_time:
            keys.append(program.processing_time.key)
    figures = ledger.resolve(keys)
    changes: dict[int, list[FactValue]] = {program.status_id: [] for program in programs}
    for value in FactValue.objects.coming().filter(fact__in=list(changes)).order_by("in_force_from", "pk"):
        changes[value.fact_id].append(value)
    return [program_as_json(program, figures, changes[program.status_id]) for program in programs]


@require_safe
def program_list(request: HttpRequest) -> HttpResponseBase:
    """Every listed program."""
    return open_json({"programs": as_json()})


@require_safe
def program_detail(request: HttpRequest, key: str) -> HttpResponseBase:
    """One program, or 404 in JSON too."""
    found = as_json(key=key)
    if not found:
        return no_such(f"There is no program {key}.")
    return open_json(found[0])


urlpatterns = [
    path("programs/", program_list, name="api_programs"),
    path("programs/<slug:key>/", program_detail, name="api_program"),
]
