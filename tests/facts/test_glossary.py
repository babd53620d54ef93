"""The glossary: which words of a text are terms, and the page from A to Z."""

import json
import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.asserts import assertContains, assertNumQueries

from facts import glossary_views, marking
from facts.marking import Forms, Marker
from facts.models import Term
from publishing import richtext

TERMS = [
    Forms.of(1, "CRS", ["Comprehensive Ranking System"]),
    Forms.of(2, "PNP", ["Provincial Nominee Program"]),
    Forms.of(3, "", ["work permit"]),
    Forms.of(4, "", ["open work permit"]),
    Forms.of(5, "eTA", ["electronic travel authorization"]),
    Forms.of(6, "H&C", ["humanitarian & compassionate grounds"]),
    Forms.of(7, "", ["co-op permit", "GCKey"]),
]
ENGLISH = Marker(TERMS, "en")
FRENCH = Marker(
    [
        Forms.of(1, "SCG", ["Système de classement global"]),
        Forms.of(2, "EIMT", ["étude d’impact sur le marché du travail"]),
        Forms.of(3, "", ["résident permanent"]),
        Forms.of(4, "", ["permis de travail"]),
    ],
    "fr",
)


def marks(html, marker=ENGLISH):
    """What is marked in a text: `{id: words}`."""
    return {int(term): words for term, words in marking._mark.findall(marker.mark(html, set()))}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<p>Your CRS, again CRS.</p>", {1: "CRS"}),
        ("<p>crs</p>", {}),
        ("<p>CRSX XCRS CRS_1</p>", {}),
        ("<p>the comprehensive ranking system</p>", {1: "comprehensive ranking system"}),
        ("<p>Comprehensive&nbsp;Ranking\nSystem</p>", {1: "Comprehensive&nbsp;Ranking\nSystem"}),
        ("<p>An open work permit, a work permit</p>", {4: "open work permit", 3: "work permit"}),
        ("<p>all PNPs, Work permits</p>", {2: "PNPs", 3: "Work permits"}),
        ("<p>eTA</p>", {5: "eTA"}),
        ("<p>ETA gckey GCKey</p>", {7: "GCKey"}),
        ("<p>H&amp;C</p>", {6: "H&amp;C"}),
        ("<p>Humanitarian &amp; compassionate grounds</p>", {6: "Humanitarian &amp; compassionate grounds"}),
        ("<p>co‑op permit</p>", {7: "co‑op permit"}),
        (
            "<p><strong>CRS</strong></p><ul><li>PNP</li></ul><blockquote><p>eTA</p></blockquote>",
            {1: "CRS", 2: "PNP", 5: "eTA"},
        ),
        ("<table><tbody><tr><td>CRS</td></tr></tbody></table>", {1: "CRS"}),
    ],
)
def test_words_that_are_a_term(text, found):
    assert marks(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "<h2>CRS</h2><h3>CRS</h3><h4><em>CRS</em></h4>",
        '<p><a href="/a/3/">CRS</a> <a href="https://canada.ca/"><strong>CRS</strong></a></p>',
        '<p><data value="a.b">CRS</data></p>',
        "<table><caption>CRS</caption><thead><tr><td>CRS</td></tr></thead><tbody><tr><th>CRS</th></tr></tbody></table>",
        "<p>Comprehensive <em>Ranking</em> System</p>",
    ],
)
def test_words_that_are_never_marked(text):
    assert ENGLISH.mark(text, set()) == text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<p>Le SCG, l’EIMT</p>", {1: "SCG", 2: "EIMT"}),
        ("<p>Une étude d'impact sur le marché du travail</p>", {2: "étude d'impact sur le marché du travail"}),
        (
            "<p>Les Résidents permanents et leurs permis de travail</p>",
            {3: "Résidents permanents", 4: "permis de travail"},
        ),
        ("<p>résidente permanente</p>", {}),
    ],
)
def test_french_words_that_are_a_term(text, found):
    assert marks(text, FRENCH) == found


def test_a_term_that_is_taken_is_not_marked_again():
    taken = {1}

    assert ENGLISH.mark("<p>CRS, PNP</p>", taken) == '<p>CRS, <a href="/g/2/">PNP</a></p>'
    assert taken == {1, 2}


def test_without_terms_nothing_is_marked():
    assert Marker([Forms.of(1, "", ["", " "])], "en").mark("<p>CRS</p>", set()) == "<p>CRS</p>"


def test_taking_marks_out_leaves_nothing_that_looks_like_one():
    pasted = '<p><a href="/g/9/" lang="en"><em>CRS</em></a> <a href="/a/9/">x</a> <a href="/g/1/#x">PNP</a></p>'

    assert marking.unmark(pasted) == '<p><em>CRS</em> <a href="/a/9/">x</a> PNP</p>'


WORDS = [
    "CRS",
    "crs",
    "PNPs",
    "work",
    "permit",
    "open",
    "H&C",
    "co-op",
    "C+",
    "+C",
    "B",
    "é",
    "&",
    ";",
    "amp",
    "nbsp",
    "1",
]
FORMS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).flatmap(
    lambda words: st.sampled_from([" ", ""]).map(lambda space: space.join(words))
)
SOME_TERMS = st.lists(st.tuples(st.sampled_from(["", *WORDS]), st.lists(FORMS, max_size=3)), max_size=6).map(
    lambda given: [Forms.of(number, short, others) for number, (short, others) in enumerate(given, start=1)]
)
TAGS = ["<p>", "</p>", "<h2>", "</h2>", "<em>", "</em>", "<ul><li>", "</li></ul>", "<a href='/a/1/'>", "</a>", "<br>"]
TEXTS = st.lists(
    st.one_of(st.sampled_from([*WORDS, " ", "&amp;", "&nbsp;", *TAGS]), st.text(max_size=3)), max_size=25
).map(lambda parts: richtext.clean("".join(parts)))


def nesting_is_right(html):
    """Is each element closed inside the one that it was opened in, and no link inside a link?"""
    is_open = []
    for closing, name in re.findall(r"<(/?)([a-z0-9]+)[^<>]*>", html):
        if closing and (not is_open or is_open.pop() != name):
            return False
        if not closing and name not in {"br", "hr"}:
            if name == "a" and "a" in is_open:
                return False
            is_open.append(name)
    return not is_open


@given(TEXTS, SOME_TERMS, st.sampled_from(["en", "fr"]))
def test_marking_any_text_changes_none_of_its_words(html, terms, language):
    marker = Marker(terms, language)
    marked = marker.mark(html, set())
    found = [term for term, _words in marking._mark.findall(marked)]

    assert marking.unmark(marked) == html
    assert richtext.plain_text(marked) == richtext.plain_text(html)
    assert len(found) == len(set(found))
    assert nesting_is_right(marked)
    assert marker.mark(marked, set()) == marked
    assert richtext.clean(marked) == marked
    assert all(unescape(words).strip() == unescape(words) for _term, words in marking._mark.findall(marked))


# The page

pytestmark = pytest.mark.django_db


def page(language):
    with override(language):
        return reverse("facts:glossary")


def test_terms_stand_in_the_order_of_the_readers_language(client, make_term):
    make_term(key="work", term_en="work permit", term_fr="permis de travail")
    make_term(key="study", term_en="École test", term_fr="étude", short_fr="ÉT")
    make_term(key="heart", term_en="œdema", term_fr="Zèle")
    make_term(key="eta", term_en="eTA", term_fr="AVE")

    english = [[row["term"].key for row in rows] for _letter, rows in client.get(page("en")).context["letters"]]
    french = [letter for letter, _rows in client.get(page("fr")).context["letters"]]

    assert english == [["study", "eta"], ["heart"], ["work"]]
    assert french == ["A", "E", "P", "Z"]


def test_an_entry_says_what_the_word_means_in_both_languages(client, make_term):
    make_term(url_en="https://www.canada.ca/en/crs.html")

    response = client.get(page("en"))

    assertContains(response, 'id="crs"')
    assertContains(response, "The points that rank candidates.")
    assertContains(response, "Not the 67 points.")
    assertContains(
        response, f'<a href="{page("fr")}#crs" lang="fr" hreflang="fr">Système de classement global (SCG)</a>'
    )
    assertContains(response, 'href="https://www.canada.ca/en/crs.html"')


def test_search_engines_read_the_terms(client, make_term):
    make_term()

    html = client.get(page("en")).content.decode()

    document = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html)[1])
    assert document["@type"] == "DefinedTermSet"
    assert [(term["name"], term["termCode"]) for term in document["hasDefinedTerm"]] == [
        ("Comprehensive Ranking System", "CRS")
    ]
    assert urlsplit(document["hasDefinedTerm"][0]["url"]).fragment == "crs"


def test_every_letter_leads_to_its_terms(client, make_term):
    make_term()
    make_term(key="nine", term_en="90-day rule", term_fr="règle des 90 jours")

    html = client.get(page("en")).content.decode()

    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(re.findall(r'id="([^"]+)"', html))
    assert [letter for letter, _rows in client.get(page("en")).context["letters"]] == ["0-9", "C"]


def test_the_glossary_costs_three_queries_after_a_change_and_two_otherwise(client, make_term):
    for number in range(12):
        make_term(key=f"term-{number}")

    with assertNumQueries(3):  # the stamp; the terms; the simple pages of the footer
        client.get(page("en"))
    with assertNumQueries(2):  # the stamp; the simple pages
        client.get(page("en"))


def test_a_change_is_shown_at_once(client, make_term):
    term = make_term()
    client.get(page("en"))

    term.meaning_en = "Something else."
    term.save()
    assertContains(client.get(page("en")), "Something else.")

    Term.objects.all().delete()
    assertContains(client.get(page("en")), "Nothing is published here yet.")


def test_the_glossary_sets_no_cookie_and_may_be_kept(make_term):
    make_term()

    response = Client().get(page("en"))

    assert not response.cookies
    assert "public" in response["Cache-Control"]


@pytest.mark.parametrize(("words", "key"), [("Œuvre", "oeuvre"), ("ÉCOLE", "ecole"), ("naïve", "naive")])
def test_accents_and_capitals_do_not_change_the_order(words, key):
    assert glossary_views.sort_key(words) == key
