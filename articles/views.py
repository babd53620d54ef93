"""The public pages of articles, their lists and the simple pages. None reads a cookie, a session or the user."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models.functions import Now
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import http_date
from django.utils.timezone import now
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from articles import former, pages, simple_pages, structured
from articles.cards import cards
from articles.listing import Filter, ListPage, Stamp, list_page, stamped
from articles.models import Article, Author, Category, PagePublication, Publication, Tag
from articles.sections import SECTIONS
from articles.templatetags.images import image_url
from facts import glossary, ledger
from facts.rendering import Notes
from publishing import richtext
from publishing.caching import public
from publishing.models import LONGEST_CACHE, seconds_to_boundary
from publishing.prepared import Prepared

STARTED = now()  # this process, and with it the code that makes the pages
MOST_SUCCESSORS = 5  # articles that took each other's place, followed from one address


def absolute(path: str) -> str:
    """A path of this site as a whole address."""
    return path if "://" in path else settings.SITE_URL + path


@require_safe
def article_detail(request: HttpRequest, slug: str) -> HttpResponseBase:
    """One live article; where its address was another article's or its own earlier one, the way there."""
    language = get_language()
    publication = pages.find(language, slug)
    if publication is None:
        return moved_or_gone(request, language, slug)
    context = pages.article_context(publication)
    category, url = publication.category, publication.get_absolute_url()
    trail: list[tuple[Any, str]] = [
        (category.section_object.name, category.section_object.url),
        (category.name, category.get_absolute_url()),
    ]
    social = image_url(publication.image, "social", 1200) if publication.image else ""
    context |= {
        "section": category.section_object,
        "breadcrumbs": trail,
        "page_title": publication.title,
        "page_description": publication.summary,
        "og_type": "article",
        "json_ld": [
            structured.article(publication, context["article"]["authors"], absolute(social)),
            structured.breadcrumbs([*trail, (publication.title, url)]),
        ],
        **translation_context(publication, context["article"]["translation"]),
    }
    if social:
        context["social_image"] = absolute(social)
    else:
        context["json_ld"][0].pop("image")
    notes = context["notes"]
    response = public(render(request, "articles/article_detail.html", context), notes.fresh(publication.fresh_seconds))
    changed = last_change(publication, notes, shows_terms=bool(context["words"]))
    response.headers["Last-Modified"] = http_date(changed.timestamp())
    if context["has_video"]:
        return csp_override(settings.VIDEO_CSP)(lambda _request: response)(request)
    return response


def last_change(publication: Any, notes: Notes, *, shows_terms: bool) -> datetime:
    """When an article's page last became another one: by itself, by the articles around it, by a fact or a term, or by
    new code.

    Only clients that keep no ETag go by it.
    """
    stamp = Stamp.of(publication)
    moments = [publication.live_from, publication.labelled_at, STARTED, notes.changed_at]
    moments += [stamp.started, stamp.ended, stamp.category]
    if shows_terms:
        moments.append(glossary.changed_at(publication.glossary_stamp))
    return max(moment for moment in moments if moment is not None)


def other_language_link(language: str, url: str) -> dict[str, str]:
    """The language switch of a page in `language` that leads to `url`."""
    return (
        {"code": "en", "name": "English", "url": url}
        if language == "fr"
        else {"code": "fr", "name": "Français", "url": url}
    )


def translation_context(publication: Publication, translation: dict[str, str] | None) -> dict[str, Any]:
    """Addresses of this page in both languages; without a translation the switch leads to the category."""
    url, language = publication.get_absolute_url(), publication.language
    other = "en" if language == "fr" else "fr"
    with override(other):
        switch = translation["url"] if translation else publication.category.get_absolute_url()
    alternates = [(language, absolute(url))]
    if translation:
        alternates.append((other, absolute(translation["url"])))
    default = dict(alternates).get("en", absolute(url))
    return {
        "canonical": absolute(url),
        "alternates": [*alternates, ("x-default", default)],
        "other_language": other_language_link(language, switch),
    }


def moved_or_gone(request: HttpRequest, language: str, slug: str) -> HttpResponseBase:
    """Where an address that is not live leads: to the article's present one, to its successor, or to 410.

    The history of publications is the table of redirects, so a renaming can make neither a chain nor a loop.
    """
    earlier = (
        Publication.objects.filter(language=language, slug=slug, live_until__lte=Now())
        .order_by("-live_until")
        .select_related("article", "category")
        .annotate(fresh_seconds=seconds_to_boundary(Publication))
        .first()
    )
    if earlier is None:
        raise Http404(f"No article was ever at {slug}.")
    article: Article | None = earlier.article
    for _step in range(MOST_SUCCESSORS):
        if article is None:
            break
        current = Publication.objects.live().filter(article=article).only("language", "slug").first()
        if current is not None:
            return public(HttpResponsePermanentRedirect(current.get_absolute_url()), earlier.fresh_seconds)
        article = article.successor
    section = earlier.category.section_object
    with override("en" if language == "fr" else "fr"):
        elsewhere = section.url
    context = {
        "title": earlier.title,
        "section": section,
        "page_title": _("No longer here"),
        "robots": "noindex",
        "canonical": "",
        "alternates": [],
        "other_language": other_language_link(language, elsewhere),
    }
    return public(render(request, "410.html", context, status=410), earlier.fresh_seconds)


@require_safe
def article_by_id(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Where a stored link leads when it is followed as it stands."""
    publication = Publication.objects.live().filter(article=pk).only("language", "slug").first()
    if publication is None:
        raise Http404(f"Article {pk} is not public.")
    return public(redirect(publication.get_absolute_url()))


def show_list(
    request: HttpRequest,
    chosen: Filter,
    row: Any,
    heading: str,
    intro: str = "",
    **context: Any,
) -> HttpResponseBase:
    """Render one page of a list. `row` carries the stamp; the context may replace what is made here."""
    stamp = Stamp.of(row) if row is not None else Stamp(None, None, None, None)
    listed = list_page(chosen, stamp, request.GET.get("page"), request.path)
    title = (
        heading
        if listed.number == 1
        else _("%(heading)s, page %(number)d")
        % {
            "heading": heading,
            "number": listed.number,
        }
    )
    trail = context.get("breadcrumbs", [])
    everything = {
        "heading": heading,
        "intro": intro,
        "cards": cards(listed.rows),
        "page": listed,
        "first_page": listed.number == 1,
        "simple_pages": simple_pages.listed(get_language(), getattr(row, "live_pages", None)),
        "page_title": title,
        "page_description": intro or heading,
        "feed_url": request.path + "feed/atom/",
        "feeds": [(heading, request.path + "feed/atom/")],
        "json_ld": [structured.breadcrumbs([*trail, (heading, request.path)])],
        **numbered_addresses(request, listed),
        **context,
    }
    return public(render(request, "articles/list.html", everything), getattr(row, "fresh_seconds", LONGEST_CACHE))


def numbered_addresses(request: HttpRequest, listed: ListPage) -> dict[str, Any]:
    """A later page is a page of its own, and says nothing of the other language, which has other pages."""
    if listed.number == 1:
        return {}
    return {"canonical": absolute(listed.url(listed.number)), "alternates": []}


every_category = Prepared(lambda: stamped(Category.objects.all()))
category_at = {
    "en": Prepared(lambda slug: stamped(Category.objects.filter(slug_en=slug))),
    "fr": Prepared(lambda slug: stamped(Category.objects.filter(slug_fr=slug))),
}
tag_at = Prepared(lambda slug: stamped(Tag.objects.filter(slug=slug)))
author_at = Prepared(lambda slug: stamped(Author.objects.filter(slug=slug).select_related("portrait")))


@require_safe
def article_list(request: HttpRequest) -> HttpResponseBase:
    """All articles of a language, newest first."""
    categories = every_category()
    return show_list(
        request,
        Filter(get_language()),
        categories[0] if categories else None,
        _("All articles"),
        _("Everything we have published, the newest first."),
        categories=[category_link(category) for category in categories],
        breadcrumbs=[],
    )


@require_safe
def section_detail(request: HttpRequest, key: str) -> HttpResponseBase:
    """A section: its categories and its articles."""
    section = SECTIONS[key]
    all_categories = every_category()  # any of them carries the stamp, and a section may have none of its own
    categories = [category for category in all_categories if category.section == key]
    return show_list(
        request,
        Filter(get_language(), section=key),
        all_categories[0] if all_categories else None,
        str(section.name),
        str(section.description),
        section=section,
        categories=[category_link(category) for category in categories],
        breadcrumbs=[],
    )


@require_safe
def category_detail(request: HttpRequest, slug: str) -> HttpResponseBase:
    """A category's articles; an earlier slug and the other language's lead here too."""
    language = get_language()
    category = next(iter(category_at[language](slug=slug)), None)
    if category is None:
        return former.moved(Category, language, slug)
    section = category.section_object
    other = "en" if language == "fr" else "fr"
    with override(other):
        other_url = category.get_absolute_url()
    here, there = absolute(request.path), absolute(other_url)
    context: dict[str, Any] = {
        "section": section,
        "breadcrumbs": [(section.name, section.url)],
        "other_language": other_language_link(language, other_url),
    }
    if "page" not in request.GET:
        context["alternates"] = [(language, here), (other, there), ("x-default", here if language == "en" else there)]
    return show_list(
        request,
        Filter(language, category=category.pk),
        category,
        category.name,
        category.description,
        **context,
    )


@require_safe
def tag_detail(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The articles of a tag."""
    tag = next(iter(tag_at(slug=slug)), None)
    if tag is None:
        return former.moved(Tag, get_language(), slug)
    return show_list(
        request,
        Filter(get_language(), tag=tag.pk),
        tag,
        tag.label,
        _("Articles about this subject, the newest first."),
        breadcrumbs=[(_("All articles"), reverse("articles:list"))],
    )


@require_safe
def author_detail(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Who somebody is, and their articles."""
    author = next(iter(author_at(slug=slug)), None)
    if author is None:
        return former.moved(Author, get_language(), slug)
    return show_list(
        request,
        Filter(get_language(), author=author.pk),
        author,
        author.name,
        author.role,
        author=pages.person(author),
        breadcrumbs=[(_("All articles"), reverse("articles:list"))],
        json_ld=[structured.author(author)],
        page_description=author.biography or author.role,
    )


def category_link(category: Category) -> dict[str, str]:
    """A category as lists link to it."""
    return {"name": category.name, "url": category.get_absolute_url(), "description": category.description}


@require_safe
def page_detail(request: HttpRequest, key: str) -> HttpResponseBase:
    """A simple page."""
    language = get_language()
    publication = (
        PagePublication.objects.live()
        .filter(language=language, key=key)
        .annotate(fresh_seconds=seconds_to_boundary(PagePublication), live_pages=simple_pages.live_part())
        .first()
    )
    if publication is None:
        raise Http404(f"The page {key} is not published in {language}.")
    ids = [pk for block in publication.body["blocks"] for pk in linked(block)]
    rows = Publication.objects.live().filter(article__in=ids).only("article_id", "language", "slug") if ids else []
    addresses = {row.article_id: row.get_absolute_url() for row in rows}
    notes = Notes(ledger.resolve(publication.fact_keys), publication.body.get("facts", {}))
    context = {
        "page_": publication,
        "blocks": pages.shown_blocks(publication.body, pages.Surroundings(language, addresses, {}, notes)),
        "notes": notes,
        "key": key,
        "page_title": publication.title,
        "page_description": publication.summary,
        "json_ld": [structured.organisation()],
        "simple_pages": simple_pages.listed(language, publication.live_pages),
        **page_translations(language, key, publication.live_pages),
    }
    return public(render(request, "articles/page_detail.html", context), notes.fresh(publication.fresh_seconds))


def page_translations(language: str, key: str, live: list[str]) -> dict[str, Any]:
    """Addresses of a simple page in both languages; where the other one has none, the switch leads to its home page."""
    other = "en" if language == "fr" else "fr"
    addresses = {language: simple_pages.address(key)}
    with override(other):
        switch = reverse("home")
        if f"{other}/{key}" in live:
            switch = addresses[other] = simple_pages.address(key)
    alternates = [(code, absolute(path)) for code, path in addresses.items()]
    default = dict(alternates).get("en", absolute(addresses[language]))
    return {
        "alternates": [*alternates, ("x-default", default)],
        "other_language": other_language_link(language, switch),
    }


def linked(block: dict[str, Any]) -> set[int]:
    """Ids of the articles that a block of a body links to."""
    texts = [block.get("html", ""), *(item["html"] for item in block.get("items", []))]
    return {pk for text in texts for pk in richtext.linked_ids(text)}
