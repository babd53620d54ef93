"""Bodies: reading minutes, contents, and where the page puts its own boxes."""

import re
from pathlib import Path

import pytest

from articles import body
from articles.models import ArticlePicture, ArticleSignup, ArticleText, Publication

TEMPLATES = Path(__file__).parents[2] / "templates"

pytestmark = pytest.mark.django_db


def text(count, word="word"):
    return {"type": "text", "html": f"<p>{' '.join([word] * count)}</p>"}


def place(blocks, share):
    words = sum(body.block_words(block) for block in blocks)
    placed = body.placed(blocks, {"type": "box"}, share, words)
    index = next(n for n, block in enumerate(placed) if block["type"] == "box")
    return sum(body.block_words(block) for block in placed[:index]) / words


def test_the_box_comes_at_the_nearest_end_of_a_paragraph():
    assert place([{"type": "text", "html": "".join(f"<p>{'word ' * 20}</p>" for _ in range(10))}], 0.4) == 0.4


def test_the_box_comes_between_blocks_when_that_is_nearer():
    assert place([text(40), text(60)], 0.4) == 0.4


def test_the_box_never_comes_first():
    assert place([text(100), text(1)], 0.1) > 0.9


def test_the_box_never_parts_a_heading_from_its_text():
    html = f"<p>{'a ' * 40}</p><h2>Heading</h2><p>{'b ' * 59}</p>"
    placed = body.placed([{"type": "text", "html": html}], {"type": "box"}, 0.41, 100)

    assert not placed[0]["html"].endswith("</h2>")


def test_a_list_or_a_table_is_never_cut():
    html = "<ul>" + "<li>word word</li>" * 50 + "</ul><p>end</p>"

    assert body.split_points(html) == [html.index("<p>")]


def test_the_pieces_of_a_cut_text_are_the_text():
    html = "".join(f"<h2>T{n}</h2><p>{'word ' * 30}<br>x</p><hr>" for n in range(6))
    placed = body.placed([{"type": "text", "html": html}], {"type": "box"}, 0.4, 200)

    assert "".join(block.get("html", "") for block in placed) == html


def test_editors_can_turn_both_boxes_off(make_article):
    long = "".join(f"<p>{'word ' * 60}</p>" for _ in range(10))
    with_both = make_article(text=long)
    without = make_article(text=long, newsletter_box=False, advertisement=False)

    def kinds(article):
        return [block["type"] for block in Publication.objects.get(article=article).body["blocks"]]

    assert kinds(with_both) == ["text", "newsletter", "text", "advert", "text"]
    assert kinds(without) == ["text"]


def test_a_short_article_has_no_boxes(make_article):
    assert [block["type"] for block in Publication.objects.get(article=make_article()).body["blocks"]] == ["text"]


def test_a_sign_up_that_the_editor_placed_replaces_the_box_of_the_page(make_article):
    long = "".join(f"<p>{'word ' * 60}</p>" for _ in range(10))
    article = make_article(blocks=[(ArticleText, {"html": long}), (ArticleSignup, {"topic": "study"})])

    assert "newsletter" not in [block["type"] for block in Publication.objects.get(article=article).body["blocks"]]


def test_a_text_that_cannot_be_cut_has_no_two_boxes_in_a_row(make_article):
    article = make_article(text=f"<p>{'word ' * 400}</p>")

    assert [block["type"] for block in Publication.objects.get(article=article).body["blocks"]] == [
        "text",
        "newsletter",
    ]


def test_headings_take_no_id_that_the_page_itself_uses():
    used = set()
    for template in [
        "base.html",
        *(f"articles/{path.name}" for path in (TEMPLATES / "articles").glob("article*.html")),
    ]:
        used |= set(re.findall(r'id="([a-z-]+)"', (TEMPLATES / template).read_text()))

    assert used <= body.PAGE_IDS


def test_reading_minutes_count_the_words(make_article):
    article = make_article(text=f"<p>{'word ' * 221}</p>")

    assert Publication.objects.get(article=article).reading_minutes == 2


def test_the_contents_list_nests_third_level_headings(make_article):
    article = make_article(text="<h2>A</h2><h3>B</h3><h2>C</h2>")

    toc = Publication.objects.get(article=article).body["toc"]

    assert [(entry["title"], [child["title"] for child in entry["children"]]) for entry in toc] == [
        ("A", ["B"]),
        ("C", []),
    ]


def test_a_publication_knows_what_it_links_to_and_shows(make_article, make_image):
    target, image = make_article(), make_image()
    article = make_article(
        blocks=[
            (ArticleText, {"html": f'<p><a href="{target.get_absolute_url()}">x</a></p>'}),
            (ArticlePicture, {"image": image}),
        ]
    )
    publication = Publication.objects.get(article=article)

    assert publication.link_ids == [target.pk]
    assert publication.image_ids == [image.pk]
