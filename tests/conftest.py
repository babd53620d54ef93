"""Makers of objects for all tests; each takes overrides and fills in the rest."""

import io
import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from django.utils.translation import override
from PIL import Image as Picture

from articles import images
from articles.models import (
    Article,
    ArticleText,
    Author,
    Authorship,
    Category,
    Image,
    Page,
    PageText,
    Publication,
    Tag,
)
from m2c import translations
from publishing.history import save_revision
from publishing.release import publish


def pytest_configure() -> None:
    """The French has to be compiled before Django loads it."""
    translations.compile_catalogue()


_numbers = itertools.count(1)
PARAGRAPH = "<p>" + "Plain words about moving to Canada. " * 12 + "</p>"


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Each test starts in English; a request leaves the language of its page behind."""
    with override("en"):
        yield


@pytest.fixture(autouse=True)
def plain_files(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Static files by their own names, so that no test needs `collectstatic` first."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    # Its own folder: WhiteNoise reads all that is below, and every test's files lie in the folder above.
    settings.STATIC_ROOT = tmp_path_factory.getbasetemp() / "static"
    settings.STATIC_ROOT.mkdir(exist_ok=True)


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Passwords that cost nothing to make: a good hash takes most of a second of every signed-in test."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def media_folder(settings: Any, tmp_path: Path) -> Path:
    """A media folder that nothing else uses."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def make_upload() -> Callable[..., SimpleUploadedFile]:
    """A picture as it comes out of a form, another one each time.

    kind: of Pillow's formats; name: whatever the sender calls it; options: for Pillow's save.
    """

    def make(
        size: tuple[int, int] = (32, 18), kind: str = "PNG", name: str = "", mode: str = "RGB", **options: Any
    ) -> SimpleUploadedFile:
        colour = next(_numbers) * 8  # steps that survive JPEG
        out = io.BytesIO()
        Picture.new("RGB", size, (colour % 256, colour // 256 * 8, 90)).convert(mode).save(out, kind, **options)
        return SimpleUploadedFile(name or f"picture.{kind.lower()}", out.getvalue())

    return make


@pytest.fixture
def make_image(db: None, make_upload: Callable[..., SimpleUploadedFile]) -> Callable[..., Image]:
    """A picture of the site, rendered unless told otherwise. size: pixels; small ones have one width in each shape."""

    def make(size: tuple[int, int] = (32, 18), rendered: bool = True, **overrides: Any) -> Image:
        values = {"title": f"Harbour {next(_numbers)}", "alt_en": "A harbour at dawn", "alt_fr": "Un port à l’aube"}
        image = images.add(make_upload(size), **values | overrides)
        if rendered:
            images.render(image)
        return image

    return make


@pytest.fixture
def make_category(db: None) -> Callable[..., Category]:
    def make(**overrides: Any) -> Category:
        number = next(_numbers)
        values = {
            "section": "settle",
            "name_en": f"Housing {number}",
            "name_fr": f"Logement {number}",
            "slug_en": f"housing-{number}",
            "slug_fr": f"logement-{number}",
        }
        return Category.objects.create(**values | overrides)

    return make


@pytest.fixture
def make_author(db: None) -> Callable[..., Author]:
    def make(**overrides: Any) -> Author:
        number = next(_numbers)
        values = {"name": f"Sam Sample {number}", "slug": f"sam-sample-{number}", "role_en": "Writer"}
        return Author.objects.create(**values | {"role_fr": "Auteur"} | overrides)

    return make


@pytest.fixture
def make_tag(db: None) -> Callable[..., Tag]:
    def make(**overrides: Any) -> Tag:
        number = next(_numbers)
        return Tag.objects.create(**{"name": f"tag {number}", "slug": f"tag-{number}"} | overrides)

    return make


@pytest.fixture
def make_draft(make_category: Callable[..., Category], make_author: Callable[..., Author]) -> Callable[..., Article]:
    """A working copy with one text and one author, saved as a revision, never published.

    text: the HTML of its one text block; blocks: (model, fields) pairs instead of it; authors, tags: lists of rows.
    """

    def make(
        text: str = PARAGRAPH,
        blocks: list[tuple[Any, dict[str, Any]]] | None = None,
        authors: list[Author] | None = None,
        tags: list[Tag] | None = None,
        **overrides: Any,
    ) -> Article:
        number = next(_numbers)
        values = {
            "title": f"How to rent a home {number}",
            "slug": f"how-to-rent-a-home-{number}",
            "summary": "What to show a landlord when you have no Canadian credit history.",
        }
        if "category" not in overrides:
            values["category"] = make_category()
        article = Article.objects.create(**values | overrides)
        for order, author in enumerate([make_author()] if authors is None else authors):
            Authorship.objects.create(article=article, author=author, order=order)
        for position, (model, fields) in enumerate(blocks or [(ArticleText, {"html": text})], start=1):
            model.objects.create(parent=article, region="body", ordering=position * 10, **fields)
        article.tags.add(*(tags or []))
        save_revision(article, None)
        return article

    return make


@pytest.fixture
def make_article(make_draft: Callable[..., Article]) -> Callable[..., Article]:
    """An article that is live. at: when it was published, one hour ago by default."""

    def make(at: datetime | None = None, until: datetime | None = None, **overrides: Any) -> Article:
        article = make_draft(**overrides)
        start = at or datetime.now(UTC) - timedelta(hours=1)
        publish(article, article.revisions.first(), at=start, until=until, backdate=True)
        return article

    return make


@pytest.fixture
def make_page(db: None) -> Callable[..., Page]:
    def make(key: str = "about", language: str = "en", text: str = PARAGRAPH, **overrides: Any) -> Page:
        page = Page.objects.create(
            **{"key": key, "language": language, "title": "About us", "summary": "Us."} | overrides
        )
        PageText.objects.create(parent=page, region="body", ordering=10, html=text)
        publish(page, save_revision(page, None))
        return page

    return make


@pytest.fixture
def pass_time(db: None) -> Callable[..., None]:
    """Let time pass for publications, by moving them into the past: the database's clock cannot be moved."""

    def let_pass(**amount: float) -> None:
        by = timedelta(**amount)
        Publication.objects.update(live_until=F("live_until") - by)
        Publication.objects.update(
            live_from=F("live_from") - by,
            first_published_at=F("first_published_at") - by,
            changed_at=F("changed_at") - by,
        )

    return let_pass
