"""From a snapshot to the body of a publication: everything that a page needs and that publishing can compute once.

A body is `{"schema", "blocks", "toc", "authors", "tags", "sources", …}`. Its blocks are those of the snapshot with
anchors, contents list and the places of the newsletter box and the advertisement worked out.
"""

import itertools
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.html import escape
from django.utils.text import slugify
from django.utils.translation import gettext, override

from articles import terms
from articles.models import Category, Document, image_ids
from facts import glossary, ledger
from facts.marking import unmark
from publishing import richtext

WORDS_A_MINUTE = 220
NEWSLETTER_AT, ADVERTISEMENT_AT = 0.4, 0.75  # share of the words that a reader has passed
# Ids that an article's templates use themselves; a test reads the templates.
PAGE_IDS = {
    "authors",
    "facts",
    "foot-about",
    "foot-follow",
    "foot-ledger",
    "foot-sections",
    "foot-tools",
    "main",
    "next-step",
    "related",
    "sources",
    "tags",
    "terms",
    "toc-title",
}
PAGE_ID_PREFIXES = ("fact-", "term-")  # of notes, which are numbered when the page is made
SHORTEST_WITH_EXTRAS = 250  # words; below it nothing is put between the paragraphs

_token = re.compile(r"<(/?)([a-z0-9]+)(?:\s[^>]*)?>")
_void = {"br", "hr"}
_starts = {"p", "h2", "h3", "h4", "blockquote"}
_table = re.compile(r"<table>.*?</table>", re.DOTALL)


@dataclass
class Built:
    """A body with what the publication keeps as columns."""

    body: dict[str, Any]
    words: int = 0
    link_ids: set[int] = field(default_factory=set)
    fact_keys: list[str] = field(default_factory=list)


def upgrade(content: dict[str, Any]) -> dict[str, Any]:
    """A snapshot of any age as the newest schema; there is only one so far."""
    return content


def build(content: dict[str, Any]) -> Built:
    """The body of a snapshot. Unknown kinds of block are kept as they are and shown by no template."""
    content = upgrade(content)
    taken = set(PAGE_IDS)
    built = Built(body={})
    tables = itertools.count(1)
    blocks: list[dict[str, Any]] = []
    headings: list[dict[str, Any]] = []
    with override(content["fields"]["language"]):
        for block in content["blocks"]:
            shown = {key: value for key, value in block.items() if key not in {"region", "uid"}}
            if "html" in shown:
                html = unmark(richtext.clean(shown["html"]))  # marks are ours alone
                built.link_ids |= richtext.linked_ids(html)
                built.fact_keys = list(dict.fromkeys([*built.fact_keys, *richtext.fact_keys(html)]))
                built.words += len(richtext.plain_text(html).split())
                if shown["type"] == "text":
                    html, found = richtext.with_anchors(html, lambda title: free_anchor(title, taken))
                    headings += found
                shown["html"] = scrollable_tables(html, tables)
            if shown["type"] == "question":
                anchor = free_anchor(shown["question"], taken)
                item = {"question": shown["question"], "html": shown["html"], "anchor": anchor}
                if blocks and blocks[-1]["type"] == "questions":
                    blocks[-1]["items"].append(item)
                else:
                    heading = gettext("Questions and answers")
                    questions = {"type": "questions", "anchor": free_anchor(heading, taken), "items": [item]}
                    headings.append({"anchor": questions["anchor"], "title": heading, "level": 2})
                    blocks.append(questions)
                continue
            blocks.append(shown)
    documents = Document.objects.in_bulk([block["document"] for block in blocks if block["type"] == "download"])
    for block in blocks:
        if block["type"] == "download" and (document := documents.get(block["document"])):
            block |= {"title": titles(document), "url": document.file.url, "size": document.size, "kind": "PDF"}
    fields = content["fields"]
    if built.words >= SHORTEST_WITH_EXTRAS:
        if fields.get("newsletter_box") and not any(block["type"] == "signup" for block in blocks):
            blocks = placed(blocks, {"type": "newsletter"}, NEWSLETTER_AT, built.words)
        if fields.get("advertisement"):
            with_advert = placed(blocks, {"type": "advert"}, ADVERTISEMENT_AT, built.words)
            blocks = blocks if touching(with_advert) else with_advert
    built.body = {
        "schema": content["schema"],
        "blocks": blocks,
        **({"facts": fallbacks(built.fact_keys, fields["language"])} if built.fact_keys else {}),
        "toc": nested(headings),
        **{name: content[name] for name in ("authors", "tags", "sources") if name in content},
        **{name: fields[name] for name in ("checked_by", "review_by") if name in fields},
    }
    return built


def publication_values(content: dict[str, Any]) -> dict[str, Any]:
    """The columns of the publication that an article's snapshot becomes."""
    built = build(content)
    fields = content["fields"]
    built.body["blocks"] = terms.marked(built.body["blocks"], glossary.marker(fields["language"]))
    section = Category.objects.values_list("section", flat=True).filter(pk=fields["category"]).first()
    if section is None:
        raise ValidationError(gettext("The category of this revision no longer exists. Choose another and save."))
    return {
        **{name: fields[name] for name in ("language", "slug", "title", "summary", "image_alt", "image_decorative")},
        "category_id": fields["category"],
        "section": section,
        "image_id": fields["image"],
        "author_ids": [author["id"] for author in content["authors"]],
        "author_names": [author["name"] for author in content["authors"]],
        "tag_ids": [tag["id"] for tag in content["tags"]],
        "link_ids": sorted(built.link_ids),
        "image_ids": image_ids(content),
        "fact_keys": built.fact_keys,
        "reading_minutes": max(1, math.ceil(built.words / WORDS_A_MINUTE)),
        "body": built.body,
    }


def fallbacks(keys: list[str], language: str) -> dict[str, str]:
    """What facts were when the text was published, for the day when one of them is no longer there."""
    with override(language):
        return {key: figure.text for key, figure in ledger.resolve(keys).items()}


def titles(document: Document) -> dict[str, str]:
    """The title of a document by language, each falling back on the other."""
    return {"en": document.title_en or document.title_fr, "fr": document.title_fr or document.title_en}


def free_anchor(words: str, taken: set[str]) -> str:
    """An id made of `words` that is not in `taken`, which grows by it."""
    stem = slugify(words)[:60].strip("-") or "part"
    if stem.startswith(PAGE_ID_PREFIXES):
        stem = f"about-{stem}"
    anchor, number = stem, 2
    while anchor in taken:
        anchor, number = f"{stem}-{number}", number + 1
    taken.add(anchor)
    return anchor


def nested(headings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The contents list: second-level headings with their third-level ones as children."""
    entries: list[dict[str, Any]] = []
    for heading in headings:
        entry = {"anchor": heading["anchor"], "title": heading["title"], "children": []}
        if heading["level"] == 2 or not entries:
            entries.append(entry)
        elif heading["level"] == 3:
            entries[-1]["children"].append(entry)
    return entries


def scrollable_tables(html: str, numbers: Iterator[int]) -> str:
    """Each table in a region of its own that scrolls on a narrow screen and that a keyboard reaches.

    numbers: counts the tables of the page, so that no two regions have the same name.
    """

    def scrollable(found: re.Match[str]) -> str:
        label = escape(gettext("Table %(number)d") % {"number": next(numbers)})
        return f'<div class="table-scroll" role="region" tabindex="0" aria-label="{label}">{found[0]}</div>'

    return _table.sub(scrollable, html)


def split_points(html: str) -> list[int]:
    """Where a text can be cut: before an outermost paragraph, heading or quote that no heading has announced.

    A list or a table stays with the sentence before it.
    """
    points, depth, after_heading = [], 0, False
    for found in _token.finditer(html):
        closing, name = bool(found[1]), found[2]
        if depth == 0 and not closing and found.start() and not after_heading and name in _starts:
            points.append(found.start())
        if name in _void:
            after_heading = False if depth == 0 else after_heading
            continue
        depth += -1 if closing else 1
        if depth == 0:
            after_heading = name in {"h2", "h3", "h4"}
    return points


def placed(blocks: list[dict[str, Any]], extra: dict[str, Any], share: float, words: int) -> list[dict[str, Any]]:
    """The blocks with `extra` put where about `share` of the words has been read, cutting a text in two if need be."""
    best, target, passed = (len(blocks), 0), words * share, 0
    distance = float(words)
    for index, block in enumerate(blocks):
        html = block.get("html", "") if block["type"] == "text" else ""
        so_far, last = passed, 0
        for point in [0, *split_points(html)]:
            so_far, last = so_far + len(richtext.plain_text(html[last:point]).split()), point
            if (index or point) and abs(so_far - target) < distance:
                best, distance = (index, point), abs(so_far - target)
        passed += block_words(block)
    index, point = best
    if not point:
        return [*blocks[:index], extra, *blocks[index:]]
    block = blocks[index]
    before, after = {**block, "html": block["html"][:point]}, {**block, "html": block["html"][point:]}
    return [*blocks[:index], before, extra, after, *blocks[index + 1 :]]


def touching(blocks: list[dict[str, Any]]) -> bool:
    """Do two of the boxes that the page puts in stand next to each other?"""
    boxes = [block["type"] in {"newsletter", "advert", "signup"} for block in blocks]
    return any(box and following for box, following in itertools.pairwise(boxes))


def block_words(block: dict[str, Any]) -> int:
    """How many words of rich text a block shows."""
    texts = [block.get("html", ""), *(item["html"] for item in block.get("items", []))]
    return sum(len(richtext.plain_text(text).split()) for text in texts)
