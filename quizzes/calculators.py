"""The calculators: from what was written to points, and those held against the rounds of the past."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quizzes import crs, flow
from quizzes.calculator_forms import LEVELS, NONE, NOT_SURE, Entries, Levels, Raw, say
from quizzes.crs import Breakdown, Ladder, Partner, Profile, Range, RuleBook, Step, Version
from quizzes.crs.versions import EDUCATION as CRS_EDUCATION
from quizzes.eligibility import fsw67
from quizzes.eligibility.answers import DEFAULTS, EDUCATION, Answers
from quizzes.language import ABILITIES, TESTS
from rounds import chart, standing
from rounds.models import Round, RoundType, moment_in_words

CLOSE: Final = 20  # points below a cut-off that still count as close
SINGLES, PAIRS, BIRTHDAYS = 8, 5, 5  # what a page lists of each
FRENCH_NEEDS = 7

# The two vocabularies of education, of the CRS and of the eligibility rules, have the same eight levels.
TO_ELIGIBILITY = dict(zip(CRS_EDUCATION, EDUCATION, strict=True))
TO_CRS = dict(zip(EDUCATION, CRS_EDUCATION, strict=True))


# From what was written to a profile


def profile_of(entries: Entries, first: str) -> Profile:
    """The profile with that first language, "en" or "fr"."""
    values, levels = entries.values, entries.levels
    other = "fr" if first == "en" else "en"
    partner = values["partner"]
    data: dict[str, Any] = {
        "age": values["age"],
        "marital_status": None if partner is None else "single" if partner == "no" else "married",
        "spouse_accompanying": None if partner is None else partner in ("coming", "canadian"),
        "spouse_is_canadian_or_pr": None if partner is None else partner == "canadian",
        "education": values["education"],
        "first_language": spoken(first, levels[first]),
        "second_language": None if levels[other] == (0, 0, 0, 0) else spoken(other, levels[other]),
        "canadian_work_years": years(values["canadian_work"]),
        "foreign_work_years": years(values["foreign_work"]),
        "certificate_of_qualification": values["certificate"],
        "canadian_study": values["canadian_study"],
        "sibling_in_canada": values["sibling"],
        "provincial_nomination": values["nomination"],
        "job_offer": values["job_offer"],
    }
    if partner in (None, "coming"):
        data["spouse"] = {
            "education": values["spouse_education"],
            "language": dict(zip(ABILITIES, levels["spouse"], strict=True)),
            "canadian_work_years": years(values["spouse_canadian_work"]),
        }
    return crs.check(data)


def spoken(language: str, levels: Levels) -> dict[str, Any]:
    return {"language": language, **dict(zip(ABILITIES, levels, strict=True))}


def years(value: str | None) -> int | None:
    return None if value is None else int(value)


def partner_of(entries: Entries) -> Partner | None:
    """What is known of the spouse as principal applicant."""
    values = entries.values
    if values["partner"] != "coming":
        return None
    test = values["spouse_test"]
    return Partner(
        age=values["spouse_age"],
        language=TESTS[test].language if test in TESTS else None,
        foreign_work_years=years(values["spouse_foreign_work"]),
    )


@dataclass(frozen=True)
class Score:
    """A person's score: the profile, its breakdown, and the first language that it was counted with."""

    entries: Entries
    profile: Profile
    breakdown: Breakdown
    first: str
    is_chosen: bool  # whether the first language was left to us and made a difference

    @property
    def low(self) -> int:
        return ends(self.breakdown.total)[0]

    @property
    def high(self) -> int:
        return ends(self.breakdown.total)[1]


def score(entries: Entries, version: Version) -> Score:
    """The score by a version, with the first language as declared, or with whichever gives more points."""
    declared = entries.values["first"]
    spoken_here = [language for language in ("en", "fr") if any(level != 0 for level in entries.levels[language])]
    tried = {}
    for language in spoken_here or ["en"] if declared == "best" else [declared]:
        profile = profile_of(entries, language)
        tried[language] = (profile, crs.score(profile, version))
    first = max(tried, key=lambda language: ends(tried[language][1].total))
    totals = {one.total for _profile, one in tried.values()}
    return Score(entries, *tried[first], first, len(totals) > 1)


def ends(number: int | Range) -> tuple[int, int]:
    return (number, number) if isinstance(number, int) else (number.low, number.high)


def figure(number: Any) -> str:
    """A number, or from and to."""
    low, high = ends(number)
    if low == high:
        return number_format(low, force_grouping=True)
    given = {"low": number_format(low, force_grouping=True), "high": number_format(high, force_grouping=True)}
    return _("%(low)s to %(high)s") % given


# The table of factors


SECTIONS: Mapping[str, str | Promise] = {
    "core": gettext_lazy("Core points"),
    "spouse": gettext_lazy("Spouse or partner"),
    "transferability": gettext_lazy("Skill transferability"),
    "additional": gettext_lazy("Additional points"),
}


def sections(found: Breakdown) -> list[dict[str, Any]]:
    """The factors by section, line by line, as the table shows them."""
    mosts = {
        "transferability": found.version.transferability_most,
        "additional": found.version.additional_most,
    }
    made = []
    for name, points in found.sections.items():
        lines = [line for line in found.lines if line.section == name]
        if not lines:
            continue
        top = mosts.get(name)
        made.append(
            {
                "key": name,
                "title": SECTIONS[name],
                "points": figure(points),
                "most": figure(top) if top is not None else figure(total_of(line.most for line in lines)),
                "lines": [factor(line) for line in lines],
            }
        )
    return made


def total_of(numbers: Iterable[int | Range]) -> int | Range:
    pairs = [ends(number) for number in numbers]
    low, high = sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)
    return low if low == high else Range(low, high)


def factor(line: crs.Line) -> dict[str, Any]:
    return {
        "key": line.key,
        "label": say(line.label),
        "because": say(line.because),
        "points": figure(line.points),
        "most": figure(line.most),
        "earned": figure(line.earned),
        "caps": [{"words": say(cap.words), "taken": figure(cap.taken)} for cap in line.caps],
        "rule": say(line.rule),
        "source": source(line.source),
    }


def source(given: crs.Source) -> dict[str, Any]:
    return {"title": say(given.title), "url": given.url, "as_of": given.as_of}


# Rules that are reported to have changed


def notice(book: RuleBook, version: Version) -> dict[str, Any] | None:
    """What stands above every score while a newer version is reported and not known; else None."""
    reported = book.reported
    if reported is None or not book.is_overtaken(version):
        return None
    return {
        "counted_by": version.in_force,
        "from": reported.in_force,
        "said": [say(words) for words in reported.said],
        "sources": reported.sources,
        "official_tool": reported.official_tool,
    }


# Rounds of the past


def types_of(found: Score) -> list[RoundType]:
    """The types of round that this person may be invited in, as far as the answers tell.

    General always; a nomination's with one; a program's with what its rules ask first: a year of work in Canada, a year
    of skilled work with level 7, a trade certificate; French with level 7 in all abilities; categories as ticked.
    """
    profile, values = found.profile, found.entries.values
    types = [RoundType.GENERAL]
    first = [level for level in profile.first_language.levels if level is not None]
    skilled = profile.canadian_work_years != 0 or profile.foreign_work_years != 0
    if profile.provincial_nomination is not False:
        types.append(RoundType.PNP)
    if profile.canadian_work_years != 0:
        types.append(RoundType.CEC)
    if skilled and min(first, default=FRENCH_NEEDS) >= FRENCH_NEEDS:
        types.append(RoundType.FSW)
    if profile.certificate_of_qualification:
        types.append(RoundType.FST)
    french = [level for level in found.entries.levels["fr"] if level is not None]
    if min(french, default=FRENCH_NEEDS) >= FRENCH_NEEDS:
        types.append(RoundType.FRENCH)
    return [*types, *(RoundType(value) for value in values["categories"])]


IN_RANGE, NEAR, BELOW = "in", "close", "below"
WORDS: Mapping[str, str | Promise] = {
    IN_RANGE: gettext_lazy("in the competitive range"),
    NEAR: gettext_lazy("close"),
    BELOW: gettext_lazy("below"),
}


def place(score: int, cutoff: int) -> str:
    """In range above a cut-off; close at it, where the tie-break decides, or up to CLOSE points below it."""
    if score > cutoff:
        return IN_RANGE
    return NEAR if score >= cutoff - CLOSE else BELOW


def rounds_of(found: Score, recent: standing.Recent) -> list[dict[str, Any]]:
    """The score against each type of round that the person can enter; types with a round in twelve months first."""
    types = types_of(found)
    lows, highs = recent.by_type(found.low, types), recent.by_type(found.high, types)
    made = []
    for low, high in zip(lows, highs, strict=True):
        least, most = place(found.low, low.last.cutoff), place(found.high, low.last.cutoff)
        made.append(
            {
                "label": low.label,
                "is_english": low.type is RoundType.OTHER,
                "cutoff": figure(low.last.cutoff),
                "date": low.last.date,
                "url": low.last.path,
                "rounds": low.rounds,
                "passed": figure(low.passed if low.passed == high.passed else Range(low.passed, high.passed)),
                "tied": max(low.tied, high.tied),
                "tie_break": moment_in_words(low.last.tie_break) if low.last.tie_break else "",
                "is_tie": found.low <= low.last.cutoff <= found.high,
                "word": WORDS[least]
                if least == most
                else _("%(low)s to %(high)s") % {"low": WORDS[least], "high": WORDS[most]},
                "place": least if least == most else "open",
                "best": most,
                "least": least,
            }
        )
    return sorted(made, key=lambda one: not one["rounds"])


def verdict(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """The best of the types that had a round in twelve months, in a word; None where no round is known."""
    order = [BELOW, NEAR, IN_RANGE]
    recent = [row for row in rows if row["rounds"]]
    if not recent:
        return None
    least = max((row["least"] for row in recent), key=order.index)
    most = max((row["best"] for row in recent), key=order.index)
    best = max(recent, key=lambda row: (order.index(row["best"]), order.index(row["least"])))
    word = WORDS[least] if least == most else _("%(low)s to %(high)s") % {"low": WORDS[least], "high": WORDS[most]}
    return {"word": word, "place": least if least == most else "open", "type": best["label"]}


def cutoffs(found: Score, recent: standing.Recent) -> tuple[dict[str, Any] | None, list[Round]]:
    """The chart of the last twelve months' cut-offs, of the types that the person can enter, with the person's line."""
    types = types_of(found)
    rows = list(Round.objects.light().filter(date__gte=recent.since, date__lte=recent.until, type__in=types))
    return chart.draw(rows, found.low), rows


def chart_words(found: Score, rows: Sequence[Round]) -> str:
    """What the chart shows, in a sentence."""
    if not rows:
        return ""
    lowest, highest = min(row.cutoff for row in rows), max(row.cutoff for row in rows)
    given = {"number": len(rows), "low": figure(lowest), "high": figure(highest), "score": figure(found.low)}
    words = _("Rounds in the last twelve months: %(number)d, with cut-offs from %(low)s to %(high)s.") % given
    if found.low == found.high:
        return f"{words} {_('The line is your score, %(score)s.') % given}"
    return f"{words} {_('The line is the least that your score can be, %(score)s.') % given}"


def pool_of(found: Score, pool: standing.Pool | None) -> dict[str, Any] | None:
    """How many candidates stood above the score: from and to, since the pool is counted in bands."""
    if pool is None:
        return None
    fewest, most = pool.above(found.high).fewest, pool.above(found.low).most
    return {
        "above": figure(fewest if fewest == most else Range(fewest, most)),
        "is_exact": fewest == most,
        "total": figure(pool.total),
        "as_of": pool.as_of,
        "url": "",
        "round": pool.round,
    }


# What would raise the score, and what time takes away


def steps(found: Score, version: Version) -> dict[str, Any]:
    """The best single changes, then pairs: of each kind of change the one that gains most with least effort.

    Beside a single change stands the easiest of its kind that gains something, since the best may take years.
    """
    ladder: Ladder = crs.what_if(found.profile, version, partner_of(found.entries))
    singles: dict[str, list[Step]] = {}
    pairs: dict[tuple[str, ...], Step] = {}
    for step in ladder.steps:
        kinds = tuple(sorted(change.subject.partition(".")[0] for change in step.changes))
        if len(step.changes) == 1:
            singles.setdefault(kinds[0], []).append(step)
        elif "nomination" not in kinds and kinds not in pairs and len(pairs) < PAIRS:  # 600 points need no second
            pairs[kinds] = step
    return {
        "singles": [step_words(some[0], easiest(some)) for some in list(singles.values())[:SINGLES]],
        "pairs": [step_words(step) for step in pairs.values()],
        "start": figure(ladder.start),
        "is_assumed": bool(ladder.assumed) and found.low != found.high,
    }


def easiest(some: Sequence[Step]) -> Step | None:
    """Of changes of one kind the one with the least effort; None if that is the first one anyway."""
    least = min(some, key=lambda step: step.effort)  # the first of several, which gains most
    return None if least is some[0] else least


def step_words(step: Step, sooner: Step | None = None) -> dict[str, Any]:
    return {
        "words": [say(change.words) for change in step.changes],
        "gain": signed(step.gain),
        "total": figure(step.total),
        "sooner": say(sooner.changes[0].words) if sooner else "",
        "sooner_gain": signed(sooner.gain) if sooner else "",
    }


def signed(number: int | Range) -> str:
    """Points with their sign."""
    low, high = ends(number)
    if low == high:
        return f"{'+' if low > 0 else '−' if low < 0 else ''}{number_format(abs(low))}"
    return _("%(low)s to %(high)s") % {"low": signed(low), "high": signed(high)}


TESTED: Mapping[str, Any] = {"en": "en_day", "fr": "fr_day"}


def coming(found: Score, version: Version, today: date) -> list[dict[str, Any]]:
    """What the next birthdays and the ends of tests will change, by date where it is known."""
    values = found.entries.values
    second = "fr" if found.first == "en" else "en"
    tests = {
        "first_language": values[TESTED[found.first]],
        "second_language": values[TESTED[second]] if found.profile.second_language else None,
        "spouse_language": values["spouse_day"] if True in found.profile.columns() else None,
    }
    known = {name: day for name, day in tests.items() if day is not None}
    events = crs.ageing(found.profile, version, on=today, born=values["born"], tests=known)  # type: ignore[arg-type]
    made, birthdays = [], 0
    for event in events:
        if event.subject == "age":
            birthdays += 1
            if birthdays > BIRTHDAYS:
                continue
        made.append(
            {
                "words": say(event.words),
                "on": event.on,
                "is_over": event.on is not None and event.on <= today,
                "change": signed(event.change),
                "total": figure(event.total),
            }
        )
    return made


# The 67 points

FSW_LABELS: Mapping[str, str | Promise] = {
    "language": gettext_lazy("Language"),
    "education": gettext_lazy("Education"),
    "experience": gettext_lazy("Skilled work"),
    "age": gettext_lazy("Age"),
    "arranged_employment": gettext_lazy("Arranged employment"),
    "adaptability": gettext_lazy("Adaptability"),
}
FSW_RULES: Mapping[str, str | Promise] = {
    "language": gettext_lazy(
        "First official language, each ability: 4 points at level 7, 5 at level 8, 6 at level 9 or more. Second one: 4 "
        "points with level 5 in all four abilities."
    ),
    "education": gettext_lazy("From 5 points for secondary school to 25 for a doctorate."),
    "experience": gettext_lazy("9 points for one year, 11 for two or three, 13 for four or five, 15 for six or more."),
    "age": gettext_lazy("12 points from 18 to 35, then one less for each year; none from 47."),
    "arranged_employment": gettext_lazy("10 points for an offer that the program counts."),
    "adaptability": gettext_lazy(
        "Work in Canada 10; study in Canada, a relative, arranged employment, and a partner’s language, study or work "
        "5 each; at most 10."
    ),
}


def eligibility_answers(entries: Entries) -> Answers:
    """What the grid of 67 points asks, of what was written."""
    values = entries.values
    answers: Answers = dict(DEFAULTS)
    for language in ("en", "fr"):
        answers |= {
            f"{language}_{ability}": level for ability, level in zip(ABILITIES, entries.levels[language], strict=True)
        }
    partner = values["partner"]
    level = values["partner_language"]
    education = values["education"]
    return answers | {
        "age": values["age"],
        "education_level": None if education is None else TO_ELIGIBILITY[education],
        "skilled_years_10y": years(values["skilled_years"]),
        "arranged_employment": values["arranged"],
        "partner_coming": None if partner is None else partner == "coming",
        "partner_clb_min": None if level is None else fsw67.PARTNER_LANGUAGE_LEVEL if level else 0,
        "studied_canada_2y": values["studied"],
        "worked_canada_skilled_1y": values["worked"],
        "adult_relative_in_canada": values["relative"],
        "partner_studied_canada_2y": values["partner_studied"],
        "partner_worked_canada_1y": values["partner_worked"],
    }


@dataclass(frozen=True)
class Points:
    """The 67 points of a person, between bounds where an answer is not known."""

    low: int
    high: int
    factors: list[dict[str, Any]]

    @property
    def passes(self) -> bool | None:
        """Whether the pass mark is reached; None where it hangs on what is not known."""
        if self.low >= fsw67.PASS_MARK:
            return True
        return None if self.high >= fsw67.PASS_MARK else False


def fsw_points(entries: Entries) -> Points:
    """The points of each factor, and what each has left."""
    grid = fsw67.grid(eligibility_answers(entries))
    factors = []
    for one in grid:
        low, high = int(one.points.low), int(one.points.high)
        left = one.most - high
        factors.append(
            {
                "key": one.id,
                "label": FSW_LABELS[one.id],
                "rule": FSW_RULES[one.id],
                "points": figure(low if low == high else Range(low, high)),
                "most": one.most,
                "left": left,
                "section": _("s. %(number)s") % {"number": one.section.removeprefix("s. ")},
            }
        )
    return Points(sum(int(one.points.low) for one in grid), sum(int(one.points.high) for one in grid), factors)


# The quiz and the calculators


def from_quiz(given: Mapping[str, Any]) -> dict[str, list[str]]:
    """What the answers of the quiz tell of the forms' fields, as somebody would write it; what is not sure stays so."""
    said = flow.counting(flow.QUIZZES["immigration"], given)
    raw: dict[str, list[str]] = {}

    def put(name: str, value: object) -> None:
        raw[name] = [NOT_SURE if value is None else str(value)]

    if "age" in said and said["age"]["age"] is not None:
        put("age", said["age"]["age"])
    if "household" in said:
        put("partner", {"in_canada": "coming"}.get(str(said["household"]["partner"]), said["household"]["partner"]))
    if "education" in said:
        level = said["education"]["level"]
        put("education", None if level is None else TO_CRS[str(level)])
    for prefix, slug in (("en", "english"), ("fr", "french")):
        if slug in said:
            put_test(raw, prefix, said[slug])
    put_work(raw, said)
    if (studied := said.get("education-where", {}).get("canada", NONE)) != NONE or "education-where" in said:
        put("canadian_study", NONE if studied == NONE else None)
    facts = flow.facts(flow.QUIZZES["immigration"], given)
    for name, fact in SAME.items():
        put(name, {True: "yes", False: "no"}.get(facts[fact]))  # type: ignore[arg-type]
    level = facts["partner_clb_min"]
    put("partner_language", None if level is None else "yes" if level else "no")
    return raw


SAME: Mapping[str, str] = {  # fields that are facts of the quiz
    "certificate": "trade_certificate",
    "arranged": "arranged_employment",
    "studied": "studied_canada_2y",
    "worked": "worked_canada_skilled_1y",
    "relative": "adult_relative_in_canada",
    "partner_studied": "partner_studied_canada_2y",
    "partner_worked": "partner_worked_canada_1y",
}


def put_test(raw: dict[str, list[str]], prefix: str, answer: Mapping[str, object]) -> None:
    """A test and its scores; who rates themselves has no test whose points could count, and is not sure."""
    test = answer.get("test")
    raw[f"{prefix}_test"] = [str(test)] if test in TESTS or test in (LEVELS, NONE) else [NOT_SURE]
    for ability in ABILITIES:
        score = answer.get(ability)
        if isinstance(score, int | float):
            raw[f"{prefix}_{ability}"] = [number_format(score, use_l10n=True, force_grouping=False)]


def put_work(raw: dict[str, list[str]], said: Mapping[str, Mapping[str, object]]) -> None:
    """Years of work: the quiz asks for all of them together, and for Canada in months of the last three years."""
    if said.get("occupation", {}).get("state") == "never_worked":
        raw |= {"canadian_work": ["0"], "foreign_work": ["0"], "skilled_years": ["0"]}
        return
    about = said.get("experience")
    if about is None:
        return
    total, here = about.get("skilled_years"), about.get("canada")
    known = isinstance(total, int | float)
    raw["skilled_years"] = [str(min(6, int(total))) if known else NOT_SURE]  # type: ignore[call-overload]
    if here in ("no", "under_1y"):
        raw["canadian_work"] = ["0"]
    else:
        raw["canadian_work"] = [NOT_SURE]
    if here == "no" and known:
        raw["foreign_work"] = [str(min(3, int(total)))]  # type: ignore[call-overload]
    else:
        raw["foreign_work"] = [NOT_SURE]


def to_quiz(raw: Raw, entries: Entries, given: Mapping[str, Any]) -> dict[str, dict[str, object]]:
    """The answers to questions of the quiz that follow from what was written here; only those that fit them.

    given: the answers that there are; what only the quiz asks (children, a partner already in Canada) stays.
    """
    values = entries.values
    household = dict(given.get("household") or {"children": None})
    if not (household.get("partner") == "in_canada" and values["partner"] == "coming"):
        household["partner"] = values["partner"]
    answers: dict[str, dict[str, object]] = {
        "age": {"age": values["age"]},
        "household": household,
        "education": {"level": None if values["education"] is None else TO_ELIGIBILITY[values["education"]]},
    }
    for prefix, slug in (("en", "english"), ("fr", "french")):
        answers[slug] = test_answer(prefix, entries, given.get(slug) or {})
    quiz = flow.QUIZZES["immigration"]
    found = {}
    for slug, answer in answers.items():
        question = quiz.question(slug)
        if question is not None and (fits := flow.fitting(question, answer)) is not None:
            found[slug] = dict(fits)
    return found


def test_answer(prefix: str, entries: Entries, before: Mapping[str, object]) -> dict[str, object]:
    """A test as the quiz keeps it: scores, or levels where a score is no number (CELPIP's M)."""
    test = entries.values[f"{prefix}_test"]
    if test is None:
        return dict(before) if before.get("test") == "self" else {"test": None}
    if test == NONE:
        return dict(before) if before.get("test") == "self" else {"test": NONE}
    scores = [number_of(entries.values[f"{prefix}_{ability}"]) for ability in ABILITIES]
    levels = entries.levels[prefix]
    if any(score is None and level is not None for score, level in zip(scores, levels, strict=True)):
        test, scores = LEVELS, list(levels)
    return {"test": test, **dict(zip(ABILITIES, scores, strict=True))}


def number_of(text: str | None) -> int | float | None:
    try:
        number = float((text or "").replace(",", "."))
    except ValueError:
        return None
    return int(number) if number.is_integer() else number
