"""The fields of a question as a page shows them, and answers in words."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import get_language, npgettext
from django.utils.translation import gettext as _

from quizzes import countries, flow, occupations
from quizzes.flow import Field, Question, language
from quizzes.language import ABILITIES
from quizzes.wording import Wording, spoken

MOST_RADIOS = 15  # a longer list of choices is a menu
PASSPORTS = 3  # menus of countries that a page shows
MATCHES = 8  # occupations that a search shows
LANGUAGES = frozenset(("english", "french"))  # questions that take the scores of a test
SEARCH_SUFFIX = "_search"  # of the name of the text that looks for an occupation


@dataclass(frozen=True)
class Option:
    """One choice of a field."""

    value: str
    label: str
    hint: str = ""
    is_chosen: bool = False


@dataclass
class Box:
    """One field on a page. kind: number, radios, menu, checks, countries or occupation.

    values: what stands in it. show_if, show_values: another field of the page, and of its values those with which this
    one counts; without a script it is always there, and only_if says when it counts.
    """

    name: str
    kind: str
    label: str
    hint: str = ""
    error: str = ""
    values: list[str] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    not_sure: Option | None = None
    low: str = ""
    high: str = ""
    step: str = ""
    show_if: str = ""
    show_values: str = ""
    only_if: str = ""
    may_be_empty: bool = False
    searched: str = ""
    has_searched: bool = False

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""

    @property
    def id(self) -> str:
        return f"f-{self.name}"

    @property
    def first_id(self) -> str:
        """What a link in the summary of errors leads to: the first thing that can be filled in."""
        return self.id if self.kind in {"number", "menu"} else f"{self.id}-1"

    @property
    def described_by(self) -> str:
        parts = [f"{self.id}-hint" if self.hint else "", f"{self.id}-error" if self.error else ""]
        return " ".join(part for part in parts if part)

    @property
    def menus(self) -> list[list[Option]]:
        """The menus of a list of countries, each with its own choice."""
        shown = [*self.values, *[""] * PASSPORTS][: max(PASSPORTS, len(self.values))]
        return [[Option(o.value, o.label, is_chosen=o.value == value) for o in self.options] for value in shown]


@dataclass(frozen=True)
class Fault:
    """A field that cannot be taken as it is: what is wrong, and where the summary's link leads."""

    name: str
    target: str
    message: str


def boxes(
    question: Question,
    wording: Wording,
    answer: Mapping[str, object] | None,
    raw: Mapping[str, Sequence[str]] | None = None,
    bad: flow.BadAnswer | None = None,
    bands: Callable[[Field], Sequence[flow.Band]] = lambda _field: (),
) -> list[Box]:
    """The fields of a question, filled in with what was sent, or else with the answer that is kept.

    bands: the amounts to choose from for a field of money.
    """
    found = []
    for one in question.fields:
        box = _box(question, one, wording, answer, raw, bands)
        if bad is not None and one.name in bad.errors:
            box.error = message(one, bad.errors[one.name], bad.params.get(one.name, {}))
        found.append(box)
    return found


def _box(
    question: Question,
    one: Field,
    wording: Wording,
    answer: Mapping[str, object] | None,
    raw: Mapping[str, Sequence[str]] | None,
    bands: Callable[[Field], Sequence[flow.Band]],
) -> Box:
    values = list(raw.get(one.name, ())) if raw is not None else written(one, answer)
    label = wording.label(question.slug, one.name)
    if not label:
        label = wording.heading(question.slug) if len(question.fields) == 1 else spoken(one.name)
    box = Box(
        name=one.name,
        kind=_kind(one),
        label=label,
        hint=wording.label_hint(question.slug, one.name),
        values=values,
        show_if=one.show_if[0] if one.show_if else "",
        show_values=" ".join(sorted(one.show_if[1])) if one.show_if else "",
    )
    if one.show_if:
        other = question.field(one.show_if[0])
        chosen = [
            choice_label(question.slug, other, code, wording) for code in all_codes(other) if code in one.show_if[1]
        ]
        box.only_if = _("Only if you chose: %(choices)s") % {"choices": ", ".join(chosen)}
    if box.kind == "number":
        box.may_be_empty = not one.required
        box.low, box.high = _plain(one.min), _plain(one.max)
        box.step = "1" if one.kind == "integer" else "any"
    elif box.kind == "countries":
        named = countries.names(_language())
        box.options = [Option(code, name) for code, name in named.items()]
        box.values = [value for value in values if value in named]
    elif box.kind == "occupation":
        _fill_occupation(box, raw)
    elif one.kind == "money":
        box.options = [Option(code, label, is_chosen=code in values) for code, label in money(bands(one), values)]
    else:
        box.options = [
            Option(
                code,
                choice_label(question.slug, one, code, wording),
                wording.label_hint(question.slug, one.name, code),
                code in values,
            )
            for code in all_codes(one)
        ]
    if one.not_sure and (one.required or box.kind != "number"):
        row = wording.labels.get((question.slug, f"{one.name}.{flow.NOT_SURE}"))
        words = row.in_language("label") if row else _("I’m not sure")
        box.not_sure = Option(flow.NOT_SURE, words, is_chosen=flow.NOT_SURE in values)
    return box


def all_codes(one: Field) -> tuple[str, ...]:
    """The codes of all choices of a field."""
    return ("yes", "no") if one.kind == "yes_no" else one.choices


def _kind(one: Field) -> str:
    if one.kind in {"integer", "number"}:
        return "number"
    if one.kind == "choices":
        return "checks"
    if one.kind == "countries":
        return "countries"
    if one.kind == "noc":
        return "occupation"
    return "menu" if len(one.choices) > MOST_RADIOS else "radios"


def money(bands: Sequence[flow.Band], values: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Bands of money as choices: their code, as flow reads it, and their words. One that was chosen before stays."""
    found = [(one.value, band(one.least, one.most)) for one in bands]
    codes = {code for code, _words in found}
    earlier = [value for value in values if value not in codes and re.fullmatch("[0-9]{1,9}-[0-9]{0,9}", value)]
    return found + [(value, band(*value.split("-"))) for value in earlier]


def band(low: object, high: object) -> str:
    """From so many dollars to less than so many, in words."""
    least = number_format(int(str(low)), use_l10n=True)
    most = number_format(int(str(high)), use_l10n=True) if high not in {"", None} else ""
    if not most:
        return _("$%(low)s or more") % {"low": least}
    if least == "0":
        return _("Less than $%(high)s") % {"high": most}
    return _("$%(low)s to less than $%(high)s") % {"low": least, "high": most}


def _plain(bound: float) -> str:
    return f"{bound:g}" if abs(bound) < 1e6 else str(int(bound))


def _language() -> str:
    return "fr" if (get_language() or "en").startswith("fr") else "en"


def _fill_occupation(box: Box, raw: Mapping[str, Sequence[str]] | None) -> None:
    """The matches of a search as choices; the one that was chosen stays among them."""
    spoken_here = _language()
    box.searched = " ".join(raw.get(f"{box.name}{SEARCH_SUFFIX}", ())).strip()[:100] if raw else ""
    chosen = occupations.by_code(box.value) if box.value else None
    found = occupations.find(box.searched, spoken_here, MATCHES) if box.searched else []
    if chosen is not None and chosen.code not in {one.code for one in found}:
        found = [chosen, *found]
    box.has_searched = bool(box.searched)
    box.options = [
        Option(
            one.code,
            one.title(spoken_here),
            _("NOC %(code)s, TEER %(teer)s") % {"code": one.code, "teer": one.teer},
            one.code == box.value,
        )
        for one in found
    ]


def written(one: Field, answer: Mapping[str, object] | None) -> list[str]:
    """What a form holds for an answer that is kept; nothing for a field that was not answered."""
    if answer is None or one.name not in answer:
        return []
    value = answer[one.name]
    if value is None:
        return [flow.NOT_SURE]
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    if one.kind == "money" and isinstance(value, list | tuple):
        return [f"{value[0]}-{'' if value[1] is None else value[1]}"]
    if isinstance(value, list | tuple):
        return [str(part) for part in value]
    if isinstance(value, int | float):
        return [number_format(value, use_l10n=True, force_grouping=False)]
    return [str(value)]


def choice_label(slug: str, one: Field, code: str, wording: Wording) -> str:
    """What a choice is called."""
    if one.kind == "yes_no" and (slug, f"{one.name}.{code}") not in wording.labels:
        return _("Yes") if code == "yes" else _("No")
    return wording.label(slug, one.name, code)


def said(question: Question, answer: Mapping[str, object], wording: Wording) -> list[tuple[str, str]]:
    """An answer in words: the label and the value of each field; the label is empty where there is but one field."""
    found = []
    for one in question.fields:
        if one.name not in answer:
            continue
        value = answer[one.name]
        label = named(wording.label(question.slug, one.name)) if len(question.fields) > 1 else ""
        text = in_words(question.slug, one, value, wording)
        if (level := level_of(question, one, answer)) is not None:
            text = f"{text} ({level})" if answer.get("test") != language.LEVELS else level
        found.append((label, text))
    return found


def named(label: str) -> str:
    """A label with what stands between it and its value."""
    return label if not label or label[-1] in "?:" else _("%(label)s:") % {"label": label}


def level_of(question: Question, one: Field, answer: Mapping[str, object]) -> str | None:
    """The level that a score of a language test stands for, such as CLB 9; None for whatever else."""
    score, test = answer.get(one.name), answer.get("test")
    if question.slug not in LANGUAGES or one.name not in ABILITIES or score is None or test is None:
        return None
    kind = _("CLB") if question.slug == "english" else _("NCLC")
    level = language.level(test, one.name, score)
    return f"{kind} {level}" if level else _("below %(kind)s 4") % {"kind": kind}


def in_words(slug: str, one: Field, value: object, wording: Wording) -> str:
    """One value as a person would say it."""
    if value is None:
        return _("Not sure")
    if isinstance(value, bool):
        return choice_label(slug, one, "yes" if value else "no", wording)
    if one.kind == "money" and isinstance(value, list | tuple):
        return band(*value)
    if one.kind == "countries" and isinstance(value, list | tuple):
        named = countries.names(_language())
        return ", ".join(named.get(str(code), str(code)) for code in value)
    if isinstance(value, list | tuple):
        return ", ".join(choice_label(slug, one, str(code), wording) for code in value) or _("None of these")
    if one.kind == "noc":
        occupation = occupations.by_code(str(value))
        return f"{occupation.title(_language())} ({occupation.code})" if occupation else _("Not found in the list")
    if isinstance(value, int | float):
        return number_format(value, use_l10n=True)
    return choice_label(slug, one, str(value), wording)


def message(one: Field, code: str, params: Mapping[str, Any]) -> str:
    """What is wrong with a field, in words. code, params: of flow.BadAnswer."""
    bounds = {"low": number_format(one.min, use_l10n=True), "high": number_format(one.max, use_l10n=True)}
    plain = {
        "number": _("Write a number from %(low)s to %(high)s, in digits."),
        "integer": _("Write a whole number from %(low)s to %(high)s, in digits."),
        "low": _("Write a number from %(low)s to %(high)s."),
        "high": _("Write a number from %(low)s to %(high)s."),
        "country": _("Choose a country from the list."),
        "noc": _("Choose one occupation from the list, or say that you are not sure."),
        "money": _("Choose one of the amounts."),
        "choice": _("Choose from the list. “None of these” stands alone."),
        "level": _("Write a level from %(low)s to %(high)s."),
    }
    if code in plain:
        return plain[code] % bounds
    if code == "test_score":
        return str(params[_language()])
    if code == "less_than":
        return _("This cannot be more than the number above.")
    return _required(one)


def _required(one: Field) -> str:
    if one.kind in {"integer", "number"}:
        return _("Write a number.")
    return _("Choose an answer.")


def faults(found: Sequence[Box]) -> list[Fault]:
    """The fields with an error, for the summary at the top."""
    return [Fault(box.name, box.first_id, box.error) for box in found if box.error]


def count_of(number: int) -> str:
    """How many questions are left, in words."""
    return npgettext("quiz", "About %(number)d question left", "About %(number)d questions left", number) % {
        "number": number
    }
