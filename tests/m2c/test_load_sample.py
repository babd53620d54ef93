"""The sample site: what `manage.py load_sample` makes, and what it says of a wrong file."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models.functions import Now
from django.test import override_settings
from django.urls import reverse
from django.utils.translation import override
from pytest_django.plugin import DjangoDbBlocker

from articles import sample_site
from articles.models import Article, Author, Category, Image, PageKey, PagePublication, Publication, Source, Tag
from articles.readiness import article_findings
from articles.sections import SECTIONS
from m2c.models import Home


def skip_rendering(pictures: list[Image]) -> None:
    """Mark pictures as rendered: making the files takes a minute and is tested elsewhere."""
    Image.objects.filter(pk__in=[image.pk for image in pictures]).update(rendered_at=Now())


@pytest.fixture(scope="module")
def sample(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """The loaded sample site, once for the tests of this module, and gone after them."""
    media = tmp_path_factory.mktemp("media")
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr(sample_site, "render", skip_rendering)
        with override_settings(MEDIA_ROOT=media):
            call_command("load_sample", verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def make_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """A sample folder with the files given as {path: text}; pictures and documents are empty tables otherwise."""

    def make(files: dict[str, str]) -> None:
        for name, text in {"pictures/pictures.toml": "", "documents/documents.toml": "", **files}.items():
            path = tmp_path / "sample" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        monkeypatch.setattr(sample_site, "FOLDER", tmp_path / "sample")

    return make


def addresses() -> list[str]:
    return [publication.get_absolute_url() for publication in Publication.objects.live()]


def test_there_are_articles_enough_in_both_languages(sample):
    counts = Counter(Publication.objects.live().values_list("language", flat=True))

    assert counts["en"] >= 24
    assert counts["fr"] >= 8


def test_every_file_is_a_live_article(sample):
    files = list((sample_site.FOLDER / "articles").glob("*/*.toml"))

    assert Publication.objects.live().count() == len(files)


def test_articles_keep_the_days_of_their_files(sample):
    article = Publication.objects.live().get(language="en", slug="your-first-30-days-in-canada")

    assert f"{article.first_published_at:%Y-%m-%d}" == "2026-10-14"
    assert f"{article.changed_at:%Y-%m-%d}" == "2026-11-20"


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_section_has_something_to_read(sample, section, language):
    assert Publication.objects.live().filter(section=section, language=language).exists()


def test_every_article_would_pass_the_check_before_publishing(sample):
    found = [
        (publication.slug, finding.message)
        for publication in Publication.objects.live().select_related("revision")
        for finding in article_findings(publication.revision.content)
    ]

    assert found == []


def test_every_link_between_articles_leads_to_a_live_one(sample):
    live = set(Publication.objects.live().values_list("article_id", flat=True))

    assert {pk for publication in Publication.objects.live() for pk in publication.link_ids} <= live


def test_every_article_page_answers(sample, client):
    assert {client.get(address).status_code for address in addresses()} == {200}


def test_every_tag_is_used(sample):
    used = {pk for publication in Publication.objects.live() for pk in publication.tag_ids}

    assert used == set(Tag.objects.values_list("pk", flat=True))


def test_every_category_leads_on_to_a_live_article(sample):
    live = set(Publication.objects.live().values_list("article_id", flat=True))

    assert set(Category.objects.values_list("next_article", flat=True)) <= live


def test_every_author_is_marked_as_invented(sample):
    assert set(Author.objects.values_list("is_sample", flat=True)) == {True}
    assert all("invented" in row.biography_en and "inventé" in row.biography_fr for row in Author.objects.all())


def test_no_source_claims_a_day_on_which_it_was_opened(sample):
    assert not Source.objects.exclude(checked_on=None).exists()


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("key", PageKey.values)
def test_every_simple_page_answers(sample, client, key, language):
    with override(language):
        response = client.get(reverse(f"articles:page_{key}"))

    assert response.status_code == 200


def test_links_of_the_simple_pages_lead_somewhere(sample, client):
    paths = {
        piece.split('"')[0]
        for page in PagePublication.objects.live()
        for block in page.body["blocks"]
        for piece in block.get("html", "").split('href="')[1:]
    }

    assert paths
    assert {path: client.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_home_page_shows_three_features_a_guide_and_four_tools(sample, client, language):
    with override(language):
        context = client.get(reverse("home")).context

    assert len(context["featured"]) == 3
    assert context["home"]["guide_url"]
    assert len(context["tools"]) >= 4


def test_features_of_the_home_page_have_a_picture_each(sample):
    for home in Home.objects.all():
        pictures = [feature.article.image_id for feature in home.features.all()]
        assert len(set(pictures)) == len(pictures)


def test_if_empty_leaves_a_used_database_alone(make_article):
    make_article()

    call_command("load_sample", if_empty=True)

    assert Article.objects.count() == 1


def test_a_used_database_is_refused_without_if_empty(make_article):
    make_article()

    with pytest.raises(CommandError, match="There are articles already"):
        call_command("load_sample")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"authors.toml": "[somebody"}, "sample/authors.toml: "),
        ({"authors.toml": '[somebody]\nnom = "Somebody"'}, "sample/authors.toml: .*nom"),
        ({"authors.toml": "[somebody]\nname = ''"}, "sample/authors.toml: name"),
        (
            {"pictures/pictures.toml": "[lake]\nalt_en = 'A lake'\nalt_fr = 'Un lac'"},
            "pictures/lake.jpg: .*No such file",
        ),
        ({"authors.toml": "", "categories.toml": "other = 1"}, "sample/categories.toml: 'categories' is missing"),
        (
            {"authors.toml": "", "categories.toml": "categories = []", "tags.toml": "", "articles/en/a.toml": "x = 1"},
            "en/a.toml: 'group' is missing or unknown",
        ),
    ],
)
def test_a_wrong_file_is_named(db, make_files, files, said):
    make_files(files)

    with pytest.raises(CommandError, match=said):
        call_command("load_sample", verbosity=0)


def test_a_file_in_another_encoding_is_named(db, make_files):
    make_files({})
    (sample_site.FOLDER / "authors.toml").write_bytes("[somebody]\nname = 'Zoé'".encode("latin-1"))

    with pytest.raises(CommandError, match=r"sample/authors.toml: 'utf-8' codec"):
        call_command("load_sample", verbosity=0)


@pytest.mark.parametrize("updated", [date(2026, 8, 24), date(2026, 8, 25)])
def test_an_update_has_to_come_after_the_first_day(updated):
    said = f"en/a.toml: updated {updated} is not after posted, 2026-08-25"

    with pytest.raises(sample_site.SampleError, match=said), sample_site.mistakes_in(Path("articles/en/a.toml")):
        sample_site.days_of({"posted": date(2026, 8, 25), "updated": updated})


def test_a_wrong_file_leaves_nothing_behind(db, make_files):
    make_files({"authors.toml": '[somebody]\nname = "Somebody"', "categories.toml": "broken"})

    with pytest.raises(CommandError):
        call_command("load_sample", verbosity=0)

    assert not Author.objects.exists()
