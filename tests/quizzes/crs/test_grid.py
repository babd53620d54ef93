"""Every numeric cell of the grid, one step under, at and over each threshold, and the traps."""

from datetime import date

import pytest

from quizzes.crs import BOOK, check, score
from quizzes.language import levels

ABILITIES = ("speaking", "listening", "reading", "writing")


def language(code, *four):
    return {"language": code, **dict(zip(ABILITIES, four if len(four) > 1 else four * 4, strict=True))}


NOTHING = {"age": 17, "first_language": language("en", 0)}
COUPLE = {"marital_status": "married", "spouse_accompanying": True}
COLUMNS = {True: COUPLE, False: {}}


def points(key, version="2025-03-25", **answers):
    found = score(check({**NOTHING, **answers}), BOOK.version(version))
    return next(line.points for line in found.lines if line.key == key)


def scored(version="2025-03-25", **answers):
    return score(check({**NOTHING, **answers}), BOOK.version(version))


def cells(table):
    """Rows "value with without", as (value, column, points)."""
    rows = [row.split() for row in table.strip().splitlines()]
    return [(value, True, int(one)) for value, one, _ in rows] + [(value, False, int(two)) for value, _, two in rows]


AGES = """
    0 0 0
    16 0 0
    17 0 0
    18 90 99
    19 95 105
    20 100 110
    21 100 110
    25 100 110
    28 100 110
    29 100 110
    30 95 105
    31 90 99
    32 85 94
    33 80 88
    34 75 83
    35 70 77
    36 65 72
    37 60 66
    38 55 61
    39 50 55
    40 45 50
    41 35 39
    42 25 28
    43 15 17
    44 5 6
    45 0 0
    46 0 0
    120 0 0"""
EDUCATION = """
    less_than_secondary 0 0
    secondary 28 30
    one_year 84 90
    two_year 91 98
    three_year_or_bachelor 112 120
    two_or_more 119 128
    master_or_professional 126 135
    doctoral 140 150"""
FIRST = """
    0 0 0
    1 0 0
    3 0 0
    4 6 6
    5 6 6
    6 8 9
    7 16 17
    8 22 23
    9 29 31
    10 32 34
    11 32 34
    12 32 34"""
SECOND = """
    0 0 0
    3 0 0
    4 0 0
    5 1 1
    6 1 1
    7 3 3
    8 3 3
    9 6 6
    10 6 6
    12 6 6"""
WORK = """
    0 0 0
    0.99 0 0
    1 35 40
    1.99 35 40
    2 46 53
    2.99 46 53
    3 56 64
    3.99 56 64
    4 63 72
    4.99 63 72
    5 70 80
    6 70 80
    40 70 80"""


@pytest.mark.parametrize(("age", "couple", "expected"), cells(AGES))
def test_age(age, couple, expected):
    assert points("age", age=int(age), **COLUMNS[couple]) == expected


@pytest.mark.parametrize(("education", "couple", "expected"), cells(EDUCATION))
def test_education(education, couple, expected):
    assert points("education", education=education, **COLUMNS[couple]) == expected


@pytest.mark.parametrize(("level", "couple", "expected"), cells(FIRST))
@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("code", ["en", "fr"])
def test_first_language_by_ability(level, couple, expected, place, code):
    four = [0, 0, 0, 0]
    four[place] = int(level)

    assert points("first_language", first_language=language(code, *four), **COLUMNS[couple]) == expected


@pytest.mark.parametrize(("level", "couple", "expected"), cells(SECOND))
@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("code", ["en", "fr"])
def test_second_language_by_ability(level, couple, expected, place, code):
    four = [0, 0, 0, 0]
    four[place] = int(level)
    first = language("en" if code == "fr" else "fr", 0)

    found = points("second_language", first_language=first, second_language=language(code, *four), **COLUMNS[couple])

    assert found == expected


@pytest.mark.parametrize(("years", "couple", "expected"), cells(WORK))
def test_work_in_canada(years, couple, expected):
    assert points("canadian_work", canadian_work_years=float(years), **COLUMNS[couple]) == expected


def test_second_language_counts_at_most_22_with_spouse_and_24_without():
    nines = {"second_language": language("fr", 9)}

    alone, couple = scored(**nines), scored(**nines, **COUPLE)

    line = next(line for line in alone.lines if line.key == "second_language")
    assert (line.points, line.earned, line.caps) == (24, 24, ())
    line = next(line for line in couple.lines if line.key == "second_language")
    assert (line.points, line.earned, line.most) == (22, 24, 22)
    assert [(cap.cap, cap.most, cap.taken) for cap in line.caps] == [("second_language", 22, 2)]
    assert "22" in line.caps[0].words.en
    assert "22" in line.caps[0].words.fr


SPOUSE_EDUCATION = {
    "less_than_secondary": 0,
    "secondary": 2,
    "one_year": 6,
    "two_year": 7,
    "three_year_or_bachelor": 8,
    "two_or_more": 9,
    "master_or_professional": 10,
    "doctoral": 10,
}


@pytest.mark.parametrize(("education", "expected"), list(SPOUSE_EDUCATION.items()))
def test_spouse_education(education, expected):
    assert points("spouse_education", **COUPLE, spouse={"education": education}) == expected


@pytest.mark.parametrize(
    ("level", "expected"), [(0, 0), (3, 0), (4, 0), (5, 1), (6, 1), (7, 3), (8, 3), (9, 5), (10, 5), (12, 5)]
)
@pytest.mark.parametrize("ability", ABILITIES)
def test_spouse_language_by_ability_where_level_4_earns_nothing(level, expected, ability):
    four = dict.fromkeys(ABILITIES, 0) | {ability: level}

    assert points("spouse_language", **COUPLE, spouse={"language": four}) == expected


@pytest.mark.parametrize(
    ("years", "expected"), [(0, 0), (0.99, 0), (1, 5), (2, 7), (2.99, 7), (3, 8), (4, 9), (4.99, 9), (5, 10), (9, 10)]
)
def test_spouse_work_in_canada(years, expected):
    assert points("spouse_canadian_work", **COUPLE, spouse={"canadian_work_years": years}) == expected


TIERS = {
    "less_than_secondary": 0,
    "secondary": 0,
    "one_year": 1,
    "two_year": 1,
    "three_year_or_bachelor": 1,
    "two_or_more": 2,
    "master_or_professional": 2,
    "doctoral": 2,
}
CROSSED = {0: (0, 0, 0), 1: (0, 13, 25), 2: (0, 25, 50)}


@pytest.mark.parametrize(("education", "tier"), list(TIERS.items()))
@pytest.mark.parametrize(("level", "step"), [(6, 0), (7, 1), (8, 1), (9, 2), (10, 2), (12, 2)])
def test_education_with_language(education, tier, level, step):
    found = points("education_and_language", education=education, first_language=language("en", level))

    assert found == CROSSED[tier][step]


@pytest.mark.parametrize(("education", "tier"), list(TIERS.items()))
@pytest.mark.parametrize(("years", "step"), [(0, 0), (0.99, 0), (1, 1), (1.99, 1), (2, 2), (5, 2)])
def test_education_with_work_in_canada(education, tier, years, step):
    found = points("education_and_canadian_work", education=education, canadian_work_years=years)

    assert found == CROSSED[tier][step]


ABROAD = [(0, 0), (0.99, 0), (1, 1), (2, 1), (2.99, 1), (3, 2), (10, 2)]


@pytest.mark.parametrize(("years", "tier"), ABROAD)
@pytest.mark.parametrize(("level", "step"), [(0, 0), (6, 0), (7, 1), (8, 1), (9, 2), (12, 2)])
def test_work_abroad_with_language(years, tier, level, step):
    found = points("foreign_work_and_language", foreign_work_years=years, first_language=language("fr", level))

    assert found == CROSSED[tier][step]


@pytest.mark.parametrize(("abroad", "tier"), ABROAD)
@pytest.mark.parametrize(("years", "step"), [(0, 0), (0.99, 0), (1, 1), (1.99, 1), (2, 2), (5, 2)])
def test_work_abroad_with_work_in_canada(abroad, tier, years, step):
    found = points("foreign_and_canadian_work", foreign_work_years=abroad, canadian_work_years=years)

    assert found == CROSSED[tier][step]


@pytest.mark.parametrize(("level", "expected"), [(0, 0), (4, 0), (5, 25), (6, 25), (7, 50), (8, 50), (9, 50), (12, 50)])
def test_certificate_with_language(level, expected):
    answers = {"first_language": language("en", level)}

    assert points("certificate_and_language", certificate_of_qualification=True, **answers) == expected
    assert points("certificate_and_language", **answers) == 0


@pytest.mark.parametrize("place", range(4))
def test_transferability_takes_the_weakest_ability_of_the_first_language(place):
    four = [9, 9, 9, 9]
    four[place] = 8

    assert points("education_and_language", education="doctoral", first_language=language("en", *four)) == 25


def test_transferability_ignores_a_stronger_second_language():
    answers = {"first_language": language("en", 6), "second_language": language("fr", 10)}

    assert points("education_and_language", education="doctoral", **answers) == 0


def test_caps_of_50_50_and_100_are_shown_on_the_lines_that_lose():
    found = scored(
        education="doctoral",
        first_language=language("en", 9),
        canadian_work_years=2,
        foreign_work_years=3,
        certificate_of_qualification=True,
    )
    lines = {line.key: line for line in found.lines}

    assert found.sections["transferability"] == 100
    assert [
        (line.earned, line.points, [(cap.cap, cap.most, cap.taken) for cap in line.caps])
        for line in found.lines
        if line.section == "transferability"
    ] == [
        (50, 50, []),
        (50, 0, [("education", 50, 50)]),
        (50, 50, []),
        (50, 0, [("foreign_work", 50, 50)]),
        (50, 0, [("transferability", 100, 50)]),
    ]
    assert "50" in lines["education_and_canadian_work"].caps[0].words.en


def test_a_group_is_cut_to_50_in_part():
    found = scored(education="doctoral", first_language=language("en", 7), canadian_work_years=2)

    lines = {line.key: (line.earned, line.points) for line in found.lines}
    assert lines["education_and_language"] == (25, 25)
    assert lines["education_and_canadian_work"] == (50, 25)


FRENCH = {"2016-11-19": (0, 0), "2017-06-06": (15, 30), "2020-10-20": (25, 50), "2025-03-25": (25, 50)}
OFFERS = {"2016-11-19": (200, 50), "2017-06-06": (200, 50), "2020-10-20": (200, 50), "2025-03-25": (0, 0)}
SIBLINGS = {"2016-11-19": 0, "2017-06-06": 15, "2020-10-20": 15, "2025-03-25": 15}


@pytest.mark.parametrize("version", FRENCH)
def test_additional_points_by_version(version):
    without, with_english = FRENCH[version]
    senior, other = OFFERS[version]
    seven = language("fr", 7)

    assert points("french", version, first_language=seven) == without
    assert points("french", version, first_language=seven, second_language=language("en", 4)) == without
    assert points("french", version, first_language=seven, second_language=language("en", 5)) == with_english
    assert points("french", version, first_language=language("en", 5), second_language=seven) == with_english
    assert points("french", version, first_language=language("en", 4), second_language=seven) == without
    assert points("job_offer", version, job_offer="teer0_major_group_00") == senior
    assert points("job_offer", version, job_offer="other_skilled") == other
    assert points("job_offer", version, job_offer="none") == 0
    assert points("sibling_in_canada", version, sibling_in_canada=True) == SIBLINGS[version]
    assert points("canadian_study", version, canadian_study="one_or_two_year") == 15
    assert points("canadian_study", version, canadian_study="three_year_plus") == 30
    assert points("canadian_study", version, canadian_study="none") == 0
    assert points("provincial_nomination", version, provincial_nomination=True) == 600


@pytest.mark.parametrize("place", range(4))
def test_french_needs_7_in_every_ability(place):
    four = [7, 7, 7, 7]
    four[place] = 6

    assert points("french", first_language=language("fr", *four)) == 0


@pytest.mark.parametrize("place", range(4))
def test_english_at_5_in_some_abilities_only_earns_the_lower_figure(place):
    four = [5, 5, 5, 5]
    four[place] = 4

    assert points("french", first_language=language("fr", 7), second_language=language("en", *four)) == 25


def test_additional_points_count_at_most_600():
    found = scored(provincial_nomination=True, sibling_in_canada=True, canadian_study="three_year_plus")

    assert found.sections["additional"] == 600
    sibling = next(line for line in found.lines if line.key == "sibling_in_canada")
    assert (sibling.earned, sibling.points) == (15, 0)
    assert [(cap.cap, cap.taken) for cap in sibling.caps] == [("additional", 15)]


# --- the traps --------------------------------------------------------------------------------------------------------


def test_tcf_at_nclc_4_earns_6_an_ability_as_the_text_says_and_the_official_tool_does_not():
    four = levels("tcf_canada", {"speaking": 4, "listening": 331, "reading": 342, "writing": 5})

    assert set(four.values()) == {4}
    assert points("first_language", first_language={"language": "fr", **four}) == 24


def test_pte_core_as_second_language_counts_for_the_second_language_and_for_the_50():
    english = levels("pte_core", {"speaking": 51, "listening": 39, "reading": 42, "writing": 51})
    answers = {"first_language": language("fr", 7), "second_language": {"language": "en", **english}}

    assert points("second_language", **answers) == 4
    assert points("french", **answers) == 50


@pytest.mark.parametrize(
    ("status", "accompanying", "canadian", "with_spouse"),
    [
        ("married", True, False, True),
        ("common_law", True, False, True),
        ("married", False, False, False),
        ("married", True, True, False),
        ("married", False, True, False),
        ("single", True, False, False),
        ("divorced", True, False, False),
        ("separated", True, False, False),
        ("annulled", True, False, False),
        ("widowed", True, False, False),
    ],
)
def test_the_column_with_spouse_needs_all_three(status, accompanying, canadian, with_spouse):
    found = scored(
        age=30,
        marital_status=status,
        spouse_accompanying=accompanying,
        spouse_is_canadian_or_pr=canadian,
        spouse={"education": "doctoral", "language": dict.fromkeys(ABILITIES, 9), "canadian_work_years": 5},
    )

    assert found.lines[0].points == (95 if with_spouse else 105)
    assert found.sections["spouse"] == (40 if with_spouse else 0)
    assert any(line.section == "spouse" for line in found.lines) == with_spouse


def test_a_spouse_comes_along_only_if_it_is_said():
    assert scored(age=30, marital_status="married").lines[0].points == 105


def test_levels_above_10_score_as_10():
    assert points("first_language", first_language=language("en", 12)) == 136


BEST = {
    "age": 25,
    "education": "doctoral",
    "first_language": language("fr", 10),
    "second_language": language("en", 10),
    "canadian_work_years": 5,
    "foreign_work_years": 3,
    "certificate_of_qualification": True,
    "provincial_nomination": True,
}


def test_the_best_profile_has_1200_in_both_columns():
    spouse = {"education": "doctoral", "language": dict.fromkeys(ABILITIES, 10), "canadian_work_years": 5}
    alone, couple = scored(**BEST), scored(**BEST, **COUPLE, spouse=spouse)

    assert (alone.total, alone.sections["core"]) == (1200, 500)
    assert (couple.total, couple.sections["core"], couple.sections["spouse"]) == (1200, 460, 40)


def test_missing_means_not_claimed():
    full = NOTHING | {
        "marital_status": "single",
        "spouse_is_canadian_or_pr": False,
        "spouse_accompanying": False,
        "education": "less_than_secondary",
        "second_language": None,
        "canadian_work_years": 0,
        "foreign_work_years": 0,
        "certificate_of_qualification": False,
        "spouse": {"education": "less_than_secondary", "language": None, "canadian_work_years": 0},
        "canadian_study": "none",
        "sibling_in_canada": False,
        "provincial_nomination": False,
        "job_offer": "none",
    }

    assert check(full) == check(NOTHING)
    assert scored().total == 0


@pytest.mark.parametrize("version", [version.key for version in BOOK.versions])
@pytest.mark.parametrize("couple", [True, False])
def test_every_line_has_words_in_both_languages_and_a_source(version, couple):
    for line in scored(version, **COLUMNS[couple]).lines:
        for words in (line.label, line.rule, line.because, line.source.title):
            assert words.en.strip()
            assert words.fr.strip()
        assert isinstance(line.source.as_of, date)


def test_a_profile_of_every_day():
    found = scored(
        age=31,
        education="three_year_or_bachelor",
        first_language=language("en", 9, 9, 8, 9),
        canadian_work_years=1.5,
        foreign_work_years=3,
    )

    assert [line.points for line in found.lines] == [99, 120, 116, 0, 40, 13, 13, 25, 25, 0, 0, 0, 0, 0, 0]
    assert (found.total, found.sections) == (
        451,
        {"core": 375, "spouse": 0, "transferability": 76, "additional": 0},
    )
