"""The subjects that facts are listed under: the first part of a key names one."""

from collections.abc import Iterable
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from facts.ledger import Figure

SUBJECTS = {
    "ee": gettext_lazy("Express Entry"),
    "crs": gettext_lazy("Comprehensive Ranking System (CRS)"),
    "rounds": gettext_lazy("Rounds of invitations"),
    "fsw": gettext_lazy("Federal Skilled Worker Program"),
    "cec": gettext_lazy("Canadian Experience Class"),
    "fst": gettext_lazy("Federal Skilled Trades Program"),
    "language": gettext_lazy("Language tests"),
    "pr": gettext_lazy("Permanent residence"),
    "pnp": gettext_lazy("Provincial nominee programs"),
    "aip": gettext_lazy("Atlantic Immigration Program"),
    "rcip": gettext_lazy("Rural Community Immigration Pilot"),
    "fcip": gettext_lazy("Francophone Community Immigration Pilot"),
    "qc": gettext_lazy("Quebec"),
    "family": gettext_lazy("Family sponsorship"),
    "caregiver": gettext_lazy("Caregivers"),
    "business": gettext_lazy("Business immigration"),
    "study": gettext_lazy("Studying"),
    "pgwp": gettext_lazy("Work after studying"),
    "work": gettext_lazy("Work permits"),
    "iec": gettext_lazy("International Experience Canada"),
    "visitor": gettext_lazy("Visiting"),
    "citizenship": gettext_lazy("Citizenship"),
    "levels": gettext_lazy("How many people Canada plans to welcome"),
}


def by_subject(figures: Iterable[Figure]) -> list[dict[str, Any]]:
    """`[{anchor, title, figures}]` in the order above; other subjects follow under their own word."""
    groups: dict[str, list[Figure]] = {}
    for figure in figures:
        groups.setdefault(figure.key.split(".")[0], []).append(figure)
    order = {subject: place for place, subject in enumerate(SUBJECTS)}
    found = sorted(groups.items(), key=lambda group: (order.get(group[0], len(order)), group[0]))
    return [
        {
            "anchor": f"subject-{subject}",
            "title": SUBJECTS.get(subject, capfirst(subject)),
            "figures": sorted(rows, key=lambda figure: figure.key),
        }
        for subject, rows in found
    ]
