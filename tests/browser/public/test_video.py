"""A video asks nothing of its host before the reader does."""

import pytest
from playwright.sync_api import expect

from tests.browser.public.conftest import Reader

pytestmark = pytest.mark.django_db

PLAYER = "https://www.youtube-nocookie.com/**"


def open_with_stub(reader: Reader, path: str):
    """The page, and the requests to the player's host, which get a stub in place of the player."""
    asked = []

    def answer(route):
        asked.append(route.request)
        route.fulfill(content_type="text/html", body="<!doctype html><title>Player</title><p>Playing</p>")

    reader.context.route(PLAYER, answer)
    return reader.open(path), asked


@pytest.fixture
def reader(new_reader):
    reader = new_reader()
    reader.expected = ("https://www.youtube-nocookie.com/embed/",)
    return reader


@pytest.mark.parametrize("path", ["/en/articles/renting/", "/en/"])
def test_before_the_click_nothing_is_asked_of_the_host(new_reader, path):
    page = new_reader().open(path)

    page.locator("[data-embed]").hover()

    expect(page.locator("[data-embed]")).to_be_visible()
    expect(page.locator("iframe")).to_have_count(0)


@pytest.mark.parametrize("path", ["/en/articles/renting/", "/en/"])
def test_after_the_click_the_player_has_taken_the_place_of_the_picture(reader, path):
    page, asked = open_with_stub(reader, path)

    page.locator("[data-embed]").click()

    expect(page.frame_locator("iframe").get_by_text("Playing")).to_be_visible()
    expect(page.locator("iframe")).to_have_count(1)
    expect(page.locator("[data-embed]")).to_have_count(0)
    assert len(asked) == 1


def test_the_player_has_a_title_and_gets_the_focus(reader):
    page, _asked = open_with_stub(reader, "/en/articles/renting/")

    page.locator("[data-embed]").press("Enter")

    expect(page.locator("iframe")).to_be_focused()
    expect(page.locator("iframe")).to_have_attribute("title", "Your first day")


def test_the_player_learns_the_site_and_not_the_page(reader):
    page, asked = open_with_stub(reader, "/en/articles/renting/")

    page.locator("[data-embed]").click()
    expect(page.frame_locator("iframe").get_by_text("Playing")).to_be_visible()

    expect(page.locator("iframe")).to_have_attribute("referrerpolicy", "strict-origin-when-cross-origin")
    assert asked[0].headers["referer"] == f"{reader.site}/"


def test_a_click_that_asks_for_another_tab_stays_a_link(reader):
    page, _asked = open_with_stub(reader, "/en/articles/renting/")
    reader.context.route("https://www.youtube.com/**", lambda route: route.abort())
    reader.expected += ("https://www.youtube.com/watch",)

    with reader.context.expect_page():
        page.locator("[data-embed]").click(modifiers=["ControlOrMeta"])

    expect(page.locator("iframe")).to_have_count(0)
