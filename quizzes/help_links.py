"""Free, official help, and the door out of a page that somebody must leave quickly."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

IN_NEED = frozenset(("out_of_status", "refugee_claimant"))


def _french() -> bool:
    return (get_language() or "en").startswith("fr")


def everybody() -> list[tuple[str, str]]:
    """Names and addresses of help that costs nothing."""
    services = "https://ircc.canada.ca/francais/nouveaux/services/index.asp"
    return [
        (
            _("Free newcomer services near you (Government of Canada)"),
            services if _french() else "https://ircc.canada.ca/english/newcomers/services/index.asp",
        ),
        (
            _("211: help in your community, in many languages"),
            "https://211.ca/fr/" if _french() else "https://211.ca/",
        ),
    ]


def for_status(where: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Help that comes before anything else for somebody without status, or who asks for protection; else nothing.

    where: the answer to the question of the same name.
    """
    if IN_NEED.isdisjoint(str(value) for value in where.values()):
        return []
    claim = "https://www.canada.ca/{}/services/{}.html"
    return [
        (
            _("Claim refugee status from inside Canada (Government of Canada)"),
            claim.format("fr/immigration-refugies-citoyennete", "refugies/presenter-demande-asile-au-canada")
            if _french()
            else claim.format("en/immigration-refugees-citizenship", "refugees/claim-protection-inside-canada"),
        ),
        (
            _("Legal aid in your province or territory (Department of Justice)"),
            "https://www.justice.gc.ca/fra/fina-fund/gouv-gov/aide-aid.html"
            if _french()
            else "https://www.justice.gc.ca/eng/fund-fina/gov-gouv/aid-aide.html",
        ),
        (
            _("My Refugee Claim: the steps of a claim, in plain words"),
            "https://myrefugeeclaim.ca/fr/" if _french() else "https://myrefugeeclaim.ca/en/",
        ),
        *everybody(),
    ]


def leave_quickly() -> str:
    """Where the button leads: a page that anybody might be reading."""
    return "https://meteo.gc.ca/" if _french() else "https://weather.gc.ca/"
