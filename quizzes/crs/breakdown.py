"""From a profile to its score, line by line.

    result = score(check({"age": 30, "first_language": {...}}), BOOK.newest)
    result.total                      437, or Range(412, 437) while an answer that matters is not known
    result.sections["core"]           likewise
    result.lines[0].points, .most     105, 110

The points of the lines add up to their section, and the sections to the total. Where a cap bites, `earned` is what the
line earned by itself, `points` what it counts for, and `caps` says which cap took the rest. Lines that share a cap are
filled in the order of the grid, so the last ones lose.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product
from typing import NamedTuple

from quizzes.crs import points, texts
from quizzes.crs.points import ADDITIONAL, CORE, SPOUSE, TRANSFERABILITY, Cut, Facts
from quizzes.crs.profile import Profile
from quizzes.crs.versions import GROUPS, MOST_LEVEL, Source, Version
from quizzes.words import Words


class Range(NamedTuple):
    """A number that depends on something not known: from `low` to `high`, both of which can be."""

    low: int
    high: int


type Number = int | Range


def number(values: Iterable[int]) -> Number:
    """One number when all values agree, else the range that they span."""
    every = values if isinstance(values, tuple) else tuple(values)
    low, high = min(every), max(every)
    return low if low == high else Range(low, high)


class Cap(NamedTuple):
    """A cap that bites: its name, the most it allows, the points it took from this line, and the rule in words."""

    cap: str
    most: Number
    taken: Number
    words: Words


class Line(NamedTuple):
    """One factor of the grid.

    points: what it counts for in the total, after every cap. most: the most anybody can get in this line.
    earned: what the answers earn before caps. because: the answers that it was counted from, in words.
    """

    key: str  # of points.CORE, SPOUSE, TRANSFERABILITY or ADDITIONAL
    section: str
    points: Number
    most: Number
    earned: Number
    caps: tuple[Cap, ...]
    label: Words
    rule: Words
    because: Words
    source: Source


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The score by one version of the rules: total, the four sections by name, and a line for each factor."""

    version: Version
    total: Number
    sections: dict[str, Number]
    lines: tuple[Line, ...]


class _Way(NamedTuple):
    """The lines of one section for one completion of the answers."""

    earned: Sequence[int]
    points: Sequence[int]
    cuts: Sequence[tuple[Cut, ...]]


class _Sum(NamedTuple):
    """One line of a section over all completions: what it counts, what it earned, and the caps that bite."""

    points: Number
    earned: Number
    cuts: tuple[tuple[str, Number, Number], ...]  # cap, most, taken


class _Section(NamedTuple):
    total: Number
    lines: tuple[_Sum, ...]


def score(profile: Profile, version: Version) -> Breakdown:
    """What that profile scores by that version. Unknown answers make a Range of each number that they affect.

    Both ends of a range can be reached by some answers, in each line, each section and the total. Raises nothing: a
    profile comes checked, and `RuleBook.on` has refused days whose rules are not known.
    """
    columns, codes = profile.columns(), profile.first_codes()
    ends = [
        points.completion(profile, version, column, codes[0], highest=highest)
        for column in columns
        for highest in (False, True)
    ]
    if ends[0] == ends[1]:
        ends = ends[::2]
    cores = [_core(version, facts) for facts in ends]
    spouses = [_spouse(version, facts) for facts in ends]
    core, spouse = _section(cores), _section(spouses)
    crossed = _crossed(version, *_crossings(profile, version, ends[0]))
    extra = _extra(version, _additions(version, ends, codes))

    people = number(sum(one.points) + sum(two.points) for one, two in zip(cores, spouses, strict=True))
    total = number(
        sum(ends) for ends in zip(*(_ends(part) for part in (people, crossed.total, extra.total)), strict=True)
    )
    most = _mosts(version, columns)
    say = texts.of(version)
    lines = []
    for section, keys, found in (
        ("core", CORE, core),
        ("spouse", SPOUSE if True in columns else (), spouse),
        ("transferability", TRANSFERABILITY, crossed),
        ("additional", ADDITIONAL, extra),
    ):
        source = version.additional_source if section == "additional" else version.grid_source
        for key, line in zip(keys, found.lines, strict=False):
            label, rule = say.lines[key]
            caps = tuple(Cap(cap, top, taken, say.cap(cap, top)) for cap, top, taken in line.cuts)
            reason = texts.because(key, profile)
            lines.append(Line(key, section, line.points, most[key], line.earned, caps, label, rule, reason, source))
    sections = dict(zip(points.SECTIONS, (core.total, spouse.total, crossed.total, extra.total), strict=True))
    return Breakdown(version, total, sections, tuple(lines))


def _ends(value: Number) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else (value.low, value.high)


def _section(ways: Sequence[_Way]) -> _Section:
    """All completions of a section in one: the span of each line and of their sum."""
    if len(ways) == 1:
        way = ways[0]
        return _Section(sum(way.points), tuple(map(_Sum, way.points, way.earned, way.cuts)))
    lines = tuple(
        _Sum(number(counted), number(earned), _cuts(every) if any(every) else ())
        for counted, earned, every in zip(
            zip(*(way.points for way in ways), strict=True),
            zip(*(way.earned for way in ways), strict=True),
            zip(*(way.cuts for way in ways), strict=True),
            strict=True,
        )
    )
    return _Section(number(sum(way.points) for way in ways), lines)


def _cuts(every: Sequence[tuple[Cut, ...]]) -> tuple[tuple[str, Number, Number], ...]:
    """The caps that bite in some completion, each with the least and the most points that it takes."""
    found = []
    for name in dict.fromkeys(cut.cap for cuts in every for cut in cuts):
        most = number(cut.most for cuts in every for cut in cuts if cut.cap == name)
        found.append((name, most, number(sum(cut.taken for cut in cuts if cut.cap == name) for cuts in every)))
    return tuple(found)


def _core(version: Version, facts: Facts) -> _Way:
    earned = points.core(version, facts)
    (second,), (cuts,) = points.cut(earned[3:4], "second_language", version.second_language_most[facts.accompanied])
    return _Way(earned, (*earned[:3], second, earned[4]), ((), (), (), cuts, ()))


def _spouse(version: Version, facts: Facts) -> _Way:
    earned = points.spouse(version, facts)
    return _Way(earned, earned, ((), (), ()))


def _crossings(
    profile: Profile, version: Version, known: Facts
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], tuple[int, ...], tuple[bool, ...]]:
    """What can be, as far as skill transferability sees it: one answer for each class of them.

    Places in EDUCATION, lowest levels of the first language, years in Canada, years abroad, certificate.
    """
    levels = [level for level in profile.first_language.levels if level is not None]
    lowest = min(levels, default=MOST_LEVEL)
    kinds = tuple(zip(version.language_step, version.certificate_language, strict=True))
    work, abroad, tiers = version.canadian_work_step, version.foreign_work_tier, version.education_tier
    certificate = profile.certificate_of_qualification
    return (
        _first_of_each(tiers) if profile.education is None else (tiers.index(tiers[known.education]),),
        (kinds.index(kinds[lowest]),) if len(levels) == 4 else _first_of_each(kinds[: lowest + 1]),
        _first_of_each(work) if profile.canadian_work_years is None else (_same(work, known.canadian_work),),
        _first_of_each(abroad) if profile.foreign_work_years is None else (_same(abroad, known.foreign_work),),
        (False, True) if certificate is None else (certificate,),
    )


def _first_of_each(row: Sequence[object]) -> tuple[int, ...]:
    """The first place of each different value of a row."""
    return tuple(place for place, value in enumerate(row) if row.index(value) == place)


def _same(row: Sequence[int], years: int) -> int:
    """The fewest years that count as those do."""
    return row.index(row[min(years, len(row) - 1)])


@lru_cache(maxsize=8192)  # a version has some 1,300 different questions
def _crossed(
    version: Version,
    education: tuple[int, ...],
    lowest: tuple[int, ...],
    work: tuple[int, ...],
    abroad: tuple[int, ...],
    certificate: tuple[bool, ...],
) -> _Section:
    """Skill transferability over every combination of those answers: its lines share answers and caps."""
    ways = []
    for place, level, years, foreign, trade in product(education, lowest, work, abroad, certificate):
        facts = _NOBODY._replace(
            education=place, first=(level,) * 4, canadian_work=years, foreign_work=foreign, certificate=trade
        )
        earned = points.transferability(version, facts)
        ways.append(_Way(earned, *points.cut_transferability(version, earned, GROUPS)))
    return _section(ways)


_NOBODY = Facts(False, 0, 0, False, (0,) * 4, (0,) * 4, 0, 0, False, 0, (0,) * 4, 0, False, 0, False, 0)


def _additions(version: Version, ends: Sequence[Facts], codes: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    """The least and the most of each additional line (one figure where they agree), before the cap."""
    every = [
        points.additional(version, facts._replace(first_is_french=code == "fr") if len(codes) > 1 else facts)
        for facts in ends
        for code in codes
    ]
    return tuple(_ends(number(line))[: 1 + (min(line) < max(line))] for line in zip(*every, strict=True))


@lru_cache(maxsize=8192)
def _extra(version: Version, lines: tuple[tuple[int, ...], ...]) -> _Section:
    """The additional points, whose lines hang on separate answers: every combination of their ends."""
    ways = [_Way(earned, *points.cut(earned, "additional", version.additional_most)) for earned in product(*lines)]
    return _section(ways)


@cache
def _mosts(version: Version, columns: tuple[bool, ...]) -> dict[str, Number]:
    """The most that anybody can get in each line, in those columns."""
    grids = (
        version.education_language,
        version.education_canadian_work,
        version.foreign_work_language,
        version.foreign_work_canadian_work,
    )
    mosts = [
        (
            max(version.age[column]),
            max(version.education[column]),
            4 * max(version.first_language[column]),
            version.second_language_most[column],
            max(version.canadian_work[column]),
            max(version.spouse_education) * column,
            4 * max(version.spouse_language) * column,
            max(version.spouse_canadian_work) * column,
            *(max(map(max, grid)) for grid in grids),
            max(version.certificate_language),
            version.provincial_nomination,
            max(version.french),
            max(version.canadian_study),
            version.sibling_in_canada,
            max(version.job_offer),
        )
        for column in columns
    ]
    keys = (*CORE, *SPOUSE, *TRANSFERABILITY, *ADDITIONAL)
    return {key: number(each) for key, each in zip(keys, zip(*mosts, strict=True), strict=True)}
