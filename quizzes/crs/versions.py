"""Versions of the grid by first day in force, and the book that holds them.

    BOOK.on(date(2025, 3, 24)).key     "2020-10-20"
    BOOK.on(date(2020, 10, 5))         raises UnknownRules: French points changed on some day of those weeks
    BOOK.on(date(2026, 11, 3))         raises UnknownRules: a newer version is reported, its points are not known
    BOOK.newest.key                    "2025-03-25"
    BOOK.superseded_reported           True

A version that an editor enters when the official text is read has the shape of `tables.VersionData`:
`BOOK.with_version(version_from(data))` makes a book that knows it and no longer reports it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final, NamedTuple, cast

from quizzes.crs import tables
from quizzes.words import Words

EDUCATION: Final = (
    "less_than_secondary",
    "secondary",
    "one_year",
    "two_year",
    "three_year_or_bachelor",
    "two_or_more",
    "master_or_professional",
    "doctoral",
)
CANADIAN_STUDY: Final = ("none", "one_or_two_year", "three_year_plus")
JOB_OFFER: Final = ("none", "other_skilled", "teer0_major_group_00")
GROUPS: Final = ("education", "foreign_work", "certificate")
MOST_AGE: Final = 120  # years
MOST_LEVEL: Final = 12

type Row = tuple[int, ...]
type Columns = tuple[Row, Row]  # without spouse, with spouse: False and True index it


class UnknownRules(LookupError):
    """The rules of that day, or of that name, are not known here; `words` says why, and nothing is guessed."""

    def __init__(self, asked: date | str, words: Words) -> None:
        super().__init__(words.en)
        self.asked = asked
        self.words = words


class BadVersion(ValueError):
    """Data that is no version of the grid; `errors` says what is wrong by path, such as "additional.french"."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{path}: {error}" for path, error in errors.items()))
        self.errors = dict(errors)


class Source(NamedTuple):
    """Where points were read. url is "" where no page can be named; as_of is the page's day, None if not known."""

    title: Words
    url: str
    as_of: date | None


@dataclass(frozen=True, slots=True, eq=False)
class Version:
    """One version of the grid, ready for look-ups: every row is indexed by age, level, whole years or place in a list.

    Points are whole. Rows of years end with the row that has no upper end: look up `min(years, len(row) - 1)`.
    """

    key: str  # the first day in force, as ISO writes it
    in_force: date
    known_through: date | None  # the last day this version is known to apply; None if no end is known or reported
    age: Columns  # by age 0 to 120
    education: Columns  # by place in EDUCATION
    first_language: Columns  # by level 0 to 12, for each ability
    second_language: Columns  # by level 0 to 12, for each ability
    second_language_most: tuple[int, int]
    canadian_work: Columns  # by years
    spouse_education: Row
    spouse_language: Row
    spouse_canadian_work: Row
    transferability_most: int
    group_most: Row  # by place in GROUPS
    education_tier: Row  # by place in EDUCATION
    foreign_work_tier: Row  # by years
    language_step: Row  # by level, the lowest of the four abilities
    canadian_work_step: Row  # by years
    education_language: tuple[Row, ...]  # [tier][step], and so for the next three
    education_canadian_work: tuple[Row, ...]
    foreign_work_language: tuple[Row, ...]
    foreign_work_canadian_work: tuple[Row, ...]
    certificate_language: Row  # by level, the lowest of the four abilities
    additional_most: int
    provincial_nomination: int
    french: tuple[int, int]  # without and with CLB 5 in all four abilities of English
    canadian_study: Row  # by place in CANADIAN_STUDY
    sibling_in_canada: int
    job_offer: Row  # by place in JOB_OFFER
    grid_source: Source
    additional_source: Source

    def covers(self, day: date) -> bool:
        """Is this version known to apply on that day, as far as it knows itself?"""
        return self.in_force <= day and (self.known_through is None or day <= self.known_through)


@dataclass(frozen=True, slots=True)
class Reported:
    """A version that others report and whose points are not known: from which day, what they say, and where."""

    in_force: date
    said: tuple[Words, ...]
    sources: tuple[str, ...]
    official_tool: str


REPORTED_2026: Final = Reported(
    date(2026, 11, 3),
    (
        Words(
            "A list of 186 high-wage occupations (NOC 2021) in three levels, each with points of its own.",
            "Une liste de 186 professions à haut salaire (CNP 2021) en trois niveaux, chacun donnant des points.",
        ),
        Words(
            "More points for work in Canada and for job offers in those occupations; none for job offers in others.",
            "Plus de points pour le travail au Canada et les offres d’emploi dans ces professions ; aucun pour les "
            "offres dans les autres.",
        ),
        Words(
            "A job offer no longer needs a labour market impact assessment.",
            "Une offre d’emploi n’exige plus d’étude d’impact sur le marché du travail.",
        ),
    ),
    (
        "https://glama.ai/mcp/connectors/com.celpass/celpip/tools/find_high_wage_occupation",
        "https://raw.githubusercontent.com/BryceYuuu/RUN/master/docs/global/canada.md",
    ),
    "https://www.canada.ca/en/immigration-refugees-citizenship/services/immigrate-canada/express-entry/check-score.html",
)


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All known versions, oldest first, and what is reported to come after them."""

    versions: tuple[Version, ...]
    reported: Reported | None = None

    @property
    def newest(self) -> Version:
        """The newest known version."""
        return self.versions[-1]

    @property
    def superseded_reported(self) -> bool:
        """Is a version reported that is newer than the newest known one?"""
        return self.is_overtaken(self.newest)

    def is_overtaken(self, version: Version, day: date | None = None) -> bool:
        """Is a version reported that comes after this one, and has begun by `day`, if a day is given?"""
        return (
            self.reported is not None
            and self.reported.in_force > version.in_force
            and (day is None or day >= self.reported.in_force)
        )

    def begun(self, day: date) -> Version:
        """The newest known version that had begun by a day; the first one before all."""
        return next((version for version in reversed(self.versions) if version.in_force <= day), self.versions[0])

    def version(self, key: str) -> Version:
        """The version of that name, its first day in force such as "2025-03-25". Raises UnknownRules."""
        for version in self.versions:
            if version.key == key:
                return version
        known = ", ".join(version.key for version in self.versions)
        raise UnknownRules(
            key,
            Words(
                f"No rules are known by the name {key[:40]!r}. Known: {known}.",
                f"Aucune version des règles ne porte le nom {key[:40]!r}. Connues : {known}.",
            ),
        )

    def on(self, day: date) -> Version:
        """The version in force on that day. Raises UnknownRules for a day whose rules are not known."""
        for version in reversed(self.versions):
            if version.in_force <= day:
                if version.covers(day) and not self.is_overtaken(version, day):
                    return version
                break
        raise UnknownRules(day, self._why_not(day))

    def with_version(self, version: Version) -> "RuleBook":
        """A book that knows one version more. Raises BadVersion unless it begins after the newest one."""
        if version.in_force <= self.newest.in_force:
            raise BadVersion({"in_force": f"must be after {self.newest.key}, the newest known version"})
        return RuleBook((*self.versions, version), self.reported)

    def _why_not(self, day: date) -> Words:
        first = self.versions[0].in_force
        if day < first:
            return Words(
                f"The rules before {first.isoformat()} are not held here.",
                f"Les règles d’avant le {first.isoformat()} ne sont pas connues ici.",
            )
        if self.reported and self.superseded_reported and day >= self.reported.in_force:
            since = self.reported.in_force.isoformat()
            return Words(
                f"A newer version is reported from {since}, and its points are not known.",
                f"Une version plus récente est signalée à partir du {since} ; ses points ne sont pas connus.",
            )
        return Words(
            f"The rules of {day.isoformat()} are not known: they changed around that day.",
            f"Les règles du {day.isoformat()} ne sont pas connues : elles ont changé vers cette date.",
        )


class _Reader:
    """Reads one version and notes what is wrong, by path, instead of stopping at the first problem."""

    def __init__(self) -> None:
        self.errors: dict[str, str] = {}

    def part(self, data: Mapping[str, object], name: str, keys: Sequence[str], path: str = "") -> Mapping[str, object]:
        """The mapping of that name, with exactly those keys; missing ones are noted and left out."""
        found = data.get(name) if name else data
        where = path + name
        if not isinstance(found, Mapping):
            self.errors[where] = "must be an object"
            return {}
        for key in keys:
            if key not in found:
                self.errors[f"{where}.{key}".lstrip(".")] = "is missing"
        for key in found:
            if key not in keys:
                self.errors[f"{where}.{key}".lstrip(".")] = "is not known"
        return cast(Mapping[str, object], found)

    def points(self, data: Mapping[str, object], name: str, path: str = "") -> int:
        value = data.get(name, 0)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 1200:
            self.errors.setdefault(path + name, "must be whole points from 0 to 1200")
            return 0
        return value

    def numbers(self, data: Mapping[str, object], name: str, length: int, path: str = "") -> Row:
        return self._row(data.get(name, [0] * length), path + name, length)

    def rows(self, data: Mapping[str, object], name: str, width: int, path: str = "") -> list[Row]:
        """Rows of `width` whole numbers of which the first begins at 0 and rises."""
        found = data.get(name, [[0] * width])
        if not isinstance(found, list | tuple) or not found:
            self.errors.setdefault(path + name, "must be a list of rows")
            return [(0,) * width]
        rows = [self._row(row, path + name, width) for row in found]
        starts = [row[0] for row in rows]
        if starts[0] != 0 or starts != sorted(set(starts)) or starts[-1] > MOST_AGE:
            self.errors.setdefault(path + name, "rows must begin at 0, rise and repeat nothing")
            return [(0,) * width]
        return rows

    def grid(self, data: Mapping[str, object], name: str, path: str) -> tuple[Row, ...]:
        found = data.get(name, [[0] * 3] * 3)
        if not isinstance(found, list | tuple) or len(found) != 3:
            self.errors.setdefault(path + name, "must be three rows, one a tier")
            return ((0, 0, 0),) * 3
        return tuple(self._row(row, path + name, 3) for row in found)

    def column(self, data: Mapping[str, object], name: str, last: int | None = None, path: str = "") -> Row:
        """Rows [from, value] spread out to one value for each number from 0 to `last`."""
        return _spread(self.rows(data, name, 2, path), 1, last)

    def columns(self, data: Mapping[str, object], name: str, last: int | None = None) -> Columns:
        """Rows [from, with spouse, without] spread out likewise, in the order without, with."""
        rows = self.rows(data, name, 3)
        return _spread(rows, 2, last), _spread(rows, 1, last)

    def by_key(self, data: Mapping[str, object], name: str, keys: Sequence[str], path: str = "") -> Row:
        found = self.part(data, name, keys, path)
        return tuple(self.points(found, key, f"{path}{name}.") for key in keys)

    def day(self, data: Mapping[str, object], name: str, path: str = "") -> date:
        value = data.get(name)
        try:
            return date.fromisoformat(cast(str, value))
        except (TypeError, ValueError):
            self.errors.setdefault(path + name, "must be a day such as 2025-03-25")
            return date.min

    def source(self, data: Mapping[str, object], name: str) -> Source:
        found = self.part(data, name, list(tables.SourceData.__annotations__))
        texts = {key: found.get(key, "") for key in ("title_en", "title_fr", "url")}
        for key, text in texts.items():
            if not isinstance(text, str):
                self.errors[f"{name}.{key}"] = "must be a text"
        if isinstance(texts["url"], str) and texts["url"] and not texts["url"].startswith("https://"):
            self.errors[f"{name}.url"] = "must begin with https://"
        as_of = None if found.get("as_of") is None else self.day(found, "as_of", f"{name}.")
        return Source(Words(str(texts["title_en"]), str(texts["title_fr"])), str(texts["url"]), as_of)

    def _row(self, value: object, path: str, length: int) -> Row:
        if (
            not isinstance(value, list | tuple)
            or len(value) != length
            or not all(isinstance(one, int) and not isinstance(one, bool) and 0 <= one <= 1200 for one in value)
        ):
            self.errors.setdefault(path, f"must be lists of {length} whole numbers from 0 to 1200")
            return (0,) * length
        return tuple(value)


def _spread(rows: Sequence[Row], place: int, last: int | None) -> Row:
    """One value for each number from 0 to `last`, or to the start of the last row."""
    starts = {row[0]: row[place] for row in rows}
    spread: list[int] = []
    for number in range((rows[-1][0] if last is None else last) + 1):
        spread.append(starts[number] if number in starts else spread[-1])
    return tuple(spread)


def version_from(data: Mapping[str, object]) -> Version:
    """The version that this data describes, in the shape of `tables.VersionData`, from JSON as well as from Python.

    Raises BadVersion with every problem by path: a missing or unknown part, a row that is no row, an unknown key.
    """
    read = _Reader()
    read.part(data, "", list(tables.VersionData.__annotations__))
    c = read.part(data, "transferability", list(tables.TransferabilityData.__annotations__))
    d = read.part(data, "additional", list(tables.AdditionalData.__annotations__))
    tiers = partial(read.grid, c, path="transferability.")
    education = read.part(data, "education", EDUCATION)
    pairs = [read.numbers(education, key, 2, "education.") for key in EDUCATION]
    most = read.numbers(data, "second_language_most", 2)
    french = read.numbers(d, "french", 2, "additional.")
    in_force = read.day(data, "in_force")
    through = None if data.get("known_through") is None else read.day(data, "known_through")
    if through is not None and through < in_force:
        read.errors.setdefault("known_through", "must not be before in_force")
    places: dict[str, Any] = {
        "education_tier": read.by_key(c, "education_tiers", EDUCATION, "transferability."),
        "foreign_work_tier": read.column(c, "foreign_work_tiers", path="transferability."),
        "language_step": read.column(c, "language_steps", MOST_LEVEL, "transferability."),
        "canadian_work_step": read.column(c, "canadian_work_steps", path="transferability."),
    }
    for name, row in places.items():
        if max(row) > 2:
            read.errors.setdefault(f"transferability.{name}s", "must be 0, 1 or 2")
    version = Version(
        key=in_force.isoformat(),
        in_force=in_force,
        known_through=through,
        age=read.columns(data, "age", MOST_AGE),
        education=(tuple(pair[1] for pair in pairs), tuple(pair[0] for pair in pairs)),
        first_language=read.columns(data, "first_language", MOST_LEVEL),
        second_language=read.columns(data, "second_language", MOST_LEVEL),
        second_language_most=(most[1], most[0]),
        canadian_work=read.columns(data, "canadian_work"),
        spouse_education=read.by_key(data, "spouse_education", EDUCATION),
        spouse_language=read.column(data, "spouse_language", MOST_LEVEL),
        spouse_canadian_work=read.column(data, "spouse_canadian_work"),
        transferability_most=read.points(c, "most", "transferability."),
        group_most=read.by_key(c, "group_most", GROUPS, "transferability."),
        **places,
        education_language=tiers("education_language"),
        education_canadian_work=tiers("education_canadian_work"),
        foreign_work_language=tiers("foreign_work_language"),
        foreign_work_canadian_work=tiers("foreign_work_canadian_work"),
        certificate_language=read.column(c, "certificate_language", MOST_LEVEL, "transferability."),
        additional_most=read.points(d, "most", "additional."),
        provincial_nomination=read.points(d, "provincial_nomination", "additional."),
        french=(french[0], french[1]),
        canadian_study=read.by_key(d, "canadian_study", CANADIAN_STUDY, "additional."),
        sibling_in_canada=read.points(d, "sibling_in_canada", "additional."),
        job_offer=read.by_key(d, "job_offer", JOB_OFFER, "additional."),
        grid_source=read.source(data, "grid_source"),
        additional_source=read.source(data, "additional_source"),
    )
    _check_order(version, read.errors)
    if read.errors:
        raise BadVersion(read.errors)
    return version


# Ranges for unknown answers take the lowest and the highest answer: more of these never earns less.
_RISING: Final = (
    "spouse_education",
    "spouse_language",
    "spouse_canadian_work",
    "education_tier",
    "foreign_work_tier",
    "language_step",
    "canadian_work_step",
    "certificate_language",
    "french",
    "canadian_study",
    "job_offer",
)
_RISING_COLUMNS: Final = ("education", "first_language", "second_language", "canadian_work")
_RISING_GRIDS: Final = (
    "education_language",
    "education_canadian_work",
    "foreign_work_language",
    "foreign_work_canadian_work",
)


def _check_order(version: Version, errors: dict[str, str]) -> None:
    rows: dict[str, list[Row]] = {name: [getattr(version, name)] for name in _RISING}
    rows |= {name: list(getattr(version, name)) for name in _RISING_COLUMNS}
    for name in _RISING_GRIDS:
        grid: tuple[Row, ...] = getattr(version, name)
        rows[name] = [*grid, *(tuple(row[step] for row in grid) for step in range(3))]
    for name, each in rows.items():
        if any(list(row) != sorted(row) for row in each):
            errors.setdefault(name, "points must never fall from one row to the next")


BOOK: Final = RuleBook(
    tuple(version_from(cast(Mapping[str, object], data)) for data in tables.VERSIONS),
    REPORTED_2026,
)
