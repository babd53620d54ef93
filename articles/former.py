"""Addresses that something had before its slug was changed lead to where it is now.

A former slug names the row that had it, not another address, so there can be neither a chain nor a loop; and it is only
asked for where nothing is at an address today, so a slug that is taken anew is its new owner's.
"""

from typing import Any

from django.conf import settings
from django.db.models import Model
from django.http import Http404, HttpResponseBase, HttpResponsePermanentRedirect

from articles.models import FormerSlug
from publishing.caching import public

SHARED = ""  # the language of a slug that the languages share


def slug_fields(model: type[Model]) -> dict[str, str]:
    """The slugs of a model by language."""
    names = {field.name for field in model._meta.fields}
    return {SHARED: "slug"} if "slug" in names else {code: f"slug_{code}" for code, _name in settings.LANGUAGES}


def keep(row: Any) -> None:
    """Remember the slugs that a row is about to lose. Call it before the row is saved, in the same transaction."""
    rows, fields = type(row)._default_manager, slug_fields(type(row))
    before = rows.filter(pk=row.pk).values(*fields.values()).first() if row.pk else None
    for language, name in fields.items():
        if before is None or before[name] == getattr(row, name):
            continue
        key = {"kind": row._meta.model_name, "language": language}
        FormerSlug.objects.filter(**key, slug=getattr(row, name)).delete()
        FormerSlug.objects.update_or_create(**key, slug=before[name], defaults={"target": row.pk})


def present(model: Any, language: str, slug: str) -> Any:
    """The row that had a slug before, or has it in the other language; Http404 for a slug that no row ever had."""
    fields = slug_fields(model)
    for other, name in fields.items():
        if other not in {SHARED, language} and (row := model._default_manager.filter(**{name: slug}).first()):
            return row
    key = {"kind": model._meta.model_name, "language": SHARED if SHARED in fields else language, "slug": slug}
    former = FormerSlug.objects.filter(**key).values("target")
    row = model._default_manager.filter(pk__in=former).first()
    if row is None:
        raise Http404(f"Nothing was ever at {slug}.")
    return row


def moved(model: Any, language: str, slug: str, rest: str = "") -> HttpResponseBase:
    """The way to the present address of what had a slug before; rest: what stands behind it, such as `feed/atom/`."""
    return public(HttpResponsePermanentRedirect(present(model, language, slug).get_absolute_url() + rest))
