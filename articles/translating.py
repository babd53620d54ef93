"""Translations: starting one as a copy of its source, and knowing when the source has moved on."""

from typing import cast

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from articles.models import Article, ArticleRevision, Language, Publication
from publishing.history import latest, save_revision


def other_language(language: str) -> str:
    """The language that a text of this one is translated into."""
    return Language.FRENCH if language == Language.ENGLISH else Language.ENGLISH


@transaction.atomic
def start_translation(source: Article, user: User) -> Article:
    """A draft in the other language with everything of `source`, to be translated in place.

    Raises IntegrityError if the group has that language already.
    """
    language = other_language(source.language)
    copy = Article(
        group=source.group,
        language=language,
        owner=user,
        translated_from=cast(ArticleRevision, latest(source)),
        slug=free_slug(language, source.slug),
        **{name: getattr(source, name) for name in Article.snapshot_fields if name not in {"language", "slug"}},
    )
    copy.save()
    copy.apply_extra_content(source.extra_content())
    for block in source.blocks():
        block.pk = None
        block._state.adding = True
        block.parent = copy
        block.save()
    save_revision(copy, user)
    return copy


def free_slug(language: str, wanted: str) -> str:
    """`wanted`, or `wanted` with the first number that no article of the language has."""
    taken = set(Article.objects.filter(language=language, slug__startswith=wanted[:70]).values_list("slug", flat=True))
    slug, number = wanted, 2
    while slug in taken:
        slug, number = f"{wanted[:70].rstrip('-')}-{number}", number + 1
    return slug


def newest_source(article: Article) -> ArticleRevision | None:
    """What a translation has to keep up with: the live revision of its source, or the newest one of a draft."""
    if article.translated_from is None:
        return None
    source = article.translated_from.article
    live = Publication.objects.live().filter(article=source).select_related("revision").first()
    return live.revision if live else source.revisions.order_by("-number").first()


def outdated() -> Q:
    """The condition that an article is a translation and its source's live text is newer than what was translated."""
    newer = (
        Publication.objects.live()
        .filter(article=OuterRef("translated_from__article"))
        .filter(revision__number__gt=OuterRef("translated_from__number"))
        .exclude(revision__digest=OuterRef("translated_from__digest"))
    )
    return Q(translated_from__isnull=False) & Q(Exists(newer))
