"""The calculators in a real browser: on a phone, by keyboard, and without JavaScript."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from facts import ledger
from rounds.models import Round

PHONE = {"width": 390, "height": 844}
ABILITIES = ("speaking", "listening", "reading", "writing")
START = "/en/tools/crs-calculator/"
LOUD = {"error", "warning"}
EXPECTED = ("422 (Unprocessable Content)", "503 (Service Unavailable)")  # wrong entries; a quiz without its tables


@pytest.fixture
def past_rounds(transactional_db: None) -> None:
    """A year of general rounds, one of French, and the pool on a day."""
    today = ledger.today()
    for number in range(1, 7):
        values = {"date": today - timedelta(days=number * 50), "cutoff": 500 - number * 12, "invitations": 1000}
        Round.objects.create(number=str(number), type="general", name="General", **values)
    pool = [1000] * 18
    pool[2] = pool[8] = 5000
    pool[17] = 15000
    day = today - timedelta(days=10)
    Round.objects.create(
        number="7", type="french", name="French", date=day, cutoff=400, invitations=1, pool=pool, pool_as_of=day
    )


@pytest.fixture
def open_page(browser: Browser, live_server: Any, past_rounds: None) -> Iterator[Callable[..., Page]]:
    """Open an address on a phone; options are those of a browser context. Fails at its end on what the console said."""
    contexts, said = [], []

    def make(path: str, **options: Any) -> Page:
        context = browser.new_context(viewport=PHONE, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda line: said.append(line.text) if line.type in LOUD else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(live_server.url + path)
        return page

    yield make
    for context in contexts:
        context.close()
    assert [line for line in said if not line.endswith(EXPECTED)] == []


def fill(page: Page, prefix: str = "en", level: str = "9") -> None:
    page.select_option(f"#f-{prefix}_test", "levels")
    for ability in ABILITIES:
        page.fill(f"#f-{prefix}_{ability}", level)


def sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def test_the_score_follows_each_change_on_a_phone(open_page, axe):
    page = open_page(START)
    assert axe(page) == []
    assert not sideways(page)
    expect(page.locator("#part-spouse")).to_be_hidden()

    page.fill("#f-age", "29")
    page.select_option("#f-education", "three_year_or_bachelor")
    fill(page)
    score = page.get_by_role("status")
    expect(score).to_contain_text("Your score so far: 379")
    expect(page.locator("#f-en_reading-level")).to_have_text("CLB 9")

    page.select_option("#f-foreign_work", "3")
    expect(score).to_contain_text("429")
    page.get_by_label("They come with me").check()
    expect(page.locator("#part-spouse")).to_be_visible()
    expect(score).to_contain_text("403")
    expect(score).to_be_in_viewport()  # it stays in sight below
    assert axe(page) == []

    page.get_by_role("button", name="Calculate my score").click()
    expect(page.locator(".calc-result__score")).to_contain_text("403")
    expect(page.get_by_role("heading", name="Cut-offs and your score")).to_be_visible()
    expect(page.locator("svg.cutoffs--narrow")).to_be_visible()
    assert axe(page) == []
    assert not sideways(page)


def test_the_calculator_by_keyboard_alone(open_page):
    page = open_page(START)
    page.focus("#f-age")
    page.keyboard.type("29")
    page.keyboard.press("Enter")  # too early: what is wrong comes first

    faults = page.get_by_role("alert")
    expect(faults).to_be_focused()
    expect(page).to_have_title(re.compile("^Error: CRS calculator"))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#f-education")).to_be_focused()
    page.keyboard.type("Bach")
    page.focus("#f-en_test")
    page.keyboard.type("I know")
    page.keyboard.press("Tab")
    for _ability in ABILITIES:
        page.keyboard.type("9")
        page.keyboard.press("Tab")
    page.keyboard.press("Enter") if page.evaluate("document.activeElement.type") == "submit" else page.focus("#f-age")
    page.keyboard.press("Enter")

    expect(page.locator(".calc-result__score")).to_contain_text("379")


def test_the_calculator_without_javascript(open_page):
    page = open_page(START, java_script_enabled=False)
    expect(page.locator("#part-spouse")).to_be_visible()  # and says when it counts
    expect(page.locator("[data-live-panel]")).to_be_hidden()
    page.fill("#f-age", "29")
    page.select_option("#f-education", "three_year_or_bachelor")
    fill(page)
    page.select_option("#f-foreign_work", "3")
    page.get_by_role("button", name="Calculate my score").click()

    expect(page.locator(".calc-result__score")).to_contain_text("429")
    page.get_by_role("button", name="Save my score").click()
    expect(page.get_by_label("Your private link")).to_have_value(re.compile("/r/[A-Za-z0-9]{32}/score/$"))
    page.get_by_role("button", name="Delete this saved score").click()
    expect(page.get_by_text("The saved score is deleted.")).to_be_visible()


def test_answers_go_to_the_quiz_and_come_back(open_page, live_server):
    page = open_page(START)
    page.fill("#f-age", "33")
    page.select_option("#f-education", "doctoral")
    fill(page)
    page.get_by_role("button", name="Calculate my score").click()
    with page.expect_response(lambda response: "/immigration-quiz/continue/" in response.url, timeout=10_000):
        page.get_by_role("button", name="Use these answers in the quiz").click()

    page.goto(live_server.url + START)
    expect(page.locator("[data-prefilled]")).to_be_visible()  # filled in without being asked, as nothing was written
    expect(page.locator("#f-age")).to_have_value("33")
    expect(page.get_by_role("status")).to_contain_text("of 1,200")


@pytest.mark.parametrize("path", ["/en/tools/fsw-points/", "/fr/outils/points-travailleurs-qualifies/"])
def test_the_67_points_on_a_phone(open_page, axe, path):
    page = open_page(path)
    page.fill("#f-age", "29")
    page.select_option("#f-education", "master_or_professional")
    fill(page)
    page.select_option("#f-skilled_years", "1")
    expect(page.get_by_role("status")).to_contain_text("68")
    assert axe(page) == []

    page.locator(".calc__parts button[type=submit]").click()
    expect(page.locator(".calc-result__score")).to_contain_text("68")
    assert axe(page) == []
    assert not sideways(page)


def test_levels_follow_the_scores_on_a_phone(open_page, axe):
    page = open_page("/en/tools/language-converter/")
    page.select_option("#f-test_test", "ielts_general_training")
    page.fill("#f-test_speaking", "6.5")
    page.fill("#f-test_reading", "6.3")

    expect(page.locator("#f-test_speaking-level")).to_have_text("CLB 8")
    expect(page.locator("#f-test_reading-level")).to_have_text("not possible")
    expect(page.get_by_role("status")).to_contain_text("Weakest: CLB 8")
    assert axe(page) == []
    assert not sideways(page)
    page.get_by_role("button", name="Show my levels").click()
    expect(page.locator("#f-test_reading-error")).to_contain_text("so 6 or 6.5")
    assert axe(page) == []
