"""Rich text: what survives cleaning, and links by id."""

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from publishing import richtext

HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href=' java\nscript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:x'>x</a>",
    "<iframe src='https://evil.example'></iframe>",
    "<p style='background:url(javascript:alert(1))' onclick=alert(1)>x</p>",
    "<form action=//evil.example><input name=q></form>",
    "<object data=x></object><embed src=x>",
    "<base href=//evil.example><meta http-equiv=refresh content='0;url=//evil.example'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<!--[if gte mso 9]><xml>alert(1)</xml><![endif]-->",
    "<template><script>alert(1)</script></template>",
    "\x00<scr\x00ipt>alert(1)</scr\x00ipt>",
    "<b/onmouseover=alert(1)>x</b>",
    "<h1\nonclick=x>y</h1>",
]


def elements(html):
    """Every element of a fragment, as a browser would build it."""
    return list(html5lib.parseFragment(html, namespaceHTMLElements=False).iter())


def assert_harmless(html):
    for element in elements(html)[1:]:
        assert element.tag in richtext.ALLOWED_TAGS, element.tag
        for name, value in element.attrib.items():
            assert name in richtext.ALLOWED_ATTRIBUTES.get(element.tag, set())
            if name == "href":
                scheme = value.strip().split(":")[0].lower() if ":" in value else "https"
                assert scheme in richtext.URL_SCHEMES or "/" in scheme or scheme.startswith(("#", "?")), value


@pytest.mark.parametrize("fragment", HOSTILE)
def test_nothing_hostile_survives(fragment):
    assert_harmless(richtext.clean(f"<p>before</p>{fragment}<p>after</p>"))


@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                [
                    *HOSTILE,
                    "<p>",
                    "</p>",
                    "<table><tr><td>",
                    "<ul><li>",
                    "<a href='/a/3/'>",
                    "</a>",
                    "<b>",
                    "</b>",
                    "&lt;",
                    "&#x3c;",
                    "'",
                    '"',
                    "<",
                    ">",
                    "<!--",
                ]
            ),
            st.text(max_size=8),
        ),
        max_size=12,
    ).map("".join)
)
def test_cleaning_is_harmless_and_a_fixed_point(html):
    cleaned = richtext.clean(html)

    assert_harmless(cleaned)
    assert richtext.clean(cleaned) == cleaned


def test_text_pasted_from_word_comes_out_clean():
    pasted = (
        "<!--[if gte mso 9]><xml><w:WordDocument></w:WordDocument></xml><![endif]--><style>p.MsoNormal{}</style>"
        '<h1 class="MsoTitle"><span lang=EN-CA style="color:red">A title<o:p></o:p></span></h1>'
        '<p class="MsoNormal"><b><span style="font-size:12pt">Bold</span></b> and <i>slanted</i><o:p>&nbsp;</o:p></p>'
        '<p class="MsoNormal"><o:p>&nbsp;</o:p></p>'
    )

    assert richtext.clean(pasted) == "<h2>A title</h2><p><strong>Bold</strong> and <em>slanted</em>\u00a0</p>".replace(
        "\u00a0", "&nbsp;"
    )


def test_text_pasted_from_google_docs_is_not_all_bold():
    pasted = '<b style="font-weight:normal;" id="docs-internal-guid-1"><p dir="ltr"><span>Plain</span></p></b>'

    assert richtext.clean(pasted) == "<p>Plain</p>"


def test_a_text_nested_too_deeply_keeps_its_words():
    assert richtext.clean("<p>" + "<strong><em>" * 4000 + "words") == "<p>words</p>"


def test_no_attribute_survives_that_the_toolbar_cannot_make():
    assert richtext.clean('<h2 lang="fr" title="x" id="main">a</h2>') == "<h2>a</h2>"


def test_control_characters_are_dropped():
    assert richtext.clean("<p>a\x0bb\x00c</p>") == "<p>abc</p>"


def test_tables_keep_what_readers_need():
    head = '<thead><tr><th scope="col">Points</th></tr></thead>'
    table = f'<table>{head}<tbody><tr><td colspan="2">5</td></tr></tbody></table>'

    assert richtext.clean(table) == table


@pytest.mark.parametrize("nothing", ["", " ", "<p></p>", "<p>\u00a0</p>", "<br>"])
def test_an_empty_corner_of_a_table_is_no_heading(nothing):
    table = "<table><thead><tr>{}<th>Points</th></tr></thead></table>"

    assert richtext.clean(table.format(f'<th scope="col">{nothing}</th>')) == table.format("<td></td>")


def test_french_spaces_and_letters_survive():
    assert "œuvre\u00a0: 5\u202f000" in richtext.plain_text(richtext.clean("<p>œuvre\u00a0: 5\u202f000</p>"))


def test_links_to_our_own_articles_are_kept_by_id():
    stored = richtext.store_links(
        '<a href="/en/articles/x/">x</a> <a href="https://canada.ca">y</a>', {"/en/articles/x/": 7}.get
    )

    assert stored == '<a href="/a/7/">x</a> <a href="https://canada.ca">y</a>'
    assert richtext.linked_ids(stored) == {7}


def test_a_stored_link_keeps_the_place_in_the_page():
    stored = richtext.store_links('<a href="/en/articles/x/#how">x</a>', lambda href: 7)

    assert richtext.show_links(stored, {7: "/en/articles/new/"}) == '<a href="/en/articles/new/#how">x</a>'


def test_a_number_that_no_article_can_have_is_no_stored_link():
    assert richtext.linked_ids('<a href="/a/99999999999999999999/">x</a>') == set()


def test_a_stored_link_shows_the_present_address_or_only_its_text():
    html = '<a href="/a/7/"><strong>x</strong></a>'

    assert richtext.show_links(html, {7: "/en/articles/new/"}) == '<a href="/en/articles/new/"><strong>x</strong></a>'
    assert richtext.show_links(html, {}) == "<strong>x</strong>"
