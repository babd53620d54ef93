"""Template tags of the admin's lists."""

from calendar import monthrange
from datetime import date
from typing import Any

from django import template
from django.contrib.admin.views.main import ChangeList
from django.db.models import Max, Min
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from publishing.dates import date_format

register = template.Library()


@register.inclusion_tag("admin/date_hierarchy.html")
def calendar_links(cl: ChangeList) -> dict[str, Any]:
    """Links to years, then months, then days, like Django's own `date_hierarchy`, which reads every row for them.

    This one asks for the first and the last date of all rows, which an index knows, and offers all that lies between.
    """
    name = str(cl.date_hierarchy)
    ends = cl.model._default_manager.aggregate(first=Min(name), last=Max(name))
    if ends["first"] is None:
        return {"show": False}
    first, last = localtime(ends["first"]).date(), localtime(ends["last"]).date()
    year, month, day = (_number(cl.params.get(f"{name}__{part}")) for part in ("year", "month", "day"))

    def link(**parts: int) -> str:
        return cl.get_query_string({f"{name}__{part}": value for part, value in parts.items()}, [f"{name}__"])

    if not year and first.year == last.year:
        year = first.year
    back: dict[str, str] | None = None
    choices: list[dict[str, str]] = []
    if not year:
        for one in range(last.year, first.year - 1, -1):
            choices.append({"title": str(one), "link": link(year=one)})
    elif not month:
        back = {"title": _("All dates"), "link": link()}
        for one in range(1, 13):
            if (first.year, first.month) <= (year, one) <= (last.year, last.month):
                title = capfirst(date_format(date(year, one, 1), "YEAR_MONTH_FORMAT"))
                choices.append({"title": title, "link": link(year=year, month=one)})
    elif not day:
        back = {"title": str(year), "link": link(year=year)}
        for one in range(1, monthrange(year, month)[1] + 1):
            if first <= date(year, month, one) <= last:
                title = capfirst(date_format(date(year, month, one), "MONTH_DAY_FORMAT"))
                choices.append({"title": title, "link": link(year=year, month=month, day=one)})
    else:
        title = capfirst(date_format(date(year, month, 1), "YEAR_MONTH_FORMAT"))
        back = {"title": title, "link": link(year=year, month=month)}
        choices.append({"title": capfirst(date_format(date(year, month, day), "MONTH_DAY_FORMAT"))})
    column: Any = cl.model._meta.get_field(name)
    return {"show": True, "back": back, "choices": choices, "field_name": column.verbose_name}


def _number(value: Any) -> int:
    """A part of a date in the address; 0 for none."""
    return int(value) if str(value or "").isdecimal() else 0
