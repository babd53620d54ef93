"""What time alone will change in a score: birthdays, and language tests that reach two years.

    ageing(profile, BOOK.newest, on=date(2026, 11, 22), born=date(1996, 12, 1), tests={"first_language": tested})
    first 1 December 2026, at 30: −5; then, two years after `tested`, the points of the first language stop

Rules are taken to stay as they are. Where the date of birth or of a test is not known, the change has no date: "at 30",
"when the test is two years old".

Source: results must be less than two years old, Ministerial Instructions respecting the Express Entry system, s. 12(3)
(text of 2016), and the official CRS tool (page of 2025-08-21).
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, Literal, NamedTuple

from quizzes.crs.points import Facts, lowest, total
from quizzes.crs.profile import Profile
from quizzes.crs.versions import MOST_AGE, Version
from quizzes.words import Words

TEST_YEARS: Final = 2
type Tested = Literal["first_language", "second_language", "spouse_language"]


class Coming(NamedTuple):
    """One change that time brings.

    on: its day, None when not known. age: the birthday, None for a test. change: points, below 0 for a loss.
    total: the score after it and after all dated changes before it; for one without a date, after the earlier birthdays
        without a date if it is one of them, and nothing else.
    """

    subject: Literal["age", "first_language", "second_language", "spouse_language"]
    on: date | None
    age: int | None
    change: int
    total: int
    words: Words


def ageing(
    profile: Profile,
    version: Version,
    *,
    on: date,
    born: date | None = None,
    tests: Mapping[Tested, date] | None = None,
) -> tuple[Coming, ...]:
    """The changes to come after the day `on`: those with a date in order, then those without.

    on: the day the score is for. born: date of birth. tests: the day of each test result; a test that is two years old
    already comes first, on the day it became so. Unknown answers are taken at their lowest; an unknown age ages only if
    `born` tells it.

    Raises ValueError if `born` and the profile's age disagree, or a date lies after `on`, or a test is not known.
    """
    facts = lowest(profile, version)
    tests = tests or {}
    _check(profile, on, born, tests)
    age = years_old(born, on) if born is not None else profile.age
    if age is not None:
        facts = facts._replace(age=age)
    birthdays = _birthdays(facts, version) if age is not None else []

    dated: list[tuple[date, Tested | Literal["age"], int | None]] = []
    if born is not None:
        dated += [(anniversary(born, at), "age", at) for at in birthdays]
    dated += [(anniversary(day, TEST_YEARS), name, None) for name, day in tests.items()]
    dated.sort(key=lambda event: (event[0], event[1]))

    coming, state = [], facts
    for day, subject, at in dated:
        state, event = _event(state, version, subject, day, at)
        if event.change:
            coming.append(event)
    if born is None:
        state = facts
        for at in birthdays:
            state, event = _event(state, version, "age", None, at)
            coming.append(event)
    for name in _EXPIRE:
        if name not in tests:
            _, event = _event(facts, version, name, None, None)
            if event.change:
                coming.append(event)
    return tuple(coming)


def anniversary(day: date, years: int) -> date:
    """The same day `years` later; 28 February for a 29th in a year without one, so that no loss is told late."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 2, 28)


def years_old(born: date, on: date) -> int:
    """Completed years on that day."""
    return on.year - born.year - (on < anniversary(born, on.year - born.year))


def _check(profile: Profile, on: date, born: date | None, tests: Mapping[Tested, date]) -> None:
    if born is not None:
        if born > on:
            raise ValueError(f"born {born} is after {on}")
        age = years_old(born, on)
        if age > MOST_AGE:
            raise ValueError(f"born {born} makes {age} years on {on}: at most {MOST_AGE}")
        if profile.age is not None and profile.age != age:
            raise ValueError(f"born {born} makes {age} years on {on}, and the profile says {profile.age}")
    for name, day in tests.items():
        if name not in _EXPIRE:
            raise ValueError(f"no such test: {name!r}. There are {', '.join(_EXPIRE)}")
        if day > on:
            raise ValueError(f"the test of {name} on {day} is after {on}")


def _birthdays(facts: Facts, version: Version) -> list[int]:
    """The birthdays to come that change the points."""
    row = version.age[facts.accompanied]
    return [at for at in range(facts.age + 1, MOST_AGE + 1) if row[at] != row[at - 1]]


def _event(
    facts: Facts, version: Version, subject: Tested | Literal["age"], day: date | None, at: int | None
) -> tuple[Facts, Coming]:
    if subject == "age":
        age = facts.age if at is None else at
        after, words = facts._replace(age=age), Words(f"At {age}", f"À {age} ans")
    else:
        expire, words = _EXPIRE[subject]
        after = expire(facts)
    points = total(version, after)
    return after, Coming(subject, day, at, points - total(version, facts), points, words)


_EXPIRE: Final[Mapping[Tested, tuple[Callable[[Facts], Facts], Words]]] = {
    "first_language": (
        lambda facts: facts._replace(first=_zeros()),
        Words("When the test of the first language is two years old", "Quand le test de la première langue a deux ans"),
    ),
    "second_language": (
        lambda facts: facts._replace(second=_zeros()),
        Words("When the test of the second language is two years old", "Quand le test de la seconde langue a deux ans"),
    ),
    "spouse_language": (
        lambda facts: facts._replace(spouse=_zeros()),
        Words("When the spouse’s test is two years old", "Quand le test de l’époux ou conjoint a deux ans"),
    ),
}


def _zeros() -> tuple[int, int, int, int]:
    return 0, 0, 0, 0
