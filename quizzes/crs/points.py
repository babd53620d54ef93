"""The arithmetic of the grid, for answers that are all known: whole numbers in, whole points out.

Everything that is shown or compared (breakdown, ranges, what-if, ageing) is counted here and nowhere else.
"""

from collections.abc import Sequence
from itertools import product
from typing import Final, NamedTuple

from quizzes.crs.profile import MOST_YEARS, NO_LEVELS, Levels, Profile
from quizzes.crs.versions import CANADIAN_STUDY, EDUCATION, JOB_OFFER, MOST_LEVEL, Version

type Four = tuple[int, int, int, int]

CORE: Final = ("age", "education", "first_language", "second_language", "canadian_work")
SPOUSE: Final = ("spouse_education", "spouse_language", "spouse_canadian_work")
TRANSFERABILITY: Final = (
    "education_and_language",
    "education_and_canadian_work",
    "foreign_work_and_language",
    "foreign_and_canadian_work",
    "certificate_and_language",
)
TRANSFERABILITY_GROUP: Final = (0, 0, 1, 1, 2)  # of each line of TRANSFERABILITY, by place in versions.GROUPS
ADDITIONAL: Final = ("provincial_nomination", "french", "canadian_study", "sibling_in_canada", "job_offer")
SECTIONS: Final = ("core", "spouse", "transferability", "additional")

FRENCH_NEEDS: Final = 7  # NCLC in all four abilities
ENGLISH_NEEDS: Final = 5  # CLB in all four abilities, for the higher of the two


class Facts(NamedTuple):
    """A profile without unknowns, in whole numbers. A language without a test is four zeros, as it scores the same."""

    accompanied: bool  # the column "with spouse"
    age: int
    education: int  # place in EDUCATION
    first_is_french: bool
    first: Four
    second: Four
    canadian_work: int  # completed years
    foreign_work: int
    certificate: bool
    spouse_education: int
    spouse: Four
    spouse_work: int
    nomination: bool
    canadian_study: int  # place in CANADIAN_STUDY
    sibling: bool
    job_offer: int  # place in JOB_OFFER


def core(version: Version, facts: Facts) -> tuple[int, int, int, int, int]:
    """Points of each line of CORE. The fourth, second language, is before its cap: see `second_language`."""
    accompanied = facts.accompanied
    work = version.canadian_work[accompanied]
    first = version.first_language[accompanied]
    second = version.second_language[accompanied]
    a, b, c, d = facts.first
    e, f, g, h = facts.second
    years = facts.canadian_work
    return (
        version.age[accompanied][facts.age],
        version.education[accompanied][facts.education],
        first[a] + first[b] + first[c] + first[d],
        second[e] + second[f] + second[g] + second[h],
        work[years] if years < len(work) else work[-1],
    )


def spouse(version: Version, facts: Facts) -> tuple[int, int, int]:
    """Points of each line of SPOUSE: zeros unless the column "with spouse" applies."""
    if not facts.accompanied:
        return 0, 0, 0
    work, level = version.spouse_canadian_work, version.spouse_language
    a, b, c, d = facts.spouse
    return (
        version.spouse_education[facts.spouse_education],
        level[a] + level[b] + level[c] + level[d],
        work[min(facts.spouse_work, len(work) - 1)],
    )


def transferability(version: Version, facts: Facts) -> tuple[int, int, int, int, int]:
    """Points of each line of TRANSFERABILITY, before the caps. Language is the weakest ability of the first one."""
    lowest = min(facts.first)
    years, abroad = facts.canadian_work, facts.foreign_work
    steps, tiers = version.canadian_work_step, version.foreign_work_tier
    language = version.language_step[lowest]
    work = steps[years] if years < len(steps) else steps[-1]
    education = version.education_tier[facts.education]
    foreign = tiers[abroad] if abroad < len(tiers) else tiers[-1]
    return (
        version.education_language[education][language],
        version.education_canadian_work[education][work],
        version.foreign_work_language[foreign][language],
        version.foreign_work_canadian_work[foreign][work],
        version.certificate_language[lowest] if facts.certificate else 0,
    )


def french(version: Version, facts: Facts) -> int:
    """Points for French: NCLC 7 in all four abilities, more with CLB 5 in all four abilities of English."""
    in_french, in_english = (facts.first, facts.second) if facts.first_is_french else (facts.second, facts.first)
    if min(in_french) < FRENCH_NEEDS:
        return 0
    return version.french[min(in_english) >= ENGLISH_NEEDS]


def additional(version: Version, facts: Facts) -> tuple[int, int, int, int, int]:
    """Points of each line of ADDITIONAL, before the cap."""
    return (
        version.provincial_nomination if facts.nomination else 0,
        french(version, facts),
        version.canadian_study[facts.canadian_study],
        version.sibling_in_canada if facts.sibling else 0,
        version.job_offer[facts.job_offer],
    )


def total(version: Version, facts: Facts) -> int:
    """The whole score of known answers."""
    age, education, first, second, work = core(version, facts)
    a, b, c, d, e = transferability(version, facts)
    one, two, three = version.group_most
    crossed = min(a + b, one) + min(c + d, two) + min(e, three)
    return (
        age
        + education
        + first
        + min(second, version.second_language_most[facts.accompanied])
        + work
        + (sum(spouse(version, facts)) if facts.accompanied else 0)
        + min(crossed, version.transferability_most)
        + min(sum(additional(version, facts)), version.additional_most)
    )


class Cut(NamedTuple):
    """Points that a line earned and that a cap took: which cap, the most it allows, and how many it took."""

    cap: str  # "second_language", a group of versions.GROUPS, "transferability" or "additional"
    most: int
    taken: int


def cut(points: Sequence[int], cap: str, most: int) -> tuple[list[int], list[tuple[Cut, ...]]]:
    """What is left of each line when all together count at most `most`, the first ones first; and what was taken."""
    left: list[int] = []
    cuts: list[tuple[Cut, ...]] = []
    room = most
    for point in points:
        counted = min(point, room)
        room -= counted
        left.append(counted)
        cuts.append((Cut(cap, most, point - counted),) if counted < point else ())
    return left, cuts


def cut_transferability(
    version: Version, points: tuple[int, int, int, int, int], groups: Sequence[str]
) -> tuple[list[int], list[tuple[Cut, ...]]]:
    """The lines of TRANSFERABILITY after the caps of their groups and then the cap of the section."""
    left: list[int] = []
    taken: list[tuple[Cut, ...]] = []
    for place, lines in enumerate((points[0:2], points[2:4], points[4:5])):
        some, cuts = cut(lines, groups[place], version.group_most[place])
        left += some
        taken += cuts
    left, more = cut(left, "transferability", version.transferability_most)
    return left, [one + two for one, two in zip(taken, more, strict=True)]


# --- unknown answers --------------------------------------------------------------------------------------------------
# In one column and one choice of first language, a higher answer never earns less, but for age: `versions` refuses a
# grid in which it would. So the lowest and the highest completion of what is unknown give the ends of every sum.


def completion(profile: Profile, version: Version, accompanied: bool, first: str, *, highest: bool) -> Facts:
    """The profile with every unknown at its lowest, or highest, in that column and with that first language."""
    second = profile.second_language
    return Facts(
        accompanied,
        _age(profile.age, version.age[accompanied], highest),
        _place(profile.education, EDUCATION, highest),
        first == "fr",
        _levels(profile.first_language.levels, highest),
        _levels(second.levels if second else NO_LEVELS, highest),
        _years(profile.canadian_work_years, highest),
        _years(profile.foreign_work_years, highest),
        _flag(profile.certificate_of_qualification, highest),
        _place(profile.spouse.education, EDUCATION, highest),
        _levels(profile.spouse.levels, highest),
        _years(profile.spouse.canadian_work_years, highest),
        _flag(profile.provincial_nomination, highest),
        _place(profile.canadian_study, CANADIAN_STUDY, highest),
        _flag(profile.sibling_in_canada, highest),
        _place(profile.job_offer, JOB_OFFER, highest),
    )


def lowest(profile: Profile, version: Version) -> Facts:
    """The completion of the unknowns that earns least."""
    ways = product(profile.columns(), profile.first_codes())
    every = [completion(profile, version, accompanied, first, highest=False) for accompanied, first in ways]
    return every[0] if len(every) == 1 else min(every, key=lambda facts: total(version, facts))


def _age(age: int | None, row: Sequence[int], highest: bool) -> int:
    if age is not None:
        return age
    return row.index(max(row) if highest else min(row))


def _place(key: str | None, keys: Sequence[str], highest: bool) -> int:
    if key is None:
        return len(keys) - 1 if highest else 0
    return keys.index(key)


def _years(years: int | None, highest: bool) -> int:
    if years is None:
        return MOST_YEARS if highest else 0
    return years


def _flag(flag: bool | None, highest: bool) -> bool:
    return highest if flag is None else flag


def _levels(levels: Levels, highest: bool) -> Four:
    a, b, c, d = levels
    if a is not None and b is not None and c is not None and d is not None:
        return a, b, c, d
    unknown = MOST_LEVEL if highest else 0
    return (
        unknown if a is None else a,
        unknown if b is None else b,
        unknown if c is None else c,
        unknown if d is None else d,
    )
