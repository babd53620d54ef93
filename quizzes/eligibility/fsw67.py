"""The Federal Skilled Worker selection grid: 67 of 100 points.

Source: Immigration and Refugee Protection Regulations (SOR/2002-227), ss. 76 and 78 to 83, consolidation of 12 June
2026, and canada.ca's page of the program (copy of 27 July 2026). The points are those in force since 4 May 2013;
occupations are counted by TEER since 16 November 2022. Partial years are cut to whole ones, since the rows are whole
years.
"""

from dataclasses import dataclass
from datetime import date

from quizzes.eligibility.answers import ABILITIES, EDUCATION, Range, Value, level_bounds

IN_FORCE = date(2013, 5, 4)
READ_ON = date(2026, 6, 12)
SOURCE = "https://laws-lois.justice.gc.ca/eng/regulations/SOR-2002-227/"
PASS_MARK, OUT_OF = 67, 100

FIRST_LANGUAGE = {7: 4, 8: 5, 9: 6}  # by ability; below 7 earns nothing
SECOND_LANGUAGE, SECOND_LANGUAGE_LEVEL = 4, 5
EDUCATION_POINTS = dict(zip(EDUCATION, (0, 5, 15, 19, 21, 22, 23, 25), strict=True))
WORK_POINTS = {1: 9, 2: 11, 4: 13, 6: 15}  # by whole years, from the least on
AGE_FULL, AGE_FULL_FROM, AGE_FULL_TO = 12, 18, 35  # one point less for each year after, none from 47
ARRANGED_EMPLOYMENT = 10
ADAPTABILITY_MOST = 10
ADAPTABILITY = {
    "partner_language": 5,
    "studied_canada_2y": 5,
    "partner_studied_canada_2y": 5,
    "worked_canada_skilled_1y": 10,
    "partner_worked_canada_1y": 5,
    "adult_relative_in_canada": 5,
    "arranged_employment": 5,
}
PARTNER_LANGUAGE_LEVEL = 4


@dataclass(frozen=True)
class Factor:
    """One of the six factors. points: with bounds where an answer is not known. section: of the regulations."""

    id: str
    points: Range
    most: int
    section: str


def grid(answers: dict[str, Value]) -> list[Factor]:
    """The six factors of a person.

    answers: checked and with their defaults filled in; None where not known, which widens the bounds.
    """
    low, high = _languages(answers, least=True), _languages(answers, least=False)
    return [
        Factor("language", Range(low, high), 28, "s. 79"),
        Factor("education", _education(answers["education_level"]), 25, "s. 78"),
        Factor("experience", _work(answers["skilled_years_10y"]), 15, "s. 80"),
        Factor("age", _age(answers["age"]), 12, "s. 81"),
        Factor("arranged_employment", _worth(answers["arranged_employment"], ARRANGED_EMPLOYMENT), 10, "s. 82"),
        Factor("adaptability", _adaptability(answers), ADAPTABILITY_MOST, "s. 83"),
    ]


def points(answers: dict[str, Value]) -> Range:
    """The points of a person out of 100, with bounds where an answer is not known."""
    factors = grid(answers)
    return Range(sum(factor.points.low for factor in factors), sum(factor.points.high for factor in factors))


def _languages(answers: dict[str, Value], *, least: bool) -> int:
    """The better of the two ways to call one language the first.

    least: what is not known counts as little as it can be, else as much.
    """
    levels = {}
    for language in ("en", "fr"):
        bounds = [level_bounds(answers[f"{language}_{ability}"]) for ability in ABILITIES]
        levels[language] = [int(bound.low if least else bound.high) for bound in bounds]
    return max(_as_first(levels["en"], levels["fr"]), _as_first(levels["fr"], levels["en"]))


def _as_first(first: list[int], second: list[int]) -> int:
    """Points when one language is called the first; one that earns nothing cannot be it."""
    total = sum(FIRST_LANGUAGE[min(level, 9)] for level in first if level >= 7)
    return total + SECOND_LANGUAGE if total and min(second) >= SECOND_LANGUAGE_LEVEL else total


def _education(level: Value) -> Range:
    if level is None:
        return Range(0, 25)
    worth = EDUCATION_POINTS[str(level)]
    return Range(worth, worth)


def _work(years: Value) -> Range:
    if years is None:
        return Range(0, 15)
    worth = max((worth for least, worth in WORK_POINTS.items() if int(years) >= least), default=0)  # type: ignore[arg-type]
    return Range(worth, worth)


def _age(age: Value) -> Range:
    if age is None:
        return Range(0, AGE_FULL)
    years = int(age)  # type: ignore[arg-type]
    worth = 0 if years < AGE_FULL_FROM else max(0, AGE_FULL - max(0, years - AGE_FULL_TO))
    return Range(worth, worth)


def _worth(answer: Value, worth: int) -> Range:
    return Range(worth if answer is True else 0, 0 if answer is False else worth)


def _adaptability(answers: dict[str, Value]) -> Range:
    """Any mix, cut to ten. A partner's rows count only when the partner comes."""
    low = high = 0.0
    coming = answers["partner_coming"]
    level = answers["partner_clb_min"]
    language: Value = None if level is None else level >= PARTNER_LANGUAGE_LEVEL  # type: ignore[operator]
    for name, worth in ADAPTABILITY.items():
        answer = language if name == "partner_language" else answers[name]
        least, most = _worth(answer, worth)
        if name.startswith("partner_"):
            least, most = (least if coming is True else 0), (0 if coming is False else most)
        low, high = low + least, high + most
    return Range(min(low, ADAPTABILITY_MOST), min(high, ADAPTABILITY_MOST))
