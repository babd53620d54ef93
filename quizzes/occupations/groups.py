"""The unit groups of NOC 2021, read once."""

import json
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).with_name("data") / "noc2021.json"


@dataclass(frozen=True, slots=True)
class Occupation:
    """A unit group: its five-digit code, its official titles, and some of the job titles that belong to it."""

    code: str
    en: str
    fr: str
    examples_en: tuple[str, ...] = ()
    examples_fr: tuple[str, ...] = ()

    @property
    def teer(self) -> int:
        """Training, education, experience and responsibilities: 0 (management) to 5 (no formal education)."""
        return int(self.code[1])

    def title(self, language: str) -> str:
        return self.fr if is_french(language) else self.en

    def examples(self, language: str) -> tuple[str, ...]:
        return self.examples_fr if is_french(language) else self.examples_en


def is_french(language: str) -> bool:
    return language[:2].lower() == "fr"


def _read() -> tuple[Occupation, ...]:
    groups = json.loads(DATA.read_text(encoding="utf-8"))["groups"]
    return tuple(
        Occupation(
            code=group["code"],
            en=group["en"],
            fr=group["fr"],
            examples_en=tuple(group.get("examples_en", ())),
            examples_fr=tuple(group.get("examples_fr", ())),
        )
        for group in groups
    )


OCCUPATIONS = _read()  # in the order of their codes
_BY_CODE = {occupation.code: occupation for occupation in OCCUPATIONS}


def by_code(code: str) -> Occupation | None:
    """The unit group with exactly this code."""
    return _BY_CODE.get(code)


def teer(code: str) -> int:
    """The TEER category of a unit group; ValueError if there is no such group."""
    occupation = by_code(code)
    if occupation is None:
        raise ValueError("There is no such unit group in NOC 2021.")
    return occupation.teer
