"""Which words of a text are terms of the glossary, and their marks: `<a href="/g/<id of the term>/">CRS</a>`.

A mark is what is stored, like the links `/a/<id>/` between articles; what it becomes is settled when a page is made.
All of this works on texts that `richtext.clean` has made, and asks no database.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape, unescape

ADDRESS = "/g/"  # every mark has it, so a text without any is known at once
# Where no word is marked: a link cannot be in a link, a heading is repeated in the contents list, a fact is a key.
UNMARKED = {"a", "h2", "h3", "h4", "data", "caption", "thead", "th"}
SHORTEST = 2  # characters; a single letter is no term
# French words that end so have no plural of their own, and shorter ones are mostly prepositions.
UNCHANGING, SHORTEST_PLURAL = ("s", "x", "z"), 4

_tag = re.compile(r"<(/?)([a-z][a-z0-9]*)([^<>]*)>")
_mark = re.compile(r'<a href="/g/([0-9]{1,18})/">([^<]*)</a>')
_like_a_mark = re.compile(r'<a (?:[^>]*? )?href="/g/[^"]*"[^>]*>(.*?)</a>', re.DOTALL)
_marked_term = re.compile(r' href="/g/([0-9]{1,18})/"')
_pieces = re.compile(r"\w+|\s+|.")
_typed_alike = {"'": "['’]", "’": "['’]", "-": "[-\u2011]", "\u2011": "[-\u2011]"}


@dataclass(frozen=True)
class Forms:
    """How one term is written in one language: what counts as it stands only, and what counts in any case."""

    term: int
    exact: frozenset[str] = frozenset()
    plain: frozenset[str] = frozenset()

    @classmethod
    def of(cls, term: int, short: str, others: Iterable[str]) -> "Forms":
        """An abbreviation counts as it stands only, and so does a single word such as OINP or GCKey."""
        stripped = {form.strip() for form in others}
        like_short = {form for form in stripped if " " not in form and any(letter.isupper() for letter in form[1:])}
        return cls(term, frozenset({short.strip()} | like_short), frozenset(stripped - like_short))


class Marker:
    """Finds the terms of one language in the texts of a page, and marks the first use of each.

    terms: where two are written alike, the first of them is meant. language: en or fr, for the plural.
    """

    def __init__(self, terms: Iterable[Forms], language: str) -> None:
        written = [(form, True, one.term) for one in terms for form in sorted(one.exact)]
        written += [(form, False, one.term) for one in terms for form in sorted(one.plain)]
        written.sort(key=lambda each: -len(each[0]))  # the longest wins, and what counts as it stands before the rest
        by_letter: dict[str, list[tuple[str, int]]] = {}
        for form, exact, term in written:
            if len(form) >= SHORTEST:
                pattern = after_first_letter(form, language, exact=exact)
                by_letter.setdefault(form[0].lower(), []).append((pattern, term))
        self.terms = [term for alike in by_letter.values() for _pattern, term in alike]  # by the number of its group
        branches = (branch(letter, [pattern for pattern, _term in alike]) for letter, alike in by_letter.items())
        self.pattern = re.compile("|".join(branches)) if by_letter else None

    def mark(self, html: str, taken: set[int]) -> str:
        """The text with a mark on the first use of each term that is not in `taken`, which grows by them.

        Words are marked only where they stand together: never across tags, and never inside `UNMARKED`.
        """
        if self.pattern is None:
            return html
        parts, depth, last = [], 0, 0
        for tag in _tag.finditer(html):
            words = html[last : tag.start()]
            parts += [words if depth else self.in_words(words, taken), tag[0]]
            last = tag.end()
            if tag[2] in UNMARKED:
                depth = max(0, depth - 1) if tag[1] else depth + 1
                taken |= {int(term) for term in _marked_term.findall(tag[3])}
        parts.append(html[last:] if depth else self.in_words(html[last:], taken))
        return "".join(parts)

    def in_words(self, html: str, taken: set[int]) -> str:
        """The same for what stands between two tags."""
        words, last, parts = unescape(html), 0, []
        for found in self.pattern.finditer(words) if self.pattern else ():
            term = self.terms[(found.lastindex or 1) - 1]
            if term not in taken:
                taken.add(term)
                parts += [escaped(words[last : found.start()]), f'<a href="{ADDRESS}{term}/">{escaped(found[0])}</a>']
                last = found.end()
        return "".join([*parts, escaped(words[last:])]) if parts else html


def branch(letter: str, patterns: list[str]) -> str:
    """A pattern for all forms that begin with a letter.

    Python passes over a branch whose first letter is another, so a text is read in one go however many terms there are.
    """
    either = "".join(re.escape(case) for case in sorted({letter, letter.upper()}) if len(case) == 1)
    whole_word = r"(?<!\w.)" if re.match(r"\w", letter) else ""
    return f"[{either or re.escape(letter)}]{whole_word}(?:{'|'.join(patterns)})"


def after_first_letter(form: str, language: str, *, exact: bool) -> str:
    """A pattern for a form behind its first letter, with an empty group at its end to know it by."""
    pieces = _pieces.findall(form)
    pattern = ""
    for number, piece in enumerate(pieces):
        rest = piece if number else piece[1:]
        if piece.isspace():
            pattern += r"\s{1,3}"
        elif re.match(r"\w", piece):
            pattern += re.escape(rest) + plural(piece, language, exact=exact, is_last=number == len(pieces) - 1)
        elif number:
            pattern += _typed_alike.get(piece, re.escape(piece))
    case = f"(?<={re.escape(form[0])}){pattern}" if exact else f"(?i:{pattern})"
    end = r"(?!\w)" if re.match(r"\w", form[-1]) else ""
    return f"{case}{end}()"


def plural(word: str, language: str, *, exact: bool, is_last: bool) -> str:
    """A pattern for what a word of a form may have at its end: in English the last one, in French every longer one."""
    if language == "en":
        return "(?:e?s)?" if is_last else ""
    changes = not exact and len(word) >= SHORTEST_PLURAL and not word.lower().endswith(UNCHANGING)
    return "[sx]?" if changes else ""


def escaped(words: str) -> str:
    """Words as HTML, as `richtext.clean` writes them."""
    return escape(words, quote=False).replace("\xa0", "&nbsp;")


def unmark(html: str) -> str:
    """The text without marks, and without any other link that looks like one."""
    return _like_a_mark.sub(r"\1", html) if ADDRESS in html else html


def show(html: str, link: Callable[[int, str], str]) -> str:
    """Replace the marks of a text.

    link: takes the id of a term and the HTML of the marked words, returns what stands there instead.
    """
    return _mark.sub(lambda found: link(int(found[1]), found[2]), html) if ADDRESS in html else html
