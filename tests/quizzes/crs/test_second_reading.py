"""A second reading of the published tables, written anew here, against the calculator, over whole profiles.

Nothing of the product's data is used. Points are worked out with comparisons, from the criteria page's wording.
"""

from datetime import date
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.crs import BOOK, Range, check, score
from quizzes.crs.points import lowest, total

ABILITIES = ("speaking", "listening", "reading", "writing")
LADDER = (
    "less_than_secondary",
    "secondary",
    "one_year",
    "two_year",
    "three_year_or_bachelor",
    "two_or_more",
    "master_or_professional",
    "doctoral",
)


def by_hand(p, day):
    """Core, spouse, transferability and additional points of a profile with all its keys, on a day."""
    pair = (
        p["marital_status"] in {"married", "common_law"}
        and p["spouse_accompanying"]
        and not p["spouse_is_canadian_or_pr"]
    )
    first = [p["first_language"][ability] for ability in ABILITIES]
    second = [p["second_language"][ability] for ability in ABILITIES] if p["second_language"] else [0] * 4
    in_canada, abroad = int(p["canadian_work_years"]), int(p["foreign_work_years"])
    school = LADDER.index(p["education"])
    return (
        core_by_hand(pair, p["age"], school, first, second, in_canada),
        spouse_by_hand(p["spouse"]) if pair else 0,
        crossed_by_hand(school, min(first), in_canada, abroad, p["certificate_of_qualification"]),
        extra_by_hand(p, first, second, day),
    )


def core_by_hand(pair, age, school, first, second, in_canada):
    points = age_by_hand(pair, age) + sum(first_by_hand(pair, n) for n in first)
    points += ([0, 28, 84, 91, 112, 119, 126, 140] if pair else [0, 30, 90, 98, 120, 128, 135, 150])[school]
    points += min(sum(6 if n >= 9 else 3 if n >= 7 else 1 if n >= 5 else 0 for n in second), 22 if pair else 24)
    return points + ([0, 35, 46, 56, 63, 70] if pair else [0, 40, 53, 64, 72, 80])[min(in_canada, 5)]


def age_by_hand(pair, age):
    if 20 <= age <= 29:
        return 100 if pair else 110
    if age in (18, 31):
        return 90 if pair else 99
    if age in (19, 30):
        return 95 if pair else 105
    if 32 <= age <= 40:  # five or five and a half a year
        return 85 - 5 * (age - 32) if pair else [94, 88, 83, 77, 72, 66, 61, 55, 50][age - 32]
    if 41 <= age <= 44:
        return 35 - 10 * (age - 41) if pair else [39, 28, 17, 6][age - 41]
    return 0


def first_by_hand(pair, level):
    if level >= 10:
        return 32 if pair else 34
    if level == 9:
        return 29 if pair else 31
    if level == 8:
        return 22 if pair else 23
    if level == 7:
        return 16 if pair else 17
    if level == 6:
        return 8 if pair else 9
    return 6 if level >= 4 else 0


def spouse_by_hand(spouse):
    points = {0: 0, 1: 2, 2: 6, 3: 7, 4: 8, 5: 9}.get(LADDER.index(spouse["education"]), 10)
    if spouse["language"]:
        points += sum(5 if n >= 9 else 3 if n >= 7 else 1 if n >= 5 else 0 for n in spouse["language"].values())
    years = int(spouse["canadian_work_years"])
    return points + (0 if years < 1 else 5 if years < 2 else min(5 + years, 10))


def crossed_by_hand(school, weakest, in_canada, abroad, certificate):
    language = 2 if weakest >= 9 else 1 if weakest >= 7 else 0
    work = min(in_canada, 2)

    def crossed(strong, some, step):
        if not some or not step:
            return 0
        return (25 if step == 1 else 50) if strong else (13 if step == 1 else 25)

    schooling = crossed(school >= 5, school >= 2, language) + crossed(school >= 5, school >= 2, work)
    foreign = crossed(abroad >= 3, abroad >= 1, language) + crossed(abroad >= 3, abroad >= 1, work)
    trade = (50 if weakest >= 7 else 25 if weakest >= 5 else 0) if certificate else 0
    return min(min(schooling, 50) + min(foreign, 50) + trade, 100)


def extra_by_hand(p, first, second, day):
    french, english = (first, second) if p["first_language"]["language"] == "fr" else (second, first)
    points = 600 if p["provincial_nomination"] else 0
    if min(french) >= 7 and day >= date(2017, 6, 6):
        points += (15 if day < date(2020, 10, 1) else 25) * (1 if min(english) < 5 else 2)
    if p["sibling_in_canada"] and day >= date(2017, 6, 6):
        points += 15
    points += {"none": 0, "one_or_two_year": 15, "three_year_plus": 30}[p["canadian_study"]]
    if day < date(2025, 3, 25):
        points += {"none": 0, "other_skilled": 50, "teer0_major_group_00": 200}[p["job_offer"]]
    return min(points, 600)


level = st.integers(0, 12) | st.sampled_from([4, 5, 7, 9])  # twice where the steps are
four = st.fixed_dictionaries(dict.fromkeys(ABILITIES, level)) | level.map(lambda n: dict.fromkeys(ABILITIES, n))
years = st.integers(0, 12) | st.floats(0, 12)
education = st.sampled_from(LADDER)
flag = st.booleans()


@st.composite
def profiles(draw):
    code = draw(st.sampled_from(["en", "fr"]))
    other = "fr" if code == "en" else "en"
    return {
        "age": draw(st.integers(15, 50) | st.integers(0, 120)),
        "education": draw(education),
        "first_language": {"language": code} | draw(four),
        "second_language": draw(st.none() | four.map(lambda levels: {"language": other} | levels)),
        "canadian_work_years": draw(years),
        "foreign_work_years": draw(years),
        "certificate_of_qualification": draw(flag),
        "marital_status": draw(
            st.sampled_from(["married", "common_law", "single", "divorced", "separated", "annulled", "widowed"])
        ),
        "spouse_accompanying": draw(flag | st.just(True)),
        "spouse_is_canadian_or_pr": draw(flag | st.just(False)),
        "spouse": {
            "education": draw(education),
            "language": draw(st.none() | four),
            "canadian_work_years": draw(years),
        },
        "canadian_study": draw(st.sampled_from(["none", "one_or_two_year", "three_year_plus"])),
        "sibling_in_canada": draw(flag),
        "provincial_nomination": draw(st.integers(0, 3).map(lambda n: n == 0)),
        "job_offer": draw(st.sampled_from(["none", "other_skilled", "teer0_major_group_00"])),
    }


days = st.sampled_from(
    [
        date(2016, 11, 19),
        date(2017, 6, 5),
        date(2017, 6, 6),
        date(2020, 9, 30),
        date(2020, 10, 20),
        date(2025, 3, 24),
        date(2025, 3, 25),
        date(2026, 11, 2),
    ]
)


@settings(max_examples=300, deadline=None)
@given(profiles(), days)
def test_the_calculator_agrees_with_a_second_reading(profile, day):
    found = score(check(profile), BOOK.on(day))

    assert tuple(found.sections.values()) == by_hand(profile, day)
    assert found.total == sum(by_hand(profile, day))
    assert total(BOOK.on(day), lowest(check(profile), BOOK.on(day))) == found.total


@settings(deadline=None)
@given(profiles(), days)
def test_lines_add_up_to_their_section_and_stay_within_their_most(profile, day):
    found = score(check(profile), BOOK.on(day))

    for section, points in found.sections.items():
        assert sum(line.points for line in found.lines if line.section == section) == points
    for line in found.lines:
        assert 0 <= line.points <= line.most
        assert line.earned == line.points + sum(cap.taken for cap in line.caps)


UNKNOWABLE = {
    "age": [0, 17, 18, 19, 25, 30, 35, 44, 45],
    "education": list(LADDER),
    "canadian_work_years": [0, 1, 2, 3, 4, 5],
    "foreign_work_years": [0, 1, 3],
    "certificate_of_qualification": [False, True],
    "marital_status": ["single", "married"],
    "spouse_accompanying": [False, True],
    "spouse_is_canadian_or_pr": [False, True],
    "canadian_study": ["none", "one_or_two_year", "three_year_plus"],
    "sibling_in_canada": [False, True],
    "provincial_nomination": [False, True],
    "job_offer": ["none", "other_skilled", "teer0_major_group_00"],
}
NESTED = {
    **{("first_language", ability): [0, 4, 5, 6, 7, 8, 9, 10] for ability in ABILITIES},
    **{("spouse", key): UNKNOWABLE[key] for key in ("education", "canadian_work_years")},
}


def put(profile, key, value):
    if isinstance(key, str):
        return {**profile, key: value}
    outer, inner = key
    return {**profile, outer: {**profile[outer], inner: value}}


@settings(max_examples=150, deadline=None)
@given(profiles(), days, st.lists(st.sampled_from([*UNKNOWABLE, *NESTED]), min_size=1, max_size=2, unique=True))
def test_a_range_is_exactly_what_the_answers_could_make_of_it(profile, day, unknown):
    asked = profile
    for key in unknown:
        asked = put(asked, key, None)
    choices = [(UNKNOWABLE | NESTED)[key] for key in unknown]
    completed = []
    for values in product(*choices):
        one = profile
        for key, value in zip(unknown, values, strict=True):
            one = put(one, key, value)
        completed.append(score(check(one), BOOK.on(day)))

    found = score(check(asked), BOOK.on(day))

    assert ends(found.total) == span(one.total for one in completed)
    for section, points in found.sections.items():
        assert ends(points) == span(one.sections[section] for one in completed)
    for line in found.lines:
        each = [{part.key: part for part in one.lines}.get(line.key) for one in completed]
        assert ends(line.points) == span(part.points if part else 0 for part in each)
        assert ends(line.earned) == span(part.earned if part else 0 for part in each)
        taken = [sum(cap.taken for cap in part.caps) if part else 0 for part in each]
        if any(taken):
            assert ends(line.caps[0].taken) == span(taken)
        else:
            assert line.caps == ()


def ends(value):
    return tuple(value) if isinstance(value, Range) else (value, value)


def span(values):
    values = list(values)
    return min(values), max(values)


def test_what_does_not_matter_makes_no_range():
    person = {"age": 30, "first_language": {"language": "en"} | dict.fromkeys(ABILITIES, 9), "education": "secondary"}

    found = score(check({**person, "spouse": None, "spouse_is_canadian_or_pr": None}), BOOK.newest)

    assert found.total == score(check(person), BOOK.newest).total
    assert isinstance(found.total, int)


def test_an_unknown_first_language_is_the_other_than_the_second():
    person = {"age": 30, "first_language": {"language": None} | dict.fromkeys(ABILITIES, 7)}
    second = dict.fromkeys(ABILITIES, 4)

    def french(**answers):
        found = score(check({**person, **answers}), BOOK.newest)
        return next(line.points for line in found.lines if line.key == "french")

    assert french() == Range(0, 25)
    assert french(second_language={"language": "en"} | second) == 25
    assert french(second_language={"language": "fr"} | second) == 0
    assert french(second_language={"language": None} | second) == Range(0, 25)
