"""Facts that follow from others, with bounds where a part is not known."""

from collections.abc import Callable, Mapping
from typing import cast

from quizzes.eligibility import fsw67
from quizzes.eligibility.answers import ABILITIES, DEFAULTS, Answers, Range, Value, level_bounds, lowest_level
from quizzes.eligibility.figures import Figures, YouthMobility
from quizzes.eligibility.leaves import Truth, all_of, any_of

TRADES_LANGUAGE = {"speaking": 5, "listening": 5, "reading": 4, "writing": 4}  # IRPR s. 87.2(3)(a)
IEC_YOUNGEST = 18
MONTHS_OF_THREE_YEARS = 36

PARTS: dict[str, tuple[str, ...]] = {
    "en_min": tuple(f"en_{ability}" for ability in ABILITIES),
    "fr_min": tuple(f"fr_{ability}" for ability in ABILITIES),
    "clb_best_min": tuple(f"{language}_{ability}" for language in ("en", "fr") for ability in ABILITIES),
    "fst_language_met": tuple(f"{language}_{ability}" for language in ("en", "fr") for ability in ABILITIES),
    "fsw_points": (
        *(f"{language}_{ability}" for language in ("en", "fr") for ability in ABILITIES),
        "education_level",
        "skilled_years_10y",
        "age",
        "arranged_employment",
        "partner_coming",
        "partner_clb_min",
        "studied_canada_2y",
        "partner_studied_canada_2y",
        "worked_canada_skilled_1y",
        "partner_worked_canada_1y",
        "adult_relative_in_canada",
    ),
    "iec_country": ("citizenships",),
    "iec_wh": ("citizenships", "age"),
    "iec_yp": ("citizenships", "age"),
    "iec_coop": ("citizenships", "age"),
    "noc_months_30m": ("noc_months_30m", "noc_months_3y"),
    "noc_months_18m": ("noc_months_18m", "noc_months_3y"),
}


def known(answers: Answers, figures: Figures) -> dict[str, Value]:
    """All facts of a person but `ee_pool`, which takes rules: answers, defaults of what is missing, the derived."""
    values: dict[str, Value] = {**DEFAULTS, **answers}
    english, french = lowest_level(values, "en"), lowest_level(values, "fr")
    values["en_min"], values["fr_min"] = english, french
    values["clb_best_min"] = Range(max(english.low, french.low), max(english.high, french.high))
    values["fst_language_met"] = any_of([_trades_language(values, language) for language in ("en", "fr")])
    values["fsw_points"] = fsw67.points(values)
    held = cast(tuple[str, ...] | None, values["citizenships"])
    values["iec_country"] = None if held is None else any(code in figures.iec_countries for code in held)
    for name, offered in IEC_CATEGORIES.items():
        values[name] = _youth_mobility(values, figures.iec_countries, offered)
    for name, months in (("noc_months_30m", 30), ("noc_months_18m", 18)):
        longer = values["noc_months_3y"]
        if values[name] is None and longer is not None:
            # of N months in the last 36, no more than the months left out can lie before the shorter time
            before, total = MONTHS_OF_THREE_YEARS - months, cast(float, longer)
            values[name] = Range(max(0, total - before), min(months, total))
    return values


def _trades_language(values: Mapping[str, Value], language: str) -> Truth:
    truths: list[Truth] = []
    for ability, least in TRADES_LANGUAGE.items():
        low, high = level_bounds(values[f"{language}_{ability}"])
        truths.append(True if low >= least else False if high < least else None)
    return all_of(truths)


IEC_CATEGORIES: dict[str, Callable[[YouthMobility], bool]] = {
    "iec_wh": lambda country: country.working_holiday,
    "iec_yp": lambda country: country.young_professionals,
    "iec_coop": lambda country: country.coop,
}


def _youth_mobility(
    values: Mapping[str, Value], countries: Mapping[str, YouthMobility], offered: Callable[[YouthMobility], bool]
) -> Truth:
    held, age = cast(tuple[str, ...] | None, values["citizenships"]), cast(int | None, values["age"])
    if held is None:
        return None
    limits = [countries[code].oldest for code in held if code in countries and offered(countries[code])]
    if not limits:
        return False
    return None if age is None else IEC_YOUNGEST <= age <= max(limits)
