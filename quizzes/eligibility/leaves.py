"""What a leaf compares, in three values: True for met, False for not met, None for not known.

A number of which only bounds are known (`Range`) is met when all that it can be is, and not met when nothing is.
"""

from collections.abc import Callable, Mapping
from typing import Any

from quizzes.eligibility.answers import EDUCATION, Range, Value
from quizzes.eligibility.figures import Figures

type Truth = bool | None
type Test = Callable[[Mapping[str, Value], Figures], Truth]

DERIVED_TYPES = {
    "clb_best_min": "integer",
    "en_min": "integer",
    "fr_min": "integer",
    "fst_language_met": "boolean",
    "fsw_points": "integer",
    "ee_pool": "boolean",
    "iec_country": "boolean",
    "iec_wh": "boolean",
    "iec_yp": "boolean",
    "iec_coop": "boolean",
}
MOST_PEOPLE = 30  # in a family whose size is not known

_RANKS = {level: rank for rank, level in enumerate(EDUCATION)}


def all_of(truths: list[Truth]) -> Truth:
    """Not met if any is not, else not known if any is not, else met. Of nothing: met."""
    return False if False in truths else None if None in truths else True


def any_of(truths: list[Truth]) -> Truth:
    """Met if any is, else not known if any is not, else not met."""
    return True if True in truths else None if None in truths else False


def test_for(fact: str, op: str, wanted: Any, by: str) -> Test:
    """The comparison of one leaf, ready to run. The leaf has been checked."""
    return _MAKERS[op](fact, wanted, by)


def _bounded(value: Value) -> tuple[float, float] | None:
    if value is None:
        return None
    return (value.low, value.high) if isinstance(value, Range) else (value, value)  # type: ignore[return-value]


def _make_gte(fact: str, wanted: float, _by: str) -> Test:
    def test(values: Mapping[str, Value], _figures: Figures) -> Truth:
        bounds = _bounded(values[fact])
        return None if bounds is None else True if bounds[0] >= wanted else False if bounds[1] < wanted else None

    return test


def _make_lte(fact: str, wanted: float, _by: str) -> Test:
    def test(values: Mapping[str, Value], _figures: Figures) -> Truth:
        bounds = _bounded(values[fact])
        return None if bounds is None else True if bounds[1] <= wanted else False if bounds[0] > wanted else None

    return test


def _make_between(fact: str, wanted: list[float], by: str) -> Test:
    least, most = _make_gte(fact, wanted[0], by), _make_lte(fact, wanted[1], by)
    return lambda values, figures: all_of([least(values, figures), most(values, figures)])


def _make_in(fact: str, wanted: list[Any], _by: str) -> Test:
    listed = frozenset(wanted)

    def test(values: Mapping[str, Value], _figures: Figures) -> Truth:
        value = values[fact]
        return None if value is None else value in listed

    return test


def _make_not_in(fact: str, wanted: list[Any], by: str) -> Test:
    return _opposite(_make_in(fact, wanted, by))


def _make_eq(fact: str, wanted: Any, by: str) -> Test:
    return _make_in(fact, [wanted], by)


def _make_ne(fact: str, wanted: Any, by: str) -> Test:
    return _opposite(_make_in(fact, [wanted], by))


def _make_true(fact: str, _wanted: None, _by: str) -> Test:
    return lambda values, _figures: values[fact]  # type: ignore[return-value]


def _make_false(fact: str, wanted: None, by: str) -> Test:
    return _opposite(_make_true(fact, wanted, by))


def _make_contains_any(fact: str, wanted: list[str], _by: str) -> Test:
    listed = frozenset(wanted)

    def test(values: Mapping[str, Value], _figures: Figures) -> Truth:
        held = values[fact]
        return None if held is None else not listed.isdisjoint(held)  # type: ignore[arg-type]

    return test


def _make_edu_gte(fact: str, wanted: str, _by: str) -> Test:
    rank = _RANKS[wanted]

    def test(values: Mapping[str, Value], _figures: Figures) -> Truth:
        level = values[fact]
        return None if level is None else _RANKS[level] >= rank  # type: ignore[index]

    return test


def _make_gte_table(fact: str, wanted: str, by: str) -> Test:
    def test(values: Mapping[str, Value], figures: Figures) -> Truth:
        money, people = _bounded(values[fact]), values[by]
        if money is None:
            return None
        table = figures.table(wanted)
        least, most = (1, MOST_PEOPLE) if people is None else (people, people)
        if money[0] >= table.amount(most):  # type: ignore[arg-type]
            return True
        return False if money[1] < table.amount(least) else None  # type: ignore[arg-type]

    return test


def _opposite(test: Test) -> Test:
    def opposite(values: Mapping[str, Value], figures: Figures) -> Truth:
        truth = test(values, figures)
        return None if truth is None else not truth

    return opposite


_MAKERS: dict[str, Callable[[str, Any, str], Test]] = {
    "eq": _make_eq,
    "ne": _make_ne,
    "in": _make_in,
    "not_in": _make_not_in,
    "gte": _make_gte,
    "lte": _make_lte,
    "between": _make_between,
    "true": _make_true,
    "false": _make_false,
    "contains_any": _make_contains_any,
    "edu_gte": _make_edu_gte,
    "gte_table": _make_gte_table,
}
