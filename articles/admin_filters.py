"""Filters of the article list. Each is an EXISTS, so none of them multiplies rows or needs DISTINCT."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from articles.models import Article, Author, Authorship, Publication
from articles.translating import outdated
from publishing.admin_lists import old_changes

SOON = timedelta(days=14)


def live() -> Q:
    """The condition that readers see the article now."""
    return Q(Exists(Publication.objects.live().filter(article=OuterRef("pk"))))


def overdue() -> Q:
    """Live, and the day by which it was to be checked again has passed."""
    return Q(review_by__lt=localdate()) & live()


def due_soon() -> Q:
    """Live, and to be checked again within two weeks."""
    return Q(review_by__gte=localdate(), review_by__lte=localdate() + SOON) & live()


def due() -> Q:
    """Overdue, or due within two weeks."""
    return Q(review_by__lte=localdate() + SOON) & live()


def outdated_or_waiting() -> Q:
    """A translation behind its source, changes that nobody published for two weeks, or a publication that failed."""
    return outdated() | old_changes(Article) | failed()


def failed() -> Q:
    """It waited for its pictures, and then could not go live."""
    return Q(waiting_at__isnull=False) & ~Q(waiting_fault="")


def needs_attention() -> Q:
    """Anything that an editor should look at."""
    return due() | outdated_or_waiting()


class AttentionFilter(admin.SimpleListFilter):
    title = _("needs attention")
    parameter_name = "attention"
    conditions = {
        "any": needs_attention,
        "overdue": overdue,
        "soon": due_soon,
        "translation": outdated,
        "changes": lambda: old_changes(Article),
        "failed": failed,
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("any", _("Anything")),
            ("overdue", _("Check is overdue")),
            ("soon", _("Check is due within 14 days")),
            ("translation", _("Translation is behind its source")),
            ("changes", _("Changes unpublished for 14 days")),
            ("failed", _("Could not go live")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        condition = self.conditions.get(str(self.value()))
        return None if condition is None else queryset.filter(condition())


class AuthorFilter(admin.SimpleListFilter):
    title = _("author")
    parameter_name = "author"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(pk), name) for pk, name in Author.objects.values_list("pk", "name")[:200]]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        value = self.value() or ""
        if not value.isdecimal():
            return None
        return queryset.filter(Exists(Authorship.objects.filter(article=OuterRef("pk"), author_id=int(value))))
