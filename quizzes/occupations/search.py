"""A search of the unit groups by what people type: a job, the beginning of one, a code, with a typing mistake or not.

Every word typed has to begin a word of the group's title, or of its example titles. Only if no group has them all is
one mistake a word forgiven, then the other language tried, and at last the groups taken that have the most words.

A set of titles is an int with one bit for each, so that "has all these words" is one `&` a word.
"""

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from quizzes.occupations.groups import OCCUPATIONS, Occupation, by_code, is_french

MAX_CHARACTERS = 200  # the longest title has fewer
MAX_WORDS = 30  # fewer too
MAX_LETTERS = 40  # of one word
MAX_FORGIVEN = 6  # words that are looked up with a mistake
MIN_FORGIVEN = 4  # letters: a shorter word is too like others for a mistake to be told

# They say nothing of a job.
STOP_WORDS = {
    *("a", "an", "and", "at", "for", "i", "in", "of", "or", "the", "to"),
    *("au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "ou", "un", "une"),
}
EXCEPT = re.compile(r"\((?:except|sauf)\b[^)]*\)?", re.IGNORECASE)  # what a group is not
ASIDE = re.compile(r"\([^)]*\)| - .*")
WORD = re.compile(r"[a-z0-9]+")
LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})

type Words = tuple[str, ...]
type Rank = tuple[int, int, int]  # less is better


def words_of(text: str) -> Words:
    """Its words in small letters without accents; what is neither a Latin letter nor a digit parts them."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(LIGATURES))
    return tuple(WORD.findall("".join(c for c in plain if not unicodedata.combining(c))))


def spellings(title: str) -> list[Words]:
    """The title for a man and for a woman: "serveurs de bar" and "serveuses de bar" of "Serveurs/serveuses de bar"."""
    tokens = [token.split("/") for token in EXCEPT.sub(" ", title).split()]
    most = max((len(token) for token in tokens), default=1)
    return [words_of(" ".join(token[min(n, len(token) - 1)] for token in tokens)) for n in range(most)]


def forms(word: str) -> Words:
    """The word, and what it may be the plural of."""
    if len(word) < 4 or word[-1] not in "sx":
        return (word,)
    if word.endswith("ies"):
        return word, word[:-1], word[:-3] + "y"
    return word, word[:-1]


def is_near(typed: str, word: str) -> bool:
    """Whether at most one mistake parts what was typed from a beginning of the word.

    A mistake is a letter too many, missing or wrong, or two that changed places.
    """
    at = 0
    for a, b in zip(typed, word, strict=False):
        if a != b:
            break
        at += 1
    after = typed[at + 1 :]
    if word.startswith(after, at) or word.startswith(after, at + 1) or word.startswith(typed[at:], at + 1):
        return True
    swapped = typed[at + 1 : at + 2] + typed[at : at + 1] + typed[at + 2 :]
    return word.startswith(swapped, at)


@dataclass(frozen=True, slots=True)
class Entry:
    """A title, or an example title, of a group."""

    group: int
    is_title: bool
    words: Words
    there: frozenset[str]  # the words as a set
    spellings: tuple[Words, ...]
    starts: frozenset[str]  # the first words of the spellings


class Index:
    """The titles of one language."""

    def __init__(self, language: str) -> None:
        self.entries: list[Entry] = []
        self.by_entry: defaultdict[str, int] = defaultdict(int)
        self.by_group: defaultdict[str, int] = defaultdict(int)
        for group, occupation in enumerate(OCCUPATIONS):
            self._add(group, occupation.title(language), is_title=True)
            for example in occupation.examples(language):
                self._add(group, example, is_title=False)
        self.lengths = [len(entry.words) for entry in self.entries if entry.is_title]  # by group
        self.words = sorted(self.by_entry)
        self.pairs: defaultdict[tuple[int, str], list[str]] = defaultdict(list)  # two letters and where they stand
        for word in self.words:
            for at in range(len(word) - 1):
                self.pairs[at, word[at : at + 2]].append(word)

    def _add(self, group: int, text: str, *, is_title: bool) -> None:
        words = words_of(EXCEPT.sub(" ", text))
        shapes = spellings(text) if is_title else [*spellings(text), *spellings(ASIDE.sub(" ", text))]
        for word in words:
            self.by_entry[word] |= 1 << len(self.entries)
            self.by_group[word] |= 1 << group
        starts = frozenset(shape[0] for shape in shapes)
        self.entries.append(Entry(group, is_title, words, frozenset(words), tuple(shapes), starts))

    def beginning(self, prefix: str) -> list[str]:
        """The words that begin so; "{" comes after z."""
        return self.words[bisect_left(self.words, prefix) : bisect_left(self.words, prefix + "{")]

    def exact(self, telling: Words) -> dict[str, set[str]]:
        """For each word typed, the words it begins."""
        return {typed: {word for form in forms(typed) for word in self.beginning(form)} for typed in telling}

    def forgiving(self, telling: Words) -> dict[str, set[str]]:
        """For each word typed, those too that it would begin but for one mistake."""
        meant = self.exact(telling)
        for typed in telling[:MAX_FORGIVEN]:
            if len(typed) >= MIN_FORGIVEN and typed.isalpha():
                meant[typed].update(word for word in self._candidates(typed) if is_near(typed, word))
        return meant

    def _candidates(self, typed: str) -> set[str]:
        """One mistake leaves either half of a word as it is, or swaps the letters where they meet."""
        half = len(typed) // 2
        swapped = typed[: half - 1] + typed[half] + typed[half - 1]
        found = {*self.beginning(typed[:half]), *self.beginning(swapped)}
        for at in (half - 1, half, half + 1):
            found.update(self.pairs.get((at, typed[half : half + 2]), ()))
        return found


@cache
def index_of(language: str) -> Index:
    """The index of a language, made when it is first asked for: that takes a quarter of a second and some memory."""
    return Index(language)


class Query:
    """What was typed, and for each of its words the words of an index that it may stand for."""

    def __init__(self, typed: Words, meant: Mapping[str, set[str]]) -> None:
        self.typed = typed
        self.meant = meant  # by the words that tell something
        self.first = next(iter(meant.values()))
        # Each word typed as a word of its own, in the singular or the plural, not as the beginning of a longer one.
        self.wholes = [{form + end for form in forms(word) for end in ("", "s", "es", "x")} for word in meant]

    def begins(self, words: Words) -> bool:
        if len(self.typed) > len(words):
            return False
        for word, there in zip(self.typed, words, strict=False):
            if there not in self.meant[word] if word in self.meant else not there.startswith(word):
                return False
        return True

    def rank(self, entry: Entry) -> Rank:
        """How well an entry that has all the words answers."""
        whole = self.is_whole_in(entry)
        if not whole and not entry.is_title:
            return 4, True, 0
        may_begin = self.typed[0] not in self.meant or not entry.starts.isdisjoint(self.meant[self.typed[0]])
        begun = [words for words in entry.spellings if self.begins(words)] if may_begin else []
        is_all = whole and (entry.words == self.typed or any(len(words) == len(self.typed) for words in begun))
        if not entry.is_title:
            return (1, 0, 0) if is_all else (4, 0, 0)
        if begun or is_all:
            return 0 if whole else 2, not is_all, 0
        return 3, not whole, next((n for n, word in enumerate(entry.words) if word in self.first), 0)

    def is_whole_in(self, entry: Entry) -> bool:
        return all(not whole.isdisjoint(entry.there) for whole in self.wholes)


def bits(number: int) -> Iterator[int]:
    while number:
        low = number & -number
        yield low.bit_length() - 1
        number ^= low


def joined(masks: Mapping[str, int], words: Iterable[str]) -> int:
    mask = 0
    for word in words:
        mask |= masks[word]
    return mask


def with_all(index: Index, query: Query) -> list[int]:
    """The groups that have every word, the best first."""
    entries, groups = -1, -1
    for words in query.meant.values():
        entries &= joined(index.by_entry, words)
        groups &= joined(index.by_group, words)
        if not groups:
            return []
    ranks: dict[int, Rank] = dict.fromkeys(bits(groups), (5, 0, 0))
    examples: defaultdict[int, int] = defaultdict(int)
    for n in bits(entries):
        entry = index.entries[n]
        ranks[entry.group] = min(ranks[entry.group], query.rank(entry))
        examples[entry.group] += not entry.is_title
    for group, (kind, partial, _) in ranks.items():
        if kind == 4:
            ranks[group] = (kind, partial, -examples[group])  # most of its jobs are called so
    return in_order(index, ranks)


def with_most(index: Index, query: Query) -> list[int]:
    """The groups that have the most of the words, first those that have them whole."""
    counts: defaultdict[int, int] = defaultdict(int)
    wholes: defaultdict[int, int] = defaultdict(int)
    for (word, words), whole in zip(query.meant.items(), query.wholes, strict=True):
        if len(word) > 2:
            for group in bits(joined(index.by_group, words)):
                counts[group] += 1
            for group in bits(joined(index.by_group, words & whole)):
                wholes[group] += 1
    most = max(counts.values(), default=0)
    return in_order(index, {group: (-wholes[group], 0, 0) for group, count in counts.items() if count == most})


def in_order(index: Index, ranks: Mapping[int, Rank]) -> list[int]:
    """Short titles before long ones where the ranks are the same, then by code."""
    return sorted(ranks, key=lambda group: (ranks[group], index.lengths[group], group))


def search(typed: Words, language: str) -> list[int]:
    telling = tuple(dict.fromkeys(word for word in typed if word not in STOP_WORDS)) or tuple(dict.fromkeys(typed))
    names = ("fr", "en") if is_french(language) else ("en", "fr")
    for index in map(index_of, names):
        for meant in (index.exact, index.forgiving):
            if found := with_all(index, Query(typed, meant(telling))):
                return found
    own = index_of(names[0])
    return with_most(own, Query(typed, own.forgiving(telling)))


def find(query: str, language: str, limit: int = 20) -> list[Occupation]:
    """The groups that answer what was typed, the best first: a code, then titles that begin with it, then others.

    Any text may come: only the beginning of a long one is read, and what means nothing finds nothing.
    """
    limit = max(limit, 0)
    words = words_of(EXCEPT.sub(" ", query[:MAX_CHARACTERS]))
    typed = tuple(word[:MAX_LETTERS] for word in words[:MAX_WORDS])
    if len(typed) > 1 and typed[0] in {"noc", "cnp"}:
        typed = typed[1:]
    if len(typed) == 1 and typed[0].isdecimal():
        return [occupation for occupation in OCCUPATIONS if occupation.code.startswith(typed[0])][:limit]
    coded = [occupation for word in typed if (occupation := by_code(word))]
    rest = tuple(word for word in typed if not by_code(word))
    found = [OCCUPATIONS[group] for group in search(rest, language)] if rest else []
    return list(dict.fromkeys([*coded, *found]))[:limit]
