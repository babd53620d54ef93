"""Atom feeds of the ledger: changes, corrections, sources, and those of one fact or one source."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _

from facts import ledger
from facts.models import Correction, Fact, FactValue, Source, is_key
from publishing import richtext
from publishing.caching import public
from publishing.languages import colon

NEWEST = 50


class PrintableFeed(Atom1Feed):
    """Atom without control characters, which a paste can bring into the ledger and no XML can carry."""

    def add_item(self, title: str, link: str, description: str, **more: Any) -> None:  # type: ignore[override]  # the rest is passed on
        super().add_item(richtext.printable(title), link, richtext.printable(description), **more)


class LedgerFeed(Feed):
    """An Atom feed that stays true until the site's midnight at most; only read, like every public page."""

    feed_type = PrintableFeed

    def __call__(  # type: ignore[override]  # public() gives the wider type
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """The feed, for caches too."""
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return public(super().__call__(request, *args, **kwargs), ledger.seconds_to_midnight())

    def title(self, row: Any) -> str:
        return richtext.printable(f"{self.named(row)} · {settings.SITE_NAME}")

    def subtitle(self, row: Any) -> str:
        return _("What was, what is, since when, and who noticed.")

    def link(self, row: Any) -> str:
        return settings.SITE_URL + self.page(row)

    def feed_url(self, row: Any) -> str:
        return settings.SITE_URL + self.page(row) + "feed/atom/"

    feed_guid = feed_url

    def named(self, row: Any) -> str:
        """What the feed is of."""
        raise NotImplementedError

    def page(self, row: Any) -> str:
        """The path of the page that the feed belongs to."""
        raise NotImplementedError


class ChangeFeed(LedgerFeed):
    """Changes of all facts."""

    def named(self, row: Any) -> str:
        return _("Changes")

    def page(self, row: Any) -> str:
        return reverse("facts:changes")

    def chosen(self, row: Any) -> QuerySet[FactValue]:
        """The changes that the feed tells of."""
        return FactValue.objects.logged()

    def items(self, row: Any) -> list[FactValue]:
        return list(self.chosen(row).select_related("fact", "source", "replaces__fact")[:NEWEST])

    def item_title(self, item: FactValue) -> str:
        return f"{colon(item.fact.says)} {item.text}"

    def item_description(self, item: FactValue) -> str:
        return change_in_words(item)

    def item_link(self, item: FactValue) -> str:
        return settings.SITE_URL + item.fact.get_absolute_url()

    def item_guid(self, item: FactValue) -> str:
        return f"{settings.SITE_URL}/{get_language()}/changes/{item.pk}"

    item_guid_is_permalink = False

    def item_pubdate(self, item: Any) -> datetime:
        return item.logged_at

    item_updateddate = item_pubdate


class FactFeed(ChangeFeed):
    """All values that one fact has had."""

    def get_object(self, request: HttpRequest, key: str) -> Fact:
        if not is_key(key):
            raise Http404(f"{key!r} can be no key.")
        return get_object_or_404(Fact, key=key)

    def named(self, row: Fact) -> str:
        return row.says

    def page(self, row: Fact) -> str:
        return row.get_absolute_url()

    def chosen(self, row: Fact) -> QuerySet[FactValue]:
        return FactValue.objects.logged(first=True).filter(fact=row)


class SourceFeed(ChangeFeed):
    """All values that rest on one source."""

    def get_object(self, request: HttpRequest, slug: str) -> Source:
        return get_object_or_404(Source, slug=slug)

    def named(self, row: Source) -> str:
        return str(row)

    def page(self, row: Source) -> str:
        return row.get_absolute_url()

    def chosen(self, row: Source) -> QuerySet[FactValue]:
        return FactValue.objects.logged(first=True).filter(source=row)


class SourcesFeed(LedgerFeed):
    """Sources, the newest first."""

    def named(self, row: Any) -> str:
        return _("Sources")

    def page(self, row: Any) -> str:
        return reverse("facts:sources")

    def subtitle(self, row: Any) -> str:
        return _("Where our facts come from, the newest source first.")

    def items(self) -> QuerySet[Source]:
        return Source.objects.order_by("-created_at", "-pk")[:NEWEST]

    def item_title(self, item: Source) -> str:
        return str(item)

    def item_description(self, item: Source) -> str:
        return item.url or ""

    def item_link(self, item: Source) -> str:
        return settings.SITE_URL + item.get_absolute_url()

    def item_pubdate(self, item: Source) -> datetime:
        return item.created_at

    item_updateddate = item_pubdate


class CorrectionFeed(LedgerFeed):
    """What we had wrong."""

    def named(self, row: Any) -> str:
        return _("Corrections")

    def page(self, row: Any) -> str:
        return reverse("facts:corrections")

    def items(self) -> QuerySet[Correction]:
        return Correction.objects.select_related("value__fact", "value__replaces__fact")[:NEWEST]

    def item_title(self, item: Correction) -> str:
        return item.subject

    def item_description(self, item: Correction) -> str:
        words = _("We said: %(was)s. Right is: %(is)s. Noticed by %(who)s.")
        return words % {"was": item.was, "is": item.is_now, "who": item.get_noticed_by_display()}

    def item_link(self, item: Correction) -> str:
        return settings.SITE_URL + (item.value.fact.get_absolute_url() if item.value else reverse("facts:corrections"))

    def item_guid(self, item: Correction) -> str:
        return f"{settings.SITE_URL}/{get_language()}/corrections/{item.pk}"

    item_guid_is_permalink = False

    def item_pubdate(self, item: Correction) -> datetime:
        return item.corrected_at

    item_updateddate = item_pubdate


def change_in_words(item: FactValue) -> str:
    """One entry of the log as a sentence."""
    given = {
        "was": item.replaces.text if item.replaces else "",
        "is": item.text,
        "day": ledger.since(item),
        "who": item.get_noticed_by_display(),
        "source": str(item.source),
    }
    if item.replaces is None:
        return _("%(is)s, %(day)s. Source: %(source)s.") % given
    return _("It was %(was)s and is %(is)s, %(day)s. Noticed by %(who)s. Source: %(source)s.") % given


def urlpatterns() -> list[URLPattern]:
    """`…/feed/atom/` behind each page."""
    return [
        path(pgettext_lazy("address", "sources/feed/atom/"), SourcesFeed(), name="sources_atom"),
        path(pgettext_lazy("address", "changes/feed/atom/"), ChangeFeed(), name="changes_atom"),
        path(pgettext_lazy("address", "corrections/feed/atom/"), CorrectionFeed(), name="corrections_atom"),
        path(pgettext_lazy("address", "facts/<str:key>/feed/atom/"), FactFeed(), name="fact_atom"),
        path(pgettext_lazy("address", "sources/<slug:slug>/feed/atom/"), SourceFeed(), name="source_atom"),
    ]
