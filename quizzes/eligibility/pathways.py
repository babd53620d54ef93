"""Study pathways: which ones fit a future student, in which order, and what each of them leads to.

From data/pathways.json. Whether a permit is given is a program's rule (study_permit, pgwp, sowp_student); here is what
tells pathways apart. Reads no clock, database or file once it is loaded.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from quizzes.eligibility.answers import DATA, Answers, lowest_level
from quizzes.eligibility.leaves import Truth
from quizzes.eligibility.rules import Source, Words

LEAST_FRENCH = 5  # NCLC of somebody who could study in French
LOW_BUDGET = 20_000  # dollars a year for tuition; below it, what costs less comes first
DEGREES = frozenset(("bachelor", "professional", "masters", "phd"))
AFTER_SCHOOL = DEGREES | {"certificate_or_diploma"}
DEGREE_LEVEL = 7  # CLB that a work permit after a degree asks for


@dataclass(frozen=True)
class WorkPermit:
    """What the work permit after graduation asks for. field_list: None where the source does not say."""

    language: int
    field_list: Truth
    length: Words | None


@dataclass(frozen=True)
class Pathway:
    """One way to study. fields, provinces: None for any. cost: low, high, or nothing where no source says.

    partner_open_permit: True, False, "some" (see partner) or None: its terms are not confirmed, and it comes last.
    french: for people who study in French.
    """

    id: str
    position: int
    name: Words
    suits: Words
    levels: tuple[str, ...]
    fields: tuple[str, ...] | None
    provinces: tuple[str, ...] | None
    cost: str
    permit_needed: bool
    attestation_letter: Truth
    quebec_caq: bool
    french: bool
    pgwp: WorkPermit | None
    partner_open_permit: Any
    partner: Words
    leads_to: tuple[str, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Wish:
    """What a future student wants; empty where not known. budget: the most for tuition a year, None for no end."""

    level: str = ""
    field: str = ""
    plan: str = ""
    province: str = ""
    budget: int | None = None


@dataclass(frozen=True)
class Ranked:
    """A pathway in its place. reasons: codes, the deciding ones first.

    work: whether one may work after it, as far as language and field tell. language: the CLB asked for, and whether it
    is met.
    """

    pathway: Pathway
    reasons: tuple[str, ...]
    work: Truth
    language: Truth
    language_level: int
    field: Truth
    warns: bool


def _words(stored: Mapping[str, str]) -> Words:
    return Words(stored["en"], stored["fr"])


def _read() -> tuple[Pathway, ...]:
    stored = json.loads((DATA / "pathways.json").read_text(encoding="utf-8"))["pathways"]
    return tuple(_pathway(number, entry) for number, entry in enumerate(stored))


def _pathway(position: int, entry: dict[str, Any]) -> Pathway:
    permit = entry["pgwp"]
    return Pathway(
        entry["id"],
        position,
        _words(entry),
        _words(entry["suits"]),
        tuple(entry["levels"]),
        None if entry["fields"] is None else tuple(entry["fields"]),
        None if entry["provinces"] is None else tuple(entry["provinces"]),
        entry["cost"],
        entry["permit_needed"],
        entry["attestation_letter"],
        entry["quebec_caq"],
        entry["french"],
        permit
        and WorkPermit(
            permit["language"], permit["field_list"], _words(permit["length"]) if permit["length"] else None
        ),
        entry["partner_open_permit"],
        _words(entry["partner"]),
        tuple(entry["leads_to"]),
        tuple(Source(**source) for source in entry["sources"]),
    )


PATHWAYS = _read()


def rank(answers: Answers, wish: Wish, pathways: Iterable[Pathway] = PATHWAYS) -> list[Ranked]:
    """Pathways that fit the level, field and place, the best first; without a level, all of them.

    By fit with level and place, what is confirmed before what is not, then by money, by work afterwards where it is
    wanted, and by the number of permanent programs they feed. The same input gives the same order.
    """
    keyed = [_place(one, answers, wish) for one in pathways if _fits(one, answers, wish)]
    return [ranked for _key, ranked in sorted(keyed, key=lambda pair: pair[0])]


def _fits(pathway: Pathway, answers: Answers, wish: Wish) -> bool:
    if pathway.french and lowest_level(answers, "fr").high < LEAST_FRENCH:
        return False
    if wish.level and wish.level not in pathway.levels:
        return False
    if wish.field and pathway.fields is not None and wish.field not in pathway.fields:
        return False
    if pathway.provinces is None:  # Quebec has a pathway of its own for all but schools and short courses
        return wish.province != "QC" or AFTER_SCHOOL.isdisjoint(pathway.levels)
    if wish.province == "OUTSIDE_QC":
        return "QC" not in pathway.provinces
    return wish.province in ("", "UNDECIDED") or wish.province in pathway.provinces


def _place(pathway: Pathway, answers: Answers, wish: Wish) -> tuple[tuple[int, ...], Ranked]:
    language, level = _language(pathway, answers, wish)
    field = _field(pathway, wish)
    work: Truth = False if pathway.pgwp is None else _both(language, field)
    wants_work = wish.plan in ("work", "settle")
    named = pathway.provinces is not None and wish.province in pathway.provinces
    money = _money(pathway, wish)
    reasons = ["level"] if wish.level else []
    if named:
        reasons.append(f"province:{wish.province}")
    if money:
        reasons.append("cheaper" if money < 0 else "dearer")
    if wants_work:
        reasons.append({True: "work", False: "no_work", None: "work_unknown"}[work])
    if pathway.leads_to:
        reasons.append(f"leads:{len(pathway.leads_to)}")
    order = (True, None, False).index(work) if wants_work else 0
    key = (
        int(not named),
        int(pathway.partner_open_permit is None),
        money,
        order,
        -len(pathway.leads_to),
        pathway.position,
    )
    return key, Ranked(pathway, tuple(reasons), work, language, level, field, pathway.pgwp is None and wants_work)


def _money(pathway: Pathway, wish: Wish) -> int:
    if wish.budget is None or wish.budget > LOW_BUDGET:
        return 0
    return {"low": -1, "high": 1}.get(pathway.cost, 0)


def _language(pathway: Pathway, answers: Answers, wish: Wish) -> tuple[Truth, int]:
    """Whether the better of both languages is at the level that the work permit asks for; and that level."""
    if pathway.pgwp is None:
        return None, 0
    level = max(pathway.pgwp.language, DEGREE_LEVEL if wish.level in DEGREES else 0)
    bounds = [lowest_level(answers, language) for language in ("en", "fr")]
    if max(bound.low for bound in bounds) >= level:
        return True, level
    return (False if max(bound.high for bound in bounds) < level else None), level


def _field(pathway: Pathway, wish: Wish) -> Truth:
    """Whether the field is on the list, or need not be."""
    if pathway.pgwp is None:
        return False
    if not pathway.pgwp.field_list or wish.level in DEGREES:
        return None if pathway.pgwp.field_list is None and wish.level not in DEGREES else True
    return None if not wish.field else wish.field != "other"


def _both(one: Truth, other: Truth) -> Truth:
    return False if False in (one, other) else None if None in (one, other) else True
