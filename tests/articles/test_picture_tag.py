"""The markup of pictures in pages."""

import html5lib
import pytest
from django.template import Context, Template
from django.utils.translation import override

from articles.models import Image
from articles.templatetags.images import image_url

FILES = {
    "avif": [[480, "renditions/aa/a-480.avif"], [800, "renditions/aa/a-800.avif"]],
    "webp": [[480, "renditions/aa/a-480.webp"], [800, "renditions/aa/a-800.webp"]],
    "jpeg": [[480, "renditions/aa/a-480.jpg"], [800, "renditions/aa/a-800.jpg"]],
}


@pytest.fixture
def image() -> Image:
    """A rendered picture that is in no database and on no disk."""
    social = {"width": 1200, "height": 630, "files": {"jpeg": [[1200, "renditions/aa/a-1200.jpg"]]}}
    return Image(
        alt_en="A harbour",
        alt_fr="Un port",
        width=1600,
        height=900,
        renditions={"wide": {"width": 800, "height": 450, "files": FILES}, "social": social},
    )


def rendered(tag: str, **context: object) -> str:
    return Template("{% load images %}" + tag).render(Context(context))


def parsed(html: str) -> dict[str, str]:
    """The attributes of the one <img> in a fragment."""
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parseFragment(html)
    return dict(tree.find(".//img").attrib)


def test_every_format_and_width_is_offered(image):
    html = rendered('{% picture image shape="wide" sizes="50vw" %}', image=image)

    assert html.index("image/avif") < html.index("image/webp") < html.index("<img")
    assert '<source type="image/avif" srcset="/media/renditions/aa/a-480.avif 480w, ' in html
    assert html.count('sizes="50vw"') == 3
    assert parsed(html) == {
        "src": "/media/renditions/aa/a-800.jpg",
        "srcset": "/media/renditions/aa/a-480.jpg 480w, /media/renditions/aa/a-800.jpg 800w",
        "sizes": "50vw",
        "width": "800",
        "height": "450",
        "alt": "A harbour",
        "loading": "lazy",
        "decoding": "async",
    }


def test_first_picture_of_a_page_is_loaded_at_once(image):
    attributes = parsed(rendered("{% picture image eager=True %}", image=image))

    assert attributes["fetchpriority"] == "high"
    assert "loading" not in attributes


def test_alternative_text_follows_the_language_and_gives_way_to_the_one_here(image):
    with override("fr"):
        assert parsed(rendered("{% picture image %}", image=image))["alt"] == "Un port"
        assert parsed(rendered('{% picture image alt="Ici" %}', image=image))["alt"] == "Ici"
        assert parsed(rendered('{% picture image alt="" %}', image=image))["alt"] == ""
        assert parsed(rendered('{% picture image alt="Ici" decorative=True %}', image=image))["alt"] == ""


def test_what_editors_write_is_escaped(image):
    html = rendered("{% picture image alt=alt class=css %}", image=image, alt='"><script>', css='"><b>')

    assert "<script>" not in html
    assert "<b>" not in html
    assert parsed(html)["alt"] == '"><script>'


def test_class_is_that_of_the_image(image):
    assert parsed(rendered('{% picture image class="cover" %}', image=image))["class"] == "cover"


@pytest.mark.parametrize("missing", [None, "", Image(alt_en="x"), Image(renditions={"wide": {}})])
def test_nothing_is_shown_for_no_picture_and_before_it_is_rendered(missing):
    assert rendered("{% picture image %}", image=missing) == ""
    assert image_url(missing or None, "wide", 100) == ""


def test_markup_asks_neither_database_nor_disk(make_image, media_folder, django_assert_num_queries):
    image = make_image()
    for path in media_folder.rglob("*.*"):
        path.unlink()

    with django_assert_num_queries(0):
        assert "<picture>" in rendered("{% picture image %}", image=image)


@pytest.mark.parametrize(
    ("width", "name"), [(100, "a-480.jpg"), (480, "a-480.jpg"), (481, "a-800.jpg"), (9999, "a-800.jpg")]
)
def test_address_is_of_the_narrowest_that_is_wide_enough(image, width, name):
    assert image_url(image, "wide", width).endswith(name)


def test_social_picture_has_an_address(image):
    assert image_url(image) == "/media/renditions/aa/a-1200.jpg"
