"""The ledger as JSON, in both languages at once: /api/v1/facts/ and /api/v1/facts/<key>/. Free to use, with the source.

    {"key", "says": {"en", "fr"}, "kind", "unit", "jurisdiction", "risk", "value", "text": {"en", "fr"},
     "in_force_from", "in_force_from_is_exact", "source": {"publisher", "title", "url", "official", "locator"},
     "verified_on", "check_due_on", "state", "page": {"en", "fr"}}

`value` is stored as facts/values.py says; money is in Canadian dollars. The single fact has `history` too, oldest last.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import path
from django.utils.translation import override
from django.views.decorators.http import require_safe

from facts import ledger
from facts.ledger import Figure
from facts.models import FactValue, Today, is_key
from facts.values import Kind
from publishing.caching import public

LANGUAGES = [code for code, _name in settings.LANGUAGES]
SECONDS_OF_A_404 = 5  # that caches keep it


def open_json(content: Any) -> JsonResponse:
    """JSON that any page may read and any cache may keep until the site's midnight at most."""
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False})
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Content-Language"] = ", ".join(LANGUAGES)  # else Django names the one that a reader asks for
    return public(response, ledger.seconds_to_midnight())


def no_such(words: str) -> JsonResponse:
    """A 404 for programs: JSON in plain English."""
    response = JsonResponse({"error": words}, status=404)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return public(response, SECONDS_OF_A_404)


def in_languages(row: Any, name: str) -> dict[str, str]:
    """A bilingual field by language."""
    return {code: getattr(row, f"{name}_{code}") for code in LANGUAGES}


def addresses(row: Any) -> dict[str, str]:
    """A row's page by language."""
    found = {}
    for code in LANGUAGES:
        with override(code):
            found[code] = settings.SITE_URL + row.get_absolute_url()
    return found


def value_as_json(value: FactValue) -> dict[str, Any]:
    """A dated value with its source."""
    source = value.source
    return {
        "value": value.content,
        "text": {code: value.text_in(code) for code in LANGUAGES},
        "in_force_from": value.in_force_from.isoformat(),
        "in_force_from_is_exact": value.is_exact,
        "note": in_languages(value, "note"),
        "source": {
            "publisher": in_languages(source, "publisher"),
            "title": in_languages(source, "title"),
            "url": source.url,
            "official": source.is_official,
            "locator": value.locator,
        },
        "verified_on": value.verified_on.isoformat() if value.verified_on else None,
    }


def figure_as_json(figure: Figure) -> dict[str, Any]:
    """A fact with its value of today."""
    fact, due_on = figure.value.fact, figure.freshness.due_on
    return {
        "key": fact.key,
        "says": in_languages(fact, "says"),
        "kind": fact.kind,
        "unit": fact.unit,
        "jurisdiction": fact.jurisdiction,
        "risk": fact.risk,
        **value_as_json(figure.value),
        "check_due_on": due_on.isoformat() if due_on else None,
        "state": figure.freshness.state.value,
        "page": addresses(fact),
    }


@require_safe
def fact_list(request: HttpRequest) -> HttpResponseBase:
    """All facts that are kept up; the status of programs is with the programs."""
    rows = FactValue.objects.current().filter(fact__archived_at=None).exclude(fact__kind=Kind.STATUS)
    figures = sorted((Figure(row.fact.key, row, row.freshness) for row in rows), key=lambda figure: figure.key)
    return open_json({"facts": [figure_as_json(figure) for figure in figures]})


@require_safe
def fact_detail(request: HttpRequest, key: str) -> HttpResponseBase:
    """One fact with all the values it has had, and those that will come; or 404 in JSON too."""
    if not is_key(key):
        return no_such(f"There is no fact {key}.")
    rows = FactValue.objects.filter(fact__key=key).select_related("fact", "source").annotate(today=Today())
    values = list(rows.order_by("-in_force_from", "-pk"))
    current = next((row for row in values if row.in_force_from <= row.today), None)
    if current is None:
        return no_such(f"There is no fact {key}.")
    return open_json(
        {**figure_as_json(Figure(key, current, current.freshness)), "history": [value_as_json(row) for row in values]}
    )


urlpatterns = [
    path("facts/", fact_list, name="api_facts"),
    path("facts/<str:key>/", fact_detail, name="api_fact"),
]
