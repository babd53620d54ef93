"""What an article's page shows, read in a fixed number of queries."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Case, Exists, F, FloatField, Func, IntegerField, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Least, Now
from django.urls import reverse
from django.utils.translation import gettext as _

from articles import calls, simple_pages
from articles.cards import CARD_FIELDS, cards
from articles.listing import Stamp, stamp_parts
from articles.models import Advertisement, Author, Image, Publication
from articles.videos import embed_url, video_key, watch_url
from facts import glossary, ledger
from facts.glossary import PageTerms
from facts.rendering import Notes, report_url
from publishing import richtext
from publishing.models import LONGEST_CACHE, seconds_to_boundary
from publishing.prepared import Prepared

RELATED = 3
CANDIDATES = 60  # newest live articles of the category, and of the tags, that "read next" chooses from


def _at_address(language: str, slug: str) -> QuerySet[Publication]:
    running = Advertisement.objects.filter(is_on=True, language=language)
    edges = [
        Subquery(running.filter(starts_at__gt=Now()).order_by("starts_at").values("starts_at")[:1]),
        Subquery(running.filter(ends_at__gt=Now()).order_by("ends_at").values("ends_at")[:1]),
    ]
    to_advertisement = Func(Least(*edges) - Now(), template="EXTRACT(EPOCH FROM %(expressions)s)::float8")
    return (
        Publication.objects.live()
        .filter(language=language, slug=slug)
        .select_related("category", "image")
        .annotate(
            next_group=F("category__next_article__group"),
            has_advertisement=Exists(running.filter(starts_at__lte=Now(), ends_at__gt=Now())),
            fresh_seconds=Least(
                seconds_to_boundary(Publication),
                Coalesce(to_advertisement, float(LONGEST_CACHE), output_field=FloatField()),
            ),
            glossary_stamp=glossary.stamp_part(),
            live_pages=simple_pages.live_part(),
            **stamp_parts(),
        )[:1]
    )


at_address = Prepared(_at_address, one_plan=True)


def find(language: str, slug: str) -> Any | None:
    """The live publication at an address, with its category and picture, what its page needs to know before it asks
    for the rest, and for how long the page stays true.
    """
    return next(iter(at_address(language=language, slug=slug)), None)


@dataclass
class Neighbours:
    """Live publications that the page points to: link targets by article, translations, what comes next, and more."""

    addresses: dict[int, str]
    translation: Publication | None
    next_article: Publication | None
    related: list[Publication]


linked = Prepared(
    lambda articles, groups, alike: (
        Publication.objects.live()
        .filter(Q(article_id__in=articles) | Q(group__in=groups) | Q(pk__in=alike))
        .select_related("category", "image")
        .only(*CARD_FIELDS)
        .order_by()
    ),
    one_plan=True,
)


def neighbours(publication: Any) -> Neighbours:
    """One query for all that the page of `find` leads to, and one more where what is alike is not known yet."""
    following = publication.next_group or publication.group
    likest = alike_ids(
        Stamp.of(publication),
        publication.language,
        publication.category_id,
        tuple(publication.tag_ids),
        publication.article_id,
    )
    rows = linked(articles=publication.link_ids, groups=[publication.group, following], alike=list(likest))
    found = Neighbours(addresses={}, translation=None, next_article=None, related=[])
    for row in rows:
        found.addresses[row.article_id] = row.get_absolute_url()
        if row.group == publication.group:
            if row.language != publication.language:
                found.translation = row
        elif row.group == following:
            in_this_language = row.language == publication.language
            found.next_article = row if in_this_language else found.next_article or row
    by_pk = {row.pk: row for row in rows}
    found.related = in_order(by_pk, list(likest))
    return found


def _alike(language: str, category: int, tags: list[int], article: int) -> QuerySet[Publication]:
    newest = (
        Publication.objects.live()
        .filter(language=language)
        .exclude(article=article)
        .order_by("-first_published_at", "-pk")
        .values("pk")
    )
    # Two short walks along an index; joined by OR they would be one long one through the whole table.
    chosen = newest.filter(category=category)[:CANDIDATES].union(newest.filter(tag_ids__overlap=tags)[:CANDIDATES])
    shared: Any = Value(0)
    for tag in tags:
        shared = shared + Case(When(tag_ids__contains=[tag], then=2), default=0, output_field=IntegerField())
    in_category = Case(When(category=category, then=1), default=0, output_field=IntegerField())
    return (
        Publication.objects.filter(pk__in=chosen)
        .annotate(likeness=shared + in_category)
        .only("pk")
        .order_by("-likeness", "-first_published_at", "-pk")[: RELATED + 1]
    )


alike = Prepared(_alike)


@lru_cache(maxsize=2048)
def alike_ids(stamp: Stamp, language: str, category: int, tags: tuple[int, ...], article: int) -> tuple[int, ...]:
    """Publications that share most with an article: tags first, then the category, then the newest; one more than is
    shown. Remembered until any publication is made, starts or ends.
    """
    return tuple(row.pk for row in alike(language=language, category=category, tags=list(tags), article=article))


running_advertisement = Prepared(
    lambda language: (
        Advertisement.objects.filter(is_on=True, language=language, starts_at__lte=Now(), ends_at__gt=Now())
        .select_related("image")
        .order_by("-starts_at", "-pk")[:1]
    )
)
images_by_id = Prepared(lambda ids: Image.objects.filter(pk__in=ids).order_by(), one_plan=True)
authors_by_id = Prepared(
    lambda ids: Author.objects.filter(pk__in=ids).select_related("portrait").order_by(), one_plan=True
)


def advertisement(language: str) -> dict[str, Any] | None:
    """The house ad that runs now in a language, or None."""
    for row in running_advertisement(language=language):
        return {"image": row.image, "alt": row.alt, "url": row.url, "advertiser": row.name}
    return None


@dataclass(frozen=True)
class Surroundings:
    """What blocks show beside what is stored in them."""

    language: str
    addresses: dict[int, str]
    images: dict[int, Image]
    notes: Notes
    terms: PageTerms = field(default_factory=PageTerms)
    advert: dict[str, Any] | None = None
    topic: str = ""

    def text(self, html: str) -> str:
        """A stored text as this page shows it: links lead to where articles are, terms to their notes, and facts say
        what they are today.
        """
        return self.notes.show(self.terms.show(richtext.show_links(html, self.addresses)))


def shown_blocks(body: dict[str, Any], around: Surroundings) -> list[dict[str, Any]]:
    """The blocks of a body with what their templates need.

    A block is left out when its kind is not known here, or what it leads to does not exist.
    """
    blocks = []
    for stored in body["blocks"]:
        make = MAKERS.get(stored["type"])
        details = make(stored, around) if make else None
        if details is not None:
            blocks.append({**stored, "template": f"articles/blocks/{stored['type']}.html", **details})
    return blocks


def _text(stored: dict[str, Any], around: Surroundings) -> dict[str, Any]:
    return {"html": around.text(stored["html"])}


def _questions(stored: dict[str, Any], around: Surroundings) -> dict[str, Any]:
    items = stored["items"]
    return {"items": [(item["question"], around.text(item["html"]), item["anchor"]) for item in items]}


def _picture(stored: dict[str, Any], around: Surroundings) -> dict[str, Any] | None:
    image = around.images.get(stored["image"])
    if image is None:
        return None
    return {"image": image, "alt": stored["alt"] or image.alt, "credit": image.credit}


def _video(stored: dict[str, Any], around: Surroundings) -> dict[str, Any] | None:
    key = video_key(stored["url"])
    if key is None:
        return None
    return {
        "image": around.images.get(stored["image"]),
        "watch_url": watch_url(key),
        "embed_url": embed_url(key),
        "transcript_label": _("Read the transcript"),
    }


def _download(stored: dict[str, Any], around: Surroundings) -> dict[str, Any] | None:
    return {"title": stored["title"][around.language]} if "url" in stored else None


MAKERS: dict[str, Callable[[dict[str, Any], Surroundings], dict[str, Any] | None]] = {
    "text": _text,
    "notice": _text,
    "questions": _questions,
    "picture": _picture,
    "video": _video,
    "call": lambda stored, around: calls.shown(stored["target"]),
    "signup": lambda stored, around: {},
    "download": _download,
    "newsletter": lambda stored, around: {"topic": around.topic},
    "advert": lambda stored, around: around.advert,
}


def in_order(rows: dict[int, Any], ids: list[int]) -> list[Any]:
    """Those rows that exist, in the order of the ids."""
    return [rows[pk] for pk in ids if pk in rows]


def article_context(publication: Any) -> dict[str, Any]:
    """Everything that the template of an article of `find` shows, and `has_video`; at most five queries more, one for
    its facts if it shows any, and one for the glossary after each change of it.
    """
    body = publication.body
    near = neighbours(publication)
    body_images = [pk for pk in publication.image_ids if pk != publication.image_id]
    images = {image.pk: image for image in images_by_id(ids=body_images)}
    if publication.image:
        images[publication.image_id] = publication.image
    checker = body.get("checked_by")
    ids = [*publication.author_ids, *([checker] if checker else [])]
    people = {author.pk: author for author in authors_by_id(ids=ids)}
    shows_advert = publication.has_advertisement and any(block["type"] == "advert" for block in body["blocks"])
    category = publication.category
    language = publication.language
    advert = advertisement(language) if shows_advert else None
    notes = Notes(ledger.resolve(publication.fact_keys), body.get("facts", {}))
    terms = PageTerms(publication.glossary_stamp, language)
    blocks = shown_blocks(body, Surroundings(language, near.addresses, images, notes, terms, advert, category.topic))
    call = calls.shown(category.next_call)
    following = None if call else near.next_article
    return {
        "article": {
            "title": publication.title,
            "summary": publication.summary,
            "url": publication.get_absolute_url(),
            "language": language,
            "section": category.section_object,
            "category_name": category.name,
            "category_url": category.get_absolute_url(),
            "image": publication.image,
            "alt": publication.image_alt or (publication.image.alt if publication.image else ""),
            "decorative": publication.image_decorative,
            "credit": publication.image.credit if publication.image else "",
            "published_at": publication.first_published_at,
            "changed_at": publication.changed_at,
            "was_updated": publication.was_updated,
            "reading_minutes": publication.reading_minutes,
            "authors": [person(row) for row in in_order(people, publication.author_ids)],
            "checked_by": person(people[checker]) if checker in people else None,
            "tags": [tag_link(tag, language) for tag in body["tags"]],
            "sources": [
                {**source, "checked_on": date.fromisoformat(source["checked_on"]) if source["checked_on"] else None}
                for source in body["sources"]
            ],
            "toc": body["toc"],
            "translation": near.translation
            and {
                "url": near.translation.get_absolute_url(),
                "language": near.translation.language,
                "title": near.translation.title,
            },
            "review_by": date.fromisoformat(body["review_by"]) if body.get("review_by") else None,
        },
        "blocks": blocks,
        "notes": notes,
        "words": terms.listed,
        "simple_pages": simple_pages.listed(language, publication.live_pages),
        "report_url": report_url(page=publication.get_absolute_url()),
        "has_video": any(block["type"] == "video" for block in blocks),
        "next_step": call or (following and read_next(following)),
        "related": cards([row for row in near.related if row is not following][:RELATED]),
    }


def read_next(following: Publication) -> dict[str, str]:
    """The article that a category's articles lead to, offered while its tool does not exist."""
    return {
        "title": following.title,
        "text": following.summary,
        "url": following.get_absolute_url(),
        "language": following.language,
        "label": _("Read this next"),
        "icon": "book",
    }


def person(author: Author) -> dict[str, Any]:
    """An author as bylines, cards and their own page show them."""
    return {
        "name": author.name,
        "url": author.get_absolute_url(),
        "role": author.role,
        "credential": author.credential,
        "biography": author.biography,
        "portrait": author.portrait,
        "is_sample": author.is_sample,
        "initials": author.initials,
    }


def tag_link(tag: dict[str, Any], language: str) -> dict[str, str]:
    """A tag of a snapshot with its address."""
    name = tag["label_fr"] if language == "fr" and tag["label_fr"] else tag["name"]
    return {"name": name, "url": reverse("articles:tag", kwargs={"slug": tag["slug"]})}
