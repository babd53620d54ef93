"""The machine's door, POST /api/v1/crs/, without its HTTP: a request in, an answer out, errors as exceptions.

One profile, by the rules of a name, of a day, or the newest known:

    answer({"profile": {"age": 30, "first_language": {…}}, "rules": "2025-03-25"})
    answer({"profile": {…}, "as_of": "2024-06-01"})
    {"rules": "2025-03-25", "total": 437, "sections": {"core": …, "spouse": …, "transferability": …, "additional": …},
     "lines": [{"key": "age", "section": "core", "points": 105, "most": 110, "earned": 105, "caps": [], …}]}

With neither, the answer says `"superseded_reported": true` while a newer version is reported. Up to 1,000 profiles:

    answer({"profiles": [{…}, {…}], "rules": …})
    {"results": [answer or {"errors": {field: message}}, …]}        in the same order, lines in figures alone

A number that hangs on an unknown answer is {"min": …, "max": …}. `Problems` is 400 with its `errors`, `UnknownRules`
is 409.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from quizzes.crs.breakdown import Breakdown, Line, Number, score
from quizzes.crs.profile import OBJECT, BadProfile, Problems, check
from quizzes.crs.versions import BOOK, RuleBook, Source, Version
from quizzes.words import Words

MOST_PROFILES: Final = 1000
REQUEST_KEYS: Final = ("profile", "profiles", "rules", "as_of")

type Json = dict[str, Any]


class BadRequest(Problems):
    """A request that is no question: `errors` by key of the request."""


def answer(request: object, book: RuleBook = BOOK, today: date | None = None) -> Json:
    """What the door answers, ready for JSON.

    request: the parsed body. book: the versions known, with those that editors have entered. today: by which a version
    has to have begun that nobody asked for by name; without it, the newest of all is taken.

    Raises BadRequest or BadProfile (both are `Problems`: 400 with `errors`), UnknownRules (409). In a list, the
    problems of a profile are in its place in `results` instead.
    """
    if not isinstance(request, Mapping):
        raise BadRequest({"request": OBJECT})
    version = _asked(request, book, today)
    told = request.get("rules") is not None or request.get("as_of") is not None
    superseded = {"superseded_reported": True} if not told and book.is_overtaken(version) else {}
    if "profiles" not in request:
        return {**_scored(request["profile"], version), **superseded}
    results = []
    for profile in request["profiles"]:
        try:
            results.append({**_scored(profile, version, words=False), **superseded})
        except BadProfile as problems:
            results.append({"errors": problems.errors})
    return {"results": results}


def _asked(request: Mapping[str, object], book: RuleBook, today: date | None) -> Version:
    """The version asked for, of a request that is in order."""
    problems: dict[str, Words] = {}
    for key in request:
        if key not in REQUEST_KEYS:
            problems[str(key)[:60]] = Words("There is no such key.", "Cette clé n’existe pas.")
    if ("profile" in request) == ("profiles" in request):
        problems["profile"] = Words(
            'Give either "profile" or "profiles".', "Donnez soit « profile », soit « profiles »."
        )
    elif "profiles" in request:
        profiles = request["profiles"]
        if not isinstance(profiles, list) or len(profiles) > MOST_PROFILES:
            problems["profiles"] = Words(
                f"Must be a list of at most {MOST_PROFILES} profiles.",
                f"Doit être une liste d’au plus {MOST_PROFILES} profils.",
            )
    rules, as_of = request.get("rules"), request.get("as_of")
    if rules is not None and as_of is not None:
        problems["as_of"] = Words('Give "rules" or "as_of", not both.', "Donnez « rules » ou « as_of », pas les deux.")
    if rules is not None and not isinstance(rules, str):
        problems["rules"] = Words(
            "Must be the name of a version, such as 2025-03-25.", "Doit être le nom d’une version, comme 2025-03-25."
        )
    day = _day(as_of)
    if as_of is not None and day is None:
        problems["as_of"] = Words("Must be a day, such as 2025-03-25.", "Doit être un jour, comme 2025-03-25.")
    if problems:
        raise BadRequest(problems)
    if isinstance(rules, str):
        return book.version(rules)
    if day is not None:
        return book.on(day)
    return book.newest if today is None else book.begun(today)


def _day(value: object) -> date | None:
    """The day that YYYY-MM-DD names; None for anything else, other forms of ISO 8601 included."""
    if not isinstance(value, str):
        return None
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if day.isoformat() == value else None


def _scored(profile: object, version: Version, *, words: bool = True) -> Json:
    return as_json(score(check(profile), version), words=words)


def as_json(result: Breakdown, *, words: bool = True) -> Json:
    """A breakdown in the shape that the door answers, its lines with or without the rule's words and source."""
    return {
        "rules": result.version.key,
        "total": _number(result.total),
        "sections": {name: _number(points) for name, points in result.sections.items()},
        "lines": [_line(line, words=words) for line in result.lines],
    }


def _number(value: Number) -> int | dict[str, int]:
    return value if isinstance(value, int) else {"min": value.low, "max": value.high}


def _line(line: Line, *, words: bool) -> Json:
    found: Json = {
        "key": line.key,
        "section": line.section,
        "points": _number(line.points),
        "most": _number(line.most),
        "earned": _number(line.earned),
        "caps": [
            {"cap": cap.cap, "most": _number(cap.most), "taken": _number(cap.taken)}
            | ({"rule": _words(cap.words)} if words else {})
            for cap in line.caps
        ],
    }
    if words:
        found["label"] = _words(line.label)
        found["rule"] = _words(line.rule)
        found["because"] = _words(line.because)
        found["source"] = _source(line.source)
    return found


def _words(words: Words) -> dict[str, str]:
    return {"en": words.en, "fr": words.fr}


def _source(source: Source) -> Json:
    return {
        "title": _words(source.title),
        "url": source.url or None,
        "as_of": source.as_of.isoformat() if source.as_of else None,
    }
