"""A small site with every kind of page and block, loaded once, and readers who watch what its pages do."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from PIL import Image as Picture
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from articles import images
from articles.models import (
    Advertisement,
    Article,
    ArticleCall,
    ArticleDownload,
    ArticleNotice,
    ArticlePicture,
    ArticleQuestion,
    ArticleText,
    ArticleVideo,
    Author,
    Authorship,
    Category,
    Document,
    Image,
    PageText,
    Source,
    Tag,
)
from articles.models import Page as SimplePage
from facts import ledger
from facts.models import Fact
from facts.models import Source as LedgerSource
from facts.values import Status
from m2c.models import Home, HomeFeature, HomeTool
from programs.models import Criterion, Doubt, Fee, Program, ProgramSource, Step
from publishing.history import save_revision
from publishing.release import publish, unpublish
from quizzes import reference_data as quiz_data
from rounds import importing
from rounds import reference_data as rounds_data
from rounds.models import Round
from tests.quizzes.pages.conftest import PROGRAMS, TABLES


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests on the loaded site come last, because it is committed and everybody after them would see it."""
    items.sort(key=lambda item: "loaded_site" in getattr(item, "fixturenames", []))


PHONE, DESKTOP = (390, 844), (1280, 900)
VIDEO = "https://www.youtube.com/watch?v=abcdefghijk"
WORDS = "Plain words about moving to Canada, with their sources beside them. "
LONG_TEXT = f"""<p>{WORDS * 3}<a href="https://www.canada.ca/en.html">Canada.ca</a> has the rules.</p>
<h2>Before you sign</h2><p>{WORDS * 6}</p><ul><li>One</li><li>Two<ul><li>and a half</li></ul></li></ul>
<h3>What to show</h3><p>{WORDS * 6}</p><blockquote><p>{WORDS}</p></blockquote>
<table><thead><tr><th></th><th>Rent</th><th>Deposit</th><th>Days</th></tr></thead>
<tbody><tr><th>Winnipeg</th><td>$1,450</td><td>half a month</td><td>30</td></tr></tbody></table>
<h2>After you sign</h2><p>{WORDS * 12}</p>
<table><tr><th>Notice</th><td>60 days</td></tr></table><ol><li>First</li><li>Second</li></ol>"""


def add_picture() -> Image:
    """A picture of the site, wide enough for several renditions."""
    out = io.BytesIO()
    Picture.linear_gradient("L").resize((1000, 600)).convert("RGB").save(out, "JPEG")
    image = images.add(out.getvalue(), title="Harbour", alt_en="A harbour at dawn", alt_fr="Un port à l’aube")
    images.render(image)
    return image


def add_article(category: Category, author: Author, blocks: list[tuple[Any, dict[str, Any]]], **values: Any) -> Article:
    """A working copy with its blocks and byline."""
    article = Article.objects.create(category=category, **{"summary": "What to know before you sign."} | values)
    Authorship.objects.create(article=article, author=author)
    for position, (model, fields) in enumerate(blocks):
        model.objects.create(parent=article, region="body", ordering=position, **fields)
    return article


def put_online(host: Any, hours_ago: int = 1) -> None:
    start = datetime.now(UTC) - timedelta(hours=hours_ago)
    publish(host, save_revision(host, None), at=start, backdate=True)


def every_block(picture: Image) -> list[tuple[Any, dict[str, Any]]]:
    """One block of each kind that shows anything."""
    document = Document.objects.create(file="documents/checklist.pdf", title_en="Checklist", title_fr="Liste", size=900)
    video = {"title": "Your first day", "url": VIDEO, "captions": "English", "transcript_url": "/en/about/"}
    return [
        (ArticleText, {"html": LONG_TEXT}),
        (ArticlePicture, {"image": picture, "caption": "The harbour at dawn"}),
        (ArticleNotice, {"tone": "note", "html": "<p>A note.</p>"}),
        (ArticleNotice, {"tone": "important", "html": "<p>Mind this.</p>"}),
        (ArticleNotice, {"tone": "changed", "html": "<p>Since July.</p>"}),
        (ArticleVideo, {**video, "image": picture}),
        (ArticleCall, {"target": "quiz"}),
        (ArticleQuestion, {"question": "How long does it take?", "html": "<p>Two months.</p>"}),
        (ArticleQuestion, {"question": "What does it cost?", "html": "<p>Nothing.</p>"}),
        (ArticleDownload, {"document": document, "description": "One sheet to print."}),
        (ArticleText, {"html": f"<h2>And then</h2><p>{WORDS * 4}</p>"}),
    ]


def load_site() -> None:
    """A dozen and more articles, one of them with every block in both languages, and the pages around them."""
    picture = add_picture()
    author = Author.objects.create(
        name="Sam Sample",
        slug="sam-sample",
        role_en="Writer",
        role_fr="Rédaction",
        credential_en="Ten years of renting",
        biography_en="Sam has moved five times.",
        portrait=picture,
        is_sample=True,
    )
    category = Category.objects.create(
        section="settle",
        name_en="Housing",
        name_fr="Logement",
        slug_en="housing",
        slug_fr="logement",
        description_en="Renting and buying.",
        description_fr="Louer et acheter.",
    )
    tag = Tag.objects.create(name="renting", slug="renting", label_fr="location")
    for number in range(13):
        short = [(ArticleText, {"html": f"<p>{WORDS}</p>"})]
        image = picture if number % 2 else None
        article = add_article(category, author, short, title=f"Renting {number}", slug=f"renting-{number}", image=image)
        article.tags.add(tag)
        put_online(article, hours_ago=number + 2)
    category.next_article = article
    category.save()
    english = add_full_article(category, author, picture, title="Renting without a history", slug="renting")
    add_full_article(
        category, author, picture, title="Louer sans dossier", slug="louer", language="fr", group=english.group
    )
    gone = add_article(category, author, [], title="An old rule", slug="old-rule")
    put_online(gone)
    unpublish(gone)
    add_advertisement(picture)
    add_programs()
    add_rounds()
    add_quizzes()
    for language in ("en", "fr"):
        add_simple_page("contact", language)
        add_simple_page("about", language)
        add_home(language, picture, english)


def add_full_article(category: Category, author: Author, picture: Image, **values: Any) -> Article:
    article = add_article(category, author, every_block(picture), image=picture, checked_by=author, **values)
    article.tags.add(Tag.objects.get())
    source = {"publisher": "IRCC", "title": "Renting", "url": "https://www.canada.ca/en/renting.html"}
    Source.objects.create(article=article, checked_on=datetime(2026, 10, 1, tzinfo=UTC).date(), **source)
    put_online(article)
    return article


def add_advertisement(picture: Image) -> None:
    now = datetime.now(UTC)
    Advertisement.objects.create(
        name="M2C",
        language="en",
        image=picture,
        alt="Get the checklist",
        url="https://m2c.example/",
        is_on=True,
        starts_at=now - timedelta(days=1),
        ends_at=now + timedelta(days=1),
    )


def add_programs() -> None:
    """A program of each status, with every kind of line; the third is overdue, unsure and about to change."""
    source = LedgerSource.objects.create(slug="fees", publisher_en="IRCC", publisher_fr="IRCC", title_en="Fees")
    fee = add_fact(source, "ee.fee.principal", "money", "990", risk="high")
    today = ledger.today()
    for number, status in enumerate(Status.values):
        verified_on = today - timedelta(days=20 * number)
        key = f"program.stream_{number}.status"
        program = Program.objects.create(
            key=f"stream_{number}",
            name_en=f"Stream {number} for skilled workers",
            name_fr=f"Volet {number} des travailleurs qualifiés",
            slug_en=f"stream-{number}",
            slug_fr=f"volet-{number}",
            who_en="Workers with an offer",
            who_fr="Travailleurs ayant une offre",
            level="provincial" if number else "federal",
            province="ON" if number else "",
            family="pnp" if number else "express_entry",
            stay="permanent",
            official_url="https://www.canada.example/streams",
            confidence="ABC"[number % 3],
            checked_on=today,
            status=add_fact(source, key, "status", status, verified_on=verified_on, risk="high", review_days=30),
        )
        Fee.objects.create(program=program, fact=fee)
        ProgramSource.objects.create(program=program, source=source, seen="2026")
        group = Criterion.objects.create(program=program, key="test", of="any", text_en="A test", text_fr="Un test")
        for level in ("CLB 7", "CLB 5"):
            Criterion.objects.create(program=program, parent=group, key=level, text_en=level, text_fr=level)
        for model in (Step, Doubt):
            model.objects.create(program=program, text_en="Wait for an invitation", text_fr="Attendre une invitation")
    closing = Program.objects.get(key="stream_2").status
    ledger.add_value(closing, "closed", in_force_from=today + timedelta(days=30), source=source)


def add_rounds() -> None:
    """All rounds of the reference data, one of them corrected."""
    rounds_data.load()
    row = Round.objects.get(number="444")
    before = Round.objects.get(number="444")
    row.cutoff += 1
    importing.correct(row, before, ["cutoff"], None)


def add_quizzes() -> None:
    """The words of the quizzes, the tables that their rules compare with, and programs that the rules know."""
    quiz_data.load_questions()
    source = LedgerSource.objects.get(slug="fees")
    day = date(2025, 9, 1)
    for key, content in TABLES.items():
        fact = Fact.objects.create(key=key, kind="table", says_en=f"About {key}", says_fr=f"Au sujet de {key}")
        ledger.add_value(fact, content, in_force_from=day, source=source)
    for key, (family, stay, _province) in PROGRAMS.items():
        slug = key.replace("_", "-")
        Program.objects.create(
            key=key,
            name_en=f"Program {key}",
            name_fr=f"Programme {key}",
            slug_en=slug,
            slug_fr=f"fr-{slug}",
            who_en="People with a plan",
            who_fr="Des personnes qui ont un plan",
            level="federal",
            family=family,
            stay=stay,
            official_url="https://www.canada.example/programs",
            status=add_fact(source, f"program.{key}.status", "status", "closed" if key == "sds" else "open"),
        )


def add_fact(source: Any, key: str, kind: str, value: str, verified_on: date | None = None, **details: Any) -> Fact:
    fact = Fact.objects.create(key=key, kind=kind, says_en=f"About {key}", says_fr=f"Au sujet de {key}", **details)
    start = date(2026, 1, 5)
    ledger.add_value(fact, value, in_force_from=start, source=source, verified_on=verified_on, note_en="As of 2026.")
    return fact


def add_simple_page(key: str, language: str) -> None:
    page = SimplePage.objects.create(key=key, language=language, title=key.title(), summary="How to reach us.")
    PageText.objects.create(parent=page, region="body", ordering=1, html=f"<h2>Who</h2><p>{WORDS}</p>")
    put_online(page)


def add_home(language: str, picture: Image, article: Article) -> None:
    home = Home.objects.create(
        language=language,
        eyebrow="From the first question to your first year",
        title="Find your way to Canada",
        text="Clear steps, with their sources.",
        ticks="Free\nSourced",
        image=picture,
        guide_title="Your first 30 days",
        guide_text="In the order you need it.",
        guide_article=article,
        guide_image=picture,
        video_title="Express Entry in four minutes",
        video_url=VIDEO,
        video_image=picture,
        partner_name="Maple Movers",
        partner_text="They move furniture.",
        partner_url="https://movers.example/",
        partner_image=picture,
    )
    HomeTool.objects.create(home=home, call="quiz", icon="compass")
    HomeTool.objects.create(home=home, article=article, icon="home")
    HomeFeature.objects.create(home=home, article=article)


@dataclass(frozen=True)
class Site:
    """Where the site answers, and where its media are."""

    url: str
    media: Path


@pytest.fixture(scope="session")
def loaded_site(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The site, committed and served, for all tests of this process."""
    media = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media):
        load_site()
    server = LiveServer("localhost")
    yield Site(server.url, media)
    server.stop()
    with django_db_blocker.unblock():
        connection.close()  # another test may have had the server end it
        call_command("flush", interactive=False, verbosity=0)
        with connection.cursor() as cursor:  # a connection that the server still holds would keep the database alive
            cursor.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture
def media_folder(loaded_site: Site, settings: Any) -> Path:
    """The site's own, in place of one that nothing else uses."""
    settings.MEDIA_ROOT = loaded_site.media
    return loaded_site.media


class Reader:
    """A reader's browser, and all that the pages in it should not have done."""

    def __init__(self, context: BrowserContext, site: str) -> None:
        self.context = context
        self.site = site
        self.expected: tuple[str, ...] = ()  # what other addresses a test wants asked
        self.cookies: tuple[str, ...] = ()  # and which cookies it wants set
        self.wrong: list[str] = []
        context.on("request", lambda request: self._asked(request.url))
        context.on("console", self._said)
        context.on("weberror", lambda error: self.wrong.append(f"script: {error.error}"))

    def _asked(self, url: str) -> None:
        if not url.startswith((f"{self.site}/", *self.expected)):
            self.wrong.append(f"request: {url}")

    def _said(self, message: ConsoleMessage) -> None:
        """What the content policy forbids is said here too."""
        page_itself = message.page and message.location["url"] == message.page.url
        if message.type in {"error", "warning"} and not (page_itself and "responded with a status of" in message.text):
            self.wrong.append(f"console: {message.text}")

    def open(self, path: str) -> Page:
        """A new page at an address of the site."""
        page = self.context.new_page()
        page.goto(f"{self.site}{path}")
        return page

    def faults(self) -> list[str]:
        """Requests to other hosts, errors, and what was stored in the browser."""
        names = [cookie.get("name") for cookie in self.context.cookies()]
        cookies = [f"cookie: {name}" for name in names if name not in self.cookies]
        pages = [page for page in self.context.pages if page.url.startswith(self.site)]
        kept = "localStorage.length + sessionStorage.length"
        return self.wrong + cookies + [f"storage: {page.url}" for page in pages if page.evaluate(kept)]


@pytest.fixture
def new_reader(db: None, loaded_site: Site, browser: Browser) -> Iterator[Callable[..., Reader]]:
    """Make a reader; options are those of a browser context. A test that ends with a reader's faults has failed."""
    readers: list[Reader] = []

    def make(size: tuple[int, int] = DESKTOP, **options: Any) -> Reader:
        width, height = size
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        readers.append(Reader(context, loaded_site.url))
        return readers[-1]

    yield make
    faults = [fault for reader in readers for fault in reader.faults()]
    for reader in readers:
        reader.context.close()
    assert faults == []
