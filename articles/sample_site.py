"""The sample site: what `manage.py load_sample` puts into an empty database, from the files in articles/sample/."""

import re
import tomllib
import uuid
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from django.core.files import File
from django.db import transaction

from articles import images
from articles.models import (
    Article,
    ArticleCall,
    ArticleDownload,
    ArticleNotice,
    ArticlePicture,
    ArticleQuestion,
    ArticleSignup,
    ArticleText,
    ArticleVideo,
    Author,
    Authorship,
    Category,
    Document,
    Image,
    Page,
    PageNotice,
    PageQuestion,
    PageText,
    Source,
    Tag,
)
from publishing.history import save_revision
from publishing.models import Publishable, Revision
from publishing.release import publish

FOLDER = Path(__file__).parent / "sample"
NAMESPACE = uuid.UUID("5b8f8d5e-7a0c-4f6e-9d43-2b6f2a1c9e10")  # makes translation groups the same on every machine
ARTICLE_BLOCKS: dict[str, Any] = {
    model.kind: model
    for model in (
        ArticleText,
        ArticleNotice,
        ArticleQuestion,
        ArticlePicture,
        ArticleCall,
        ArticleSignup,
        ArticleVideo,
        ArticleDownload,
    )
}
PAGE_BLOCKS: dict[str, Any] = {model.kind: model for model in (PageText, PageNotice, PageQuestion)}

_link = re.compile(r'href="article:([a-z0-9-]+)"')


class SampleError(ValueError):
    """A sample file is wrong; the message names the file and what is wrong in it."""


def read(path: Path) -> dict[str, Any]:
    """A sample file. Raises SampleError for one that is not TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SampleError(f"{path.name}: {error}") from error


@transaction.atomic
def load() -> int:
    """Load pictures, authors, categories, pages, articles; returns how many articles. All or nothing."""
    pictures = load_pictures()
    documents = load_documents()
    authors = load_authors(pictures)
    categories = load_categories()
    count = load_articles(pictures, documents, authors, categories)
    load_pages()
    choose_next_articles(categories)
    return count


def load_pictures() -> dict[str, Image]:
    """Every picture of pictures.toml, checked like an upload."""
    loaded = {}
    for key, about in read(FOLDER / "pictures" / "pictures.toml").items():
        path = FOLDER / "pictures" / f"{key}.jpg"
        with path.open("rb") as file:
            loaded[key] = images.add(File(file, name=path.name), title=key.replace("-", " ").capitalize(), **about)
    return loaded


def load_documents() -> dict[str, Document]:
    """The PDFs in the folder documents, by file name."""
    loaded = {}
    for key, about in read(FOLDER / "documents" / "documents.toml").items():
        path = FOLDER / "documents" / f"{key}.pdf"
        with path.open("rb") as file:
            document = Document(size=path.stat().st_size, **about)
            document.file.save(path.name, File(file))
        loaded[key] = document
    return loaded


def load_authors(pictures: dict[str, Image]) -> dict[str, Author]:
    """The authors of authors.toml, marked as sample."""
    return {
        key: Author.objects.create(slug=key, is_sample=True, portrait=pictures.get(f"portrait-{key}"), **about)
        for key, about in read(FOLDER / "authors.toml").items()
    }


def load_categories() -> dict[str, Category]:
    """The categories of categories.toml, in their order."""
    return {
        about["slug_en"]: Category.objects.create(order=order, **without(about, "next"))
        for order, about in enumerate(read(FOLDER / "categories.toml")["categories"])
    }


def load_articles(
    pictures: dict[str, Image],
    documents: dict[str, Document],
    authors: dict[str, Author],
    categories: dict[str, Category],
) -> int:
    """All articles: first the rows, so that texts can link to each other, then blocks, revision and publication."""
    labels = read(FOLDER / "tags.toml")
    tags = {key: Tag.objects.create(slug=key, **about) for key, about in labels.items()}
    files = sorted((FOLDER / "articles").glob("*/*.toml"))
    texts = [(path, read(path)) for path in files]
    rows: dict[tuple[str, str], Article] = {}
    for path, text in texts:
        try:
            rows[text["group"], text["language"]] = Article.objects.create(
                group=uuid.uuid5(NAMESPACE, text["group"]),
                image=pictures[text["image"]],
                category=categories[text["category"]],
                checked_by=authors[text["checked_by"]] if text.get("checked_by") else None,
                **{name: text[name] for name in ("language", "title", "slug", "summary", "review_by")},
            )
        except KeyError as error:
            raise SampleError(f"{path.name}: {error} is missing or unknown.") from error
    for path, text in texts:
        article = rows[text["group"], text["language"]]
        Authorship.objects.bulk_create(
            Authorship(article=article, author=authors[key], order=order) for order, key in enumerate(text["authors"])
        )
        Source.objects.bulk_create(
            Source(article=article, order=order, **source) for order, source in enumerate(text.get("sources", []))
        )
        try:
            article.tags.add(*(tags[key] for key in text["tags"]))
            load_blocks(article, text["blocks"], ARTICLE_BLOCKS, rows, text["language"], pictures, documents)
        except KeyError as error:
            raise SampleError(f"{path.name}: {error} is missing or unknown.") from error
        release(article, text["posted"])
    return len(rows)


def load_blocks(
    host: Publishable,
    blocks: list[dict[str, Any]],
    models: dict[str, Any],
    rows: dict[tuple[str, str], Article],
    language: str,
    pictures: dict[str, Image],
    documents: dict[str, Document],
) -> None:
    """The blocks of one file, with `article:GROUP` links made into links by id."""

    def by_id(found: re.Match[str]) -> str:
        target = rows.get((found[1], language)) or rows.get((found[1], "en"))
        if target is None:
            raise KeyError(f"article:{found[1]}")
        return f'href="/a/{target.pk}/"'

    for position, block in enumerate(blocks, start=1):
        fields = {key: value for key, value in block.items() if key != "type"}
        if "html" in fields:
            fields["html"] = _link.sub(by_id, fields["html"])
        if "image" in fields:
            fields["image"] = pictures[fields["image"]]
        if "document" in fields:
            fields["document"] = documents[fields["document"]]
        models[block["type"]].objects.create(parent=host, region="body", ordering=position * 10, **fields)


def load_pages() -> None:
    """The simple pages of the folder pages, two files for each."""
    rows = {(str(article.group), article.language): article for article in Article.objects.all()}
    by_name: dict[tuple[str, str], Article] = {}
    for path in (FOLDER / "articles").glob("*/*.toml"):
        text = read(path)
        by_name[text["group"], text["language"]] = rows[str(uuid.uuid5(NAMESPACE, text["group"])), text["language"]]
    for path in sorted((FOLDER / "pages").glob("*/*.toml")):
        text = read(path)
        page = Page.objects.create(**{name: text[name] for name in ("language", "key", "title", "summary")})
        load_blocks(page, text["blocks"], PAGE_BLOCKS, by_name, text["language"], {}, {})
        release(page, text["posted"])


def choose_next_articles(categories: dict[str, Category]) -> None:
    """What each category's articles lead to, by the groups of categories.toml."""
    for about in read(FOLDER / "categories.toml")["categories"]:
        if "next" in about:
            group = uuid.uuid5(NAMESPACE, about["next"])
            article = Article.objects.filter(group=group, language="en").first()
            Category.objects.filter(slug_en=about["slug_en"]).update(next_article=article)


def release(host: Publishable, day: date) -> None:
    """Record the working copy as imported and publish it as of noon (UTC) of a day."""
    revision = save_revision(host, None, kind=Revision.Kind.IMPORT)
    publish(host, revision, at=datetime.combine(day, time(12), UTC), backdate=True)


def without(about: dict[str, Any], *names: str) -> dict[str, Any]:
    """A dictionary less some keys."""
    return {key: value for key, value in about.items() if key not in names}
