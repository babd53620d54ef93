"""Facts in a real browser: inserted into a text by keyboard alone, and pages that axe and a phone do not mind."""

import pytest
from django.urls import reverse
from django.utils.timezone import now
from playwright.sync_api import expect

from articles.models import ArticleText
from facts.models import Report, Source

pytestmark = pytest.mark.django_db(transaction=True)
TABLE = {
    "columns": [
        {"key": "size", "en": "Family size", "fr": "Taille de la famille", "kind": "text"},
        {"key": "amount", "en": "Amount", "fr": "Montant", "kind": "money"},
    ],
    "rows": [["1", "15263"], ["2", "19001"]],
}


def change(live_server, article):
    return live_server.url + reverse("admin:articles_article_change", args=[article.pk])


def test_fact_is_inserted_by_keyboard_saved_and_shown_as_its_value(desk, live_server, make_draft, make_fact, axe):
    make_fact("ee.fee.principal", says_en="Processing fee", says_fr="Frais de traitement")
    make_fact("ee.fee.spouse", says_en="Fee of the spouse", value="950")
    make_fact("ee.funds", kind="table", value=TABLE, says_en="Money to show")
    article = make_draft(text="<p>Words to replace</p>")
    desk.goto(change(live_server, article))
    text = desk.locator(".order-machine [contenteditable]").first
    button = desk.locator(".order-machine").get_by_role("button", name="Insert a fact")
    dialog = desk.get_by_role("dialog", name="Insert a fact")

    text.press("ControlOrMeta+a")  # the editor's own command, which no slow browser overtakes as it does End
    desk.keyboard.type("It costs ")
    button.press("Enter")
    expect(dialog.get_by_role("status")).to_have_text("3 facts")
    assert axe(desk) == []
    desk.keyboard.type("zzz")
    expect(dialog.get_by_role("status")).to_contain_text("No fact was found.")
    desk.keyboard.press("ControlOrMeta+a")
    desk.keyboard.type("fee")
    expect(dialog.get_by_role("status")).to_have_text("2 facts")
    desk.keyboard.press("ArrowDown")
    expect(dialog.get_by_role("button", name="$990 Processing fee")).to_be_focused()
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("ArrowUp")
    desk.keyboard.press("Enter")
    expect(text.locator(".fact-chip")).to_have_text("$990")
    expect(text).to_be_focused()
    desk.keyboard.type(" today.")
    button.press("Enter")
    desk.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(text).to_be_focused()
    desk.keyboard.press("ControlOrMeta+s")

    expect(desk.locator(".messagelist")).to_contain_text("Saved.")
    stored = '<p>It costs <data value="ee.fee.principal">ee.fee.principal</data> today.</p>'
    assert ArticleText.objects.get().html == stored
    chip = desk.locator(".order-machine .fact-chip")
    expect(chip).to_have_text("$990")
    expect(chip).to_have_attribute("title", "ee.fee.principal: Processing fee")

    # A table gets a paragraph of its own.
    button.press("Enter")
    desk.keyboard.type("funds")
    expect(dialog.get_by_role("status")).to_have_text("1 fact")
    desk.keyboard.press("Enter")
    expect(dialog.get_by_role("button", name="Money to show")).to_be_focused()
    desk.keyboard.press("Enter")
    desk.keyboard.press("ControlOrMeta+s")
    expect(desk.locator(".fact-chip")).to_have_count(2)
    expect(desk.locator(".messagelist")).to_contain_text("Saved.")
    assert '<p><data value="ee.funds">ee.funds</data></p>' in ArticleText.objects.get().html


def test_sixty_blocks_ask_once_for_what_their_facts_are(desk, live_server, make_draft, make_fact):
    keys = [make_fact(f"n.f{number}").key for number in range(3)]
    texts = [f'<p><data value="{key}">{key}</data></p>' for key in keys] * 20
    article = make_draft(blocks=[(ArticleText, {"html": text}) for text in texts])
    asked = []
    desk.on("request", lambda request: asked.append(request.url) if "/labels/" in request.url else None)

    desk.goto(change(live_server, article))

    expect(desk.locator(".order-machine .fact-chip", has_text="$990")).to_have_count(60)
    assert len(asked) == 1


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_axe_minds_nothing_in_the_ledger(desk, live_server, axe, make_fact, make_article, make_term, width, scheme):
    fact = make_fact("ee.funds", kind="table", value=TABLE, verified_on=None, risk="high")
    Source.objects.update(changed_at=now(), fault="The server answered 503.", tried_at=now())
    report = Report.objects.create(fact=fact, language="en", words="It is wrong.", email="reader@example.com")
    make_article(text='<p><data value="ee.funds">ee.funds</data></p>')
    term = make_term()
    desk.set_viewport_size({"width": width, "height": 900})
    desk.emulate_media(color_scheme=scheme)
    found = []
    for path in [
        "",
        "facts/fact/",
        "facts/fact/check/",
        "facts/fact/add/",
        f"facts/fact/{fact.pk}/change/",
        f"facts/fact/{fact.pk}/values/add/",
        "facts/source/",
        f"facts/source/{fact.values.get().source.pk}/change/",
        "facts/report/",
        f"facts/report/{report.pk}/change/",
        f"facts/correction/add/?path=/en/&report={report.pk}",
        "facts/term/",
        f"facts/term/{term.pk}/change/",
    ]:
        desk.goto(f"{live_server.url}/admin/{path}")
        found += [f"{path}: {problem}" for problem in axe(desk)]
        if desk.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found.append(f"{path} is too wide")

    assert not found, "\n".join(found)
