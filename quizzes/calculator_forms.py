"""The forms of the calculators: what they ask, what was written, and what is wrong with it.

    raw = read(CRS, request.POST)              {name: [what was written]}, of fields that exist
    entries = clean(CRS, raw)                  entries.values, and entries.errors by field

A value None is "not sure"; a field that was not claimed has its default. Rules and points are in quizzes.crs and
quizzes.eligibility: nothing here knows any.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from publishing.languages import active, colon
from quizzes.crs.ageing import years_old
from quizzes.crs.texts import EDUCATION_WORDS, OFFER_WORDS, STUDY_WORDS
from quizzes.crs.versions import MOST_AGE, MOST_LEVEL
from quizzes.forms import Box, Fault, Option
from quizzes.language import ABILITIES, TESTS, BadScores
from quizzes.words import Words
from rounds.models import Kind, RoundType

NOT_SURE, NONE, LEVELS = "not_sure", "none", "levels"
MOST_TEXT = 40  # characters of one entry
EARLIEST = date(1900, 1, 1)
SPACES = re.compile(r"[\s\u00a0\u202f]")

type Text = str | Promise | Words
type Raw = Mapping[str, Sequence[str]]
type Levels = tuple[int | None, int | None, int | None, int | None]


@dataclass(frozen=True)
class Ask:
    """One field. kind: integer, score, day, menu, radios or checks.

    default: what stands in an untouched form. show_if: another field, and its values with which this one counts.
    """

    name: str
    kind: str
    label: Text
    hint: Text = ""
    choices: tuple[tuple[str, Text], ...] = ()
    low: int = 0
    high: int = 0
    required: bool = False
    default: str = ""
    not_sure: bool = False
    show_if: tuple[str, tuple[str, ...]] | None = None


@dataclass(frozen=True)
class Group:
    """Fields under one heading. language: the prefix of a test with its four abilities, which stand side by side."""

    key: str
    title: Text
    asks: tuple[Ask, ...]
    hint: Text = ""
    language: str = ""
    show_if: tuple[str, tuple[str, ...]] | None = None


@dataclass(frozen=True)
class Form:
    """One calculator's form."""

    key: str
    groups: tuple[Group, ...]

    @property
    def asks(self) -> Iterable[Ask]:
        return (ask for group in self.groups for ask in group.asks)


@dataclass
class Entries:
    """What was written, read: `values` by field, `errors` by field in words, `levels` by prefix of a language.

    doubts: fields whose entry cannot be what it stands for, while somebody still types.
    """

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    levels: dict[str, Levels] = field(default_factory=dict)
    doubts: frozenset[str] = frozenset()


def say(text: Text) -> str:
    """A text in the active language."""
    if isinstance(text, Words):
        return text.fr if active() == "fr" else text.en
    return str(text)


# What is asked

YES_NO: tuple[tuple[str, Text], ...] = (("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")))
ABILITY_LABELS: Mapping[str, Text] = {
    "speaking": gettext_lazy("Speaking"),
    "listening": gettext_lazy("Listening"),
    "reading": gettext_lazy("Reading"),
    "writing": gettext_lazy("Writing"),
}


def yes_no(name: str, label: Text, hint: Text = "", **details: Any) -> Ask:
    """A question with yes, no and "not sure"; no unless it is claimed."""
    return Ask(name, "radios", label, hint, YES_NO, default="no", not_sure=True, **details)


def years(most: int) -> tuple[tuple[str, Text], ...]:
    """Completed years as choices, the last one for that many or more."""
    counted: list[tuple[str, Text]] = [("0", gettext_lazy("None, or less than a year"))]
    counted += [(str(number), YEARS[number]) for number in range(1, most)]
    return (*counted, (str(most), OR_MORE[most]))


YEARS: Mapping[int, Text] = {
    1: Words("1 year", "1 an"),
    2: Words("2 years", "2 ans"),
    3: Words("3 years", "3 ans"),
    4: Words("4 years", "4 ans"),
    5: Words("5 years", "5 ans"),
}
OR_MORE: Mapping[int, Text] = {
    3: Words("3 years or more", "3 ans ou plus"),
    5: Words("5 years or more", "5 ans ou plus"),
    6: Words("6 years or more", "6 ans ou plus"),
}


def test_choices(languages: str) -> tuple[tuple[str, Text], ...]:
    """The tests of some languages ("en", "fr"), after "no test" and before levels."""
    return (
        (NONE, gettext_lazy("No test")),
        *((key, test.name) for key, test in TESTS.items() if test.language in languages.split()),
        (LEVELS, gettext_lazy("I know my levels (CLB or NCLC)")),
    )


def language_asks(prefix: str, languages: str, *, default: str, dated: bool = True, **details: Any) -> tuple[Ask, ...]:
    """A test, its four abilities, and its day."""
    tested = (f"{prefix}_test", (*(key for key, _label in test_choices(languages) if key != NONE),))
    asks = [
        Ask(
            f"{prefix}_test",
            "menu",
            gettext_lazy("Test"),
            choices=test_choices(languages),
            default=default,
            required=not default,
            not_sure=True,
            **details,
        ),
        *(Ask(f"{prefix}_{one}", "score", ABILITY_LABELS[one], show_if=tested) for one in ABILITIES),
    ]
    if dated:
        hint = gettext_lazy("Optional. Then we can say when the result is too old.")
        asks.append(Ask(f"{prefix}_day", "day", gettext_lazy("Day of the test"), hint, show_if=tested))
    return tuple(asks)


PARTNERS: tuple[tuple[str, Text], ...] = (
    ("no", gettext_lazy("I have none")),
    ("coming", gettext_lazy("They come with me")),
    ("staying", gettext_lazy("They do not come with me")),
    ("canadian", gettext_lazy("They are a Canadian citizen or permanent resident")),
)
WITH_PARTNER = ("partner", ("coming", NOT_SURE))
EDUCATION_CHOICES = tuple(EDUCATION_WORDS.items())
CATEGORIES = tuple((one.value, one.label) for one in RoundType if one.kind is Kind.CATEGORY)
ASKED_CATEGORIES = tuple(
    (value, label) for value, label in CATEGORIES if value not in (RoundType.FRENCH.value, RoundType.OTHER.value)
)

AGE = Ask("age", "integer", gettext_lazy("Age"), gettext_lazy("In whole years."), high=MOST_AGE, required=True)
PARTNER = Ask(
    "partner", "radios", gettext_lazy("Spouse or common-law partner"), "", PARTNERS, default="no", not_sure=True
)
EDUCATION = Ask(
    "education",
    "menu",
    gettext_lazy("Highest level that you have finished"),
    gettext_lazy(
        "Studies outside Canada count with an educational credential assessment that is less than five years old."
    ),
    EDUCATION_CHOICES,
    required=True,
    not_sure=True,
)
LANGUAGE_HINT = gettext_lazy(
    "Results that are less than two years old. Each ability counts by itself. Leave a score empty if you do not have "
    "it yet."
)
ENGLISH = Group("english", gettext_lazy("English"), language_asks("en", "en", default=""), LANGUAGE_HINT, "en")
FRENCH = Group(
    "french",
    gettext_lazy("French"),
    language_asks("fr", "fr", default=NONE),
    gettext_lazy("For TEF Canada enter the column “Équivalence ancien score”."),
    "fr",
)

CRS = Form(
    "crs",
    (
        Group(
            "you",
            gettext_lazy("About you"),
            (
                AGE,
                Ask(
                    "born",
                    "day",
                    gettext_lazy("Date of birth"),
                    gettext_lazy("Optional. Then we can say on which days your points change."),
                ),
                PARTNER,
            ),
        ),
        Group(
            "education",
            gettext_lazy("Education"),
            (
                EDUCATION,
                Ask(
                    "canadian_study",
                    "menu",
                    gettext_lazy("Post-secondary studies finished in Canada"),
                    gettext_lazy(
                        "At a school in Canada, full-time, for at least eight months in Canada. English or French "
                        "classes do not count."
                    ),
                    tuple(STUDY_WORDS.items()),
                    default="none",
                    not_sure=True,
                ),
            ),
        ),
        ENGLISH,
        FRENCH,
        Group(
            "order",
            gettext_lazy("First official language"),
            (
                Ask(
                    "first",
                    "radios",
                    gettext_lazy("Which one do you declare as your first official language?"),
                    gettext_lazy("You choose it in your profile. It decides the points where you have tests of both."),
                    (
                        ("best", gettext_lazy("Whichever gives more points")),
                        ("en", gettext_lazy("English")),
                        ("fr", gettext_lazy("French")),
                    ),
                    default="best",
                ),
            ),
        ),
        Group(
            "work",
            gettext_lazy("Your work"),
            (
                Ask(
                    "canadian_work",
                    "menu",
                    gettext_lazy("Skilled work in Canada"),
                    gettext_lazy(
                        "Completed years in the last ten: paid, TEER 0 to 3, full-time (30 hours a week) or as much "
                        "part-time."
                    ),
                    years(5),
                    default="0",
                    not_sure=True,
                ),
                Ask(
                    "foreign_work",
                    "menu",
                    gettext_lazy("Skilled work outside Canada"),
                    gettext_lazy("Completed years in the last ten, in one occupation of TEER 0 to 3."),
                    years(3),
                    default="0",
                    not_sure=True,
                ),
                yes_no(
                    "certificate",
                    gettext_lazy("Do you have a certificate of qualification in a trade?"),
                    gettext_lazy("Issued by a province, a territory or a federal body in Canada."),
                ),
                Ask(
                    "categories",
                    "checks",
                    gettext_lazy("Are you in a group that rounds by category invite?"),
                    gettext_lazy(
                        "Optional; no points hang on it. Check the official lists of occupations: each category asks "
                        "for recent work in one of them."
                    ),
                    ASKED_CATEGORIES,
                ),
            ),
        ),
        Group(
            "spouse",
            gettext_lazy("Your spouse or partner"),
            (
                Ask(
                    "spouse_education",
                    "menu",
                    gettext_lazy("Highest level that they have finished"),
                    "",
                    EDUCATION_CHOICES,
                    default="less_than_secondary",
                    not_sure=True,
                ),
                Ask(
                    "spouse_canadian_work",
                    "menu",
                    gettext_lazy("Their skilled work in Canada"),
                    "",
                    years(5),
                    default="0",
                    not_sure=True,
                ),
                Ask(
                    "spouse_age",
                    "integer",
                    gettext_lazy("Their age"),
                    gettext_lazy("Optional: shows what changes if they are the principal applicant."),
                    high=MOST_AGE,
                ),
                Ask(
                    "spouse_foreign_work",
                    "menu",
                    gettext_lazy("Their skilled work outside Canada"),
                    gettext_lazy("Counts only if they are the principal applicant."),
                    years(3),
                    default=NOT_SURE,
                    not_sure=True,
                ),
            ),
            gettext_lazy("Counts only if they come with you and are neither a citizen nor a permanent resident."),
            show_if=WITH_PARTNER,
        ),
        Group(
            "spouse_language",
            gettext_lazy("Language of your spouse or partner"),
            language_asks("spouse", "en fr", default=NONE),
            gettext_lazy("The better of the two languages."),
            "spouse",
            WITH_PARTNER,
        ),
        Group(
            "additional",
            gettext_lazy("Additional points"),
            (
                yes_no("nomination", gettext_lazy("Has a province or territory nominated you?")),
                yes_no(
                    "sibling",
                    gettext_lazy("Do you have a brother or sister in Canada?"),
                    gettext_lazy(
                        "Yours, or your partner’s if they come: 18 or older, citizen or permanent resident, living in "
                        "Canada."
                    ),
                ),
                Ask(
                    "job_offer",
                    "menu",
                    gettext_lazy("Job offer in Canada"),
                    gettext_lazy("Has earned no points since 25 March 2025."),
                    tuple(OFFER_WORDS.items()),
                    default="none",
                    not_sure=True,
                ),
            ),
        ),
    ),
)

FSW = Form(
    "fsw",
    (
        Group("you", gettext_lazy("About you"), (AGE, PARTNER)),
        Group("education", gettext_lazy("Education"), (EDUCATION,)),
        replace(ENGLISH, asks=language_asks("en", "en", default="", dated=False)),
        replace(FRENCH, asks=language_asks("fr", "fr", default=NONE, dated=False)),
        Group(
            "work",
            gettext_lazy("Your work"),
            (
                Ask(
                    "skilled_years",
                    "menu",
                    gettext_lazy("Skilled work, in Canada or elsewhere"),
                    gettext_lazy("Completed years in the last ten: paid, TEER 0 to 3, full-time or as much part-time."),
                    years(6),
                    default="0",
                    not_sure=True,
                ),
                yes_no(
                    "arranged",
                    gettext_lazy("Do you have arranged employment?"),
                    gettext_lazy(
                        "An offer for full-time work all year round, of at least one year, in TEER 0 to 3, that the "
                        "program counts: mostly with a labour market impact assessment."
                    ),
                ),
            ),
        ),
        Group(
            "adaptability",
            gettext_lazy("Adaptability"),
            (
                yes_no(
                    "studied",
                    gettext_lazy("Have you studied in Canada for two years?"),
                    gettext_lazy("Two academic years, full-time, in a program of at least two years."),
                ),
                yes_no(
                    "worked",
                    gettext_lazy("Have you worked in Canada for a year?"),
                    gettext_lazy("Full-time, TEER 0 to 3, with a work permit or another right to work."),
                ),
                yes_no(
                    "relative",
                    gettext_lazy("Do you or your partner have an adult relative in Canada?"),
                    gettext_lazy(
                        "Parent, grandparent, child, grandchild, brother, sister, aunt, uncle, niece or nephew; a "
                        "citizen or permanent resident living in Canada."
                    ),
                ),
                yes_no(
                    "partner_language",
                    gettext_lazy("Does your partner have CLB or NCLC 4 or more in all four abilities?"),
                    show_if=WITH_PARTNER,
                ),
                yes_no(
                    "partner_studied",
                    gettext_lazy("Has your partner studied in Canada for two years?"),
                    show_if=WITH_PARTNER,
                ),
                yes_no(
                    "partner_worked",
                    gettext_lazy("Has your partner worked in Canada for a year?"),
                    show_if=WITH_PARTNER,
                ),
            ),
        ),
    ),
)

CONVERTER = Form(
    "language",
    (
        Group(
            "test",
            gettext_lazy("Your result"),
            (
                Ask(
                    "test_test",
                    "menu",
                    gettext_lazy("Test"),
                    choices=tuple((key, test.name) for key, test in TESTS.items()),
                    required=True,
                ),
                *(Ask(f"test_{one}", "score", ABILITY_LABELS[one]) for one in ABILITIES),
            ),
            language="test",
        ),
    ),
)


# What was written


def read(form: Form, sent: Any) -> dict[str, list[str]]:
    """What was sent for the fields that exist, without blanks and cut short. sent: a QueryDict."""
    raw = {}
    for ask in form.asks:
        values = [value.replace("\0", "").strip()[:MOST_TEXT] for value in sent.getlist(ask.name)[:30]]
        raw[ask.name] = [value for value in values if value]
    return raw


def clean(form: Form, raw: Raw, today: date, *, lenient: bool = False) -> Entries:
    """Every field read. lenient: while somebody types, what is missing or wrong is "not sure" and no error.

    A field whose `show_if` does not hold is left at its default.
    """
    found = Entries()
    for group in form.groups:
        counts = shown(group.show_if, raw)
        for ask in group.asks:
            texts = list(raw.get(ask.name, ())) if counts and shown(ask.show_if, raw) else []
            try:
                found.values[ask.name] = value_of(ask, texts)
            except ValueError as error:
                found.values[ask.name] = None
                found.errors[ask.name] = str(error)
        if group.language:
            read_levels(group.language, found)
    check_days(found, today)
    if lenient:
        found.doubts, found.errors = frozenset(found.errors), {}
    return found


def shown(show_if: tuple[str, tuple[str, ...]] | None, raw: Raw) -> bool:
    """Whether a field counts, by what was written in another one."""
    return show_if is None or any(value in show_if[1] for value in raw.get(show_if[0], ()))


def value_of(ask: Ask, texts: list[str]) -> Any:
    """The value of one field. Raises ValueError with the words for the reader."""
    if ask.kind == "checks":
        codes = {code for code, _label in ask.choices}
        return [text for text in dict.fromkeys(texts) if text in codes]
    text = texts[-1] if texts else ask.default
    if ask.not_sure and text == NOT_SURE:
        return None
    if not text:
        if not ask.required:
            return None
        raise ValueError(_("Write a number.") if ask.kind == "integer" else _("Choose an answer."))
    match ask.kind:
        case "integer":
            return whole(text, ask.low, ask.high)
        case "day":
            return day(text)
        case "score":
            return text
    if text not in {code for code, _label in ask.choices}:
        raise ValueError(_("Choose an answer from the list."))
    return text == "yes" if ask.choices is YES_NO else text


def whole(text: str, low: int, high: int) -> int:
    """A whole number between two. Raises ValueError."""
    given = {"low": number_format(low), "high": number_format(high)}
    number = decimal(text)
    if number is None or not number.is_integer() or not low <= number <= high:
        raise ValueError(_("Write a whole number from %(low)s to %(high)s.") % given)
    return int(number)


def decimal(text: str) -> float | None:
    """A number as people write it, with a point or a comma; None for anything else."""
    text = SPACES.sub("", text).replace(",", ".")
    if not re.fullmatch(r"-?\d{1,6}(\.\d{1,6})?", text, re.ASCII):
        return None
    number = float(text)
    return number if math.isfinite(number) else None


def day(text: str) -> date:
    """A day as YYYY-MM-DD. Raises ValueError."""
    if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", text, re.ASCII):
        try:
            return date(*(int(part) for part in text.split("-")))
        except ValueError:
            pass
    raise ValueError(_("Write the year, the month and the day, such as 2025-06-14."))


def read_levels(prefix: str, found: Entries) -> None:
    """The four levels of a language from its test and scores, with what is wrong with each score."""
    test = found.values[f"{prefix}_test"]
    if test == NONE:
        found.levels[prefix] = (0, 0, 0, 0)
        return
    levels = []
    for ability in ABILITIES:
        name = f"{prefix}_{ability}"
        text, level = found.values[name], None
        if test is not None and text is not None:
            try:
                level = level_of(test, ability, text)
            except ValueError as error:
                found.errors[name] = str(error)
        levels.append(level)
    a, b, c, d = levels
    found.levels[prefix] = (a, b, c, d)


def level_of(test: str, ability: str, text: str) -> int:
    """The level that a score of a test stands for. Raises ValueError with what is possible."""
    if test == LEVELS:
        return whole(text, 0, MOST_LEVEL)
    number = decimal(text)
    try:
        return TESTS[test].level(ability, text.upper() if number is None else number)
    except BadScores as bad:
        raise ValueError(say(bad.problems[ability])) from bad


def check_days(found: Entries, today: date) -> None:
    """Days of the past, and an age that goes with the date of birth; without an age, the date of birth tells it."""
    for name, value in list(found.values.items()):
        if isinstance(value, date) and not (EARLIEST < value <= today and years_old(value, today) <= MOST_AGE):
            found.errors[name] = _("Write a day that is past.")
            found.values[name] = None
    born = found.values.get("born")
    if born is None:
        return
    age = years_old(born, today)
    if found.values["age"] is None:
        found.values["age"] = age
        found.errors.pop("age", None)
    elif found.values["age"] != age:
        found.errors["born"] = _("Born on that day, you are %(age)d years old: correct one of the two.") % {"age": age}
        found.values["born"] = None


# What a page shows of a form


@dataclass
class Part:
    """A group on a page. boxes: its fields; for a language the test, the abilities and the rest apart."""

    key: str
    title: str
    hint: str
    boxes: list[Box]
    test: Box | None = None
    abilities: list[tuple[Box, str]] = field(default_factory=list)  # each with its level in words
    show_if: str = ""
    show_values: str = ""


def parts(form: Form, raw: Raw | None = None, found: Entries | None = None) -> list[Part]:
    """The form as a page shows it: untouched, or with what was written and what is wrong."""
    return [part(group, raw, found) for group in form.groups]


def part(group: Group, raw: Raw | None, found: Entries | None) -> Part:
    boxes = [box(ask, raw, found) for ask in group.asks]
    made = Part(group.key, say(group.title), say(group.hint), boxes)
    if group.show_if:
        made.show_if, made.show_values = group.show_if[0], " ".join(group.show_if[1])
    if group.language:
        levels = found.levels.get(group.language) if found else None
        words = level_words(group.language, found.values.get(f"{group.language}_test") if found else None, levels)
        doubts = found.doubts if found else frozenset()
        words = [_("not possible") if one.name in doubts else word for one, word in zip(boxes[1:5], words, strict=True)]
        made.test, made.abilities = boxes[0], list(zip(boxes[1:5], words, strict=True))
        made.boxes = boxes[5:]
    return made


def level_words(prefix: str, test: str | None, levels: Levels | None) -> list[str]:
    """Each level in words, such as CLB 9; empty where there is none."""
    if levels is None or test in (None, NONE):
        return [""] * len(ABILITIES)
    scale = scale_of(prefix, test)
    return ["" if level is None else level_word(scale, level) for level in levels]


def scale_of(prefix: str, test: str | None) -> str:
    """CLB or NCLC, by the language of the test."""
    language = TESTS[test].language if test and test in TESTS else {"en": "en", "fr": "fr"}.get(prefix, "")
    return {"en": _("CLB"), "fr": _("NCLC")}.get(language, _("CLB or NCLC"))


def level_word(scale: str, level: int) -> str:
    return _("below %(kind)s 4") % {"kind": scale} if level == 0 else f"{scale} {level}"


def box(ask: Ask, raw: Raw | None, found: Entries | None) -> Box:
    """One field as the template of the quizzes draws it."""
    values = list(raw.get(ask.name, ())) if raw is not None else []
    if not values and ask.default and ask.kind != "checks":
        values = [ask.default]
    made = Box(
        name=ask.name,
        kind={"integer": "number", "score": "number"}.get(ask.kind, ask.kind),
        label=say(ask.label),
        hint=say(ask.hint),
        error=found.errors.get(ask.name, "") if found else "",
        values=values,
        step="1" if ask.kind == "integer" else "any",
        show_if=ask.show_if[0] if ask.show_if else "",
        show_values=" ".join(ask.show_if[1]) if ask.show_if else "",
    )
    made.options = [Option(code, say(label), is_chosen=code in values) for code, label in ask.choices]
    if ask.not_sure:
        made.not_sure = Option(NOT_SURE, UNSURE_LABEL.get(ask.name, _("I’m not sure")), is_chosen=NOT_SURE in values)
    return made


UNSURE_LABEL: Mapping[str, Any] = {
    "spouse_foreign_work": pgettext_lazy("calculator", "Not known"),
}


def faults(form: Form, found: Entries) -> list[Fault]:
    """What is wrong, in the order of the form, for the summary at the top."""
    return [
        Fault(
            ask.name,
            f"f-{ask.name}-1" if ask.kind in ("radios", "checks") else f"f-{ask.name}",
            f"{colon(named(group, ask))} {found.errors[ask.name]}",
        )
        for group in form.groups
        for ask in group.asks
        if ask.name in found.errors
    ]


def named(group: Group, ask: Ask) -> str:
    """What a field is called by itself: that of a language says which."""
    return f"{say(group.title)}, {say(ask.label)}" if group.language else say(ask.label)


def hidden(form: Form, raw: Raw) -> list[tuple[str, str]]:
    """What was written as hidden fields, for buttons that send it on."""
    return [(ask.name, value) for ask in form.asks for value in raw.get(ask.name, ())]
