"""Makers of objects for all tests; each takes overrides and fills in the rest."""

import io
import itertools
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import F
from django.http import HttpResponse
from django.test import Client
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
from facts import ledger
from facts.models import Fact, FactValue, Source, Term
from m2c import translations
from programs.models import Criterion, Doubt, Fee, Program, ProgramSource, Step
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
        number = next(_numbers)
        colour = tuple(number // 32**place % 32 * 8 for place in range(3))  # steps that survive JPEG
        out = io.BytesIO()
        Picture.new("RGB", size, colour).convert(mode).save(out, kind, **options)
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
def make_source(db: None) -> Callable[..., Source]:
    def make(**overrides: Any) -> Source:
        number = next(_numbers)
        values = {
            "slug": f"fee-list-{number}",
            "publisher_en": "Immigration, Refugees and Citizenship Canada",
            "publisher_fr": "Immigration, Réfugiés et Citoyenneté Canada",
            "title_en": f"Fee list {number}",
            "title_fr": f"Liste des frais {number}",
            "url": f"https://www.canada.example/fees/{number}",
            "is_official": True,
        }
        return Source.objects.create(**values | overrides)

    return make


@pytest.fixture
def make_fact(make_source: Callable[..., Source]) -> Callable[..., Fact]:
    """A fact with one value in force, verified today.

    value: as `facts.values.check` takes it; from_day, verified_on: days; source; value_details: of the value.
    """

    def make(
        key: str = "",
        kind: str = "money",
        value: Any = "990",
        *,
        from_day: date | None = None,
        verified_on: date | str | None = "today",
        source: Source | None = None,
        value_details: dict[str, Any] | None = None,
        **overrides: Any,
    ) -> Fact:
        number = next(_numbers)
        words = {"says_en": f"Processing fee {number}", "says_fr": f"Frais de traitement {number}"}
        fact = Fact.objects.create(**words | {"key": key or f"ee.fee.number{number}", "kind": kind} | overrides)
        day = ledger.today()
        ledger.add_value(
            fact,
            value,
            in_force_from=from_day or day - timedelta(days=30),
            source=source or make_source(),
            verified_on=day if verified_on == "today" else verified_on,
            **value_details or {},
        )
        return fact

    return make


@pytest.fixture
def make_program(make_fact: Callable[..., Fact], make_source: Callable[..., Source]) -> Callable[..., Program]:
    """A program with a status of the ledger, verified today.

    status: as `facts.values.Status` has it, None for one that nobody has set; status_details: further arguments of
    `make_fact`. fees, sources: rows of the ledger. criteria: (English words, of, parts) or words alone, parts as the
    same again. steps, doubts: English words; the French of each line is the same with “FR ” before it.
    """

    def add_criteria(program: Program, criteria: Any, parent: Criterion | None = None) -> None:
        for order, given in enumerate(criteria):
            words, of, parts = (given, "", ()) if isinstance(given, str) else given
            key = f"criterion-{next(_numbers)}"
            texts = {"text_en": words, "text_fr": f"FR {words}" if words else ""}
            row = Criterion.objects.create(program=program, parent=parent, key=key, of=of, order=order, **texts)
            add_criteria(program, parts, row)

    def make(
        key: str = "",
        status: str | None = "open",
        status_details: dict[str, Any] | None = None,
        fees: Iterable[Fact] = (),
        sources: Iterable[Source] = (),
        criteria: Any = (),
        steps: Iterable[str] = (),
        doubts: Iterable[str] = (),
        **overrides: Any,
    ) -> Program:
        number = next(_numbers)
        key = key or f"program_{number}"
        values = {
            "name_en": f"Skilled Worker Stream {number}",
            "name_fr": f"Volet des travailleurs qualifiés {number}",
            "slug_en": f"skilled-worker-stream-{number}",
            "slug_fr": f"volet-des-travailleurs-qualifies-{number}",
            "who_en": "Workers with a job offer",
            "who_fr": "Travailleurs ayant une offre d’emploi",
            "level": "provincial" if overrides.get("province") else "federal",
            "family": "pnp",
            "stay": "permanent",
            "official_url": "https://www.canada.example/streams",
            "confidence": "A",
            "completeness": "complete",
        }
        known = {"key": f"program.{key}.status", "risk": "high", "review_days": 30}
        if status is None:
            fact = Fact.objects.create(kind="status", says_en="Status", says_fr="État", **known)
        else:
            fact = make_fact(kind="status", value=status, **known | (status_details or {}))
        program = Program.objects.create(**values | {"key": key, "status": fact} | overrides)
        add_criteria(program, criteria)
        for model, lines in ((Step, steps), (Doubt, doubts)):
            for order, words in enumerate(lines):
                model.objects.create(program=program, text_en=words, text_fr=f"FR {words}", order=order)
        for order, fee in enumerate(fees):
            Fee.objects.create(program=program, fact=fee, order=order)
        for order, source in enumerate(sources):
            ProgramSource.objects.create(program=program, source=source, order=order)
        return program

    return make


@pytest.fixture
def pass_days(db: None) -> Callable[[int], None]:
    """Let days pass for facts, by moving their values into the past: the database's clock cannot be moved."""

    def let_pass(days: int) -> None:
        by = timedelta(days=days)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE facts_factvalue DISABLE TRIGGER facts_value_is_kept")
        FactValue.objects.update(in_force_from=F("in_force_from") - by, verified_on=F("verified_on") - by)
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE facts_factvalue ENABLE TRIGGER facts_value_is_kept")

    return let_pass


@pytest.fixture
def make_term(db: None) -> Callable[..., Term]:
    """A term of the glossary."""

    def make(**overrides: Any) -> Term:
        values = {
            "key": "crs",
            "term_en": "Comprehensive Ranking System",
            "term_fr": "Système de classement global",
            "short_en": "CRS",
            "short_fr": "SCG",
            "meaning_en": "The points that rank candidates.",
            "meaning_fr": "Les points qui classent les candidats.",
            "confusion_en": "Not the 67 points.",
        }
        return Term.objects.create(**values | overrides)

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


# People who sign in to the admin, and its forms filled in as a browser would

Data = dict[str, list[str]]


class FormReader(HTMLParser):
    """What a browser would post of the form with the given id, without any submit button."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id, self.inside, self.data = form_id, False, {}
        self.area: str | None = None
        self.select: tuple[str, bool] | None = None
        self.options: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.inside = given.get("id") == self.form_id
        if not self.inside or ("disabled" in given and tag != "option"):
            return
        name = given.get("name") or ""
        if tag == "input" and name and given.get("type") not in {"submit", "button", "reset", "file"}:
            is_box = given.get("type") in {"checkbox", "radio"}
            if not is_box or "checked" in given:
                self.data.setdefault(name, []).append(given.get("value") or ("on" if is_box else ""))
        elif tag == "textarea":
            self.area = name
            self.data[name] = [""]
        elif tag == "select":
            self.select, self.options = (name, "multiple" in given), []
        elif tag == "option":
            self.options.append((given.get("value") or "", "selected" in given))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = None
        elif tag == "select" and self.select is not None:
            name, multiple = self.select
            chosen = [value for value, selected in self.options if selected]
            if not chosen and not multiple and self.options:
                chosen = [self.options[0][0]]
            if chosen:
                self.data[name] = chosen
            self.select = None
        elif tag == "form":
            self.inside = False

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.data[self.area][0] += data.removeprefix("\n") if not self.data[self.area][0] else data


@pytest.fixture
def read_form() -> Callable[..., Data]:
    """The form of an answer as a browser would post it untouched: `{name: [values]}`."""

    def read(response: HttpResponse, form_id: str = "article_form") -> Data:
        reader = FormReader(form_id)
        reader.feed(response.content.decode())
        assert reader.data, "no such form"
        return reader.data

    return read


@pytest.fixture
def groups(db: None) -> None:
    """The groups of the migrations, also after a test that emptied the tables."""
    if not Group.objects.filter(name="Publisher").exists():
        import_module("articles.migrations.0005_groups").make_groups(apps, None)
        import_module("m2c.migrations.0003_home_for_publishers").let_publishers(apps, None)
        import_module("facts.migrations.0004_groups").make_groups(apps, None)
        import_module("programs.migrations.0002_groups").let_groups(apps, None)
        import_module("rounds.migrations.0002_groups").let_groups(apps, None)
        import_module("quizzes.migrations.0003_groups").let_groups(apps, None)
        import_module("newsletter.migrations.0003_groups").let_groups(apps, None)
        import_module("quizzes.migrations.0005_crs_versions_are_kept").let_groups(apps, None)


@pytest.fixture
def make_person(groups: None) -> Callable[..., User]:
    """Somebody who can sign in to the admin. role: a group, "superuser", or "" for a person without any group."""

    def make(role: str = "", username: str = "") -> User:
        user = User.objects.create_user(
            username or f"{role or 'nobody'}-{User.objects.count()}",
            is_staff=True,
            first_name=role.title(),
            password="x",
        )
        if role == "superuser":
            user.is_superuser = True
            user.save()
        elif role:
            user.groups.add(Group.objects.get(name=role.title()))
        return user

    return make


@pytest.fixture
def sign_in(make_person: Callable[..., User]) -> Callable[..., Client]:
    """A client signed in as somebody of a role; the person is `client.person`."""

    def make(role: str = "publisher", person: User | None = None) -> Client:
        client = Client()
        client.person = person or make_person(role)  # type: ignore[attr-defined]
        client.force_login(client.person)  # type: ignore[attr-defined]
        return client

    return make
