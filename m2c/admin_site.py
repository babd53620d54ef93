"""The one admin site: Django's, with the site's name, and a first page that says what needs whom today."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.exceptions import NotRegistered
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import Truncator
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from publishing.dates import date_format

ORDER = {
    name: place
    for place, name in enumerate(
        [
            *("Article", "Image", "Page", "Home", "Category", "Author", "Tag", "Document", "Advertisement"),
            *("Fact", "Report", "Source", "Correction", "Term"),
        ]
    )
}
APPS = {name: place for place, name in enumerate(["articles", "m2c", "facts", "programs", "rounds"])}
SHOWN = 8  # rows of each panel; the list behind its link has the rest


class AdminSite(admin.AdminSite):
    site_header = _("M2C editors")
    site_title = "M2C"
    index_title = _("What needs you today")
    site_url = settings.SITE_URL + "/"
    enable_nav_sidebar = False  # the bar under the header leads to every list

    def index(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        return super().index(request, {**today(request), **(extra_context or {})})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """What editors open most comes first."""
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(key=lambda model: (ORDER.get(model["object_name"], len(ORDER)), model["name"]))
        return sorted(apps, key=lambda app: (APPS.get(app["app_label"], len(APPS)), app["name"].lower()))

    def get_urls(self) -> list[Any]:
        door = path("r/<int:content_type_id>/<int:object_id>/", self.admin_view(self.on_site), name="view_on_site")
        return [door, *super().get_urls()]

    def on_site(self, request: HttpRequest, content_type_id: int, object_id: int) -> HttpResponse:
        """To the public address of a row that this person's list has; 404 for any other and for drafts.

        Django's own view asks for no permission, and an address tells the title of a draft.
        """
        from django.contrib.contenttypes.models import ContentType  # models load after this module

        try:
            model: Any = ContentType.objects.get_for_id(content_type_id).model_class()
            model_admin = self.get_model_admin(model)
        except (ContentType.DoesNotExist, NotRegistered):
            raise Http404 from None
        row = model_admin.get_object(request, str(object_id))
        if row is None or not model_admin.has_view_or_change_permission(request, row):
            raise Http404
        own = model_admin.view_on_site
        address = own(row) if callable(own) else getattr(row, "get_absolute_url", lambda: "")()
        if not address:
            raise Http404
        return HttpResponseRedirect(address)


def today(request: HttpRequest) -> dict[str, Any]:
    """The panels of the first page: four queries for whoever may see articles, one for facts, and one for reports."""
    panels = []
    if request.user.has_perm("articles.view_article"):
        panels += [my_drafts(request), needs_attention(request), goes_live(request)]
    if request.user.has_perm("facts.view_fact"):
        panels.append(facts_to_check())
    if request.user.has_perm("facts.view_report"):
        panels.append(open_reports())
    return {"panels": panels} if panels else {}


def visible(request: HttpRequest) -> QuerySet:
    """The articles that this person's list shows."""
    from articles.models import Article  # models load after this module

    return admin.site.get_model_admin(Article).get_queryset(request)


def entry(article: Any, why: str) -> dict[str, str]:
    """One line of a panel."""
    return {"title": article.title, "url": reverse("admin:articles_article_change", args=[article.pk]), "why": why}


def panel(title: str, entries: list[dict[str, str]], empty: str, more: str = "") -> dict[str, Any]:
    """One panel; `more` is the address of all that it shows the first of."""
    return {"title": title, "entries": entries, "empty": empty, "more": more}


def articles_where(query: str) -> str:
    """The article list with a filter."""
    return f"{reverse('admin:articles_article_changelist')}?{query}"


def my_drafts(request: HttpRequest) -> dict[str, Any]:
    """What this person began and readers have never seen, newest first."""
    from articles.models import Article
    from publishing.admin_lists import in_state

    drafts = visible(request).filter(in_state(Article, "draft"), owner=request.user).order_by("-changed_at", "-pk")
    entries = [
        entry(
            article, gettext("changed %(day)s") % {"day": date_format(article.changed_at)} if article.changed_at else ""
        )
        for article in drafts[:SHOWN]
    ]
    return panel(gettext("My drafts"), entries, gettext("No drafts of yours."), articles_where("state=draft"))


def needs_attention(request: HttpRequest) -> dict[str, Any]:
    """Checks that are due, translations that are behind, changes that wait; the most urgent check first."""
    from articles.admin_filters import SOON, due, outdated_or_waiting

    day = localdate()
    due_rows = visible(request).filter(due()).order_by("review_by", "-pk")[:SHOWN]
    entries = []
    for article in due_rows:
        why = gettext("check was due %(day)s") if article.review_by < day else gettext("check is due %(day)s")
        entries.append(entry(article, why % {"day": date_format(article.review_by)}))
    if len(entries) < SHOWN:
        others = visible(request).filter(outdated_or_waiting()).exclude(review_by__lte=day + SOON)
        for article in others.order_by("-changed_at", "-pk")[: SHOWN - len(entries)]:
            why = gettext("a translation is behind its source, or changes wait to be published")
            entries.append(entry(article, why))
    more = articles_where("attention=any")
    return panel(gettext("Needs attention"), entries, gettext("Nothing. Enjoy the quiet."), more)


def goes_live(request: HttpRequest) -> dict[str, Any]:
    """What the clock will publish within seven days."""
    from articles.models import Publication
    from publishing.admin_forms import moment

    coming = Publication.objects.upcoming().filter(
        live_from__lt=Now() + timedelta(days=7), article__in=visible(request).values("pk")
    )
    entries = [
        {
            "title": publication.title,
            "url": reverse("admin:articles_article_change", args=[publication.article_id]),
            "why": moment(publication.live_from),
        }
        for publication in coming.only("title", "article_id", "live_from").order_by("live_from", "pk")[:SHOWN]
    ]
    return panel(gettext("Goes live this week"), entries, gettext("Nothing is scheduled."))


def facts_to_check() -> dict[str, Any]:
    """Facts that are overdue or due within a week, those first whose mistake costs most."""
    from facts.admin_lists import due_soon

    entries = []
    for fact in due_soon()[:SHOWN]:
        if fact.due_on is None:
            why = gettext("never verified")
        else:
            why = gettext("check was due %(day)s") if fact.due_on < fact.today else gettext("check is due %(day)s")
            why %= {"day": date_format(fact.due_on)}
        entries.append({"title": fact.says, "url": reverse("admin:facts_fact_change", args=[fact.pk]), "why": why})
    more = reverse("admin:facts_fact_dashboard")
    return panel(gettext("Facts to check"), entries, gettext("Every fact has been checked in time."), more)


def open_reports() -> dict[str, Any]:
    """What readers say is wrong, the oldest first."""
    from facts.models import Report

    rows = Report.objects.filter(state=Report.State.OPEN).select_related("fact").order_by("created_at", "pk")
    entries = [
        {
            "title": Truncator(report.words).chars(80),
            "url": reverse("admin:facts_report_change", args=[report.pk]),
            "why": report.fact.says if report.fact else report.path,
        }
        for report in rows[:SHOWN]
    ]
    more = f"{reverse('admin:facts_report_changelist')}?state={Report.State.OPEN}"
    return panel(gettext("Reports"), entries, gettext("No reader waits for an answer."), more)
