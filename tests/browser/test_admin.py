"""Editors at work in a real browser: mouse, keyboard, no complaint of the content policy, nothing that axe minds."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

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
    Document,
)

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "Plain words about renting a home in a new country, enough of them to fill a line and to be read with ease. "


def change(live_server: Any, article: Article) -> str:
    return f"{live_server.url}/admin/articles/article/{article.pk}/change/"


def blocks(page: Page) -> list[str]:
    """The kinds of the blocks in the order in which the keyboard meets them."""
    return page.locator(".order-machine > .inline-related:not(.empty-form) > h3 > b").all_inner_texts()


def block(page: Page, kind: str) -> Any:
    return page.locator(".order-machine > .inline-related:not(.empty-form)").filter(
        has=page.locator("h3 > b", has_text=re.compile(f"^{kind}$"))
    )


def add(page: Page, kind: str) -> Any:
    page.locator(".add-block").get_by_role("button", name=kind, exact=True).click()
    return block(page, kind)


def choose_first_picture(page: Page, row: Any) -> None:
    row.get_by_role("button", name="Choose a picture").click()
    page.locator("dialog[open] button:has(img)").first.click()


@pytest.mark.parametrize("width", [390, 1280])
def test_article_with_every_kind_of_block_is_written_published_and_read(
    desk, live_server, width, make_category, make_author, make_tag, make_image
):
    make_category(name_en="Housing")
    make_author(name="Mara Writer")
    make_tag(name="Renting")
    make_image(size=(640, 360), title="Harbour")
    Document.objects.create(file="documents/budget.pdf", title_en="Budget sheet", size=2048)
    desk.set_viewport_size({"width": width, "height": 900})
    desk.goto(f"{live_server.url}/admin/articles/article/add/")

    desk.get_by_label("Title:", exact=True).first.fill("L’été à Montréal: œuvres et cafés")
    expect(desk.get_by_label("Slug:")).to_have_value("l-ete-a-montreal-oeuvres-et-cafes")
    desk.get_by_label("Slug:").fill("a-summer-in-montreal")
    desk.get_by_label("Title:", exact=True).first.fill("A summer in Montreal")
    expect(desk.get_by_label("Slug:")).to_have_value("a-summer-in-montreal")
    desk.get_by_label("In short:").fill("What a summer in Montreal costs.")
    expect(desk.locator("output[for=id_title]")).to_have_text("20 of 60 characters")
    desk.get_by_label("Category:").select_option(label="Housing")
    choose_first_picture(desk, desk.locator(".field-image").first)

    add(desk, "Text").locator("[contenteditable]").fill(WORDS)
    choose_first_picture(desk, add(desk, "Picture"))
    block(desk, "Picture").get_by_label("Caption:").fill("The old port")
    video = add(desk, "Video")
    video.get_by_label("Title:").fill("A walk through the city")
    video.get_by_label("YouTube address:").fill("https://youtu.be/abcdefghijk")
    video.get_by_label("Captions:").fill("English")
    choose_first_picture(desk, video)
    add(desk, "Notice").locator("[contenteditable]").fill("Shops close early on Sunday.")
    question = add(desk, "Question and answer")
    question.get_by_label("Question:").fill("Is it hot?")
    question.locator("[contenteditable]").fill("Yes, in July.")
    add(desk, "Call to action").get_by_label("Leads to:").select_option("newsletter")
    add(desk, "Newsletter sign-up").get_by_label("Topic:").select_option("settle")
    download = add(desk, "Download")
    download.locator(".select2-selection").click()
    desk.get_by_role("option", name="Budget sheet").click()

    # The notice goes up twice by its button, then once by the keyboard, and the text comes to stand below it.
    notice = block(desk, "Notice")
    notice.get_by_role("button", name="Move up").press("Enter")
    notice.get_by_role("button", name="Move up").press("Enter")
    expect(notice.get_by_role("button", name="Move up")).to_be_focused()
    notice.locator("[contenteditable]").press("Alt+Shift+ArrowUp")
    kinds = ["Notice", "Text", "Picture", "Video", "Question", "Call", "Newsletter", "Download"]
    assert [kind.split()[0] for kind in blocks(desk)] == kinds
    expect(desk.locator("p.visually-hidden[role=status]")).to_have_text("Block moved to place 1 of 8")

    desk.locator("#authorship_set-group .select2-selection").first.click()
    desk.get_by_role("option", name="Mara Writer").click()
    desk.locator(".field-tags .select2-selection").click()
    desk.get_by_role("option", name="Renting").click()
    desk.get_by_role("button", name="Save and publish").click()

    expect(desk.locator(".messagelist")).to_contain_text("Saved and published")
    assert [kind.split()[0] for kind in blocks(desk)] == kinds
    article = Article.objects.get()
    assert {type(row) for row in article.blocks()} == {
        ArticleText, ArticlePicture, ArticleVideo, ArticleNotice, ArticleQuestion, ArticleCall, ArticleSignup,
        ArticleDownload,
    }  # fmt: skip
    desk.locator(".messagelist").get_by_role("link", name="View on site").click()
    expect(desk).to_have_url(re.compile("/en/articles/a-summer-in-montreal/$"))
    expect(desk.get_by_role("heading", level=1)).to_have_text("A summer in Montreal")
    for words in (
        WORDS.strip(),
        "The old port",
        "A walk through the city",
        "Shops close early",
        "Is it hot?",
        "Budget sheet",
    ):
        expect(desk.locator("main")).to_contain_text(words)
    expect(desk.locator("main")).to_contain_text("Mara Writer")


@pytest.fixture
def article(make_draft, make_image) -> Article:
    kinds = [
        (ArticleText, {"html": "<h2>First</h2><p>words</p>"}),
        (ArticleNotice, {"tone": "note", "html": "<p>Second</p>"}),
        (ArticlePicture, {"image": make_image(size=(640, 360)), "caption": "Third"}),
    ]
    return make_draft(blocks=kinds, image=make_image(size=(640, 360)))


def test_removed_block_comes_back_until_it_is_saved(desk, live_server, article):
    desk.goto(change(live_server, article))
    notice = block(desk, "Notice")

    notice.get_by_role("button", name="Remove").click()
    expect(notice.locator("[contenteditable]")).to_be_hidden()
    notice.get_by_role("button", name="Undo").click()
    expect(notice.locator("[contenteditable]")).to_be_visible()
    block(desk, "Text").get_by_role("button", name="Remove").click()
    add(desk, "Call to action").get_by_role("button", name="Remove").click()
    desk.locator(".publish-row input[name=_continue]").click()

    expect(desk.locator(".messagelist")).to_contain_text("Saved.")
    assert [row.kind for row in article.blocks()] == ["notice", "picture"]


def test_block_is_moved_by_drag(desk, live_server, article):
    desk.goto(change(live_server, article))
    desk.get_by_role("button", name="Fold all blocks").click()  # both ends in view, as one does

    block(desk, "Picture").locator("h3[draggable]").drag_to(
        block(desk, "Text").locator("h3[draggable]"), target_position={"x": 40, "y": 4}
    )
    expect(desk.locator(".order-machine > .inline-related:not(.empty-form) > h3 > b").first).to_have_text("Picture")
    desk.locator(".publish-row input[name=_continue]").click()

    expect(desk.locator(".messagelist")).to_contain_text("Saved.")
    assert [row.kind for row in article.blocks()] == ["picture", "text", "notice"]


def test_block_is_inserted_above_another_and_folded_by_keyboard_alone(desk, live_server, article):
    desk.goto(change(live_server, article))
    notice = block(desk, "Notice")

    notice.get_by_role("button", name="Insert a block above").press("Enter")
    desk.locator(".block-menu").get_by_role("button", name="Call to action").press("Enter")
    expect(block(desk, "Call to action").get_by_label("Leads to:")).to_be_focused()
    assert blocks(desk) == ["Text", "Call to action", "Notice", "Picture"]
    fold = notice.locator("[data-block=fold]")
    fold.press("Enter")
    expect(fold).to_have_attribute("aria-expanded", "false")
    expect(notice.locator("[contenteditable]")).to_be_hidden()
    desk.get_by_role("button", name="Fold all blocks").press("Enter")
    expect(block(desk, "Text").locator("[contenteditable]")).to_be_hidden()


def test_enter_in_a_field_only_saves(desk, live_server, article):
    desk.goto(change(live_server, article))

    desk.get_by_label("Title:", exact=True).first.press("Enter")

    expect(desk.locator(".messagelist")).to_contain_text("Saved.")
    assert not article.publications.exists()
    assert Article.objects.count() == 1


def test_hostile_paste_leaves_only_its_words(desk, live_server, article, complaints):
    desk.goto(change(live_server, article))
    editor = block(desk, "Text").locator("[contenteditable]")
    editor.click()
    desk.keyboard.press("ControlOrMeta+a")
    desk.evaluate(
        """() => {
            const data = new DataTransfer();
            data.setData("text/html", `<p class="MsoNormal" style="color:red" onclick="alert(1)"><b>Bold</b>
                <a href="javascript:alert(1)">click</a></p><script>alert(1)</script>`);
            document.activeElement.dispatchEvent(
                new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }"""
    )
    desk.locator(".publish-row input[name=_continue]").click()

    expect(desk.locator(".messagelist")).to_contain_text("Saved.")
    html = ArticleText.objects.get().html
    assert "<strong>Bold</strong>" in html
    for bad in ("style", "Mso", "script", "onclick", "alert"):
        assert bad not in html
    assert len(complaints) == 1
    assert "inline event handler" in complaints.pop()  # the policy stopped what the editor had to parse


def test_second_editor_sees_what_differs_and_keeps_every_word(desk, live_server, article, context):
    desk.goto(change(live_server, article))
    other = context.new_page()
    other.goto(change(live_server, article))
    other.get_by_label("Title:", exact=True).first.fill("From the other window")
    block(other, "Notice").get_by_role("button", name="Remove").click()
    other.locator(".publish-row input[name=_continue]").click()
    expect(other.locator(".messagelist")).to_contain_text("Saved.")

    block(desk, "Notice").locator("[contenteditable]").fill("Typed here at the same time")
    add(desk, "Call to action").get_by_label("Leads to:").select_option("quiz")
    desk.locator(".publish-row input[name=_continue]").click()

    expect(desk.locator(".errorlist.nonfield")).to_contain_text("You saved this in another window")
    expect(desk.locator(".conflict table")).to_contain_text("From the other window")
    assert blocks(desk) == ["Text", "Notice", "Picture", "Call to action"]
    expect(block(desk, "Notice").locator("[contenteditable]")).to_have_text("Typed here at the same time")
    desk.locator(".publish-row input[name=_continue]").click()
    expect(desk.locator(".messagelist")).to_contain_text("Saved.")
    assert [row.kind for row in article.blocks()] == ["text", "notice", "picture", "call"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_minds_nothing_in_the_admin(desk, live_server, axe, article, make_article, make_draft, width, scheme):
    live = make_article(text=f'<p><a href="/a/{article.pk}/">link</a></p>')
    make_draft(owner=User.objects.get())
    desk.set_viewport_size({"width": width, "height": 900})
    desk.emulate_media(color_scheme=scheme)
    base = f"{live_server.url}/admin/"
    found: list[str] = []
    for path in [
        "",
        "articles/article/",
        "articles/article/?state=draft&attention=any&q=rent",
        "articles/article/add/",
        f"articles/article/{article.pk}/change/",
        f"articles/article/{article.pk}/history/",
        f"articles/article/{article.pk}/history/1/",
        f"articles/article/{live.pk}/unpublish/",
        "articles/page/add/",
        "articles/category/",
        "articles/author/add/",
        "articles/tag/add/",
        "articles/advertisement/add/",
        "m2c/home/",
    ]:
        desk.goto(base + path)
        if "change" in path or "article/add" in path:
            expect(desk.locator(".add-block")).to_be_visible()
        found += [f"{path}: {problem}" for problem in axe(desk)]
        assert desk.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{path} is too wide"

    assert not found, "\n".join(found)


def test_form_of_sixty_blocks_is_ready_and_every_block_in_reach(desk, live_server, make_draft):
    article = make_draft(blocks=[(ArticleText, {"html": f"<p>{number}</p>"}) for number in range(60)])

    desk.goto(change(live_server, article))

    expect(desk.locator(".order-machine [contenteditable]")).to_have_count(60)
    expect(desk.locator(".add-block")).to_be_visible()
