"""The whole site for a browser that runs no scripts."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.public.conftest import PHONE, VIDEO
from tests.browser.public.test_pages import PAGES

pytestmark = pytest.mark.django_db


@pytest.fixture
def no_scripts(new_reader):
    return new_reader(PHONE, java_script_enabled=False)


def test_every_page_is_read(no_scripts):
    for path in PAGES.values():
        page = no_scripts.open(path)
        expect(page.locator("h1")).to_be_visible()
        expect(page.locator("main")).to_contain_text(". ")
        page.close()


def test_the_menu_of_a_phone_opens(no_scripts):
    page = no_scripts.open("/en/")
    study = page.get_by_role("navigation", name="Main").get_by_role("link", name="Study")
    expect(study).to_be_hidden()

    page.locator(".menu__button").click()
    study.click()

    expect(page).to_have_url(f"{no_scripts.site}/en/study/")


def test_the_contents_list_opens_and_leads_to_its_heading(no_scripts):
    page = no_scripts.open("/en/articles/renting/")

    page.locator(".toc__button").click()
    page.get_by_role("navigation", name="On this page").get_by_role("link", name="After you sign").click()

    expect(page.get_by_role("heading", name="After you sign")).to_be_in_viewport()


def test_a_question_opens(no_scripts):
    page = no_scripts.open("/en/articles/renting/")
    expect(page.get_by_text("Two months.")).to_be_hidden()

    page.get_by_text("How long does it take?").click()

    expect(page.get_by_text("Two months.")).to_be_visible()


def test_a_video_is_a_link_to_where_it_can_be_watched(no_scripts):
    page = no_scripts.open("/en/articles/renting/")

    link = page.get_by_role("link", name=re.compile("Play the video ?: Your first day"))

    expect(link).to_be_visible()
    expect(link).to_have_attribute("href", VIDEO)


def test_programs_are_narrowed_and_compared(no_scripts):
    page = no_scripts.open("/en/programs/")

    page.locator(".filters__button").click()
    page.get_by_role("link", name="Provincial nominee programs").click()
    page.get_by_label("Compare: Stream 1").check()
    page.get_by_label("Compare: Stream 3").check()
    expect(page.get_by_role("button", name="Compare programs")).to_be_in_viewport()
    page.get_by_role("button", name="Compare programs").click()

    expect(page.get_by_role("columnheader", name="Stream 3 for skilled workers")).to_be_visible()
