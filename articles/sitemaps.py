"""Sitemaps: live articles with their translations, lists and simple pages, in both languages."""

from collections import defaultdict
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils.translation import override

from articles.models import Author, Category, PageKey, PagePublication, Publication, Tag
from articles.sections import SECTIONS
from facts import ledger

LANGUAGES = ("en", "fr")
PLACEHOLDER = "0-slug-0"


def article_frames() -> dict[str, tuple[str, str]]:
    """What stands before and after the slug in an article's path, by language: a reverse for each would be slow."""
    frames = {}
    for language in LANGUAGES:
        with override(language):
            path = reverse("articles:article_detail", kwargs={"slug": PLACEHOLDER})
        before, _slug, after = path.partition(PLACEHOLDER)
        frames[language] = (before, after)
    return frames


class SiteSitemap(Sitemap):
    """A sitemap under the site's own address, whatever host the request came by."""

    limit = 5000

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.SITE_URL).netloc


class ArticleSitemap(SiteSitemap):
    limit = 1500

    def __init__(self) -> None:
        self.frames = article_frames()
        self.changes: dict[str, datetime] = {}

    def items(self) -> QuerySet[Publication]:
        rows = Publication.objects.live().only("group", "language", "slug", "changed_at", "fact_keys")
        return rows.order_by("pk")

    def lastmod(self, item: Publication) -> datetime:
        """The last change of the text, or of a fact in it."""
        return max([item.changed_at, *(self.changes[key] for key in item.fact_keys if key in self.changes)])

    def location(self, item: Publication) -> str:
        before, after = self.frames[item.language]
        return f"{before}{item.slug}{after}"

    def get_latest_lastmod(self) -> datetime | None:
        return Publication.objects.live().aggregate(Max("changed_at"))["changed_at__max"]

    def get_urls(self, page: int | str = 1, site: Any = None, protocol: str | None = None) -> list[dict[str, Any]]:
        """The page's articles, each with the addresses of all its languages; two queries more than the stock class."""
        self.changes = ledger.changes()
        urls = super().get_urls(page=page, site=site, protocol=protocol)
        languages: dict[Any, dict[str, str]] = defaultdict(dict)
        groups = {url["item"].group for url in urls}
        for row in Publication.objects.live().filter(group__in=groups).only("group", "language", "slug"):
            languages[row.group][row.language] = settings.SITE_URL + self.location(row)
        for url in urls:
            url["alternates"] = alternates(languages[url["item"].group])
        return urls


class FixedSitemap(SiteSitemap):
    """Home, sections, lists, categories, tags, people and simple pages."""

    def items(self) -> list[dict[str, str]]:
        categories, tags, authors = list(Category.objects.all()), list(Tag.objects.all()), list(Author.objects.all())
        live = set(PagePublication.objects.live().values_list("key", "language"))
        found: dict[Any, dict[str, str]] = defaultdict(dict)
        for language in LANGUAGES:
            with override(language):
                found["home"][language] = reverse("home")
                found["list"][language] = reverse("articles:list")
                for section in SECTIONS.values():
                    found["section", section.key][language] = section.url
                for row in [*categories, *tags, *authors]:
                    found[type(row).__name__, row.pk][language] = row.get_absolute_url()
                for key in PageKey.values:
                    if (key, language) in live:
                        found["page", key][language] = reverse(f"articles:page_{key}")
        return [{"path": path, **paths} for paths in found.values() for path in paths.values()]

    def location(self, item: dict[str, str]) -> str:
        return item["path"]

    def get_urls(self, page: int | str = 1, site: Any = None, protocol: str | None = None) -> list[dict[str, Any]]:
        urls = super().get_urls(page=page, site=site, protocol=protocol)
        for url in urls:
            paths = {code: settings.SITE_URL + url["item"][code] for code in LANGUAGES if code in url["item"]}
            url["alternates"] = alternates(paths)
        return urls


def alternates(addresses: dict[str, str]) -> list[dict[str, str]]:
    """The same page in its languages, as the sitemap's template has them; none for a page in one language."""
    if len(addresses) < 2:
        return []
    listed = [{"lang_code": language, "location": address} for language, address in sorted(addresses.items())]
    return [*listed, {"lang_code": "x-default", "location": addresses["en"]}]


SITEMAPS: dict[str, type[Sitemap]] = {"articles": ArticleSitemap, "pages": FixedSitemap}
