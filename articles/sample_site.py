"""The sample site: what `manage.py load_sample` puts into an empty database, from the files in articles/sample/."""

import os
import re
import tomllib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import DataError, models, transaction

from articles import documents as pdfs
from articles import files, images
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
    """A sample file. Raises SampleError for one that is missing or not TOML."""
    with mistakes_in(path):
        return tomllib.loads(path.read_text(encoding="utf-8"))


@contextmanager
def mistakes_in(path: Path) -> Iterator[None]:
    """Raise SampleError, with the name of the file, for whatever a wrong file leads to."""
    name = "/".join(path.parts[-2:])
    try:
        yield
    except KeyError as error:
        raise SampleError(f"{name}: {error} is missing or unknown.") from error
    except ValidationError as error:
        fields = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        raise SampleError(f"{name}: " + " ".join(f"{key} {' '.join(said)}" for key, said in fields.items())) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError, DataError, OSError) as error:
        raise SampleError(f"{name}: {error}") from error


def make[Row: models.Model](model: type[Row], **fields: Any) -> Row:
    """Save a row that is checked like one from a form. Raises ValidationError, and TypeError for a field unknown."""
    row = model(**fields)
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def load() -> int:
    """Load pictures, authors, categories, pages, articles; returns how many articles. All or nothing.

    Raises SampleError. The pictures are rendered on the way, since an article goes live only with its pictures.
    """
    pictures = load_pictures()
    documents = load_documents()
    authors = load_authors(pictures)
    categories = load_categories()
    count = load_articles(pictures, documents, authors, categories)
    load_pages()
    choose_next_articles(categories)
    return count


def load_pictures() -> dict[str, Image]:
    """Every picture of pictures.toml, checked like an upload, and rendered."""
    table = FOLDER / "pictures" / "pictures.toml"
    loaded = {}
    for key, about in read(table).items():
        path = table.with_name(f"{key}.jpg")
        with mistakes_in(path), path.open("rb") as file:
            loaded[key] = images.add(File(file, name=path.name), title=picture_title(key), **about)
    render(list(loaded.values()))
    return loaded


def picture_title(key: str) -> str:
    """What the picture with a key is called in the admin."""
    return key.replace("-", " ").capitalize()


def render(pictures: list[Image]) -> None:
    """Make the renditions of new pictures, several at a time. Raises SampleError when a file cannot be written."""
    for image, error in images.render_all(pictures, max(1, min(os.cpu_count() or 1, len(pictures)))):
        if error:
            raise SampleError(f"{image}: {error}") from error


def load_documents() -> dict[str, Document]:
    """The PDFs in the folder documents, by file name, checked like uploads."""
    table = FOLDER / "documents" / "documents.toml"
    loaded = {}
    for key, about in read(table).items():
        path = table.with_name(f"{key}.pdf")
        with mistakes_in(path), path.open("rb") as file:
            pdf = pdfs.checked(File(file, name=path.name))
            files.write(files.path_of(pdf.name), pdf.data)
            loaded[key] = make(Document, file=pdf.name, size=len(pdf.data), **about)
    return loaded


def load_authors(pictures: dict[str, Image]) -> dict[str, Author]:
    """The authors of authors.toml, marked as sample."""
    path = FOLDER / "authors.toml"
    with mistakes_in(path):
        return {
            key: make(Author, slug=key, is_sample=True, portrait=pictures.get(f"portrait-{key}"), **about)
            for key, about in read(path).items()
        }


def load_categories() -> dict[str, Category]:
    """The categories of categories.toml, in their order."""
    path = FOLDER / "categories.toml"
    with mistakes_in(path):
        return {
            about["slug_en"]: make(Category, order=order, **without(about, "next"))
            for order, about in enumerate(read(path)["categories"])
        }


def load_tags() -> dict[str, Tag]:
    """The tags of tags.toml."""
    path = FOLDER / "tags.toml"
    with mistakes_in(path):
        return {key: make(Tag, slug=key, **about) for key, about in read(path).items()}


def load_articles(
    pictures: dict[str, Image],
    documents: dict[str, Document],
    authors: dict[str, Author],
    categories: dict[str, Category],
) -> int:
    """All articles: first the rows, so that texts can link to each other, then blocks, revision and publication."""
    tags = load_tags()
    texts = [(path, read(path)) for path in sorted((FOLDER / "articles").glob("*/*.toml"))]
    rows: dict[tuple[str, str], Article] = {}
    for path, text in texts:
        with mistakes_in(path):
            rows[text["group"], text["language"]] = make(
                Article,
                group=group_id(text["group"]),
                image=pictures[text["image"]],
                category=categories[text["category"]],
                checked_by=authors[text["checked_by"]] if text.get("checked_by") else None,
                **{name: text[name] for name in ("language", "title", "slug", "summary", "review_by")},
            )
    for path, text in texts:
        with mistakes_in(path):
            article = rows[text["group"], text["language"]]
            for order, key in enumerate(text["authors"]):
                make(Authorship, article=article, author=authors[key], order=order)
            for order, source in enumerate(text.get("sources", [])):
                make(Source, article=article, order=order, **source)
            article.tags.add(*(tags[key] for key in text["tags"]))
            load_blocks(article, text["blocks"], ARTICLE_BLOCKS, rows, text["language"], pictures, documents)
            for day in days_of(text):
                release(article, day)
    return len(rows)


def days_of(text: dict[str, Any]) -> list[date]:
    """The days on which an article was published, in their order. Raises ValidationError when they are not in order."""
    if "updated" not in text:
        return [text["posted"]]
    if text["updated"] <= text["posted"]:
        raise ValidationError({"updated": f"{text['updated']} is not after posted, {text['posted']}."})
    return [text["posted"], text["updated"]]


def group_id(group: str) -> uuid.UUID:
    """The translation group that the files call `group`."""
    return uuid.uuid5(NAMESPACE, group)


def load_blocks(
    host: Publishable,
    blocks: list[dict[str, Any]],
    kinds: dict[str, Any],
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
        make(kinds[block["type"]], parent=host, region="body", ordering=position * 10, **fields)


def load_pages() -> None:
    """The simple pages of the folder pages, two files for each."""
    for path in sorted((FOLDER / "pages").glob("*/*.toml")):
        text = read(path)
        with mistakes_in(path):
            page = make(Page, **{name: text[name] for name in ("language", "key", "title", "summary")})
            load_blocks(page, text["blocks"], PAGE_BLOCKS, {}, text["language"], {}, {})
            release(page, text["posted"])


def choose_next_articles(categories: dict[str, Category]) -> None:
    """What each category's articles lead to, by the groups of categories.toml."""
    path = FOLDER / "categories.toml"
    with mistakes_in(path):
        for about in read(path)["categories"]:
            if "next" in about:
                category = categories[about["slug_en"]]
                category.next_article = article_of(about["next"], "en")
                category.save()


def article_of(group: str, language: str) -> Article:
    """The sample article of a group in a language. Raises KeyError when there is none."""
    article = Article.objects.filter(group=group_id(group), language=language).first()
    if article is None:
        raise KeyError(f"{group} ({language})")
    return article


def release(host: Publishable, day: date) -> None:
    """Record the working copy as imported and publish it as of noon (UTC) of a day."""
    revision = save_revision(host, None, kind=Revision.Kind.IMPORT)
    publish(host, revision, at=datetime.combine(day, time(12), UTC), backdate=True)


def without(about: dict[str, Any], *names: str) -> dict[str, Any]:
    """A dictionary less some keys."""
    return {key: value for key, value in about.items() if key not in names}
