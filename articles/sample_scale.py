"""A large corpus of generated articles for benchmarks and load tests: `manage.py load_sample --scale 100000`.

Everything is written as saving and publishing would write it (rows, revisions, publications), but by COPY, and the
bodies are varied from a few hundred that are built once.
"""

import json
import math
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, models, transaction
from django.utils.text import slugify

from articles import sample_site
from articles.body import WORDS_A_MINUTE, build
from articles.models import (
    Article,
    ArticleRevision,
    Author,
    Authorship,
    Category,
    Image,
    Language,
    Publication,
    Source,
    Tag,
    TaggedArticle,
    Topic,
)
from articles.sample_words import ENGLISH, FRENCH, TAG_WORDS, Words
from articles.sections import SectionKey
from publishing import history, richtext
from publishing.models import Revision

SAMPLE_BLOCKS = sample_site.ARTICLE_BLOCKS
CHUNK = 2000  # articles held in memory at a time
BODIES = 150  # distinct bodies in each language
TAGS = 200
WORDS_A_TEXT = 115  # of rich text in one block
YEARS = 6
LINK = "/a/0/"  # stands in a body for the one article that a varied copy of it links to
WORDS = {Language.ENGLISH: ENGLISH, Language.FRENCH: FRENCH}
TRANSLATED = 0.25  # share of the English articles that have a French one: a fifth of all is French
# What becomes of an article, and for which share. "updated" is live in its second version, "changed" has a second one
# that is not published.
FATES = {"live": 0.80, "updated": 0.09, "changed": 0.03, "draft": 0.04, "scheduled": 0.02, "ended": 0.02}


@dataclass
class Body:
    """A body that many articles share: its blocks without uids, and what publishing makes of them."""

    blocks: list[dict[str, Any]]
    built: dict[str, Any]
    words: int
    links: bool
    images: list[int]


@dataclass
class World:
    """What generated articles refer to."""

    moment: datetime
    categories: list[tuple[int, str]]  # ids with their sections
    authors: list[tuple[int, str]]
    tags: list[dict[str, Any]]  # as snapshots hold them, in the order of their names
    tag_weights: list[float]
    images: list[int]
    bodies: dict[str, list[Body]] = field(default_factory=dict)


@transaction.atomic
def load(count: int, *, seed: int = 1, at: datetime | None = None) -> int:
    """Add `count` generated articles to what is there and return how many of them are live.

    seed: the same seed makes the same articles in the same database. at: the moment that is "now" for their dates.
    """
    rng = random.Random(seed)
    world = prepare(rng, at or datetime.now(UTC))
    first = reserve_keys(Article, count)
    revisions = reserve_keys(ArticleRevision, count * 2)
    numbers = iter(range(first, first + count))
    revision_keys = iter(range(revisions, revisions + count * 2))
    live = 0
    while True:
        tables = Tables()
        for drawn in draw(rng, world, numbers, first):
            live += write(rng, world, drawn, revision_keys, tables)
            if len(tables.rows[Article]) >= CHUNK:
                break
        if not tables.rows:
            break
        tables.copy()
    with connection.cursor() as cursor:
        everything: list[type[models.Model]] = [*Tables.written(), Tag, Category, Author]
        for model in everything:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")
    return live


# What articles refer to


def prepare(rng: random.Random, moment: datetime) -> World:
    """Tags, and categories and authors where there are none yet; then the bodies."""
    if not Category.objects.exists():
        Category.objects.bulk_create(
            Category(section=key, name_en=key.title(), name_fr=key.title(), slug_en=f"{key}-all", slug_fr=f"{key}-tout")
            for key in SectionKey.values
        )
    if not Author.objects.exists():
        Author.objects.bulk_create(
            Author(name=f"Sample Writer {letter}", slug=f"sample-writer-{letter.lower()}", is_sample=True)
            for letter in "ABCD"
        )
    tags = make_tags()
    world = World(
        moment=moment,
        categories=list(Category.objects.order_by("pk").values_list("pk", "section")),
        authors=list(Author.objects.order_by("pk").values_list("pk", "name")),
        tags=tags,
        tag_weights=[1 / (1 + place) for place in rng.sample(range(len(tags)), len(tags))],  # a few are everywhere
        images=list(Image.objects.exclude(rendered_at=None).order_by("pk").values_list("pk", flat=True)),
    )
    for language, words in WORDS.items():
        world.bodies[language] = [make_body(rng, words, language, world.images) for _number in range(BODIES)]
    return world


def make_tags() -> list[dict[str, Any]]:
    """The generated tags, made when they are missing, in the order of their names."""
    pairs = [(one, other) for one in TAG_WORDS for other in TAG_WORDS if one is not other][:TAGS]
    slugs = {f"{one[0]}-and-{other[0]}": (one, other) for one, other in pairs}
    there = set(Tag.objects.filter(slug__in=slugs).values_list("slug", flat=True))
    Tag.objects.bulk_create(
        Tag(slug=slug, name=f"{one[0]} and {other[0]}", label_fr=f"{one[1]} et {other[1]}")
        for slug, (one, other) in slugs.items()
        if slug not in there
    )
    rows = Tag.objects.filter(slug__in=slugs).order_by("name")
    return [{"id": tag.pk, "name": tag.name, "label_fr": tag.label_fr, "slug": tag.slug} for tag in rows]


# Words


def sentence(rng: random.Random, words: Words) -> str:
    """One of two patterns, filled in."""
    if rng.random() < 0.6:
        parts = [words.when, words.who, words.does, words.what, words.where]
        when, who, does, what, where = (rng.choice(part) for part in parts)
        return f"{when}, {who} {does} {what} {where}."
    what, how, why = (rng.choice(part) for part in (words.what, words.is_how, words.why))
    return f"{what[0].upper()}{what[1:]} {how}, {why}."


def paragraphs(rng: random.Random, words: Words, count: int) -> str:
    """HTML of at least `count` words."""
    made, total = [], 0
    while total < count:
        text = " ".join(sentence(rng, words) for _number in range(rng.randint(2, 4)))
        made.append(f"<p>{text}</p>")
        total += len(text.split())
    return "".join(made)


def make_body(rng: random.Random, words: Words, language: str, images: list[int]) -> Body:
    """Six to ten blocks with about 800 words, one of them perhaps with a link to another article."""
    headings = rng.sample(words.headings, 5)
    texts = [
        {"type": "text", "html": f"<h2>{heading}</h2>{paragraphs(rng, words, WORDS_A_TEXT)}"} for heading in headings
    ]
    links = rng.random() < 0.7
    if links:
        texts[1]["html"] += f'<p><a href="{LINK}">{sentence(rng, words)}</a></p>'
    blocks: list[dict[str, Any]] = [*texts]
    tone = rng.choice(["note", "important", "changed"])
    blocks.insert(2, {"type": "notice", "tone": tone, "html": paragraphs(rng, words, 30)})
    for _number in range(rng.randint(0, 3)):
        title = words.question.format(who=rng.choice(words.who), what=rng.choice(words.what))
        blocks.append({"type": "question", "question": title, "html": paragraphs(rng, words, 40)})
    shown = []
    if images and rng.random() < 0.6:
        shown = [rng.choice(images)]
        blocks.insert(4, {"type": "picture", "image": shown[0], "alt": "", "decorative": False, "caption": ""})
    if rng.random() < 0.2:
        blocks.append({"type": "signup", "topic": rng.choice(Topic.values)})
    for block in blocks:
        if "html" in block:
            block["html"] = richtext.clean(block["html"])
    content = {
        "schema": history.SCHEMA,
        "fields": {"language": language, "newsletter_box": True, "advertisement": True},
        "blocks": [{"uid": "", "region": "body", **block} for block in blocks],
    }
    made = build(content)
    return Body(blocks=blocks, built=made.body, words=made.words, links=links, images=shown)


# One article


@dataclass
class Drawn:
    """What chance has decided about one article."""

    pk: int
    group: uuid.UUID
    language: str
    fate: str
    started: datetime
    category: tuple[int, str]
    image: int | None
    authors: list[tuple[int, str]]
    tags: list[dict[str, Any]]
    target: int  # the article that its body links to


def draw(rng: random.Random, world: World, numbers: Iterator[int], first: int) -> Iterator[Drawn]:
    """Articles until `numbers` ends; a French one follows the English one that it translates."""
    for pk in numbers:
        original = draw_one(rng, world, pk, first)
        yield original
        if rng.random() < TRANSLATED and (pk := next(numbers, 0)):
            yield Drawn(**{**vars(original), "pk": pk, "language": Language.FRENCH})


def draw_one(rng: random.Random, world: World, pk: int, first: int) -> Drawn:
    fate = rng.choices(list(FATES), list(FATES.values()))[0]
    age = timedelta(days=rng.uniform(2, YEARS * 365))
    if fate == "scheduled":
        age = -timedelta(days=rng.uniform(1, 60))
    authors = rng.sample(world.authors, 2 if len(world.authors) > 1 and rng.random() < 0.15 else 1)
    tags = {rng.choices(range(len(world.tags)), world.tag_weights)[0] for _number in range(rng.randint(2, 4))}
    while len(tags) < 2:
        tags.add(rng.randrange(len(world.tags)))
    return Drawn(
        pk=pk,
        group=uuid.uuid5(sample_site.NAMESPACE, f"generated {pk}"),
        language=Language.ENGLISH,
        fate=fate,
        started=world.moment - age,
        category=rng.choice(world.categories),
        image=rng.choice(world.images) if world.images else None,
        authors=authors,
        tags=[world.tags[place] for place in sorted(tags)],
        target=rng.randint(first, pk),
    )


def random_uuid(rng: random.Random) -> uuid.UUID:
    return uuid.UUID(int=rng.getrandbits(128), version=4)


def write(rng: random.Random, world: World, drawn: Drawn, revision_keys: Iterator[int], tables: "Tables") -> bool:
    """Add everything of one article to the tables; returns whether it is live."""
    words = WORDS[Language(drawn.language)]
    body = rng.choice(world.bodies[drawn.language])
    what = rng.choice(words.what)
    title = rng.choice(words.titles).format(what=what)
    title = f"{title[0].upper()}{title[1:]} ({drawn.pk})"
    blocks = [{**block, "uid": str(random_uuid(rng)), "region": "body"} for block in body.blocks]
    for block in blocks:
        if "html" in block:
            block["html"] = block["html"].replace(LINK, f"/a/{drawn.target}/")
    checked_by = rng.choice(world.authors)[0] if rng.random() < 0.5 else None
    review_by = (drawn.started + timedelta(days=365)).date().isoformat() if rng.random() < 0.5 else None
    content: dict[str, Any] = {
        "schema": history.SCHEMA,
        "fields": {
            "language": drawn.language,
            "title": title,
            "slug": slugify(title)[:80].strip("-"),
            "summary": words.summary.format(sentence=sentence(rng, words)),
            "category": drawn.category[0],
            "image": drawn.image,
            "image_alt": "",
            "image_decorative": False,
            "checked_by": checked_by,
            "review_by": review_by,
            "newsletter_box": True,
            "advertisement": True,
        },
        "blocks": blocks,
        "authors": [{"id": pk, "name": name} for pk, name in drawn.authors],
        "tags": drawn.tags,
        "sources": [
            {
                "publisher": "Sample office",
                "title": f"{what}",
                "url": f"https://sources.example/{drawn.pk}",
                "checked_on": drawn.started.date().isoformat(),
            }
        ],
    }
    versions = [content]
    if drawn.fate in {"updated", "changed"}:
        second = words.summary.format(sentence=f"{sentence(rng, words)} (2)")
        versions.append({**content, "fields": {**content["fields"], "summary": second}})
    saved = [drawn.started - timedelta(hours=1), drawn.started + timedelta(days=1)][: len(versions)]
    keys = [next(revision_keys) for _version in versions]
    write_working_copy(drawn, versions[-1], saved, tables)
    write_revisions(drawn, versions, keys, saved, tables)
    write_publications(drawn, body, versions, keys, tables)
    return drawn.fate in {"live", "updated", "changed"}


def write_working_copy(drawn: Drawn, content: dict[str, Any], saved: list[datetime], tables: "Tables") -> None:
    fields = {**content["fields"]}
    for name in ("category", "image", "checked_by"):
        fields[f"{name}_id"] = fields.pop(name)
    tables.add(Article, id=drawn.pk, group=drawn.group, created_at=saved[0], changed_at=saved[-1], **fields)
    for order, author in enumerate(content["authors"]):
        tables.add(Authorship, article_id=drawn.pk, author_id=author["id"], order=order)
    for tag in content["tags"]:
        tables.add(TaggedArticle, content_object_id=drawn.pk, tag_id=tag["id"])
    for order, source in enumerate(content["sources"]):
        tables.add(Source, article_id=drawn.pk, order=order, **source)
    for place, block in enumerate(content["blocks"], start=1):
        values = {name: value for name, value in block.items() if name not in {"type", "image"}}
        if "image" in block:
            values["image_id"] = block["image"]
        tables.add(SAMPLE_BLOCKS[block["type"]], parent_id=drawn.pk, ordering=place * 10, **values)


def write_revisions(
    drawn: Drawn, versions: list[dict[str, Any]], keys: list[int], saved: list[datetime], tables: "Tables"
) -> None:
    for number, (content, key, moment) in enumerate(zip(versions, keys, saved, strict=True), start=1):
        tables.add(
            ArticleRevision,
            id=key,
            article_id=drawn.pk,
            number=number,
            created_at=moment,
            kind=Revision.Kind.IMPORT,
            digest=history.digest(content),
            content=content,
        )


def write_publications(
    drawn: Drawn, body: Body, versions: list[dict[str, Any]], keys: list[int], tables: "Tables"
) -> None:
    """What `publish` would have made of each version that was published."""
    if drawn.fate == "draft":
        return
    published = list(zip(versions, keys, strict=True))[: 1 if drawn.fate == "changed" else None]
    starts = [drawn.started, drawn.started + timedelta(days=1)][: len(published)]
    ends: list[datetime | None] = [*starts[1:], drawn.started + timedelta(days=1) if drawn.fate == "ended" else None]
    for (content, key), start, end in zip(published, starts, ends, strict=True):
        fields = content["fields"]
        shown = {**body.built, **{name: content[name] for name in ("authors", "tags", "sources")}}
        shown |= {name: fields[name] for name in ("checked_by", "review_by")}
        tables.add(
            Publication,
            article_id=drawn.pk,
            revision_id=key,
            group=drawn.group,
            live_from=start,
            live_until=end,
            planned_until=end if drawn.fate == "ended" else None,
            first_published_at=drawn.started,
            changed_at=start,
            created_at=start,
            section=drawn.category[1],
            category_id=fields["category"],
            image_id=fields["image"],
            author_ids=[author["id"] for author in content["authors"]],
            author_names=[author["name"] for author in content["authors"]],
            tag_ids=[tag["id"] for tag in content["tags"]],
            link_ids=[drawn.target] if body.links else [],
            image_ids=list(dict.fromkeys(pk for pk in [fields["image"], *body.images] if pk is not None)),
            reading_minutes=max(1, math.ceil(body.words / WORDS_A_MINUTE)),
            body=Raw(json.dumps(shown, ensure_ascii=False).replace(LINK, f"/a/{drawn.target}/")),
            **{name: fields[name] for name in ("language", "slug", "title", "summary", "image_alt")},
            image_decorative=fields["image_decorative"],
        )


# COPY


class Raw(str):
    """JSON that is written already."""


class Tables:
    """Rows of several models on their way into the database."""

    def __init__(self) -> None:
        self.rows: dict[type[models.Model], list[dict[str, Any]]] = {}

    @staticmethod
    def written() -> list[type[models.Model]]:
        """All models that are written, those that others refer to first."""
        return [Article, Authorship, TaggedArticle, Source, *SAMPLE_BLOCKS.values(), ArticleRevision, Publication]

    def add(self, model: type[models.Model], **values: Any) -> None:
        """A row, by attribute names; what is not named gets the model's or the database's default."""
        self.rows.setdefault(model, []).append(values)

    def copy(self) -> None:
        """Write everything."""
        for model in self.written():
            if rows := self.rows.get(model):
                copy_rows(model, rows)


def copy_rows(model: type[models.Model], rows: list[dict[str, Any]]) -> None:
    """COPY rows that all name the same columns."""
    names = list(rows[0])
    defaults: dict[str, Any] = {}
    for column in model._meta.concrete_fields:
        if column.attname not in names and not column.primary_key and not column.has_db_default():
            defaults[column.attname] = column.get_default()
    by_name = {column.attname: column for column in model._meta.concrete_fields}
    columns = [by_name[name] for name in [*names, *defaults]]
    quote = connection.ops.quote_name
    listed = ", ".join(quote(str(column.column)) for column in columns)
    extra = list(defaults.values())
    json_places = {place for place, column in enumerate(columns) if isinstance(column, models.JSONField)}
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {quote(model._meta.db_table)} ({listed}) FROM STDIN") as copy,
    ):
        for row in rows:
            values = [row[name] for name in names] + extra
            for place in json_places:
                if not isinstance(values[place], Raw):
                    values[place] = json.dumps(values[place], ensure_ascii=False)
            copy.write_row(values)


def reserve_keys(model: type[models.Model], count: int) -> int:
    """Take `count` keys from a model's sequence; returns the first of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [model._meta.db_table])
        sequence = cursor.fetchone()[0]
        cursor.execute(
            "WITH taken AS MATERIALIZED (SELECT nextval(%s) AS first) SELECT first, setval(%s, first + %s) FROM taken",
            [sequence, sequence, count],
        )
        return int(cursor.fetchone()[0])
