"""What search engines read of a page: JSON-LD documents (schema.org)."""

from typing import Any

from django.conf import settings

from articles.models import Author, Publication


def organisation() -> dict[str, Any]:
    """Who publishes the site."""
    return {
        "@context": "https://schema.org",
        "@type": "Organization",
        "@id": f"{settings.SITE_URL}/#organisation",
        "name": settings.SITE_NAME,
        "url": settings.SITE_URL + "/",
        "email": settings.CONTACT_EMAIL,
        "address": settings.POSTAL_ADDRESS,
    }


def breadcrumbs(trail: list[tuple[Any, str]]) -> dict[str, Any]:
    """A trail of (title, path) from the top down."""
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": str(title), "item": settings.SITE_URL + path}
            for position, (title, path) in enumerate(trail, start=1)
        ],
    }


def article(publication: Publication, authors: list[dict[str, Any]], image_url: str) -> dict[str, Any]:
    """An article with its authors and its picture."""
    return {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": publication.title,
        "description": publication.summary,
        "inLanguage": publication.language,
        "datePublished": publication.first_published_at.isoformat(),
        "dateModified": publication.changed_at.isoformat(),
        "mainEntityOfPage": settings.SITE_URL + publication.get_absolute_url(),
        "image": [image_url],
        "author": [
            {"@type": "Person", "name": author["name"], "url": settings.SITE_URL + author["url"]} for author in authors
        ],
        "publisher": {"@id": f"{settings.SITE_URL}/#organisation", "@type": "Organization", "name": settings.SITE_NAME},
        "isAccessibleForFree": True,
    }


def author(row: Author) -> dict[str, Any]:
    """A person who writes or checks."""
    return {
        "@context": "https://schema.org",
        "@type": "Person",
        "name": row.name,
        "jobTitle": row.role,
        "description": row.biography,
        "url": settings.SITE_URL + row.get_absolute_url(),
        "worksFor": {"@id": f"{settings.SITE_URL}/#organisation", "@type": "Organization", "name": settings.SITE_NAME},
    }
