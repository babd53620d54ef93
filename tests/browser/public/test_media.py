"""Paper, pictures, fonts, and what the reader's system asks for."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.public.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.django_db

ARTICLE = "/en/articles/renting/"
AFTER = "element => getComputedStyle(element, '::after').content"
SHIFT = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => list.getEntries().forEach(entry => { sum += entry.value; }))
    .observe({type: 'layout-shift', buffered: true});
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(sum))));
})"""
PAINTED = """() => new Promise(done => new PerformanceObserver(done).observe({type: 'paint', buffered: true}))"""
FALLBACK = """() => Promise.any(['Arial', 'Liberation Sans', 'Arimo', 'Helvetica'].map(
  name => new FontFace('probe', `local("${name}")`).load())).then(() => true, () => false)"""


def test_paper_shows_the_text_and_no_furniture(new_reader):
    page = new_reader().open(ARTICLE)

    page.emulate_media(media="print")

    for furniture in (".nav", ".menu", ".strip", ".skip", ".toc", ".advert", ".related", ".site-foot", ".breadcrumb"):
        expect(page.locator(furniture).first).to_be_hidden()
    for text in ("h1", ".in-short", ".prose h2", ".sources", ".dates", ".print-only"):
        expect(page.locator(text).first).to_be_visible()


def test_paper_shows_where_links_sources_and_videos_are(new_reader):
    page = new_reader().open(ARTICLE)

    page.emulate_media(media="print")

    assert "https://www.canada.ca/en.html" in page.locator('.prose a[href^="http"]').first.evaluate(AFTER)
    assert "https://www.canada.ca/en/renting.html" in page.locator(".sources a").first.evaluate(AFTER)
    assert "youtube.com/watch" in page.locator(".video__poster").first.evaluate(AFTER)


def test_paper_shows_closed_answers(new_reader):
    page = new_reader().open(ARTICLE)
    assert not page.get_by_text("Two months.").evaluate("element => element.checkVisibility()")

    page.emulate_media(media="print")

    assert page.get_by_text("Two months.").evaluate("element => element.checkVisibility()")


def test_paper_shows_folded_notes(new_reader):
    page = new_reader().open(ARTICLE)
    folded = '<details class="notes__fold"><summary class="notes__button">6 facts</summary><p>A note.</p></details>'
    page.locator(".prose").evaluate("(element, html) => element.insertAdjacentHTML('beforeend', html)", folded)
    assert not page.locator(".prose .notes__fold p").last.evaluate("element => element.checkVisibility()")

    page.emulate_media(media="print")

    assert page.locator(".prose .notes__fold p").last.evaluate("element => element.checkVisibility()")
    expect(page.locator(".prose .notes__fold summary").last).to_be_hidden()


def test_the_main_picture_comes_as_avif_in_several_widths_with_its_dimensions(new_reader):
    page = new_reader(PHONE).open(ARTICLE)
    picture = page.locator(".article-head__media picture")

    assert picture.locator('source[type="image/avif"]').get_attribute("srcset").count("w,") >= 1
    image = picture.locator("img")
    assert image.evaluate("image => image.decode().then(() => image.currentSrc)").endswith(".avif")
    assert image.evaluate("image => image.naturalWidth") < 1000


@pytest.mark.parametrize("path", ["/en/", ARTICLE, "/en/settle/", "/en/people/sam-sample/"])
def test_every_picture_says_its_dimensions_and_no_wrong_ones(new_reader, path):
    page = new_reader().open(path)

    for image in page.locator("img").all():
        says = int(image.get_attribute("width")) / int(image.get_attribute("height"))
        image.scroll_into_view_if_needed()
        is_ = image.evaluate("image => image.decode().then(() => image.naturalWidth / image.naturalHeight)")
        assert says == pytest.approx(is_, rel=0.02)


def shift_when_fonts_come_late(page: Page, url: str) -> float:
    """The cumulative layout shift of a page whose fonts arrive after it has been painted in the stand-ins."""
    held = []
    page.route("**/*.woff2", lambda route: held.append(route))
    page.goto(url, wait_until="commit")
    page.evaluate(PAINTED)
    page.evaluate("document.fonts.load('1em Figtree'), document.fonts.load('1em \"Bricolage Grotesque\"'), 0")
    while len(held) < 2:
        page.wait_for_event("request", lambda request: request.url.endswith(".woff2"))
    for route in held:
        route.continue_()
    page.wait_for_load_state("load")
    assert (
        page.evaluate("document.fonts.ready.then(fonts => [...fonts].filter(f => f.status === 'loaded').length)") >= 2
    )
    return page.evaluate(SHIFT)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("path", ["/en/", ARTICLE])
def test_nothing_moves_when_fonts_and_pictures_arrive(new_reader, path, size):
    reader = new_reader(size)
    page = reader.context.new_page()

    shift = shift_when_fonts_come_late(page, f"{reader.site}{path}")

    assert page.evaluate(FALLBACK), "No Arial or twin of it here (on Debian: apt-get install fonts-liberation)."
    assert shift <= 0.01


def test_a_reader_who_asks_for_stillness_gets_it(new_reader):
    moving = """() => [...document.querySelectorAll('*')].filter(element => {
      const style = getComputedStyle(element);
      return parseFloat(style.transitionDuration) > 0 || style.animationName !== 'none';
    }).map(element => element.outerHTML.slice(0, 80))"""
    page = new_reader().open("/en/")
    assert page.evaluate(moving) != []

    page.emulate_media(reduced_motion="reduce")

    assert page.evaluate(moving) == []


def test_with_forced_colours_controls_keep_their_edges_and_focus_its_ring(new_reader):
    page = new_reader(PHONE, forced_colors="active").open("/en/")
    edge = "element => { const s = getComputedStyle(element); return [s.borderTopStyle, s.borderTopWidth]; }"

    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    for control in (".menu__button", ".button", ".card"):
        style, width = page.locator(control).first.evaluate(edge)
        assert (style, float(width.removesuffix("px")) >= 1) == ("solid", True)
    page.keyboard.press("Tab")
    assert page.locator(".skip").evaluate("element => getComputedStyle(element).outlineStyle") == "solid"


def test_the_switch_leads_to_the_same_text_in_the_other_language_and_back(new_reader):
    page = new_reader().open(ARTICLE)

    page.locator(".strip__language").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator("h1")).to_have_text("Louer sans dossier")
    expect(page.locator(".skip")).to_have_text("Aller au contenu")
    page.locator(".strip__language").click()

    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("h1")).to_have_text("Renting without a history")
