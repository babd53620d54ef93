"""Where a picture is used: what an editor must change before it can go."""

from dataclasses import dataclass
from typing import Any

from django.db.models import ManyToOneRel, Model, Q
from django.db.models.functions import Now
from django.utils.translation import gettext

from articles.models import Image, Publication
from publishing.models import Block

MOST = 50  # rows of each kind; nobody reads on


@dataclass(frozen=True)
class Use:
    """A row that shows a picture, and how it does."""

    row: Model
    role: str


def uses(image: Image) -> list[Use]:
    """The working copies, people, pages and so on that show the picture, then the articles that are or were public
    with it. One query for each kind of row that can hold a picture.
    """
    found: dict[Use, None] = {}
    for relation in Image._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ManyToOneRel) or relation.related_model is Publication:
            continue
        model: Any = relation.related_model
        rows = model._default_manager.filter(**{relation.field.name: image})
        is_block = issubclass(model, Block)
        for row in rows.select_related("parent")[:MOST] if is_block else rows[:MOST]:
            host = row.parent if is_block else row
            found[Use(host, str(row._meta.verbose_name if is_block else relation.field.verbose_name))] = None
    return [*found, *public_uses(image)]


def public_uses(image: Image) -> list[Use]:
    """Articles with a publication that shows the picture, also one that has ended: it says what was public."""
    publications = (
        Publication.objects.filter(image_ids__contains=[image.pk])
        .select_related("article")
        .annotate(goes_on=Q(live_until=None) | Q(live_until__gt=Now()))
        .order_by("article_id", "-goes_on")
        .distinct("article_id")
    )
    return [
        Use(row.article, gettext("is public with it") if row.goes_on else gettext("was public with it"))
        for row in publications[:MOST]
    ]
