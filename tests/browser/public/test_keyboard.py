"""Everything by keyboard."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.public.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.django_db

ARTICLE = "/en/articles/renting/"
FOCUS = """() => {
  const element = document.activeElement;
  if (element === document.body) return null;
  const style = getComputedStyle(element), box = element.getBoundingClientRect();
  const seen = document.elementFromPoint(box.x + Math.min(8, box.width / 2), box.y + Math.min(8, box.height / 2));
  return {
    html: element.outerHTML.slice(0, 120),
    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    uncovered: box.width > 0 && seen !== null && (element.contains(seen) || seen.contains(element)),
  };
}"""


def focused_in_turn(page: Page, key: str) -> list[dict]:
    """What the focus looks like at each stop from one end of the page to the other."""
    stops: list[dict] = []
    while len(stops) < 200:
        page.keyboard.press(key)
        stop = page.evaluate(FOCUS)
        if stop is None:
            break
        stops.append(stop)
    return stops


def test_the_skip_link_comes_first_and_leads_to_the_content(new_reader):
    page = new_reader().open(ARTICLE)

    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_the_phone_menu_opens_by_key_and_closes_with_escape(new_reader, key):
    page = new_reader(PHONE).open(ARTICLE)
    button, first = page.locator(".menu__button"), page.locator(".nav__link").first
    expect(first).to_be_hidden()

    button.focus()
    page.keyboard.press(key)
    expect(first).to_be_visible()
    page.keyboard.press("Tab")
    expect(first).to_be_focused()
    page.keyboard.press("Escape")

    expect(first).to_be_hidden()
    expect(button).to_be_focused()


def test_a_tap_beside_the_phone_menu_closes_it(new_reader):
    page = new_reader(PHONE).open(ARTICLE)
    page.locator(".menu__button").click()
    expect(page.locator(".nav")).to_be_visible()

    page.locator("h1").click()

    expect(page.locator(".nav")).to_be_hidden()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
def test_the_focus_is_seen_at_every_stop_in_both_directions(new_reader, size, key):
    page = new_reader(size).open(ARTICLE)

    stops = focused_in_turn(page, key)

    assert 20 < len(stops) < 200
    assert [stop["html"] for stop in stops if not stop["ring"]] == []
    assert [stop["html"] for stop in stops if not stop["uncovered"]] == []
