"""The order of a person's programs, and the printed reason of each place; and what would open most of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from quizzes.eligibility.answers import ABILITIES, Answers, Range, Value, level_bounds
from quizzes.eligibility.derived import TRADES_LANGUAGE
from quizzes.eligibility.figures import Figures
from quizzes.eligibility.rules import Leaf, Program, Rules, Source, Words, leaves
from quizzes.eligibility.verdicts import RULES, Judgement, Person, Verdict, base

type Goal = Literal["settle", "work", "study", "family", "visit", "citizenship"]

ORDER = tuple(Verdict)
GOAL_FAMILIES: Mapping[Goal, frozenset[str]] = {
    "settle": frozenset(
        ("express_entry", "express_entry_category", "pnp", "quebec", "regional", "pilot", "caregiver", "business")
    ),
    "work": frozenset(("work_permit",)),
    "study": frozenset(("study",)),
    "family": frozenset(("family",)),
    "visit": frozenset(("visit",)),
    "citizenship": frozenset(("citizenship",)),
}
TEMPORARY_GOALS = frozenset(("work", "study", "visit"))
ANYWHERE = frozenset(("", "OUTSIDE_QC", "UNDECIDED"))


@dataclass(frozen=True)
class Wishes:
    """What a person wants, as far as it orders programs. Nothing of it changes a verdict.

    goal: empty if not known. priorities: of editors by program id; the higher comes first among equals.
    """

    goal: Goal | Literal[""] = ""
    province: str = ""
    priorities: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """A program's place. reasons: codes, each of which a page says in words, the deciding ones first.

    `verdict:<verdict>`, `permanent`, `temporary`, `goal:<goal>`, `other_goal`, `province:<code>`, `any_province`,
    `other_province`, `steps:<number>`, `priority`.
    """

    judgement: Judgement
    program: Program
    reasons: tuple[str, ...]


def rank(judgements: Iterable[Judgement], wishes: Wishes, rules: Rules = RULES) -> list[Place]:
    """Programs from the most useful on: by verdict, stay, goal, province, steps still to come, editors' priority.

    Pointers are left out: they are places to look, not programs. The same input gives the same order.
    """
    keyed = []
    for judgement in judgements:
        program = rules.programs[judgement.program]
        if judgement.status == "pointer":
            continue
        key, reasons = _place(judgement, program, wishes)
        keyed.append((key, Place(judgement, program, reasons)))
    return [place for _key, place in sorted(keyed, key=lambda pair: pair[0])]


def _place(judgement: Judgement, program: Program, wishes: Wishes) -> tuple[tuple[int, ...], tuple[str, ...]]:
    reasons = [f"verdict:{judgement.verdict.value}"]
    temporary = program.kind == "temporary"
    wants_temporary = wishes.goal in TEMPORARY_GOALS
    reasons.append("temporary" if temporary else "permanent")
    fits_goal = bool(wishes.goal) and program.family in GOAL_FAMILIES[wishes.goal]  # type: ignore[index]
    if wishes.goal:
        reasons.append(f"goal:{wishes.goal}" if fits_goal else "other_goal")
    if wishes.province in ANYWHERE or not program.province:
        province = 0 if not program.province or wishes.province in ANYWHERE else 1
        reasons.append("any_province")
    elif program.province == wishes.province:
        province = 0
        reasons.append(f"province:{program.province}")
    else:
        province = 1
        reasons.append("other_province")
    reasons.append(f"steps:{program.later_steps}")
    priority = wishes.priorities.get(program.id, 0)
    if priority:
        reasons.append("priority")
    key = (
        ORDER.index(judgement.verdict),
        int(temporary and not wants_temporary),
        int(not fits_goal),
        province,
        program.later_steps,
        -priority,
        program.position,
    )
    return key, tuple(reasons)


@dataclass(frozen=True)
class Opener:
    """One change that would open programs. leaf: the criterion that asks for it. changed: the answers it changes.

    opens: ids of programs whose verdict would become likely or worth checking.
    """

    leaf: Leaf
    changed: Answers
    opens: tuple[str, ...]

    @property
    def words(self) -> Words:
        return self.leaf.words

    @property
    def source(self) -> Source:
        return self.leaf.source


GOOD = frozenset((Verdict.LIKELY, Verdict.WORTH_CHECKING))


def openers(
    answers: Answers,
    figures: Figures,
    statuses: Mapping[str, str] | None = None,
    *,
    most: int = 3,
    rules: Rules = RULES,
) -> list[Opener]:
    """The single changes that would open most programs, the best first; ties in the order of the files.

    A change is what one criterion that is not met asks for, such as level 7 in all four abilities, carried through to
    all programs. Where a person lives is no such change: moving is a wish, and the quiz asks for it.
    """
    person = Person(answers, figures, statuses, rules)
    before = {name: person.judge(program) for name, program in rules.programs.items()}
    seen: set[tuple[tuple[str, Value], ...]] = set()
    found: list[Opener] = []
    for name, judgement in before.items():
        if judgement.verdict in GOOD or judgement.verdict is Verdict.CLOSED:
            continue
        for leaf in leaves(rules.programs[name].rule):
            if person.truth(leaf) is True or person.changeability(leaf) != "changeable":
                continue
            changed = achieved(leaf, person)
            key = tuple(sorted(changed.items())) if changed else ()
            if not key or key in seen:
                continue
            seen.add(key)
            touched = [
                program
                for program in rules.programs.values()
                if before[program.id].verdict not in GOOD and any(hangs_on(program, fact) for fact in changed)
            ]
            after = Person({**answers, **changed}, figures, statuses, rules)
            opens = tuple(program.id for program in touched if after.judge(program).verdict in GOOD)
            if opens:
                found.append(Opener(leaf, changed, opens))
    found.sort(key=lambda opener: -len(opener.opens))  # stable: ties stay in file order
    return found[:most]


_HANGS: dict[str, frozenset[str]] = {}


def hangs_on(program: Program, fact: str) -> bool:
    """Whether a program's rule compares an answer, or something that follows from it."""
    if program.id not in _HANGS:
        _HANGS[program.id] = frozenset(part for name in program.facts for part in base(name))
    return fact in _HANGS[program.id]


def achieved(leaf: Leaf, person: Person) -> Answers:
    """The smallest change of answers that meets a criterion; empty where no single act does."""
    fact, value = leaf.fact, leaf.value
    if fact in ("intended_province", "ee_pool", "fsw_points"):
        return {}
    if fact in ("clb_best_min", "en_min", "fr_min"):
        return _raise_language(person, {"en_min": "en", "fr_min": "fr"}.get(fact), dict.fromkeys(ABILITIES, value))
    if fact == "fst_language_met":
        return _raise_language(person, None, TRADES_LANGUAGE)
    if leaf.op == "gte_table":
        people = person.values[leaf.by]
        return {} if people is None else {fact: person.figures.table(value).amount(people)}  # type: ignore[arg-type]
    if leaf.op == "in":
        return {fact: value[0]}
    if leaf.op in ("gte", "eq", "edu_gte"):
        return {fact: value}
    if leaf.op in ("true", "false"):
        return {fact: leaf.op == "true"}
    return {}


def _raise_language(person: Person, language: str | None, wanted: Mapping[str, int]) -> Answers:
    """The levels that are too low, raised; of the language that is nearer when either will do."""
    if language is None:
        english, french = person.values["en_min"], person.values["fr_min"]
        assert isinstance(english, Range) and isinstance(french, Range)  # noqa: S101, PT018  for the type checker
        language = "fr" if french.low > english.low else "en"
    changed: Answers = {}
    for ability, level in wanted.items():
        if level_bounds(person.values[f"{language}_{ability}"]).low < level:
            changed[f"{language}_{ability}"] = level
    return changed
