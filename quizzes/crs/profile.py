"""What a person tells the calculator, checked.

A key that is missing is not claimed: single, less_than_secondary, 0, false or none. `None` (JSON's null) means "not
known", except for a second language and the spouse's language, where it means that there is none. Only the age and the
first language must be there (they may be None).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from quizzes.crs.versions import CANADIAN_STUDY, EDUCATION, JOB_OFFER, MOST_AGE, MOST_LEVEL
from quizzes.words import Words

ABILITIES: Final = ("speaking", "listening", "reading", "writing")
LANGUAGES: Final = ("en", "fr")
COUPLE: Final = ("married", "common_law")
MARITAL_STATUS: Final = ("single", "married", "common_law", "divorced", "separated", "annulled", "widowed")
MOST_YEARS: Final = 120

type Levels = tuple[int | None, int | None, int | None, int | None]  # speaking, listening, reading, writing
NO_LEVELS: Final[Levels] = (0, 0, 0, 0)
UNKNOWN_LEVELS: Final[Levels] = (None, None, None, None)


class Problems(ValueError):
    """What is wrong with an input: `problems` by field, such as "age" or "first_language.reading", with its words."""

    def __init__(self, problems: Mapping[str, Words]) -> None:
        super().__init__("; ".join(f"{path}: {words.en}" for path, words in problems.items()))
        self.problems = dict(problems)

    @property
    def errors(self) -> dict[str, str]:
        """The same in English, as the API answers it with 400."""
        return {path: words.en for path, words in self.problems.items()}


class BadProfile(Problems):
    """A profile that cannot be scored; lists every problem at once."""


@dataclass(frozen=True, slots=True)
class Language:
    """Levels (CLB or NCLC, 0 to 12) in one official language; None for what is not known."""

    language: str | None  # "en" or "fr"
    levels: Levels


@dataclass(frozen=True, slots=True)
class Spouse:
    """The spouse or partner, as far as the grid asks. Years of work in Canada are whole, floored."""

    education: str | None = EDUCATION[0]
    levels: Levels = NO_LEVELS  # no language test: zeros
    canadian_work_years: int | None = 0


@dataclass(frozen=True, slots=True)
class Profile:
    """A checked profile. None is "not known", but for `second_language`, where it is "none". Years are floored."""

    age: int | None
    first_language: Language
    marital_status: str | None = "single"
    spouse_is_canadian_or_pr: bool | None = False
    spouse_accompanying: bool | None = False
    education: str | None = EDUCATION[0]
    second_language: Language | None = None
    canadian_work_years: int | None = 0
    foreign_work_years: int | None = 0
    certificate_of_qualification: bool | None = False
    spouse: Spouse = field(default_factory=Spouse)
    canadian_study: str | None = "none"
    sibling_in_canada: bool | None = False
    provincial_nomination: bool | None = False
    job_offer: str | None = "none"

    def columns(self) -> tuple[bool, ...]:
        """The columns of the grid that may apply: (False,) without spouse, (True,) with, both while it is not known.

        "With spouse" needs all three: married or common-law, the spouse coming along, and not a citizen or permanent
        resident.
        """
        needs = (
            None if self.marital_status is None else self.marital_status in COUPLE,
            self.spouse_accompanying,
            None if self.spouse_is_canadian_or_pr is None else not self.spouse_is_canadian_or_pr,
        )
        if False in needs:
            return (False,)
        return (False, True) if None in needs else (True,)

    def first_codes(self) -> tuple[str, ...]:
        """The languages that the first one may be, "en" and "fr"; the second, if any, is the other."""
        if self.first_language.language is not None:
            return (self.first_language.language,)
        if self.second_language is not None and self.second_language.language is not None:
            return tuple(code for code in LANGUAGES if code != self.second_language.language)
        return LANGUAGES


_MISSING = object()


class _Check:
    """Reads one mapping and notes each problem by path."""

    def __init__(self, problems: dict[str, Words], path: str = "") -> None:
        self.problems = problems
        self.path = path

    def note(self, key: str, en: str, fr: str) -> None:
        self.problems.setdefault(self.path + key, Words(en, fr))

    def keys(self, data: Mapping[str, object], known: tuple[str, ...]) -> None:
        for key in data:
            if key not in known:
                self.note(str(key)[:60], "There is no such field.", "Ce champ n’existe pas.")

    def choice(self, data: Mapping[str, object], key: str, choices: tuple[str, ...]) -> str | None:
        value = data.get(key, choices[0])
        if value is None:
            return None
        if not isinstance(value, str) or value not in choices:
            self.note(key, f"Must be one of {', '.join(choices)}.", f"Valeurs possibles : {', '.join(choices)}.")
            return None
        return value

    def flag(self, data: Mapping[str, object], key: str) -> bool | None:
        value = data.get(key, False)
        if value is None or isinstance(value, bool):
            return value
        self.note(key, "Must be true, false or null.", "Valeurs possibles : true, false ou null.")
        return None

    def years(self, data: Mapping[str, object], key: str) -> int | None:
        """Completed years: a number, floored. 0.99 is 0."""
        value = data.get(key, 0)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MOST_YEARS:
            self.note(
                key, f"Must be a number of years from 0 to {MOST_YEARS}.", f"Un nombre d’années de 0 à {MOST_YEARS}."
            )
            return None
        return int(value)

    def whole(self, data: Mapping[str, object], key: str, most: int, en: str, fr: str) -> int | None:
        """A whole number from 0 to `most` that must be there; 30.0 is one, as it is in JSON."""
        value = data.get(key, _MISSING)
        if value is None:
            return None
        if value is _MISSING:
            self.note(key, "Is missing.", "Il manque cette réponse.")
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most or value % 1:
            self.note(key, f"Must be {en} from 0 to {most}.", f"Doit être {fr} de 0 à {most}.")
            return None
        return int(value)

    def levels(self, data: Mapping[str, object]) -> Levels:
        speaking, listening, reading, writing = (
            self.whole(data, ability, MOST_LEVEL, "a whole level (CLB or NCLC)", "un niveau entier (NCLC)")
            for ability in ABILITIES
        )
        return speaking, listening, reading, writing

    def language(self, data: object) -> Language:
        if not isinstance(data, Mapping):
            self.problems.setdefault(self.path.rstrip("."), OBJECT)
            return Language(None, UNKNOWN_LEVELS)
        self.keys(data, ("language", *ABILITIES))
        if "language" not in data:
            self.note("language", 'Is missing: "en" or "fr".', "Il manque la langue : « en » ou « fr ».")
            return Language(None, self.levels(data))
        return Language(self.choice(data, "language", LANGUAGES), self.levels(data))

    def spouse(self, data: object) -> Spouse:
        if data is None:
            return Spouse(None, UNKNOWN_LEVELS, None)
        if not isinstance(data, Mapping):
            self.problems.setdefault(self.path.rstrip("."), OBJECT)
            return Spouse()
        self.keys(data, ("education", "language", "canadian_work_years"))
        levels = NO_LEVELS
        if (language := data.get("language")) is not None:
            inner = _Check(self.problems, self.path + "language.")
            if isinstance(language, Mapping):
                inner.keys(language, ABILITIES)
                levels = inner.levels(language)
            else:
                self.note("language", *OBJECT)
        return Spouse(self.choice(data, "education", EDUCATION), levels, self.years(data, "canadian_work_years"))


OBJECT: Final = Words("Must be an object.", "Doit être un objet.")
KEYS: Final = (
    "marital_status",
    "spouse_is_canadian_or_pr",
    "spouse_accompanying",
    "age",
    "education",
    "first_language",
    "second_language",
    "canadian_work_years",
    "foreign_work_years",
    "certificate_of_qualification",
    "spouse",
    "canadian_study",
    "sibling_in_canada",
    "provincial_nomination",
    "job_offer",
)


def check(data: object) -> Profile:
    """The profile of that mapping, in the shape of the API's `profile`: KEYS, all optional but age and first_language.

    age: whole years, 0 to 120. Work: years as a number, 0 to 120, floored. Levels: 0 to 12, whole.
    first_language, second_language: {"language": "en" or "fr", "speaking", "listening", "reading", "writing"}.
    spouse: {"education", "language": the four abilities, "canadian_work_years"}; ignored whatever it says unless
        married or common-law, and counted only where the column "with spouse" applies. None: nothing is known of
        the spouse.

    Raises BadProfile, which lists every problem by field, such as {"age": …, "second_language.reading": …}.
    """
    if not isinstance(data, Mapping):
        raise BadProfile({"profile": OBJECT})
    problems: dict[str, Words] = {}
    read = _Check(problems)
    read.keys(data, KEYS)
    age = read.whole(data, "age", MOST_AGE, "whole years", "un nombre entier d’années")
    first = Language(None, UNKNOWN_LEVELS)
    if "first_language" not in data:
        read.note("first_language", "Is missing.", "Il manque cette réponse.")
    elif data["first_language"] is not None:
        first = _Check(problems, "first_language.").language(data["first_language"])
    second = None
    if data.get("second_language") is not None:
        second = _Check(problems, "second_language.").language(data["second_language"])
        if second.language is not None and second.language == first.language:
            problems.setdefault(
                "second_language.language",
                Words("Must not be the first language again.", "Doit différer de la première langue."),
            )
    choice = partial(read.choice, data)
    status = choice("marital_status", MARITAL_STATUS)
    is_described = "spouse" in data and (status is None or status in COUPLE)
    profile = Profile(
        age=age,
        first_language=first,
        marital_status=status,
        spouse_is_canadian_or_pr=read.flag(data, "spouse_is_canadian_or_pr"),
        spouse_accompanying=read.flag(data, "spouse_accompanying"),
        education=choice("education", EDUCATION),
        second_language=second,
        canadian_work_years=read.years(data, "canadian_work_years"),
        foreign_work_years=read.years(data, "foreign_work_years"),
        certificate_of_qualification=read.flag(data, "certificate_of_qualification"),
        spouse=_Check(problems, "spouse.").spouse(data["spouse"]) if is_described else Spouse(),
        canadian_study=choice("canadian_study", CANADIAN_STUDY),
        sibling_in_canada=read.flag(data, "sibling_in_canada"),
        provincial_nomination=read.flag(data, "provincial_nomination"),
        job_offer=choice("job_offer", JOB_OFFER),
    )
    if problems:
        raise BadProfile(problems)
    return profile


def unknown_fields(profile: Profile) -> tuple[str, ...]:
    """The names of the answers that are not known, such as "age" or "spouse.education"."""
    found = [key for key in KEYS if key not in ("second_language", "spouse") and getattr(profile, key) is None]
    languages = [("first_language", profile.first_language)]
    if profile.second_language is not None:
        languages.append(("second_language", profile.second_language))
    for name, language in languages:
        if language.language is None:
            found.append(f"{name}.language")
        found += _unknown_levels(name, language.levels)
    spouse = profile.spouse
    found += [f"spouse.{key}" for key in ("education", "canadian_work_years") if getattr(spouse, key) is None]
    return (*found, *_unknown_levels("spouse.language", spouse.levels))


def _unknown_levels(name: str, levels: Levels) -> list[str]:
    return [f"{name}.{ability}" for ability, level in zip(ABILITIES, levels, strict=True) if level is None]
