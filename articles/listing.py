"""Lists of live publications in numbered pages, where page 500 costs what page 1 costs.

A page starts at a known row (its key) and reads on from there by the index, so nothing is skipped over. The keys of all
pages of a list are read once and kept in this process for as long as the list is the same: they are remembered under a
stamp that changes whenever a publication is made, starts or ends, so they are never stale and never need clearing.
"""

from array import array
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import BigIntegerField, DateTimeField, F, Q, QuerySet, Subquery, Window
from django.db.models.functions import Mod, Now, RowNumber
from django.http import Http404

from articles import simple_pages
from articles.cards import CARD_FIELDS
from articles.models import Category, Publication
from publishing.models import seconds_to_boundary
from publishing.prepared import Prepared

PER_PAGE = 12
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Key = tuple[datetime, int]


def _newest(order: str, **condition: Any) -> Subquery:
    rows = Publication.objects.filter(**condition).order_by(f"-{order}").values(order)[:1]
    return Subquery(rows, output_field=BigIntegerField() if order == "pk" else DateTimeField())


def stamp_parts() -> dict[str, Any]:
    """Annotations that `Stamp.of` reads; they are the same for each row."""
    return {
        "stamp_made": _newest("pk"),
        "stamp_started": _newest("live_from", live_from__lte=Now()),
        "stamp_ended": _newest("live_until", live_until__lte=Now()),
        "stamp_category": Subquery(Category.objects.order_by("-changed_at").values("changed_at")[:1]),
    }


def stamped(queryset: QuerySet) -> QuerySet:
    """Annotate the stamp, for how long what is read stays true, and the live simple pages: none costs a query more."""
    return queryset.annotate(
        **stamp_parts(), fresh_seconds=seconds_to_boundary(Publication), live_pages=simple_pages.live_part()
    )


@dataclass(frozen=True)
class Stamp:
    """A value that changes whenever any list may have changed."""

    made: int | None
    started: datetime | None
    ended: datetime | None
    category: datetime | None

    @classmethod
    def of(cls, row: Any) -> "Stamp":
        """The stamp that the annotations of `stamp_parts` put on a row."""
        return cls(row.stamp_made, row.stamp_started, row.stamp_ended, row.stamp_category)


@dataclass(frozen=True)
class Filter:
    """Which live publications a list holds: all of a language, or those of one section, category, tag or author."""

    language: str
    section: str = ""
    category: int = 0
    tag: int = 0
    author: int = 0

    def publications(self) -> QuerySet[Publication]:
        """The list, newest first, with what a card needs."""
        rows = Publication.objects.live().filter(language=self.language)
        if self.section:
            rows = rows.filter(section=self.section)
        if self.category:
            rows = rows.filter(category_id=self.category)
        if self.tag:
            rows = rows.filter(tag_ids__contains=[self.tag])
        if self.author:
            rows = rows.filter(author_ids__contains=[self.author])
        return rows.order_by("-first_published_at", "-pk")

    def values(self) -> dict[str, Any]:
        """What is chosen, by name, for prepared queries."""
        return {name: value for name, value in asdict(self).items() if value}


class PageKeys:
    """The first row of each page of a list, in 16 bytes each: a long list has thousands of pages."""

    def __init__(self, keys: Iterable[Key]) -> None:
        self.moments, self.pks = array("q"), array("q")
        for moment, pk in keys:
            self.moments.append((moment - EPOCH) // timedelta(microseconds=1))
            self.pks.append(pk)

    def __len__(self) -> int:
        return len(self.pks)

    def __getitem__(self, index: int) -> Key:
        return EPOCH + timedelta(microseconds=self.moments[index]), self.pks[index]


@lru_cache(maxsize=128)
def page_keys(chosen: Filter, stamp: Stamp) -> PageKeys:
    """The first row of each page of a list, page 1 first; a list without rows has no pages. One query when not kept."""
    numbered = chosen.publications().annotate(
        number=Window(RowNumber(), order_by=[F("first_published_at").desc(), F("pk").desc()])
    )
    first_rows = numbered.annotate(place=Mod(F("number"), PER_PAGE)).filter(place=1 % PER_PAGE)
    return PageKeys(first_rows.order_by("number").values_list("first_published_at", "pk"))


def _page(moment: datetime, pk: int, **chosen: Any) -> QuerySet[Publication]:
    onwards = Q(first_published_at__lt=moment) | Q(first_published_at=moment, pk__lte=pk)
    rows = Filter(**chosen).publications().filter(onwards, first_published_at__lte=moment)  # the second is the index's
    return rows.select_related("category", "image").only(*CARD_FIELDS)[:PER_PAGE]


page_from = Prepared(_page)


@dataclass(frozen=True)
class ListPage:
    """One page of a list: its rows, its number, and links to the others."""

    rows: list[Publication]
    number: int
    pages: int
    path: str

    def url(self, number: int) -> str:
        """The address of a page; page 1 has no number in it."""
        return self.path if number == 1 else f"{self.path}?page={number}"

    @property
    def previous_url(self) -> str:
        return self.url(self.number - 1) if self.number > 1 else ""

    @property
    def next_url(self) -> str:
        return self.url(self.number + 1) if self.number < self.pages else ""

    @property
    def links(self) -> list[dict[str, Any] | None]:
        """Numbered links around this page, the first and the last; None stands for a gap."""
        numbers = sorted({1, self.pages, *range(max(1, self.number - 2), min(self.pages, self.number + 2) + 1)})
        links: list[dict[str, Any] | None] = []
        for before, number in zip([0, *numbers], numbers, strict=False):
            if number - before > 1:
                links.append(None)
            links.append({"number": number, "url": self.url(number), "current": number == self.number})
        return links


def list_page(chosen: Filter, stamp: Stamp, number: str | None, path: str) -> ListPage:
    """The page of a list that a request asks for by `?page=`; Http404 for one that does not exist.

    number: what the address says, None for page 1. path: the list's own address.
    """
    wanted = 1 if number is None else int(number) if number.isdecimal() and len(number) < 8 else 0
    keys = page_keys(chosen, stamp)
    if wanted < 1 or wanted > max(1, len(keys)) or (number is not None and number != str(wanted)):
        raise Http404(f"There is no page {number}.")
    rows: list[Publication] = []
    if keys:
        moment, pk = keys[wanted - 1]
        rows = page_from(moment=moment, pk=pk, **chosen.values())
    return ListPage(rows=rows, number=wanted, pages=max(1, len(keys)), path=path)
