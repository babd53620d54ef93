"""RSS and Atom feeds of the site, of sections, categories, tags and authors."""

from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.functional import lazy
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _

from articles import former
from articles.listing import Filter
from articles.models import Author, Category, Publication, Tag
from articles.sections import SECTIONS
from publishing.caching import public
from publishing.models import seconds_to_boundary
from publishing.prepared import Prepared

NEWEST = 20


def _newest(**chosen: Any) -> QuerySet[Publication]:
    rows = Filter(**chosen).publications().select_related("category").defer("body")
    return rows.annotate(fresh_seconds=seconds_to_boundary(Publication))[:NEWEST]


newest = Prepared(_newest)


class ArticleFeed(Feed):
    """The newest articles of a list; what the list is of comes from the subclass."""

    feed_type: type[SyndicationFeed] = Rss201rev2Feed
    model: Any = None  # whose slug the address has

    def __call__(  # type: ignore[override]  # public() gives the wider type
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """The feed, cacheable for as long as it stays true; only read, like every public page."""
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        try:
            response = super().__call__(request, *args, **kwargs)
        except Http404:
            rest = "feed/atom/" if self.feed_type is Atom1Feed else "feed/rss/"
            return former.moved(self.model, get_language(), kwargs["slug"], rest)
        return public(response, getattr(request, "feed_seconds", 60))

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return {"request": request, "heading": _("All articles"), "list": reverse("articles:list"), "filter": {}}

    def title(self, chosen: dict[str, Any]) -> str:
        return f"{chosen['heading']} · {settings.SITE_NAME}"

    def description(self, chosen: dict[str, Any]) -> str:
        return _("The newest articles of %(site)s.") % {"site": settings.SITE_NAME}

    subtitle = description

    def link(self, chosen: dict[str, Any]) -> str:
        return settings.SITE_URL + chosen["list"]

    def feed_url(self, chosen: dict[str, Any]) -> str:
        return settings.SITE_URL + chosen["request"].path

    feed_guid = feed_url

    def items(self, chosen: dict[str, Any]) -> list[Publication]:
        listed = newest(language=get_language(), **chosen["filter"])
        chosen["request"].feed_seconds = listed[0].fresh_seconds if listed else 60
        return listed

    def item_title(self, item: Publication) -> str:
        return item.title

    def item_description(self, item: Publication) -> str:
        return item.summary

    def item_link(self, item: Publication) -> str:
        return settings.SITE_URL + item.get_absolute_url()

    def item_guid(self, item: Publication) -> str:
        return f"{settings.SITE_URL}/a/{item.article_id}/"

    item_guid_is_permalink = False

    def item_author_name(self, item: Publication) -> str:
        return ", ".join(item.author_names)

    def item_pubdate(self, item: Publication) -> Any:
        return item.first_published_at

    def item_updateddate(self, item: Publication) -> Any:
        return item.changed_at

    def item_categories(self, item: Publication) -> list[str]:
        return [item.category.name]


class SectionFeed(ArticleFeed):
    def get_object(self, request: HttpRequest, key: str) -> Any:
        section = SECTIONS[key]
        return {"request": request, "heading": section.name, "list": section.url, "filter": {"section": key}}


class CategoryFeed(ArticleFeed):
    model = Category

    def get_object(self, request: HttpRequest, slug: str) -> Any:
        row = get_object_or_404(Category, **{f"slug_{get_language()}": slug})
        chosen = {"category": row.pk}
        return {"request": request, "heading": row.name, "list": row.get_absolute_url(), "filter": chosen}


class TagFeed(ArticleFeed):
    model = Tag

    def get_object(self, request: HttpRequest, slug: str) -> Any:
        row = get_object_or_404(Tag, slug=slug)
        return {"request": request, "heading": row.label, "list": row.get_absolute_url(), "filter": {"tag": row.pk}}


class AuthorFeed(ArticleFeed):
    model = Author

    def get_object(self, request: HttpRequest, slug: str) -> Any:
        row = get_object_or_404(Author, slug=slug)
        return {"request": request, "heading": row.name, "list": row.get_absolute_url(), "filter": {"author": row.pk}}


def atom(feed: type[ArticleFeed]) -> ArticleFeed:
    """The same feed as Atom."""
    return type(f"{feed.__name__}Atom", (feed,), {"feed_type": Atom1Feed})()


LISTS: list[tuple[Any, type[ArticleFeed], str]] = [
    (pgettext_lazy("address", "articles/"), ArticleFeed, "list"),
    (pgettext_lazy("address", "topics/<slug:slug>/"), CategoryFeed, "category"),
    (pgettext_lazy("address", "tags/<slug:slug>/"), TagFeed, "tag"),
    (pgettext_lazy("address", "people/<slug:slug>/"), AuthorFeed, "author"),
]


followed_by = lazy(lambda start, rest: f"{start}{rest}", str)  # a translated address with more behind it


def urlpatterns(section_words: dict[str, Any]) -> list[URLPattern]:
    """`…/feed/rss/` and `…/feed/atom/` behind each list."""
    patterns = []
    for words, feed, name in LISTS:
        patterns += [
            path(followed_by(words, "feed/rss/"), feed(), name=f"{name}_rss"),
            path(followed_by(words, "feed/atom/"), atom(feed), name=f"{name}_atom"),
        ]
    for key, words in section_words.items():
        patterns += [
            path(followed_by(words, "feed/rss/"), SectionFeed(), {"key": key}, name=f"section_{key}_rss"),
            path(followed_by(words, "feed/atom/"), atom(SectionFeed), {"key": key}, name=f"section_{key}_atom"),
        ]
    return patterns
