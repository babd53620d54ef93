"""A publication as a card: what every list, the home page and "read next" show of it."""

from typing import Any

from articles.models import Publication

# The columns that a card reads, of a publication with its category and image.
CARD_FIELDS = (
    *("article_id", "group", "language", "slug", "title", "summary", "author_names", "reading_minutes"),
    *("first_published_at", "changed_at"),
    *("category__name_en", "category__name_fr", "category__slug_en", "category__slug_fr"),
    *("image__renditions", "image__alt_en", "image__alt_fr"),
)


def card(publication: Publication) -> dict[str, Any]:
    """The card of a publication that was read with its category and image; makes no query."""
    image = publication.image
    return {
        "title": publication.title,
        "url": publication.get_absolute_url(),
        "summary": publication.summary,
        "image": image,
        "alt": "",  # the title beside it says where the card leads
        "category_name": publication.category.name,
        "category_url": publication.category.get_absolute_url(),
        "author_names": publication.author_names,
        "published_at": publication.first_published_at,
        "changed_at": publication.changed_at,
        "reading_minutes": publication.reading_minutes,
        "language": publication.language,
    }


def cards(publications: Any) -> list[dict[str, Any]]:
    """The cards of several publications, in their order."""
    return [card(publication) for publication in publications]
