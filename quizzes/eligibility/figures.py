"""The dated figures that rules compare with: money by family size, and who takes part in youth mobility."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


class NotInForce(LookupError):
    """A day before the first value that is known."""


@dataclass(frozen=True)
class Schedule[Figure]:
    """What a figure was from which day on. name: for the message of an error."""

    name: str
    values: Mapping[date, Figure]

    def at(self, day: date) -> Figure:
        """The figure in force on a day. Raises NotInForce before the first one that is known."""
        days = [start for start in self.values if start <= day]
        if not days:
            first = min(self.values, default=None)
            raise NotInForce(f"{self.name}: nothing is known before {first or 'any day'}, asked for {day}")
        return self.values[max(days)]


@dataclass(frozen=True)
class FamilyTable:
    """Dollars by family size. amounts: for 1, 2, 3 … people in this order; each_extra: for every person more."""

    amounts: tuple[float, ...]
    each_extra: float

    def __post_init__(self) -> None:
        if not self.amounts or any(amount < 0 for amount in (*self.amounts, self.each_extra)):
            raise ValueError("A table by family size has an amount of 0 or more for one person at least.")

    def amount(self, people: int) -> float:
        """Dollars for a family of so many. Raises ValueError below one."""
        if people < 1:
            raise ValueError(f"people must be 1 or more, not {people}")
        listed = len(self.amounts)
        return self.amounts[min(people, listed) - 1] + max(0, people - listed) * self.each_extra


@dataclass(frozen=True)
class YouthMobility:
    """One country or territory of International Experience Canada. oldest: years of age, included."""

    oldest: int
    working_holiday: bool
    young_professionals: bool
    coop: bool


@dataclass(frozen=True)
class Figures:
    """All figures in force on one day."""

    day: date
    ee_funds: FamilyTable
    study_funds: FamilyTable
    iec_countries: Mapping[str, YouthMobility]

    def table(self, name: str) -> FamilyTable:
        """A table that a rule names. Raises KeyError for another name."""
        return {"ee_funds": self.ee_funds, "study_funds": self.study_funds}[name]


@dataclass(frozen=True)
class Tables:
    """The figures of all days."""

    ee_funds: Schedule[FamilyTable]
    study_funds: Schedule[FamilyTable]
    iec_countries: Schedule[Mapping[str, YouthMobility]]

    def at(self, day: date) -> Figures:
        """The figures in force on a day. Raises NotInForce when one of them has no value so early."""
        return Figures(day, self.ee_funds.at(day), self.study_funds.at(day), self.iec_countries.at(day))
