"""A person's result: what today's rules say of every program, ready for a page, in a fixed number of queries."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from facts import ledger
from facts.ledger import Figure
from facts.values import Status
from programs.models import Completeness, Doubt, Family, Fee, Program, Step
from programs.pages import COMPLETENESS
from programs.standing import Standing
from quizzes import flow, forms, reasons, tables
from quizzes.eligibility.answers import Answers, Range
from quizzes.eligibility.figures import Figures
from quizzes.eligibility.ranking import Opener, Place, openers, rank
from quizzes.eligibility.rules import UNDATED, Leaf, Source
from quizzes.eligibility.verdicts import RULES, Criterion, Judgement, Person, Verdict, criteria
from quizzes.flow import Question, Quiz
from quizzes.wording import Wording

MOST_CARDS = 8
MOST_POINTS = 3  # to check, of a program whose rules we do not know whole
MOST_NAMED = 4  # answers behind one criterion
MOST_BLOCKS = 3  # of what blocks, where nothing fits
SHOWN = (Verdict.LIKELY, Verdict.WORTH_CHECKING, Verdict.NEED_ANSWER, Verdict.CLOSE)
Given = Mapping[str, Mapping[str, object]]


@dataclass(frozen=True)
class Day:
    """What rules are judged by on one day."""

    day: date
    figures: Figures
    statuses: Mapping[str, str]

    @classmethod
    def today(cls) -> "Day":
        """By the database's clock; two queries. Raises NotInForce or BadTable where the ledger lacks a table."""
        day = ledger.today()
        figures, statuses = tables.read().at(day)
        return cls(day, figures, statuses)


@dataclass(frozen=True)
class Said:
    """The person's own answer to a question, and where it is changed."""

    slug: str
    question: str
    answers: Sequence[tuple[str, str]]
    is_unknown: bool


@dataclass(frozen=True)
class Line:
    """One criterion of a program for one person. state: yes, no or unknown."""

    id: str
    text: str
    state: str
    kind: str
    source: Source | None
    change: str
    value: str
    said: Sequence[Said]
    parts: Sequence["Line"]

    @property
    def is_broad(self) -> bool:
        """Whether it hangs on more answers than a line can name."""
        return len(self.said) > MOST_NAMED

    @property
    def told(self) -> Sequence[Said]:
        """The answers that it names: all, or of many those that are not known."""
        return [one for one in self.said if one.is_unknown] if self.is_broad else self.said

    @property
    def publisher(self) -> str:
        """The source's name: what it is, or the host that it is on."""
        if self.source is None:
            return ""
        return self.source.locator or urlsplit(self.source.url).netloc.removeprefix("www.")

    @property
    def as_of(self) -> str:
        return "" if self.source is None or self.source.as_of == UNDATED else self.source.as_of


@dataclass
class Card:
    """One program for one person."""

    place: Place
    program: Program
    standing: Standing
    number: int
    lines: Sequence[Line] = ()
    gap: Sequence[str] = ()
    failed: Sequence[str] = ()
    missing: Sequence[Said] = ()
    fees: Sequence[tuple[str, str]] = ()
    time: str = ""
    step: str = ""
    points: Sequence[str] = ()
    siblings: list["Card"] = field(default_factory=list)
    instead: Sequence[Program] = ()

    @property
    def verdict(self) -> Verdict:
        return self.place.judgement.verdict

    @property
    def word(self) -> str:
        return str(reasons.CHIPS[self.verdict][0])

    @property
    def tone(self) -> str:
        return reasons.CHIPS[self.verdict][1]

    @property
    def icon(self) -> str:
        return reasons.CHIPS[self.verdict][2]

    @property
    def reasons(self) -> list[str]:
        return reasons.of_place(self.place.reasons)

    @property
    def family(self) -> str:
        return str(Family(self.program.family).label)


@dataclass
class Result:
    """All that the page shows.

    groups: `(title, cards)` of what a person has or may have, at most eight cards in all; more: the cards after those.
    not_now, closed: the rest. openers: what would help most.
    """

    day: Day
    groups: list[tuple[str, list[Card]]]
    more: list[Card]
    not_now: list[Card]
    closed: list[Card]
    openers: list[tuple[Opener, str, list[Program]]]
    counts: Mapping[Verdict, int]
    blocks: list[tuple[str, int]]
    places: list[Place]
    programs: Mapping[str, Any]

    @property
    def fits(self) -> int:
        return self.counts.get(Verdict.LIKELY, 0)

    @property
    def may_fit(self) -> int:
        return self.counts.get(Verdict.WORTH_CHECKING, 0) + self.counts.get(Verdict.NEED_ANSWER, 0)

    @property
    def close(self) -> int:
        return self.counts.get(Verdict.CLOSE, 0)

    @property
    def is_empty(self) -> bool:
        return not (self.fits or self.may_fit or self.close)


class Judged:
    """One person, judged by the rules of a day."""

    def __init__(self, quiz: Quiz, given: Given, day: Day) -> None:
        self.quiz, self.given, self.day = quiz, given, day
        self.counted = flow.counting(quiz, given)
        self.answers: Answers = flow.facts(quiz, given)
        self.person = Person(self.answers, day.figures, day.statuses)
        judgements = [self.person.judge(program) for program in RULES.programs.values()]
        self.places = rank(judgements, flow.wishes(quiz, given))

    @property
    def judgements(self) -> dict[str, Judgement]:
        return {place.program.id: place.judgement for place in self.places}


def build(judged: Judged, wording: Wording) -> Result:
    """The result of one person; two queries: the programs, and their figures."""
    rows = read_programs()
    places = [place for place in judged.places if place.program.id in rows]
    figures = ledger.resolve(_keys(rows.values()))
    makes = Maker(judged, wording, rows, figures)
    cards = [makes.card(place, number) for number, place in enumerate(places, start=1)]
    shown = [card for card in cards if card.verdict in SHOWN]
    heads = by_family(shown)
    first, more = heads[:MOST_CARDS], heads[MOST_CARDS:]
    groups = [
        (str(title), [card for card in first if card.verdict is verdict]) for verdict, title in reasons.GROUPS.items()
    ]
    closed = [card for card in cards if card.verdict is Verdict.CLOSED]
    for card in closed:
        card.instead = [one.program for one in _instead(card, shown)]
    not_now = [card for card in cards if card.verdict is Verdict.NOT_NOW]
    found = [
        (opener, words(opener.words), [rows[key] for key in opener.opens if key in rows])
        for opener in openers(judged.answers, judged.day.figures, judged.day.statuses)
    ]
    return Result(
        judged.day,
        [(title, group) for title, group in groups if group],
        more,
        not_now,
        closed,
        [one for one in found if one[2]],
        Counter(card.verdict for card in cards),
        [] if shown else _blocks(not_now),
        places,
        rows,
    )


def read_programs() -> dict[str, Any]:
    """Every listed program by its key, with the keys of its fees and its first step; one query."""
    language = "fr" if (get_language() or "en").startswith("fr") else "en"
    fees = Fee.objects.filter(program=OuterRef("pk")).order_by("order", "pk").values("fact__key")
    doubts = Doubt.objects.filter(program=OuterRef("pk")).order_by("order", "pk").values(f"text_{language}")
    steps = Step.objects.filter(program=OuterRef("pk")).order_by("order", "pk").values(f"text_{language}")
    rows = Program.objects.listed().select_related("processing_time").defer("loaded")
    lines = {
        "fee_keys": ArraySubquery(fees),
        "step_lines": ArraySubquery(steps[:1]),
        "doubt_lines": ArraySubquery(doubts[:MOST_POINTS]),
    }
    return {row.key: row for row in rows.annotate(**lines)}


def _keys(rows: Iterable[Any]) -> set[str]:
    found = set()
    for row in rows:
        found |= {row.status_key, *row.fee_keys}
        if row.processing_time:
            found.add(row.processing_time.key)
    return found


def words(text: Any) -> str:
    """A text of the rules in the active language."""
    return text.fr if (get_language() or "en").startswith("fr") else text.en


def by_family(cards: list[Card]) -> list[Card]:
    """The first card of each family under each verdict, with the others of that family below it, in their order."""
    heads: dict[tuple[Verdict, str], Card] = {}
    for card in cards:
        head = heads.setdefault((card.verdict, card.program.family), card)
        if head is not card:
            head.siblings.append(card)
    return list(heads.values())


def _instead(card: Card, shown: list[Card]) -> list[Card]:
    """What to look at in place of a program that is closed: the best of its family, else the best of all."""
    family = [one for one in shown if one.program.family == card.program.family]
    return (family or shown)[:1]


def _blocks(cards: list[Card]) -> list[tuple[str, int]]:
    """What most programs fail on: the criterion in words, and how many programs ask for it."""
    return Counter(text for card in cards for text in card.failed).most_common(MOST_BLOCKS)


@dataclass
class Maker:
    """Makes the cards of one person."""

    judged: Judged
    wording: Wording
    rows: Mapping[str, Any]
    figures: Mapping[str, Figure]

    def __post_init__(self) -> None:
        self._said: dict[str, Said] = {}
        counted = self.judged.counted
        # The last question that feeds a fact knows most of it; those that would not be asked have nothing to say.
        self._asks = {
            fact: question
            for question in self.judged.quiz.questions
            if question.ask_if(counted)
            for fact in question.feeds
        }

    def card(self, place: Place, number: int) -> Card:
        program, judgement = self.rows[place.program.id], place.judgement
        card = Card(place, program, Standing.of(self.figures.get(program.status_key)), number)
        if card.verdict is Verdict.CLOSED:
            return card
        found = [self.line(one) for one in criteria(self.judged.person, place.program)]
        by_id = {line.id: line for line in flat(found) if line.id}
        card.failed = [by_id[name].text for name in judgement.failed if name in by_id]
        if card.verdict is Verdict.NOT_NOW:
            return card
        card.lines = found
        card.gap = [by_id[name].text for name in judgement.gap if name in by_id]
        unknown = [said for name in judgement.unknown if name in by_id for said in every_said(by_id[name])]
        card.missing = list({said.slug: said for said in unknown if said.is_unknown}.values())
        card.fees = [
            (figure.value.fact.says, figure.text) for key in program.fee_keys if (figure := self.figures.get(key))
        ]
        time = program.processing_time and self.figures.get(program.processing_time.key)
        card.time = time.text if time else ""
        if card.verdict is Verdict.WORTH_CHECKING:
            card.points = self.points(card)
        card.step = program.step_lines[0] if program.step_lines else ""
        return card

    def points(self, card: Card) -> list[str]:
        """What is to be checked where all that we know of is met."""
        found = []
        if card.place.judgement.status == Status.UNCONFIRMED:
            found.append(_("Whether it takes applications now is not confirmed."))
        if card.place.program.completeness != Completeness.COMPLETE:
            found.append(str(COMPLETENESS[Completeness(card.place.program.completeness)]))
        return found + list(self.rows[card.program.key].doubt_lines)

    def line(self, criterion: Criterion) -> Line:
        node = criterion.node
        state = {True: "yes", False: "no", None: "unknown"}[criterion.truth]
        parts = [self.line(part) for part in criterion.parts]
        return Line(
            node.id,
            words(node.words),
            state,
            node.kind,
            node.source,
            str(reasons.CHANGES[criterion.changeability]) if criterion.truth is False else "",
            self.value(node) if isinstance(node, Leaf) else "",
            [] if parts else self.said(criterion.facts),
            parts,
        )

    def value(self, leaf: Leaf) -> str:
        """What a person's answers come to, as far as it is shorter than the answers; else nothing."""
        value = self.judged.person.values[leaf.fact]
        match leaf.fact:
            case "fsw_points":
                return _("That makes %(number)s points.") % {"number": bounded(value)}
            case "clb_best_min" | "en_min" | "fr_min":
                return _("Your lowest level: %(level)s.") % {"level": bounded(value)}
        question = self._asks.get(leaf.fact)
        if question is None or len(question.fields) == 1 or question.slug not in self.judged.counted:
            return ""
        if value is None:
            return _("Not known")
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if leaf.fact.endswith("_teer"):
            return _("TEER %(level)s") % {"level": bounded(value)}
        if isinstance(value, int | float | Range):
            return bounded(value)
        labels = (self.wording.labels.get((question.slug, f"{one.name}.{value}")) for one in question.fields)
        return next((str(label.in_language("label")) for label in labels if label), "")

    def said(self, facts: Iterable[str]) -> list[Said]:
        """The person's own answers behind a criterion, each question once."""
        questions = {one.slug: one for fact in facts if (one := self._asks.get(fact))}
        return [self._answer(question) for question in questions.values()]

    def _answer(self, question: Question) -> Said:
        if question.slug not in self._said:
            answer = self.judged.counted.get(question.slug)
            self._said[question.slug] = Said(
                question.slug,
                self.wording.heading(question.slug),
                forms.said(question, answer, self.wording) if answer is not None else [],
                answer is None or None in answer.values(),
            )
        return self._said[question.slug]


def number_format(number: float) -> str:
    """A number in the active language, without a fraction that is none."""
    return formats.number_format(int(number) if float(number).is_integer() else number, use_l10n=True)


def bounded(value: Any) -> str:
    """A number, or between which numbers it lies."""
    if isinstance(value, Range):
        if value.low == value.high:
            return number_format(value.low)
        return _("%(low)s to %(high)s") % {"low": number_format(value.low), "high": number_format(value.high)}
    return "" if value is None else number_format(value)


def flat(lines: Iterable[Line]) -> list[Line]:
    """Lines and all below them."""
    return [one for line in lines for one in (line, *flat(line.parts))]


def every_said(line: Line) -> list[Said]:
    return [said for one in flat([line]) for said in one.said]
