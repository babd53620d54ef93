"""The figures and statuses of the ledger, as the rules take them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from facts.models import FactValue
from quizzes.eligibility.figures import FamilyTable, Figures, NotInForce, Schedule, Tables, YouthMobility

EE_FUNDS, STUDY_FUNDS, IEC_COUNTRIES = "ee.funds.table", "study.funds.table", "iec.countries.table"
STATUS_PREFIX, STATUS_SUFFIX = "program.", ".status"


class BadTable(ValueError):
    """A table of the ledger that does not have the shape that rules need. Says which, and what is wrong."""


@dataclass(frozen=True)
class Ledger:
    """All that rules take from the ledger, of all days.

    statuses: by program id and first day in force, the earliest first.
    """

    tables: Tables
    statuses: Mapping[str, Mapping[date, str]]

    def at(self, day: date) -> tuple[Figures, dict[str, str]]:
        """The figures and the statuses of a day. Raises NotInForce before the first figure that is known.

        A status that is dated later only counts for earlier days too: nothing older is known of it.
        """
        return self.tables.at(day), {name: _status(dated, day) for name, dated in self.statuses.items()}


def _status(dated: Mapping[date, str], day: date) -> str:
    begun = [start for start in dated if start <= day]
    return dated[max(begun) if begun else min(dated)]


def read(changes: Mapping[str, tuple[date, Any]] | None = None) -> Ledger:
    """Read the ledger, in one query.

    changes: values that are not in it yet, `{fact key: (first day, content)}`, to see what they would do.

    Raises BadTable when a table cannot be used, NotInForce when one is missing altogether.
    """
    rows = FactValue.objects.filter(fact__key__startswith=STATUS_PREFIX, fact__key__endswith=STATUS_SUFFIX)
    rows = rows | FactValue.objects.filter(fact__key__in=[EE_FUNDS, STUDY_FUNDS, IEC_COUNTRIES])
    dated: dict[str, dict[date, Any]] = {}
    for key, start, content in rows.order_by("in_force_from", "pk").values_list(
        "fact__key", "in_force_from", "content"
    ):
        dated.setdefault(key, {})[start] = content
    for key, (start, content) in (changes or {}).items():
        dated.setdefault(key, {})[start] = content
    for key in (EE_FUNDS, STUDY_FUNDS, IEC_COUNTRIES):
        if key not in dated:
            raise NotInForce(f"The ledger has no {key}.")
    tables = Tables(
        Schedule(EE_FUNDS, {day: _family_table(EE_FUNDS, content) for day, content in dated[EE_FUNDS].items()}),
        Schedule(STUDY_FUNDS, {day: _family_table(STUDY_FUNDS, table) for day, table in dated[STUDY_FUNDS].items()}),
        Schedule(IEC_COUNTRIES, {day: _countries(content) for day, content in dated[IEC_COUNTRIES].items()}),
    )
    statuses = {
        key.removeprefix(STATUS_PREFIX).removesuffix(STATUS_SUFFIX): values
        for key, values in dated.items()
        if key.startswith(STATUS_PREFIX)
    }
    return Ledger(tables, statuses)


def _family_table(key: str, content: Any) -> FamilyTable:
    """Rows `[size, amount]`, for 1, 2, 3 … people, and a last one for each extra person."""
    try:
        *sizes, extra = [(row[0], float(row[1])) for row in content["rows"]]
        if [size for size, _amount in sizes] != [str(number) for number in range(1, len(sizes) + 1)]:
            raise ValueError("its rows are not for 1, 2, 3 … people")
        return FamilyTable(tuple(amount for _size, amount in sizes), extra[1])
    except (LookupError, TypeError, ValueError) as error:
        raise BadTable(f"{key}: {error}") from error


def _countries(content: Any) -> dict[str, YouthMobility]:
    try:
        names = [column["key"] for column in content["columns"]]
        rows = [dict(zip(names, row, strict=True)) for row in content["rows"]]
        return {
            str(row["code"]): YouthMobility(
                int(row["max_age"]),
                row["working_holiday"] == "yes",
                row["young_professionals"] == "yes",
                row["coop"] == "yes",
            )
            for row in rows
        }
    except (LookupError, TypeError, ValueError) as error:
        raise BadTable(f"{IEC_COUNTRIES}: {error}") from error
