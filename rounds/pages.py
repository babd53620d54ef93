"""What the pages of rounds show, read in a fixed number of queries."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from publishing.dates import date_format
from rounds import chart
from rounds.models import (
    BANDS,
    PARTS,
    TOTAL,
    Correction,
    FeedState,
    Reading,
    Round,
    RoundType,
    day_in_words,
    moment_in_words,
)
from rounds.official import adds_up
from rounds.standing import year_before

OFFICIAL_PAGE = {
    "en": "https://www.canada.ca/en/immigration-refugees-citizenship/corporate/mandate/"
    "policies-operational-instructions-agreements/ministerial-instructions/express-entry-rounds.html",
    "fr": "https://www.canada.ca/fr/immigration-refugies-citoyennete/organisation/mandat/"
    "politiques-directives-operationnelles-ententes-accords/instructions-ministerielles/rondes-entree-express.html",
}


def whole(number: int) -> str:
    """A number with separators."""
    return number_format(number, force_grouping=True)


def line(row: Any, path: str) -> dict[str, Any]:
    """A round as a row of tables; path: of the list, in the active language."""
    return {
        "number": row.number,
        "url": f"{path}{row.number}/",
        "day": row.date.isoformat(),
        "date": day_in_words(row.date),
        "label": row.label,
        "is_english": row.is_foreign_label,
        "invitations": whole(row.invitations),
        "cutoff": whole(row.cutoff),
        "tie_break": moment_in_words(row.tie_break) if row.tie_break else "",
        "is_corrected": getattr(row, "is_corrected", False),
    }


# The list


def by_type(rows: list[Any], path: str, address: Callable[[str], str], today: date) -> list[dict[str, Any]]:
    """The last round of each type with the cut-offs of its last twelve months, the type with the newest round first.

    rows: all, the newest first; address: of the list of one type.
    """
    since, found = year_before(today), []
    for one in RoundType:
        own = [row for row in rows if row.type == one]
        if not own:
            continue
        recent = [row.cutoff for row in own if row.date >= since]
        found.append(
            {
                **line(own[0], path),
                "type_url": address(one.value),
                "order": own[0].date,
                "recent": len(recent),
                "lowest": whole(min(recent)) if recent else "",
                "highest": whole(max(recent)) if recent else "",
            }
        )
    return sorted(found, key=lambda entry: entry["order"], reverse=True)


def summary(rows: list[Any]) -> list[str]:
    """What the chart shows, in sentences."""
    if not rows:
        return []
    first, last = min(rows, key=lambda row: row.date), max(rows, key=lambda row: (row.date, row.order))
    lowest, highest = min(rows, key=lambda row: row.cutoff), max(rows, key=lambda row: row.cutoff)
    one = _("The last one shown: %(cutoff)s points on %(day)s (%(label)s).") % told(last)
    if len(rows) == 1:
        return [one]
    extent = _("From %(first)s to %(last)s, with %(invitations)s invitations in all.") % {
        "first": date_format(first.date),
        "last": date_format(last.date),
        "invitations": whole(sum(row.invitations for row in rows)),
    }
    low = _("Lowest cut-off: %(cutoff)s points on %(day)s (%(label)s).") % told(lowest)
    high = _("Highest cut-off: %(cutoff)s points on %(day)s (%(label)s).") % told(highest)
    return [extent, one, low, high]


def told(row: Round) -> dict[str, str]:
    return {"cutoff": whole(row.cutoff), "day": date_format(row.date), "label": row.label}


def freshness(state: FeedState) -> dict[str, Any]:
    """When the feed was last read, in words, and whether the last tries failed."""
    if state.succeeded_at:
        at = localtime(state.succeeded_at)
        words = _("Last read from the official feed on %(day)s at %(time)s, Eastern time.")
        text = words % {"day": date_format(at), "time": f"{at:%H:%M}"}
    elif state.copied_on:
        words = _(
            "From a copy of the official feed of %(day)s. This site has not been able to read the feed itself yet."
        )
        text = words % {"day": date_format(state.copied_on)}
    else:
        text = _("This site has not read the official feed yet.")
    return {"read": text, "read_failed": state.is_behind and state.succeeded_at is not None}


# One round


def find(number: str) -> Any | None:
    """A round with the keys of those beside it: of its type, and by number."""
    same = Round.objects.filter(type=OuterRef("type"))
    earlier = same.filter(order__lt=OuterRef("order")).order_by("-order").values("pk")[:1]
    newest = same.order_by("-order").values("pk")[:1]
    before = Round.objects.filter(order__lt=OuterRef("order")).order_by("-order").values("number")[:1]
    after = Round.objects.filter(order__gt=OuterRef("order")).order_by("order").values("number")[:1]
    rows = Round.objects.filter(number=number).annotate(
        earlier_id=Subquery(earlier),
        newest_id=Coalesce(Subquery(newest), F("pk")),
        before_number=Subquery(before),
        after_number=Subquery(after),
    )
    return rows.first()


def round_context(row: Any) -> dict[str, Any]:
    """Everything that the template of a round of `find` shows; two queries more."""
    path = reverse("rounds:rounds")
    beside = Round.objects.light().in_bulk({pk for pk in (row.earlier_id, row.newest_id) if pk and pk != row.pk})
    earlier, newest = beside.get(row.earlier_id), beside.get(row.newest_id)
    corrections = list(Correction.objects.filter(round=row))
    columns = [{"title": _("This round"), **line(row, path), "is_this": True}]
    if earlier:
        columns.append({"title": _("The one before it"), **line(earlier, path)})
    if newest:
        columns.append({"title": _("The last of its type"), **line(newest, path)})
    return {
        "round": row,
        "label": row.label,
        "columns": columns,
        "difference": difference(row, earlier),
        "cutoff": whole(row.cutoff),
        "invitations": whole(row.invitations),
        "tie_break": moment_in_words(row.tie_break) if row.tie_break else "",
        "reading": str(Reading(row.tie_break_reading).label) if row.tie_break_reading else "",
        "drawn_at": moment_in_words(row.drawn_at) if row.drawn_at else "",
        "pool": pool_lines(row),
        "pool_total": whole(row.pool[TOTAL]) if row.pool else "",
        "pool_days": (row.date - row.pool_as_of).days if row.pool and row.pool_as_of else None,
        "pool_doubt": pool_doubt(row),
        "corrections": corrections,
        "before_url": f"{path}{row.before_number}/" if row.before_number else "",
        "after_url": f"{path}{row.after_number}/" if row.after_number else "",
    }


def difference(row: Round, earlier: Round | None) -> str:
    """How the cut-off compares with that of the round of its type before, in a sentence."""
    if earlier is None:
        return _("It was the first round of its type.")
    more = row.cutoff - earlier.cutoff
    given = {"points": whole(abs(more)), "day": date_format(earlier.date)}
    if more > 0:
        return _("That is %(points)s more than in the round of this type before it, on %(day)s.") % given
    if more < 0:
        return _("That is %(points)s less than in the round of this type before it, on %(day)s.") % given
    return _("The cut-off was the same in the round of this type before it, on %(day)s.") % given


def pool_lines(row: Round) -> list[dict[str, Any]]:
    """The pool band by band, the highest first, with how many had as much or more."""
    if not row.pool:
        return []
    most = max(row.pool[place] for place in PARTS) or 1
    found, so_far = [], 0
    for place in PARTS:
        low, high = BANDS[place]
        candidates = row.pool[place]
        so_far += candidates
        found.append(
            {
                "low": whole(low),
                "high": whole(high),
                "candidates": whole(candidates),
                "so_far": whole(so_far),
                "bar": chart.short(100 * candidates / most),
                "has_cutoff": low <= row.cutoff <= high,
            }
        )
    return found


def pool_doubt(row: Round) -> str:
    """What is odd about the numbers of the pool; nothing if they add up."""
    if not row.pool or adds_up(row.pool):
        return ""
    return _("The numbers of this pool do not add up in the feed; we show them as they are.")


# Structured data


def dataset(path: str, language: str, rows: list[Any]) -> dict[str, Any]:
    """The rounds as a dataset, for search engines (schema.org)."""
    files = {"text/csv": "rounds_csv", "application/json": "rounds_json"}
    days = [row.date for row in rows]
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": _("Express Entry rounds of invitations"),
        "description": _("Date, type, invitations, cut-off score and tie-break of every Express Entry round."),
        "url": settings.SITE_URL + path,
        "inLanguage": language,
        "isBasedOn": OFFICIAL_PAGE[language],
        "isAccessibleForFree": True,
        "creator": {"@id": f"{settings.SITE_URL}/#organisation", "@type": "Organization", "name": settings.SITE_NAME},
        "temporalCoverage": f"{min(days)}/{max(days)}" if days else "",
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": kind, "contentUrl": settings.SITE_URL + reverse(name)}
            for kind, name in files.items()
        ],
    }
