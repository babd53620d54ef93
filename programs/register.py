"""The register: the status of every program, in the order that a reader chooses."""

from typing import Any

from django.http import Http404, QueryDict
from django.utils.translation import gettext_lazy as _

from facts.models import FactValue
from facts.values import Status
from programs.listing import by_name, by_place
from programs.standing import Entry, Standing, entries

ORDERS = {"change": _("Last change"), "status": _("Status"), "province": _("Province")}
USUAL = "change"


def read(query: QueryDict) -> str:
    """The order that an address asks for by `?sort=`; Http404 for one that does not exist."""
    order = query.get("sort", USUAL)
    if order not in ORDERS:
        raise Http404(f"There is no order {order}.")
    return order


def address(path: str, order: str) -> str:
    """The register's address in an order."""
    return path if order == USUAL else f"{path}?sort={order}"


def links(order: str, path: str) -> list[dict[str, Any]]:
    """A link for each order."""
    return [{"label": label, "url": address(path, key), "is_chosen": key == order} for key, label in ORDERS.items()]


def rows(order: str) -> list[dict[str, Any]]:
    """`{"program", "standing", "coming"}` of every listed program, in an order; three queries.

    Ties, and programs whose status nobody has set, are in the order of their names.
    """
    listed = sorted(entries(), key=by_name)
    if order == "status":
        listed.sort(key=lambda entry: Status.values.index(entry.standing.status))
    elif order == "province":
        listed.sort(key=by_place)
    else:
        listed.sort(key=newest_first)
    changes: dict[int, list[dict[str, Any]]] = {}
    for value in FactValue.objects.coming().filter(fact__program__is_hidden=False).order_by("in_force_from", "pk"):
        change = {"standing": Standing(Status(value.content)), "day": value.in_force_from}
        changes.setdefault(value.fact_id, []).append(change)
    return [
        {"program": one.program, "standing": one.standing, "coming": changes.get(one.program.status_id, [])}
        for one in listed
    ]


def newest_first(entry: Entry) -> tuple[bool, int]:
    """By the day since which the status is in force; those of which we only know a day at the latest come after."""
    if entry.standing.figure is None:
        return True, 0
    value = entry.standing.figure.value
    return not value.is_exact, -value.in_force_from.toordinal()
