"""Facts in the texts of articles and simple pages."""

from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localtime, now
from pytest_django.asserts import assertContains, assertNotContains

from articles.models import ArticleNotice, ArticleQuestion, ArticleText, Publication
from facts import ledger
from facts.models import Fact, FactValue

pytestmark = pytest.mark.django_db

FUNDS = {
    "columns": [
        {"key": "size", "en": "Family size", "fr": "Taille de la famille", "kind": "text"},
        {"key": "amount", "en": "Amount", "fr": "Montant", "kind": "money"},
    ],
    "rows": [["1", "15263"], ["2", "19001"]],
}


def naming(*keys):
    """A text that names facts in its sentence."""
    return "<p>Pay " + " and ".join(f'<data value="{key}">{key}</data>' for key in keys) + " now.</p>"


@pytest.fixture
def fee(make_fact):
    words = {"says_en": "Processing fee", "says_fr": "Frais de traitement"}
    return make_fact("ee.fee.principal", value="1895", risk="high", review_days=90, **words)


def read(client, article):
    return client.get(article.get_absolute_url())


@pytest.mark.parametrize(("language", "shown"), [("en", "$1,895"), ("fr", "1\xa0895\xa0$")])
def test_a_fact_is_shown_in_the_language_of_its_page_with_a_note(client, fee, make_article, language, shown):
    page = read(client, make_article(text=naming("ee.fee.principal"), language=language))

    content = page.content.decode().replace("\u202f", "\xa0")
    assert f'<a class="fact" href="#fact-1" id="fact-use-1">{shown}</a>' in content
    assert 'id="fact-1"' in content
    for words in (fee.says_fr if language == "fr" else fee.says_en, "fee.principal/", "?fact=ee.fee.principal"):
        assert words in content
    assert "<data" not in content


def test_a_fact_is_shown_in_every_kind_of_text(client, fee, make_article):
    text = naming("ee.fee.principal")
    blocks = [
        (ArticleText, {"html": text}),
        (ArticleNotice, {"html": text}),
        (ArticleQuestion, {"question": "How much?", "html": text}),
    ]

    page = read(client, make_article(blocks=blocks))

    assertContains(page, '<a class="fact" href="#fact-1"', count=3)
    assertContains(page, 'id="fact-use-1"', count=1)
    assertContains(page, 'id="fact-1"', count=1)


def test_a_simple_page_shows_facts_too(client, fee, make_page):
    make_page("about", text=naming("ee.fee.principal"))

    page = client.get("/en/about/")

    assertContains(page, "$1,895")
    assertContains(page, 'id="fact-1"')


def test_a_changed_value_is_on_every_page_at_once(client, fee, make_article, make_page, make_source):
    article = make_article(text=naming("ee.fee.principal"))
    make_page("about", text=naming("ee.fee.principal"))
    before = read(client, article)

    ledger.add_value(fee, "2000", in_force_from=ledger.today(), source=make_source())

    after = client.get(article.get_absolute_url(), headers={"If-None-Match": before["ETag"]})
    assertContains(after, "$2,000")
    assertNotContains(after, "$1,895")
    assertContains(client.get("/en/about/"), "$2,000")


def test_last_modified_and_the_sitemap_know_of_a_changed_value(client, fee, make_article, make_source):
    make_article(text=naming("ee.fee.principal"), at=now() - timedelta(days=90))
    FactValue.objects.update(changed_at=now() - timedelta(days=60))
    Fact.objects.update(changed_at=now() - timedelta(days=60))

    ledger.add_value(fee, "2000", in_force_from=ledger.today(), source=make_source())

    page = client.get(Publication.objects.get().get_absolute_url())
    assert parsedate_to_datetime(page["Last-Modified"]) >= now() - timedelta(minutes=5)
    today = f"<lastmod>{localtime():%Y-%m-%d}"
    assertContains(client.get("/sitemap-articles.xml"), today)


def test_forty_facts_cost_one_query_more_than_none(client, make_fact, make_article):
    plain = make_article()
    rich = make_article(text=naming(*[make_fact().key for _number in range(40)]))
    counts = []
    for article in (plain, rich):
        read(client, article)
        with CaptureQueriesContext(connection) as queries:
            read(client, article)
        counts.append(len(queries))

    assert counts[1] == counts[0] + 1
    assert counts[0] <= 6


def test_a_table_stands_in_the_text(client, make_fact, make_article):
    make_fact("ee.funds.table", kind="table", value=FUNDS)

    page = read(client, make_article(text='<p><data value="ee.funds.table">ee.funds.table</data></p>', language="fr"))

    assertContains(page, "Taille de la famille")
    assertContains(page, '<th scope="row">2</th>', html=True)
    assertContains(page, 'href="#fact-1"')


def test_notes_are_numbered_in_the_order_of_the_text(client, fee, make_fact, make_article):
    make_fact("ee.funds.table", kind="table", value=FUNDS, says_en="Funds")
    table = '<p><data value="ee.funds.table">ee.funds.table</data></p>'

    content = read(client, make_article(text=naming("ee.fee.principal") + table)).content.decode()

    assert content.index('href="#fact-1"') < content.index('href="#fact-2"')
    assert content.index('id="fact-1"') < content.index('id="fact-2"')


def test_an_overdue_fact_of_high_risk_says_so_in_the_sentence(client, fee, make_article, pass_days):
    article = make_article(text=naming("ee.fee.principal"))
    pass_days(91)

    page = read(client, article)

    assertContains(page, "fact--overdue")
    assertContains(page, "(check overdue)")
    assertContains(page, "1 check overdue")
    assertNotContains(page, "fact verified")


def test_the_page_says_how_fresh_its_facts_are(client, make_fact, make_article):
    day = ledger.today()
    keys = [make_fact(verified_on=day - timedelta(days=days), review_days=90).key for days in (3, 10)]

    page = read(client, make_article(text=naming(*keys)))

    oldest, following = day - timedelta(days=10), day + timedelta(days=80)
    assertContains(page, "2 facts verified")
    assertContains(page, f"oldest on {oldest.day} {oldest:%B %Y}")
    assertContains(page, f"next check {following.day} {following:%B %Y}")


def test_an_archived_fact_stays_as_it_was_and_is_not_verified(client, fee, make_article):
    article = make_article(text=naming("ee.fee.principal"))
    Fact.objects.update(archived_at=now())

    page = read(client, article)

    assertContains(page, "$1,895")
    assertContains(page, "No longer kept up")
    assertNotContains(page, "fact verified")


def test_a_fact_that_is_gone_leaves_what_it_was_when_the_page_was_published(client, fee, make_article):
    article = make_article(text=naming("ee.fee.principal"))
    Fact.objects.update(key="another.key")

    page = read(client, article)

    assertContains(page, "Pay $1,895 now.")


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        (naming("no.such.fact"), "There is no fact no.such.fact."),
        (naming("no.such", "ee.nor.this"), "There are no facts no.such, ee.nor.this."),
        (naming("ee.funds.table"), "ee.funds.table is a table: give it a paragraph of its own."),
        ("<h2>Pay " + naming("ee.fee.principal")[3:-4] + "</h2>", "A heading cannot show a fact: ee.fee.principal."),
    ],
)
def test_a_text_that_names_no_fact_is_refused_with_the_name(fee, make_fact, make_draft, html, fault):
    make_fact("ee.funds.table", kind="table", value=FUNDS)
    block = ArticleText(parent=make_draft(), region="body", ordering=20, html=html)

    with pytest.raises(ValidationError, match=fault):
        block.full_clean()


def test_a_draft_uses_nothing_and_a_live_article_is_listed_where_it_uses_a_fact(client, fee, make_draft, make_article):
    make_draft(text=naming("ee.fee.principal"), title="Only a draft")
    make_article(text=naming("ee.fee.principal"), title="Fees explained")
    make_article(text=naming("ee.fee.principal"), title="Les frais", language="fr")

    page = client.get("/en/facts/ee.fee.principal/")

    assertContains(page, "Fees explained")
    assertNotContains(page, "Only a draft")
    assertNotContains(page, "Les frais")
    assert ledger.use_counts(["ee.fee.principal", "no.such"]) == {"ee.fee.principal": 2, "no.such": 0}


def test_caches_are_told_of_every_page_that_shows_a_changed_fact(
    fee, make_article, make_source, settings, django_capture_on_commit_callbacks
):
    article = make_article(text=naming("ee.fee.principal"))
    settings.PURGE_BACKEND = f"{__name__}.note"

    with django_capture_on_commit_callbacks(execute=True):
        ledger.add_value(fee, "2000", in_force_from=ledger.today(), source=make_source())

    assert {article.get_absolute_url(), "/fr/faits/ee.fee.principal/"} <= set(purged)


purged: list[str] = []


def note(paths):
    purged.extend(paths)


@pytest.mark.parametrize(("number", "folded"), [(5, False), (6, True)])
def test_many_notes_are_folded(client, make_fact, make_article, number, folded):
    page = read(client, make_article(text=naming(*[make_fact().key for _number in range(number)]))).content.decode()

    assert page.count('class="note" id="fact-') == number
    assert ('<details class="notes__fold">' in page) is folded
    assert ("6 facts with their sources" in page) is folded
