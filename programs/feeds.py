"""Atom feeds of status: of every program, and of one."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from facts.feeds import NEWEST, ChangeFeed
from facts.models import FactValue
from facts.values import Status
from programs.models import Program
from programs.pages import renamed
from publishing.caching import public
from publishing.languages import colon


class StatusFeed(ChangeFeed):
    """Changes of the status of every listed program, the newest first."""

    def named(self, row: Any) -> str:
        return _("Changes of status")

    def page(self, row: Any) -> str:
        return reverse("programs:register")

    def chosen(self, row: Any) -> QuerySet[FactValue]:
        return FactValue.objects.logged().filter(fact__program__is_hidden=False)

    def items(self, row: Any) -> list[FactValue]:
        return list(self.chosen(row).select_related("source", "replaces__fact", "fact__program")[:NEWEST])

    def item_title(self, item: FactValue) -> str:
        return f"{colon(item.fact.program.name)} {Status(item.content).label}"

    def item_link(self, item: FactValue) -> str:
        return settings.SITE_URL + item.fact.program.get_absolute_url()


class ProgramFeed(StatusFeed):
    """Every status that one program has had."""

    def __call__(  # type: ignore[override]  # public() gives the wider type
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """The feed, or the way to it from an earlier slug."""
        try:
            return super().__call__(request, *args, **kwargs)
        except Http404:
            return public(HttpResponsePermanentRedirect(self.page(renamed(kwargs["slug"])) + "feed/atom/"))

    def get_object(self, request: HttpRequest, slug: str) -> Program:
        program = Program.objects.listed().filter(**{f"slug_{get_language()}": slug}).first()
        if program is None:
            raise Http404(f"There is no program {slug}.")
        return program

    def named(self, row: Program) -> str:
        return row.name

    def page(self, row: Program) -> str:
        return row.get_absolute_url()

    def chosen(self, row: Program) -> QuerySet[FactValue]:
        return FactValue.objects.logged(first=True).filter(fact=row.status_id)
