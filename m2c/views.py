"""The home page, and the small addresses of the site as a whole."""

import logging
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.sitemaps import views as sitemaps
from django.db import DatabaseError, connection
from django.db.models import OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, get_language_from_request, override
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe
from psycopg_pool import PoolTimeout

from articles import calls, simple_pages, structured
from articles.cards import CARD_FIELDS, cards
from articles.models import Publication
from articles.sitemaps import SITEMAPS as ARTICLE_SITEMAPS
from articles.videos import embed_url, video_key, watch_url
from m2c.models import Home, HomeFeature, HomeTool
from programs.sitemaps import ProgramSitemap
from publishing.caching import public
from publishing.models import LONGEST_CACHE, seconds_to_boundary
from publishing.prepared import Prepared
from quizzes.sitemaps import ToolSitemap
from rounds.sitemaps import RoundSitemap

LATEST = 6
SITEMAPS = {**ARTICLE_SITEMAPS, "programs": ProgramSitemap, "rounds": RoundSitemap, "tools": ToolSitemap}

logger = logging.getLogger(__name__)


def _home(language: str) -> QuerySet[Home]:
    features = HomeFeature.objects.filter(home=OuterRef("pk")).order_by("order", "pk")
    return (
        Home.objects.filter(language=language)
        .select_related("image", "guide_image", "video_image", "partner_image")
        .annotate(
            features_in_order=ArraySubquery(features.values("article")),
            fresh_seconds=seconds_to_boundary(Publication),
            live_pages=simple_pages.live_part(),
        )
    )


def _shown(language: str) -> QuerySet[Publication]:
    """Live articles with what a card needs."""
    return Publication.objects.live().filter(language=language).select_related("category", "image").only(*CARD_FIELDS)


home_in = Prepared(_home, one_plan=True)
tools_of = Prepared(lambda home: HomeTool.objects.filter(home=home), one_plan=True)
articles_by_id = Prepared(lambda language, ids: _shown(language).filter(article__in=ids), one_plan=True)


@cache
def newest(count: int) -> Prepared:
    """The query for so many of the newest articles of a language."""
    return Prepared(lambda language: _shown(language).order_by("-first_published_at", "-pk")[:count])


@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """The home page, as editors have arranged it."""
    language = get_language()
    row = next(iter(home_in(language=language)), None)
    tools = tools_of(home=row.pk) if row else []
    features = row.features_in_order if row else []
    targets = {pk for pk in [row and row.guide_article_id, *(tool.article_id for tool in tools), *features] if pk}
    found = {one.article_id: one for one in articles_by_id(language=language, ids=sorted(targets))}
    featured = [found[pk] for pk in dict.fromkeys(features) if pk in found]
    latest = newest(LATEST + len(featured))(language=language)
    shown = {one.pk for one in featured}
    context = {
        "home": row and home_context(row, found),
        "tools": [card for tool in tools if (card := tool_card(tool, found))],
        "featured": cards(featured),
        "latest": cards([one for one in latest if one.pk not in shown][:LATEST]),
        "page_title": row.title if row else settings.SITE_NAME,
        "page_description": row.text if row else "",
        "json_ld": [structured.organisation()],
        "feeds": [(_("All articles"), reverse("articles:list_atom"))],
        "simple_pages": simple_pages.listed(language, row.live_pages if row else None),
    }
    response = public(render(request, "home.html", context), row.fresh_seconds if row else LONGEST_CACHE)
    if row and row.video_title:
        return csp_override(settings.VIDEO_CSP)(lambda _request: response)(request)
    return response


def home_context(row: Home, found: Mapping[int, Publication]) -> dict[str, Any]:
    """The home page's own words and pictures; guide, video and partner are empty where they lead nowhere."""
    guide = found.get(row.guide_article_id or 0)
    key = video_key(row.video_url)
    return {
        "eyebrow": row.eyebrow,
        "title": row.title,
        "text": row.text,
        "ticks": row.ticks.splitlines(),
        "picture": row.image,
        "guide_title": row.guide_title if guide else "",
        "guide_text": row.guide_text,
        "guide_label": row.guide_label,
        "guide_image": row.guide_image,
        "guide_url": guide.get_absolute_url() if guide else "",
        "video_title": row.video_title if key else "",
        "video_url": watch_url(key) if key else "",
        "video_embed_url": embed_url(key) if key else "",
        "video_image": row.video_image,
        "partner_name": row.partner_name,
        "partner_text": row.partner_text,
        "partner_url": row.partner_url,
        "partner_image": row.partner_image,
    }


def tool_card(tool: HomeTool, found: Mapping[int, Publication]) -> dict[str, str] | None:
    """A tool card, or None while what it leads to does not exist."""
    target = calls.shown(tool.call) if tool.call else None
    if target is None:
        article = found.get(tool.article_id or 0)
        if article is None:
            return None
        label = _("Read the guide")
        target = {"title": article.title, "text": article.summary, "label": label, "url": article.get_absolute_url()}
    own = {name: getattr(tool, name) for name in ("title", "text", "label") if getattr(tool, name)}
    return {**target, **own, "icon": tool.icon}


@require_safe
def root(request: HttpRequest) -> HttpResponseBase:
    """Lead to the reader's language by what the browser asks for, without a cookie."""
    language = get_language_from_request(request)
    with override("fr" if language.startswith("fr") else "en"):
        response = HttpResponseRedirect(reverse("home"))
    patch_vary_headers(response, ["Accept-Language"])
    return public(response)


@require_safe
def robots(request: HttpRequest) -> HttpResponseBase:
    """Everything public may be indexed."""
    lines = ["User-agent: *", "Disallow: /admin/", "", f"Sitemap: {settings.SITE_URL}/sitemap.xml", ""]
    return public(HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8"))


@require_safe
def manifest(request: HttpRequest) -> HttpResponseBase:
    """The web manifest of a language."""
    icons = [
        {"src": static("images/icon-192.png"), "sizes": "192x192", "type": "image/png"},
        {"src": static("images/icon-512.png"), "sizes": "512x512", "type": "image/png"},
        {
            "src": static("images/icon-maskable-512.png"),
            "sizes": "512x512",
            "type": "image/png",
            "purpose": "maskable",
        },
    ]
    content = {
        "name": settings.SITE_NAME,
        "short_name": settings.SITE_NAME,
        "description": _("Find your way to Canada"),
        "lang": get_language(),
        "start_url": reverse("home"),
        "scope": "/",
        "display": "browser",
        "background_color": "#ffffff",
        "theme_color": "#0a3130",
        "icons": icons,
    }
    return public(JsonResponse(content, content_type="application/manifest+json"))


@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponseBase:
    """The list of sitemaps under the site's own address; Django's view would take the request's host."""
    listed = []
    for name, kind in SITEMAPS.items():
        sitemap_ = kind()
        address = settings.SITE_URL + reverse("sitemap", kwargs={"section": name})
        for number in sitemap_.paginator.page_range:
            location = address if number == 1 else f"{address}?p={number}"
            listed.append({"location": location, "last_mod": sitemap_.get_latest_lastmod()})
    return public(render(request, "sitemap_index.xml", {"sitemaps": listed}, content_type="application/xml"))


@require_safe
def sitemap(request: HttpRequest, section: str) -> HttpResponseBase:
    """One sitemap; further pages by `?p=`."""
    return public(sitemaps.sitemap(request, sitemaps={**SITEMAPS}, section=section).render())


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers."""
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """This process can serve pages: the database answers and has its tables."""
    headers = {"Cache-Control": "no-store"}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM articles_publication LIMIT 1")
    except (DatabaseError, PoolTimeout) as error:
        logger.warning("Not ready: %s", str(error).splitlines()[0])
        return HttpResponse("no database\n", content_type="text/plain", status=503, headers=headers)
    return HttpResponse("ready\n", content_type="text/plain", headers=headers)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """A page that does not exist: where to go instead. Kept by caches for seconds only."""
    context = {"page_title": _("Page not found"), "robots": "noindex", "alternates": [], "canonical": ""}
    context["simple_pages"] = ()  # without a query: this page is there when the database is not
    return public(render(request, "404.html", context, status=404), 5)


def server_error(request: HttpRequest) -> HttpResponse:
    """A page that needs neither database nor language, and plain words when even its template fails."""
    headers = {"Cache-Control": "no-store"}
    try:
        page = render_to_string("500.html")
    except Exception:  # a template or a static file is missing; an error here would end in no answer at all
        logger.exception("The page for faults has a fault itself.")
        plain = "Something broke on our side. Please try again in a minute.\n"
        french = "Une erreur s’est produite de notre côté. Veuillez réessayer dans une minute.\n"
        return HttpResponse(plain + french, content_type="text/plain; charset=utf-8", status=500, headers=headers)
    return HttpResponse(page, status=500, headers=headers)
