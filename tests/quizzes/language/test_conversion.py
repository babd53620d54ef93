"""Every row of every test, at, just under and just over each edge; and what a test cannot give."""

import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.language import ABILITIES, TESTS, BadScores, UnknownTest, find, levels

# A second reading of the tables: the lowest score of levels 4 to 10, for speaking, listening, reading, writing.
FLOORS = {
    "ielts_general_training": """
        4.0  4.5  3.5  4.0
        5.0  5.0  4.0  5.0
        5.5  5.5  5.0  5.5
        6.0  6.0  6.0  6.0
        6.5  7.5  6.5  6.5
        7.0  8.0  7.0  7.0
        7.5  8.5  8.0  7.5""",
    "celpip_general": """
        4 4 4 4
        5 5 5 5
        6 6 6 6
        7 7 7 7
        8 8 8 8
        9 9 9 9
        10 10 10 10""",
    "pte_core": """
        42 28 33 41
        51 39 42 51
        59 50 51 60
        68 60 60 69
        76 71 69 79
        84 82 78 88
        89 89 88 90""",
    "tef_canada": """
        181 145 121 181
        226 181 151 226
        271 217 181 271
        310 249 207 310
        349 280 233 349
        371 298 248 371
        393 316 263 393""",
    "tcf_canada": """
        4 331 342 4
        6 369 375 6
        7 398 406 7
        10 458 453 10
        12 503 499 12
        14 523 524 14
        16 549 549 16""",
}
MOST = {
    "ielts_general_training": (9, 9, 9, 9),
    "celpip_general": (12, 12, 12, 12),
    "pte_core": (90, 90, 90, 90),
    "tef_canada": (450, 360, 300, 450),
    "tcf_canada": (20, 699, 699, 20),
}
PTE_LEVEL_3 = (34, 18, 24, 32)
EDGES = [
    (test, ability, level, float(row.split()[place]))
    for test, table in FLOORS.items()
    for level, row in enumerate(table.strip().splitlines(), start=4)
    for place, ability in enumerate(ABILITIES)
]


def below(test, level):
    """The level just under a floor."""
    if level > 4:
        return level - 1
    return 3 if test == "pte_core" else 0


@pytest.mark.parametrize(("test", "ability", "level", "floor"), EDGES)
def test_a_level_starts_at_its_floor_and_not_a_step_lower(test, ability, level, floor):
    spec = TESTS[test]
    step = spec.scales[ability].step

    assert spec.level(ability, floor) == level
    assert spec.level(ability, floor - step) == below(test, level)


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize("ability", ABILITIES)
def test_the_ends_of_the_scale(test, ability):
    spec, most = TESTS[test], MOST[test][ABILITIES.index(ability)]

    assert spec.level(ability, 0) == 0
    assert spec.level(ability, most) == 10
    assert (spec.scales[ability].lowest, spec.scales[ability].highest) == (0, most)
    for impossible in (-spec.scales[ability].step, most + spec.scales[ability].step):
        with pytest.raises(BadScores):
            spec.level(ability, impossible)


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize("ability", ABILITIES)
def test_rows_leave_no_gap_and_never_overlap(test, ability):
    spec = TESTS[test]
    rows = sorted(spec.bands[ability], key=lambda band: band.lowest)

    assert rows[0].lowest == spec.scales[ability].lowest
    assert rows[-1].highest == spec.scales[ability].highest
    for lower, higher in pairwise(rows):
        assert higher.lowest - lower.highest == spec.scales[ability].step
        assert higher.level > lower.level


@pytest.mark.parametrize("place", range(4))
def test_pte_core_alone_has_a_level_3(place):
    assert TESTS["pte_core"].level(ABILITIES[place], PTE_LEVEL_3[place]) == 3
    assert TESTS["pte_core"].level(ABILITIES[place], PTE_LEVEL_3[place] - 1) == 0
    assert [test for test in TESTS.values() if any(band.level == 3 for band in test.bands["reading"])] == [
        TESTS["pte_core"]
    ]


def test_each_ability_has_its_own_level():
    scores = {"speaking": 6.5, "listening": 8, "reading": 7, "writing": 6.0}

    assert levels("ielts_general_training", scores) == {"speaking": 8, "listening": 9, "reading": 9, "writing": 7}


@pytest.mark.parametrize("band", [6.5, 7.0])
def test_ielts_listening_is_clb_7_up_to_7(band):
    assert TESTS["ielts_general_training"].level("listening", band) == 7


def test_celpip_m_is_below_level_4():
    assert levels("celpip_general", {"speaking": "M", "listening": 4, "reading": 12, "writing": 3}) == {
        "speaking": 0,
        "listening": 4,
        "reading": 10,
        "writing": 0,
    }


def test_a_band_that_ielts_cannot_give_is_refused_with_what_is_possible():
    with pytest.raises(BadScores) as refused:
        levels("ielts_general_training", {"speaking": 6.3, "listening": 6, "reading": 6, "writing": 6})

    assert refused.value.errors == {
        "speaking": "IELTS General Training cannot give 6.3 for speaking: 0 to 9 in steps of 0.5 are possible, "
        "so 6 or 6.5."
    }
    assert "6,3" in refused.value.problems["speaking"].fr


def test_every_problem_is_listed_at_once():
    with pytest.raises(BadScores) as refused:
        levels("pte_core", {"speaking": 91, "listening": 60.5, "reading": True, "wriitng": 60})

    assert set(refused.value.errors) == {"speaking", "listening", "reading", "writing", "wriitng"}


@pytest.mark.parametrize("score", [float("nan"), float("inf"), None, "M", "6", [], True, 10**400])
def test_what_is_no_score_is_refused(score):
    with pytest.raises(BadScores):
        TESTS["tcf_canada"].level("speaking", score)


def test_a_tef_score_on_the_699_scale_is_told_which_column_to_read():
    with pytest.raises(BadScores, match="Équivalence ancien score"):
        TESTS["tef_canada"].level("speaking", 556)


@pytest.mark.parametrize("name", ["ielts_academic", "pte_academic", "celpip_general_ls", "ielts_one_skill_retake"])
def test_a_test_that_is_not_accepted_is_named(name):
    with pytest.raises(UnknownTest, match="does not accept"):
        find(name)


@pytest.mark.parametrize("name", ["toefl", "", None, 3, []])
def test_an_unknown_test_is_told_which_there_are(name):
    with pytest.raises(UnknownTest, match="tcf_canada"):
        levels(name, {})


@settings(deadline=None)
@given(st.sampled_from(sorted(TESTS)), st.sampled_from(ABILITIES), st.data())
def test_a_higher_score_never_has_a_lower_level(test, ability, data):
    spec = TESTS[test]
    scale = spec.scales[ability]
    steps = st.integers(0, int(scale.highest / scale.step))
    low, high = sorted((data.draw(steps) * scale.step, data.draw(steps) * scale.step))

    assert spec.level(ability, low) <= spec.level(ability, high)


def test_every_table_names_its_source_and_day():
    assert all(test.source.url.startswith("https://www.canada.ca/") and test.source.as_of for test in TESTS.values())
    assert {test.key for test in TESTS.values() if test.language == "fr"} == {"tef_canada", "tcf_canada"}


def test_the_rules_load_without_django():
    code = "import sys, quizzes.crs, quizzes.language; print([name for name in sys.modules if 'django' in name])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
