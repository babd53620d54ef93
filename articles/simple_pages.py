"""Which simple pages are live, for the layout: it names no other."""

from collections.abc import Iterable

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.translation import override

from articles.models import PageKey, PagePublication
from publishing.prepared import Prepared

live_now = Prepared(lambda: PagePublication.objects.live().only("language", "key"), one_plan=True)


def live_part() -> ArraySubquery:
    """What `listed` wants to know, as an annotation of what a page reads anyway."""
    names = Concat("language", Value("/"), "key")
    return ArraySubquery(PagePublication.objects.live().order_by("pk").values(name=names))


def listed(language: str, live: Iterable[str] | None = None) -> tuple[tuple[str, str], ...]:
    """Titles and addresses of the live pages of a language, in their order.

    live: `language/key` of each live page, of `live_part`; asked for in one query if it is not given.
    """
    known = {f"{row.language}/{row.key}" for row in live_now()} if live is None else set(live)
    with override(language):
        return tuple((str(key.label), address(key)) for key in PageKey if f"{language}/{key}" in known)


def address(key: str) -> str:
    """The address of a simple page in the active language."""
    return reverse(f"articles:page_{key}")
