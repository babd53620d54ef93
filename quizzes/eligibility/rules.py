"""Rule trees: read from the files in data/programs, one a jurisdiction, and refused when they cannot be right."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from quizzes.eligibility.answers import CHANGEABILITIES, DATA, DERIVED, EDUCATION, VOCABULARY, Changeability
from quizzes.eligibility.leaves import DERIVED_TYPES, Test, test_for

FOLDER = DATA / "programs"
STATUSES = ("open", "seasonal", "paused", "closed", "unconfirmed", "no_application", "pointer")
COMPLETENESS = ("complete", "partial", "pointer", "none_needed")
OPERATORS = (
    "eq",
    "ne",
    "in",
    "not_in",
    "gte",
    "lte",
    "between",
    "true",
    "false",
    "contains_any",
    "edu_gte",
    "gte_table",
)
UNDATED = "undated"  # a source that names no day; nobody may call it fresh
TABLES = ("ee_funds", "study_funds")


class BadRules(ValueError):
    """A file that cannot be used: which file, program and leaf, and what is wrong."""

    def __init__(self, file: str, program: str, leaf: str, problem: str) -> None:
        places = [file, f"program {program}" if program else "", f"criterion {leaf}" if leaf else ""]
        super().__init__(f"{', '.join(place for place in places if place)}: {problem}")
        self.file, self.program, self.leaf, self.problem = file, program, leaf, problem


@dataclass(frozen=True)
class Source:
    """Where a rule was read, and of which day that text is. as_of: as precise as is known, such as
    2026 or 2026-02, or UNDATED."""

    url: str
    locator: str
    as_of: str


@dataclass(frozen=True)
class Words:
    """What a criterion asks, in both languages."""

    en: str
    fr: str


@dataclass(frozen=True)
class Leaf:
    """One comparison of one answer. id: empty inside a group that reports for it."""

    id: str
    fact: str
    op: str
    value: Any
    by: str
    words: Words
    source: Source
    changeability: Changeability
    test: Test

    kind = "leaf"


@dataclass(frozen=True)
class Group:
    """Criteria of which all, or any, must be met. id: what it is reported under; without one its parts are."""

    id: str
    kind: Literal["all", "any"]
    parts: tuple["Leaf | Group", ...]
    words: Words
    source: Source


type Node = Leaf | Group


@dataclass(frozen=True)
class Program:
    """One program as the rules know it. Its words, dates and status of today belong to the programs app.

    completeness: whether the rule says all that decides; only "complete" may ever lead to "likely".
    later_steps: how many follow an application, such as a nomination.
    """

    id: str
    position: int
    status: str
    completeness: str
    family: str
    kind: str
    level: str
    province: str
    later_steps: int
    source: Source
    read_in: tuple[str, ...]
    rule: Node

    @cached_property
    def facts(self) -> frozenset[str]:
        """The ids of all facts, derived ones included, that the rule compares."""
        return frozenset(name for leaf in leaves(self.rule) for name in (leaf.fact, leaf.by) if name)


@dataclass(frozen=True)
class Rules:
    """All programs, in the order of the files. version: changes with any file."""

    programs: Mapping[str, Program]
    version: str


def leaves(node: Node) -> Iterator[Leaf]:
    """The leaves below a node, in file order."""
    if isinstance(node, Leaf):
        yield node
    else:
        for part in node.parts:
            yield from leaves(part)


def nodes(node: Node) -> Iterator[Node]:
    """A node and all below it, in file order."""
    yield node
    if isinstance(node, Group):
        for part in node.parts:
            yield from nodes(part)


def load(folder: Path = FOLDER) -> Rules:
    """Read all files of a folder: the federal one first, then by name. Raises BadRules."""
    programs: dict[str, Program] = {}
    digest = hashlib.sha256()
    newest = ""
    for path in sorted(folder.glob("*.json"), key=lambda path: (path.stem != "ca", path.stem)):
        text = path.read_text(encoding="utf-8")
        digest.update(text.encode())
        for entry in _entries(path.name, text):
            program = _program(path.name, entry, len(programs))
            if program.id in programs:
                raise BadRules(path.name, program.id, "", "stands twice")
            programs[program.id] = program
            newest = max(newest, program.source.as_of.removeprefix(UNDATED))
    if not programs:
        raise BadRules(folder.name, "", "", "holds no program")
    return Rules(programs, f"{newest}.{digest.hexdigest()[:8]}")


def _entries(file: str, text: str) -> list[dict[str, Any]]:
    try:
        stored = json.loads(text)
    except ValueError as error:
        raise BadRules(file, "", "", f"is not JSON: {error}") from error
    programs = stored.get("programs") if isinstance(stored, dict) else None
    if not isinstance(programs, list) or not all(isinstance(entry, dict) for entry in programs):
        raise BadRules(file, "", "", 'holds no list "programs" of objects')
    return programs


def _program(file: str, entry: dict[str, Any], position: int) -> Program:
    name = str(entry.get("id") or "")
    if not name:
        raise BadRules(file, "", "", f"program number {position + 1} has no id")

    def one_of(key: str, allowed: tuple[str, ...]) -> str:
        value = entry.get(key)
        if value not in allowed:
            raise BadRules(file, name, "", f"{key} is {value!r}, not one of {', '.join(allowed)}")
        return str(value)

    status, completeness = one_of("status", STATUSES), one_of("completeness", COMPLETENESS)
    kind, level = one_of("kind", ("permanent", "temporary", "status")), one_of("level", ("federal", "provincial"))
    steps = entry.get("later_steps")
    if not isinstance(steps, int) or isinstance(steps, bool) or steps < 0:
        raise BadRules(file, name, "", f"later_steps is {steps!r}, not a whole number of 0 or more")
    source = _source(file, name, "", entry.get("source"))
    rule = entry.get("rule")
    if not isinstance(rule, dict):
        raise BadRules(file, name, "", "has no rule")
    tree = _node(rule, _Reader(file, name, source), named=False)
    return Program(
        name,
        position,
        status,
        completeness,
        str(entry.get("family") or ""),
        kind,
        level,
        str(entry.get("province") or ""),
        steps,
        source,
        tuple(str(address) for address in entry.get("read_in", ())),
        tree,
    )


def _source(file: str, program: str, leaf: str, stored: Any) -> Source:
    if not isinstance(stored, dict) or not str(stored.get("url", "")).startswith("https://"):
        raise BadRules(file, program, leaf, "has no source with an https address")
    as_of = str(stored.get("as_of") or "")
    if len(as_of) == 10:
        try:
            date.fromisoformat(as_of)
        except ValueError as error:
            raise BadRules(file, program, leaf, f"as_of is {as_of!r}, not a date") from error
    elif as_of != UNDATED and not (len(as_of) in (4, 7) and as_of.replace("-", "").isdigit()):
        raise BadRules(file, program, leaf, f"as_of is {as_of!r}, not a date, a month, a year or {UNDATED!r}")
    return Source(stored["url"], str(stored.get("locator") or ""), as_of)


@dataclass(frozen=True)
class _Reader:
    """Where in the files we are."""

    file: str
    program: str
    source: Source
    leaf: str = ""

    def bad(self, problem: str) -> BadRules:
        return BadRules(self.file, self.program, self.leaf, problem)

    def at(self, node: Mapping[str, Any]) -> "_Reader":
        name = str(node.get("id") or "")
        here = replace(self, leaf=name or self.leaf)
        if stored := node.get("source"):
            here = replace(here, source=_source(self.file, self.program, here.leaf, stored))
        return here


def _node(stored: Any, reader: _Reader, *, named: bool) -> Node:
    if not isinstance(stored, dict):
        raise reader.bad("is no object")
    here = reader.at(stored)
    kinds = [kind for kind in ("all", "any", "fact") if kind in stored]
    if len(kinds) != 1:
        raise here.bad('has to have one of "all", "any" and "fact"')
    return _leaf(stored, here, named=named) if kinds == ["fact"] else _group(stored, here, kinds[0], named=named)


def _words(stored: Mapping[str, Any], here: _Reader) -> Words:
    words = Words(str(stored.get("en") or "").strip(), str(stored.get("fr") or "").strip())
    if stored.get("id") and not (words.en and words.fr):
        raise here.bad("lacks its words in English or French")
    return words


def _group(stored: Mapping[str, Any], here: _Reader, kind: str, *, named: bool) -> Group:
    parts = stored[kind]
    if not isinstance(parts, list) or (kind == "any" and not parts):
        raise here.bad(f'"{kind}" is no list of criteria')
    unknown = set(stored) - {"id", "en", "fr", "source", kind}
    if unknown:
        raise here.bad(f"has {', '.join(sorted(unknown))}, which a group has not")
    name = str(stored.get("id") or "")
    made = tuple(_node(part, here, named=named or bool(name)) for part in parts)
    return Group(name, kind, made, _words(stored, here), here.source)  # type: ignore[arg-type]


def _leaf(stored: Mapping[str, Any], here: _Reader, *, named: bool) -> Leaf:
    name, fact, op = str(stored.get("id") or ""), stored["fact"], stored.get("op")
    if not name and not named:
        raise here.bad("a criterion outside a group with an id needs an id of its own")
    unknown = set(stored) - {"id", "fact", "op", "value", "by", "en", "fr", "changeability", "source"}
    if unknown:
        raise here.bad(f"has {', '.join(sorted(unknown))}, which a criterion has not")
    if fact not in VOCABULARY and fact not in DERIVED:
        raise here.bad(f"fact {fact!r} is not known")
    if op not in OPERATORS:
        raise here.bad(f"op is {op!r}, not one of {', '.join(OPERATORS)}")
    changeability = stored.get("changeability")
    if changeability not in CHANGEABILITIES:
        raise here.bad(f"changeability is {changeability!r}, not one of {', '.join(CHANGEABILITIES)}")
    value, by = stored.get("value"), str(stored.get("by") or "")
    if problem := _misfit(fact, op, value, by):
        raise here.bad(problem)
    words = _words(stored, here)
    return Leaf(name, fact, op, value, by, words, here.source, changeability, test_for(fact, op, value, by))


def _misfit(fact: str, op: str, value: Any, by: str) -> str:
    """Why an operator and its value do not go with a fact; empty when they do."""
    kind = VOCABULARY[fact].type if fact in VOCABULARY else DERIVED_TYPES[fact]
    rules: dict[str, tuple[tuple[str, ...], Callable[[Any], bool]]] = {
        "eq": (("integer", "number", "choice", "code"), lambda v: _fits(fact, v)),
        "ne": (("integer", "number", "choice", "code"), lambda v: _fits(fact, v)),
        "in": (("integer", "choice", "code"), lambda v: _listed(fact, v)),
        "not_in": (("integer", "choice", "code"), lambda v: _listed(fact, v)),
        "gte": (("integer", "number"), lambda v: _fits(fact, v)),
        "lte": (("integer", "number"), lambda v: _fits(fact, v)),
        "between": (("integer", "number"), lambda v: _listed(fact, v) and len(v) == 2 and v[0] <= v[1]),
        "true": (("boolean",), lambda v: v is None),
        "false": (("boolean",), lambda v: v is None),
        "contains_any": (("codes",), lambda v: isinstance(v, list) and bool(v) and _fits(fact, v)),
        "edu_gte": (("choice",), lambda v: v in EDUCATION),
        "gte_table": (("number",), lambda v: v in TABLES),
    }
    kinds, fits = rules[op]
    if kind not in kinds:
        return f"{op} does not go with {fact}, which is of type {kind}"
    if not fits(value):
        return f"value {value!r} does not go with {op} and {fact}"
    if (op == "gte_table") != bool(by) or (by and by not in VOCABULARY):
        return f'"by" is {by!r}: gte_table needs the id of a fact there, others nothing'
    return ""


def _fits(fact: str, value: object) -> bool:
    if value is None:
        return False
    if fact in DERIVED:
        return isinstance(value, int) and not isinstance(value, bool)
    try:
        VOCABULARY[fact].check(value)
    except ValueError:
        return False
    return True


def _listed(fact: str, values: object) -> bool:
    return isinstance(values, list) and bool(values) and all(_fits(fact, value) for value in values)
