"""The quizzes from the home page to a saved and a shared result: on a phone, by keyboard alone, without JavaScript."""

import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils.translation import override
from playwright.sync_api import Page, expect

from tests.browser.public.conftest import DESKTOP, PHONE
from tests.browser.public.test_pages import faults_at_every_width
from tests.quizzes.pages.conftest import ENGINEER
from tests.quizzes.pages.test_studies import STUDENT

pytestmark = pytest.mark.django_db
CONTINUE = {"en": "Continue", "fr": "Continuer"}


@pytest.fixture
def new_visitor(new_reader):
    """A reader who may be given the quiz's cookie."""

    def make(*arguments: Any, **options: Any) -> Any:
        reader = new_reader(*arguments, **options)
        reader.cookies = ("quiz",)
        return reader

    return make


def slug_of(page: Page) -> str:
    return page.url.split("/q/")[1].split("/")[0] if "/q/" in page.url else ""


def fill(page: Page, answers: dict[str, Any]) -> None:
    """Fill in a page of the quiz by pointer."""
    for name, value in answers.items():
        box = page.locator(f".quiz__fields [name='{name}']")
        if name == "noc":
            look_up(page)
        elif box.first.evaluate("element => element.tagName") == "SELECT":
            box.first.select_option(value)
        elif box.first.get_attribute("type") in {"radio", "checkbox"}:
            for one in [value] if isinstance(value, str) else value:
                page.locator(f".quiz__fields [name='{name}'][value='{one}']").check()
        else:
            box.fill(value)


def look_up(page: Page) -> None:
    """Search for an occupation, and choose the first."""
    page.locator("[name=noc_search]").fill("software engineer")
    if not page.locator("[name=noc][value='21231']").count():
        page.get_by_role("button", name="Search").click()
    page.locator("[name=noc][value='21231']").check()


def walk(page: Page, answers: dict[str, Any], language: str = "en") -> None:
    """Answer every question that comes; "not sure" where nothing is prepared."""
    while slug := slug_of(page):
        known = answers.get(slug)
        if known:
            fill(page, known)
        elif (skip := page.locator("button[name=not_sure]")).count():
            skip.click()
            page.wait_for_url(lambda url, slug=slug: f"/q/{slug}/" not in url)
            continue
        else:
            for one in page.locator(".choice--unsure:visible input").all():
                one.check()
        page.get_by_role("button", name=CONTINUE[language]).click()
        page.wait_for_url(lambda url, slug=slug: f"/q/{slug}/" not in url)


def begin(page: Page) -> None:
    """Answer the question that the home page asks."""
    page.locator(".first input[value=settle]").check()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/q/age/")


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_home_page_to_a_saved_and_a_shared_result_on_a_phone(new_visitor, scripts):
    reader = new_visitor(PHONE, java_script_enabled=scripts)
    page = reader.open("/en/")
    begin(page)
    walk(page, ENGINEER)
    expect(page.locator("h1")).to_have_text("Check your answers")

    page.get_by_role("button", name="See my result").click()
    expect(page.locator("h1")).to_contain_text("You meet the main rules of")
    page.get_by_role("button", name="Save and share").click()
    expect(page.get_by_label("Your private link")).to_have_value(re.compile(r"/r/\w{32}/$"))
    saved = page.url

    page.get_by_role("link", name="See what others see").click()
    expect(page.locator("h1")).to_have_text("A result that somebody shared with you")
    expect(page.get_by_role("link", name="Program fsw")).to_be_visible()

    page.goto(saved)
    page.get_by_role("button", name="Delete this saved result").click()
    expect(page.locator("h1")).to_have_text("This saved result is deleted")
    assert page.goto(saved).status == 404


def test_by_keyboard_alone(new_visitor):
    page = new_visitor().open("/en/")
    tab_to(page, page.locator(".first input").first)
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/q/age/")
    tab_to(page, page.locator("[name=age]"))
    page.keyboard.type("31")
    page.keyboard.press("Enter")
    page.wait_for_url("**/q/citizenship/")
    expect(page.locator("h1")).to_be_focused()  # the question that swapped in is where reading goes on
    page.keyboard.press("Tab")
    page.keyboard.type("India")
    tab_to(page, page.get_by_role("button", name="Continue"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/q/where/")
    tab_to(page, page.locator("[name=place]").first)
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/q/family-tie/")

    page.goto(page.url.partition("q/")[0] + "check/")
    tab_to(page, page.get_by_role("button", name="See my result"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/result/")
    tab_to(page, page.get_by_role("button", name="Save my result"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/r/*/")
    tab_to(page, page.get_by_role("button", name="Share without my answers"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("link", name="See what others see"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/s/*/")


def tab_to(page: Page, target: Any) -> None:
    """Press Tab until something has the focus."""
    for _press in range(120):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"{target} cannot be reached by Tab.")


def test_a_step_swaps_in_without_a_reload_and_history_leads_back(new_visitor):
    page = new_visitor().open("/en/tools/immigration-quiz/q/goal/")
    page.evaluate("window.kept = true")
    page.locator("[value=work]").check()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/q/age/")
    expect(page).to_have_title(re.compile("How old are you"))

    page.go_back()
    expect(page.locator("[value=work]")).to_be_checked()
    page.go_forward()
    expect(page.locator("h1")).to_have_text("How old are you?")
    page.locator("[name=age]").fill("abc")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.locator("[name=age]")).to_have_value("abc")
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.locator("[name=age]")).to_be_focused()

    assert page.evaluate("window.kept")
    assert page.url.partition("#")[0].endswith("/q/age/")


def test_occupations_come_up_while_typing_and_fields_when_they_count(new_visitor):
    page = new_visitor().open("/en/tools/immigration-quiz/q/occupation/")
    expect(page.locator("[name=noc_search]")).to_be_hidden()

    page.locator("[value=found]").check()
    page.locator("[name=noc_search]").press_sequentially("software eng")

    expect(page.locator("[name=noc][value='21231']")).to_be_visible()
    expect(page.locator("[data-search-count]")).to_contain_text("found")
    expect(page.locator("[name=teer]").first).to_be_hidden()


def test_leaving_quickly_leaves_no_way_back(new_visitor):
    reader = new_visitor()
    reader.expected = ("https://weather.gc.ca/",)
    page = reader.open("/en/")
    page.route(
        "https://weather.gc.ca/", lambda route: route.fulfill(body="<title>Weather</title>", content_type="text/html")
    )
    page.goto(f"{reader.site}/en/tools/immigration-quiz/q/where/")

    page.get_by_role("link", name="Leave quickly").click()
    expect(page).to_have_title("Weather")
    page.go_back()

    expect(page).to_have_url(f"{reader.site}/en/")


def test_private_pages_are_accessible_and_fit(new_visitor, axe):
    reader = new_visitor(reduced_motion="reduce")
    page = reader.open("/en/tools/immigration-quiz/q/goal/")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_be_visible()
    faults = {"error": faults_at_every_width(page, axe)}
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    walk(page, ENGINEER)
    faults["check"] = faults_at_every_width(page, axe)
    page.get_by_role("button", name="See my result").click()
    page.wait_for_url("**/result/")
    for fold in page.locator("details:not(.menu)").all():
        fold.evaluate("element => { element.open = true }")
    faults["result"] = faults_at_every_width(page, axe)
    page.get_by_role("button", name="Save and share").click()
    page.wait_for_url("**/r/*/")
    faults["saved"] = faults_at_every_width(page, axe)
    page.get_by_role("link", name="See what others see").click()
    page.wait_for_url("**/s/*/")
    faults["shared"] = faults_at_every_width(page, axe)

    assert faults == {name: [] for name in ("error", "check", "result", "saved", "shared")}


def test_in_french_and_in_the_dark(new_visitor, axe):
    with override("fr"):
        path = reverse("quizzes:quiz_question", kwargs={"slug": "goal"})
    page = new_visitor(PHONE, color_scheme="dark", reduced_motion="reduce").open(path)
    walk(page, ENGINEER | {"occupation": {"state": "never_worked"}}, "fr")
    page.locator(".quiz__form button").first.click()
    page.wait_for_url(re.compile(r"/result|/resultat/"))

    expect(page.locator("html")).to_have_attribute("lang", "fr")
    assert axe(page) == []


def test_the_student_quiz(new_visitor, axe):
    page = new_visitor(PHONE, reduced_motion="reduce").open("/en/tools/student-quiz/q/age/")
    walk(page, STUDENT)
    page.get_by_role("button", name="See my result").click()

    expect(page.locator("h1")).to_contain_text("Your best fit: College diploma")
    assert faults_at_every_width(page, axe) == []
