"""Rich text: the one allow-list, what pasted text becomes, and the links between our own articles.

Every text is cleaned when it is saved and again when it is published, so neither a stolen account nor an import can put
more on a page than the toolbar can make.
"""

import re
from collections.abc import Callable
from html import escape, unescape
from typing import Any

import nh3

TEXT_TAGS = {"p", "br", "hr", "h2", "h3", "h4", "ul", "ol", "li", "a", "strong", "em", "sub", "sup", "blockquote"}
FACT_TAG = "data"  # <data value="ee.fee.principal">: a figure that is looked up when the page is made
TABLE_TAGS = {"table", "caption", "thead", "tbody", "tr", "th", "td"}
ALLOWED_TAGS = TEXT_TAGS | TABLE_TAGS | {FACT_TAG}
ALLOWED_ATTRIBUTES: dict[str, set[str]] = {
    "*": set(),  # else nh3 keeps lang and title everywhere
    "a": {"href", "hreflang", "lang"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "ol": {"start"},
    FACT_TAG: {"value"},
}
LONGEST = 200_000  # characters of one text; a long article has 15,000
DEEPEST = 60  # elements inside each other; beyond it a text is kept as plain paragraphs
URL_SCHEMES = {"http", "https", "mailto", "tel"}
# What editors of other programs write for the same meaning. Word marks its lists and titles by styles, which go.
SAME_MEANING = {"b": "strong", "i": "em", "h1": "h2", "h5": "h4", "h6": "h4"}
DROPPED_WITH_TEXT = {"script", "style", "title", "template", "noscript", "iframe", "object", "svg", "math", "xml"}

_cleaner = nh3.Cleaner(
    tags=ALLOWED_TAGS,
    clean_content_tags=DROPPED_WITH_TEXT,
    attributes=ALLOWED_ATTRIBUTES,
    url_schemes=URL_SCHEMES,
    link_rel=None,
    strip_comments=True,
)
_not_bold = re.compile(
    r"<b(?=\s[^<>]{0,300}font-weight:\s{0,9}normal)", re.IGNORECASE
)  # what Google Docs wraps a whole text in
_no_address = re.compile(r"<a>(.*?)</a>", re.DOTALL)
_tag_name = re.compile(r"<(/?)(b|i|h1|h5|h6)(?=[\s/>])", re.IGNORECASE)
_empty = re.compile(r"<(p|h2|h3|h4|li|strong|em|a)(?:\s[^>]*)?>(?:\s|&nbsp;|<br>)*</\1>")
_empty_header = re.compile(r"<th((?:\s[^>]*)?)>(?:\s|&nbsp;|<br>)*</th>")  # heads nothing, yet is read out as a heading
_list_item_paragraph = re.compile(r"<(li|td|th)((?:\s[^>]*)?)>\s*<p>((?:(?!</?p>).)*)</p>\s*</\1>", re.DOTALL)
_article_link = re.compile(r'<a (?:[^>]*? )?href="/a/([0-9]{1,18})/([?#][^"]*)?"[^>]*>(.*?)</a>', re.DOTALL)
_namespaced = re.compile(r"</?[a-zA-Z]+:[^<>]*>")  # Word's own elements
_any_tag = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_closed_by_others = {"p", "li", "td", "th", "tr", "br", "hr", "img", "input", "meta", "link", "col", "wbr"}
_controls = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_href = re.compile(r'(<a [^>]*?href=")([^"]*)(")')
_behind_path = re.compile(r"[?#].*")
_fact_key = r"[a-z0-9_]{1,40}(?:\.[a-z0-9_]{1,40}){1,6}"
_fact = re.compile(rf'<data value="({_fact_key})">\1</data>')
_fact_alone = re.compile(rf'<p>\s*<data value="({_fact_key})">\1</data>\s*</p>')
_fact_or_alone = re.compile(rf'{_fact_alone.pattern}|<data value="({_fact_key})">\2</data>')
_any_fact = re.compile(r'<data(?: value="([^"]*)")?>(.*?)</data>', re.DOTALL)
_heading = re.compile(r"<h([234])>(.*?)</h\1>", re.DOTALL)
_markup = re.compile(r"<[^<>]*>")
_block_end = re.compile(r"</(?:p|h2|h3|h4|li|td|th|blockquote|caption)>|<br>|<hr>")


def clean(html: str) -> str:
    """Rich text with only what our toolbar can make; any input is accepted and the result is a fixed point.

    Meaning is kept where another program names it differently (b is strong, a second h1 is h2); styles, classes,
    scripts, frames, handlers and addresses other than http(s), mail, telephone and our own are dropped.
    """
    html = _namespaced.sub("", printable(html))
    if depth(html) > DEEPEST:
        lines = plain_text(_markup.sub("\n", html)).splitlines()
        html = "".join(f"<p>{escape(line)}</p>" for line in lines if line.strip())
    html = _not_bold.sub("<span", html)
    html = _tag_name.sub(lambda found: f"<{found[1]}{SAME_MEANING[found[2].lower()]}", html)
    result = _cleaner.clean(html)
    before = None
    while before != result:  # taking an empty element out can empty the one around it
        before = result
        result = _empty.sub("", result)
        result = _no_address.sub(r"\1", result)
        result = _list_item_paragraph.sub(r"<\1\2>\3</\1>", result)
        result = _empty_header.sub(r"<td\1></td>", result)
        result = _any_fact.sub(_plain_fact, result)
        result = _cleaner.clean(result)
    return result.strip()


def _plain_fact(found: re.Match[str]) -> str:
    """A fact holds its key as its text, and no other text: what it shows is not the writer's to say."""
    key = (found[1] or "").strip()
    return f'<data value="{key}">{key}</data>' if re.fullmatch(_fact_key, key) else found[2]


def printable(text: str) -> str:
    """A text without control characters other than tab and line breaks."""
    return _controls.sub("", text)


def depth(html: str) -> int:
    """How many elements may stand inside each other, not counting those that their neighbours close."""
    deepest = now = 0
    for found in _any_tag.finditer(html):
        if found[2].lower() not in _closed_by_others:
            now = max(0, now - 1) if found[1] else now + 1
            deepest = max(deepest, now)
    return deepest


def plain_text(html: str) -> str:
    """The words of rich text, one line a paragraph."""
    return unescape(_markup.sub("", _block_end.sub("\n", html))).strip()


def linked_ids(html: str) -> set[int]:
    """Ids of our own articles that a text links to in the stored form `/a/<id>/`."""
    return {int(found[1]) for found in _article_link.finditer(html)}


def store_links(html: str, find_id: Callable[[str], int | None]) -> str:
    """Replace the addresses that `find_id` knows by the stored form, `/a/<id>/` and what follows the path; others stay.

    find_id: takes the href, unescaped; returns the id of the article it leads to, or None.
    """

    def stored(found: re.Match[str]) -> str:
        pk = find_id(unescape(found[2]))
        if pk is None:
            return found[0]
        rest = _behind_path.search(found[2])
        return f"{found[1]}/a/{pk}/{rest[0] if rest else ''}{found[3]}"

    return _href.sub(stored, html)


def show_links(html: str, addresses: dict[int, str]) -> str:
    """Replace stored links by current addresses; a link whose article is not public becomes its text."""

    def shown(found: re.Match[str]) -> str:
        address = addresses.get(int(found[1]))
        return found[3] if address is None else f'<a href="{address}{found[2] or ""}">{found[3]}</a>'

    return _article_link.sub(shown, html)


def fact_keys(html: str) -> list[str]:
    """The keys of the facts that a text shows, each once, in the order of the text."""
    return list(dict.fromkeys(_fact.findall(html)))


def facts_in_paragraphs(html: str) -> list[str]:
    """Those keys that stand inside other words, where no table can stand."""
    return fact_keys(_fact_alone.sub("", html))


def facts_in_headings(html: str) -> list[str]:
    """Those keys that stand in headings, which the list of contents and links repeat word by word."""
    return [key for _level, words in _heading.findall(html) for key in fact_keys(words)]


def show_facts(html: str, show: Callable[[str], str], show_alone: Callable[[str], str]) -> str:
    """Replace facts by what they are today.

    show: takes a key, returns the HTML that stands in its sentence; show_alone: the HTML of a paragraph that holds
    nothing else, paragraph included.
    """
    if "<data" not in html:
        return html
    return _fact_or_alone.sub(lambda found: show_alone(found[1]) if found[1] else show(found[2]), html)


def with_anchors(html: str, free_anchor: Callable[[str], str]) -> tuple[str, list[dict[str, Any]]]:
    """Give each heading an id; returns the text and `[{anchor, title, level}]`.

    free_anchor: takes a heading's words, returns an id that nothing else on the page has.
    """
    headings: list[dict[str, Any]] = []

    def anchored(found: re.Match[str]) -> str:
        title = plain_text(found[2])
        anchor = free_anchor(title)
        headings.append({"anchor": anchor, "title": title, "level": int(found[1])})
        return f'<h{found[1]} id="{anchor}">{found[2]}</h{found[1]}>'

    return _heading.sub(anchored, html), headings
