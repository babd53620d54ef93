"""What would raise the score: every change that a person can make, alone and in pairs.

    steps = what_if(profile, BOOK.newest)
    steps[0].gain, steps[0].total, [change.words.en for change in steps[0].changes]
    (50, 512, ["French: 7 in all four abilities"])

Ranked by points gained, then by effort. Effort is our own rough estimate in months, good for breaking ties and nothing
else. Nothing here looks at time passing: a year of work also makes a person a year older; see `ageing`.

Unknown answers are taken at their lowest (`Ladder.assumed` names them). Left out on purpose: what nobody can decide
(age, a brother or sister) and what would mislead the officer (a spouse who stays behind for the points).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Final, NamedTuple

from quizzes.crs.breakdown import Number, Range
from quizzes.crs.points import Facts, Four, lowest, total
from quizzes.crs.profile import ABILITIES, NO_LEVELS, Language, Profile, unknown_fields
from quizzes.crs.texts import EDUCATION_WORDS
from quizzes.crs.versions import EDUCATION, JOB_OFFER, MOST_AGE, MOST_LEVEL, Version
from quizzes.words import Words

FIRST_LEVELS: Final = (4, 5, 6, 7, 8, 9, 10)  # where the grid, a certificate or French makes a step
SECOND_LEVELS: Final = (5, 7, 9)
SPOUSE_LEVELS: Final = (5, 7, 9)
MOST_MORE_YEARS: Final = (5, 3)  # in Canada, abroad: no version of the grid counts more

ONE, TWO, THREE, MORE, MASTER, DOCTOR = range(EDUCATION.index("one_year"), len(EDUCATION))
CREDENTIALS: Final = {ONE: 12, TWO: 24, THREE: 36, MASTER: 24, DOCTOR: 48}  # months that each takes
STUDY_POINTS: Final = {ONE: 1, TWO: 1, THREE: 2, MASTER: 2, DOCTOR: 2}  # place in CANADIAN_STUDY

ABILITY: Final = {
    "speaking": Words("speaking", "expression orale"),
    "listening": Words("listening", "compréhension de l’oral"),
    "reading": Words("reading", "compréhension de l’écrit"),
    "writing": Words("writing", "expression écrite"),
}


class Change(NamedTuple):
    """One thing that a person can do.

    key: stable, such as "first_language.reading.9". subject: two changes of one subject make no pair.
    effort: rough months. apply: the facts after it.
    """

    key: str
    subject: str
    effort: int
    words: Words
    apply: Callable[[Facts], Facts]


class Step(NamedTuple):
    """One change, or two together, with what it brings: a Range where it hangs on what is not known of the spouse."""

    changes: tuple[Change, ...]
    gain: Number
    total: Number
    effort: int


@dataclass(frozen=True, slots=True)
class Ladder:
    """The steps, best first, from the score `start`. assumed: fields that were unknown and taken at their lowest."""

    start: int
    steps: tuple[Step, ...]
    assumed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Partner:
    """What the grid asks of the spouse as principal applicant and the spouse block does not hold. None: not known.

    second_language: None is none, as in a profile. Levels of the first language, education and work in Canada come from
    the profile's spouse block. A nomination, job offer and study in Canada are the other person's and are lost.
    """

    age: int | None = None
    language: str | None = None  # of the test whose levels the spouse block holds
    second_language: Language | None = None
    foreign_work_years: int | None = None
    certificate_of_qualification: bool | None = None


def what_if(profile: Profile, version: Version, partner: Partner | None = None, *, most: int | None = None) -> Ladder:
    """Every single change and every pair that gains points, best first; at most `most` of them.

    A pair is listed when it gains more than either of its changes alone. partner: what is known of the spouse as a
    principal applicant; without it that change has a Range.
    """
    facts = lowest(profile, version)
    start = total(version, facts)
    swaps = list(_swaps(facts, partner or Partner(), version))
    singles = list(changes(facts, profile, version))
    after = [change.apply(facts) for change in singles]
    gains = [total(version, changed) - start for changed in after]
    touched = [touches(facts, changed) for changed in after]
    useful = [place for place, changed in enumerate(after) if changed != facts]

    steps = [
        Step((singles[place],), gains[place], start + gains[place], singles[place].effort)
        for place in useful
        if gains[place] > 0
    ]
    for one, other in combinations(useful, 2):
        first, second = singles[one], singles[other]
        if second.subject in _NO_PAIR.get(first.subject, (first.subject,)):
            continue
        if touched[one] & touched[other]:
            gain = total(version, second.apply(after[one])) - start
        else:
            gain = gains[one] + gains[other]
        if gain > gains[one] and gain > gains[other]:
            steps.append(Step((first, second), gain, start + gain, first.effort + second.effort))
    if swaps:
        steps += _with_swap(facts, start, [(singles[n], after[n], gains[n]) for n in useful], swaps, version)
    steps.sort(key=_rank)
    return Ladder(start, tuple(steps[:most]), unknown_fields(profile))


FIRST, SECOND, CROSSED, EXTRA = 1, 2, 4, 8


def touches(before: Facts, after: Facts) -> int:
    """Which parts of the sum a change touches whose points do not simply add up with those of another change.

    The levels of each language meet in their weakest ability, FIRST and SECOND; CROSSED is skill transferability and
    EXTRA the additional points, each with caps. Two changes of different subjects that touch none in common gain
    together the sum of what they gain alone, which spares most of the counting.
    """
    weakest = min(before.first) != min(after.first)
    other = before.first_is_french != after.first_is_french
    crossed = weakest or (
        (before.education, before.canadian_work, before.foreign_work, before.certificate)
        != (after.education, after.canadian_work, after.foreign_work, after.certificate)
    )
    extra = weakest or other or min(before.second) != min(after.second)
    extra = extra or (
        (before.nomination, before.canadian_study, before.sibling, before.job_offer)
        != (after.nomination, after.canadian_study, after.sibling, after.job_offer)
    )
    return (
        FIRST * (other or before.first != after.first)
        | SECOND * (other or before.second != after.second)
        | CROSSED * crossed
        | EXTRA * extra
    )


def _rank(step: Step) -> int:
    """Orders steps by the least and the most they gain, then effort, then singles first; ties stay in the grid's order.

    One number, since thousands of steps are sorted: points are below 10,000 and efforts below 100,000.
    """
    gain = step.gain
    points = gain * 10_001 if isinstance(gain, int) else gain.low * 10_000 + gain.high
    return (step.effort * 2 + len(step.changes)) - points * 1_000_000


def changes(facts: Facts, profile: Profile, version: Version) -> Iterator[Change]:
    """Every single change open to that person but the spouse as principal applicant, in the order of the grid."""
    first, second = ("fr", "en") if facts.first_is_french else ("en", "fr")
    yield from _language("first_language", _LANGUAGE[first], facts.first, FIRST_LEVELS, _set_first)
    yield from _language("second_language", _LANGUAGE[second], facts.second, SECOND_LEVELS, _set_second)
    if any(facts.second):
        yield Change(
            "languages.swap",
            "languages.swap",
            0,
            Words("Make the other language the first one", "Prendre l’autre langue comme première"),
            _swap_languages,
        )
    yield from _degrees(facts, version)
    for more in range(1, MOST_MORE_YEARS[0] - facts.canadian_work + 1):
        yield Change(
            f"canadian_work.{more}",
            "canadian_work",
            12 * more,
            _more_years(more, "of work in Canada", "de travail au Canada"),
            partial(_more_work, more=more),
        )
    for more in range(1, MOST_MORE_YEARS[1] - facts.foreign_work + 1):
        yield Change(
            f"foreign_work.{more}",
            "foreign_work",
            12 * more,
            _more_years(more, "of work abroad", "de travail à l’étranger"),
            partial(_more_abroad, more=more),
        )
    if not facts.certificate:
        words = Words("A certificate of qualification in a trade", "Un certificat de compétence d’un métier")
        yield Change("certificate", "certificate", 12, words, _certify)
    if not facts.nomination:
        words = Words("A nomination by a province or territory", "Une désignation par une province ou un territoire")
        yield Change("nomination", "nomination", 12, words, _nominate)
    for place in range(facts.job_offer + 1, len(JOB_OFFER)):
        if version.job_offer[place] > version.job_offer[facts.job_offer]:
            words = _OFFERS[place]
            yield Change(f"job_offer.{JOB_OFFER[place]}", "job_offer", 6, words, partial(_offer, place=place))
    if facts.accompanied:
        yield from _of_spouse(facts)


_LANGUAGE: Final = {"en": Words("English", "Anglais"), "fr": Words("French", "Français")}
_OFFERS: Final = (
    Words("", ""),
    Words("A qualifying job offer in TEER 0 to 3", "Une offre d’emploi admissible, FEER 0 à 3"),
    Words("A qualifying job offer in senior management", "Une offre d’emploi admissible de cadre supérieur"),
)
# A change of one ability makes no pair with one of all four of that language, nor two changes of the same ability.
_NO_PAIR: Final = {
    f"{name}.{ability}": (f"{name}.{ability}", f"{name}.all")
    for name in ("first_language", "second_language", "spouse_language")
    for ability in ABILITIES
}


def _language(
    name: str, language: Words, now: Four, targets: tuple[int, ...], put: Callable[[Facts, Four], Facts]
) -> Iterator[Change]:
    """Each ability to each level above, and all four at least to a level; with no test yet, all four alone."""
    if any(now):
        for place, ability in enumerate(ABILITIES):
            for level in targets:
                if level > now[place]:
                    yield Change(
                        f"{name}.{ability}.{level}",
                        f"{name}.{ability}",
                        3 * (level - now[place]),
                        Words(
                            f"{language.en}, {ABILITY[ability].en}: {level}",
                            f"{language.fr}, {ABILITY[ability].fr} : {level}",
                        ),
                        partial(_raise_one, put=put, name=name, place=place, level=level),
                    )
    for level in targets:
        short = [level - one for one in now if one < level]
        if len(short) > 1:
            yield Change(
                f"{name}.all.{level}",
                f"{name}.all",
                3 * max(short) + len(short) - 1,
                Words(
                    f"{language.en}: {level} in all four abilities",
                    f"{language.fr} : {level} dans les quatre habiletés",
                ),
                partial(_raise_all, put=put, name=name, level=level),
            )


def _now(facts: Facts, name: str) -> Four:
    if name == "first_language":
        return facts.first
    return facts.second if name == "second_language" else facts.spouse


def _raise_one(facts: Facts, *, put: Callable[[Facts, Four], Facts], name: str, place: int, level: int) -> Facts:
    now = list(_now(facts, name))
    now[place] = max(now[place], level)
    a, b, c, d = now
    return put(facts, (a, b, c, d))


def _raise_all(facts: Facts, *, put: Callable[[Facts, Four], Facts], name: str, level: int) -> Facts:
    a, b, c, d = _now(facts, name)
    return put(facts, (max(a, level), max(b, level), max(c, level), max(d, level)))


def _set_first(facts: Facts, levels: Four) -> Facts:
    return facts._replace(first=levels)


def _set_second(facts: Facts, levels: Four) -> Facts:
    return facts._replace(second=levels)


def _set_spouse(facts: Facts, levels: Four) -> Facts:
    return facts._replace(spouse=levels)


def _swap_languages(facts: Facts) -> Facts:
    return facts._replace(first=facts.second, second=facts.first, first_is_french=not facts.first_is_french)


def _degrees(facts: Facts, version: Version) -> Iterator[Change]:
    """Each credential: abroad where it raises the level, in Canada also where it earns points for study there."""
    for credential, months in CREDENTIALS.items():
        name, words = EDUCATION[credential], EDUCATION_WORDS[EDUCATION[credential]]
        if facts.education == 0 or (credential == MASTER and facts.education < THREE):
            continue  # first things first: nobody takes a master's without a bachelor's degree
        if credential == DOCTOR and facts.education < THREE:
            continue
        if with_credential(facts.education, credential) > facts.education:
            yield Change(f"education.{name}", "education", months, words, partial(_study, credential=credential))
        if STUDY_POINTS[credential] > facts.canadian_study or (
            with_credential(facts.education, credential) > facts.education
        ):
            yield Change(
                f"education.{name}.in_canada",
                "education",
                months + 1,
                Words(f"{words.en}, in Canada", f"{words.fr}, au Canada"),
                partial(_study, credential=credential, in_canada=True),
            )


def with_credential(education: int, credential: int) -> int:
    """The level of education of somebody who earns one credential more. Both are places in EDUCATION.

    Two credentials of which one took three years or more are a level of their own; two shorter ones are not.
    """
    if ONE <= education <= MORE and ONE <= credential <= THREE and THREE in (education, credential):
        return MORE
    return max(education, credential)


def _study(facts: Facts, *, credential: int, in_canada: bool = False) -> Facts:
    education = with_credential(facts.education, credential)
    if not in_canada:
        return facts._replace(education=education)
    return facts._replace(education=education, canadian_study=max(facts.canadian_study, STUDY_POINTS[credential]))


def _more_years(more: int, en: str, fr: str) -> Words:
    if more == 1:
        return Words(f"One more year {en}", f"Un an de plus {fr}")
    return Words(f"{more} more years {en}", f"{more} ans de plus {fr}")


def _more_work(facts: Facts, *, more: int) -> Facts:
    return facts._replace(canadian_work=facts.canadian_work + more)


def _more_abroad(facts: Facts, *, more: int) -> Facts:
    return facts._replace(foreign_work=facts.foreign_work + more)


def _more_spouse_work(facts: Facts, *, more: int) -> Facts:
    return facts._replace(spouse_work=facts.spouse_work + more)


def _certify(facts: Facts) -> Facts:
    return facts._replace(certificate=True)


def _nominate(facts: Facts) -> Facts:
    return facts._replace(nomination=True)


def _offer(facts: Facts, *, place: int) -> Facts:
    return facts._replace(job_offer=place)


def _spouse_study(facts: Facts, *, credential: int) -> Facts:
    return facts._replace(spouse_education=with_credential(facts.spouse_education, credential))


def _of_spouse(facts: Facts) -> Iterator[Change]:
    """What the accompanying spouse can do: a test, a credential, a year of work in Canada."""
    yield from _language(
        "spouse_language",
        Words("Spouse’s language test", "Test de langue de l’époux ou conjoint"),
        facts.spouse,
        SPOUSE_LEVELS,
        _set_spouse,
    )
    now = facts.spouse_education
    for credential, months in CREDENTIALS.items():
        if now == 0 or (credential in (MASTER, DOCTOR) and now < THREE) or with_credential(now, credential) <= now:
            continue
        words = EDUCATION_WORDS[EDUCATION[credential]]
        yield Change(
            f"spouse_education.{EDUCATION[credential]}",
            "spouse_education",
            months,
            Words(f"Spouse: {words.en}", f"Époux ou conjoint : {words.fr}"),
            partial(_spouse_study, credential=credential),
        )
    for more in range(1, MOST_MORE_YEARS[0] - facts.spouse_work + 1):
        yield Change(
            f"spouse_canadian_work.{more}",
            "spouse_canadian_work",
            12 * more,
            _more_years(more, "of work in Canada for the spouse", "de travail au Canada pour l’époux ou conjoint"),
            partial(_more_spouse_work, more=more),
        )


# --- the spouse as principal applicant --------------------------------------------------------------------------------

PRINCIPAL: Final = Words("The spouse as the principal applicant", "L’époux ou le conjoint comme demandeur principal")


def _swaps(facts: Facts, partner: Partner, version: Version) -> Iterator[Change]:
    """The exchange of roles, once for each end of what is not known of the spouse; none without a spouse who comes."""
    if not facts.accompanied:
        return
    row = version.age[True]
    ages = (row.index(min(row)), row.index(max(row))) if partner.age is None else (min(partner.age, MOST_AGE),)
    abroad, trade = partner.foreign_work_years, partner.certificate_of_qualification
    second = partner.second_language.levels if partner.second_language else NO_LEVELS
    known = len(ages) == 1 and None not in (abroad, trade) and None not in second
    for highest in (False,) if known else (False, True):
        for french in (False, True) if partner.language is None else (partner.language == "fr",):
            a, b, c, d = (MOST_LEVEL * highest if level is None else level for level in second)
            yield Change(
                "spouse.principal",
                "spouse.principal",
                1,
                PRINCIPAL,
                partial(
                    _exchange,
                    age=ages[-1 if highest else 0],
                    french=french,
                    second=(a, b, c, d),
                    abroad=MOST_MORE_YEARS[1] * highest if abroad is None else abroad,
                    trade=highest if trade is None else trade,
                ),
            )


def _exchange(facts: Facts, *, age: int, french: bool, second: Four, abroad: int, trade: bool) -> Facts:
    """The facts with the roles exchanged; unchanged while the spouse has no language test, which a principal needs."""
    if not any(facts.spouse):
        return facts
    return Facts(
        True,
        age,
        facts.spouse_education,
        french,
        facts.spouse,
        second,
        facts.spouse_work,
        abroad,
        trade,
        facts.education,
        facts.first,
        facts.canadian_work,
        False,
        0,
        facts.sibling,
        0,
    )


def _with_swap(
    facts: Facts, start: int, done: list[tuple[Change, Facts, int]], swaps: list[Change], version: Version
) -> Iterator[Step]:
    """The exchange alone, then after each other change: what the two did before changes roles with them."""
    alone = _span(facts, start, swaps, version)
    if isinstance(alone, Range) or alone:
        high = alone if isinstance(alone, int) else alone.high
        if high > 0:
            yield Step((swaps[0],), alone, _plus(start, alone), swaps[0].effort)
    best_alone = max(0, alone if isinstance(alone, int) else alone.high)
    for change, after, gain in done:
        span = _span(after, start, swaps, version)
        low, high = (span, span) if isinstance(span, int) else span
        if high > max(gain, best_alone) and low > -start:
            yield Step((change, swaps[0]), span, _plus(start, span), change.effort + swaps[0].effort)


def _span(facts: Facts, start: int, swaps: list[Change], version: Version) -> Number:
    if not any(facts.spouse):
        return 0
    gains = [total(version, swap.apply(facts)) - start for swap in swaps]
    return gains[0] if min(gains) == max(gains) else Range(min(gains), max(gains))


def _plus(start: int, gain: Number) -> Number:
    return start + gain if isinstance(gain, int) else Range(start + gain.low, start + gain.high)
