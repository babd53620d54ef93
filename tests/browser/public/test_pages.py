"""Every kind of page at every width, in light and dark."""

from collections.abc import Callable

import pytest
from django.db import OperationalError
from playwright.sync_api import Page

from m2c import views
from tests.browser.public.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.django_db

NARROWEST = (320, 640)
PAGES = {
    "home": "/en/",
    "home in French": "/fr/",
    "article": "/en/articles/renting/",
    "article in French": "/fr/articles/louer/",
    "section": "/en/settle/",
    "category": "/en/topics/housing/",
    "tag": "/en/tags/renting/",
    "author": "/en/people/sam-sample/",
    "page 2 of all articles": "/en/articles/?page=2",
    "contact": "/en/contact/",
    "about": "/en/about/",
    "programs": "/en/programs/",
    "program": "/en/programs/stream-2/",
    "programs compared": "/en/compare-programs/?p=stream-0&p=stream-2&p=stream-4",
    "programs that cannot be compared": "/en/compare-programs/?p=stream-0&p=nothing",
    "status register": "/en/program-status/",
    "rounds": "/en/rounds/",
    "rounds in French": "/fr/rondes/",
    "rounds of one type and year": "/en/rounds/?type=cec&year=2025",
    "round": "/en/rounds/444/",
    "round without a pool": "/en/rounds/91a/",
    "corrections of rounds": "/en/rounds/corrections/",
    "immigration quiz": "/en/tools/immigration-quiz/",
    "student quiz": "/en/tools/student-quiz/",
    "question with radio buttons": "/en/tools/immigration-quiz/q/goal/",
    "question with menus": "/en/tools/immigration-quiz/q/citizenship/",
    "question with many fields": "/en/tools/immigration-quiz/q/english/",
    "question with a search": "/en/tools/immigration-quiz/q/occupation/",
    "quiz without answers": "/en/tools/immigration-quiz/check/",
    "404": "/en/nothing-here/",
    "410": "/en/articles/old-rule/",
}


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def faults_at_every_width(page: Page, axe: Callable[[Page], list[str]]) -> list[str]:
    """What axe finds in light and dark on desktop and phone, and whether the page scrolls sideways."""
    faults = []
    for width, height in (DESKTOP, PHONE, NARROWEST):
        page.set_viewport_size({"width": width, "height": height})
        if overflow(page):
            faults.append(f"{width} px: scrolls sideways by {overflow(page)} px")
        if (width, height) == NARROWEST:
            continue
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            faults += [f"{width} px, {scheme}: {fault}" for fault in axe(page)]
    return faults


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_and_fits_at_every_width_in_light_and_dark(new_reader, axe, name):
    page = new_reader(reduced_motion="reduce").open(PAGES[name])

    assert faults_at_every_width(page, axe) == []


@pytest.mark.parametrize(("status", "error"), [(500, RuntimeError("broken")), (503, OperationalError("away"))])
def test_a_page_of_a_site_in_trouble_is_accessible_and_fits(new_reader, axe, monkeypatch, status, error):
    def fail(_publications):
        raise error

    monkeypatch.setattr(views, "cards", fail)
    page = new_reader(reduced_motion="reduce").open("/en/")

    assert page.locator(".eyebrow").text_content() == str(status)
    assert faults_at_every_width(page, axe) == []
