"""The unit groups of NOC 2021."""

import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import FrozenInstanceError

import pytest

from quizzes.occupations import OCCUPATIONS, by_code, teer
from quizzes.occupations.groups import DATA

BY_FIRST_DIGIT = {"0": 6, "1": 60, "2": 66, "3": 43, "4": 52, "5": 37, "6": 61, "7": 94, "8": 29, "9": 68}


def test_all_groups_are_there_once_in_order():
    codes = [occupation.code for occupation in OCCUPATIONS]
    assert len(codes) == 516
    assert codes == sorted(set(codes))
    assert Counter(code[0] for code in codes) == BY_FIRST_DIGIT


def test_each_has_a_code_and_two_titles():
    for occupation in OCCUPATIONS:
        assert re.fullmatch(r"[0-9][0-5][0-9]{3}", occupation.code)
        for title in (occupation.en, occupation.fr, *occupation.examples_en, *occupation.examples_fr):
            assert title == " ".join(title.split())
            assert title.count("(") == title.count(")")
    for titles in ([o.en for o in OCCUPATIONS], [o.fr for o in OCCUPATIONS]):
        assert len(set(titles)) == 516


def test_french_titles_are_french():
    assert {o.en for o in OCCUPATIONS if o.en == o.fr} == {"Chefs"}
    assert not [o.code for o in OCCUPATIONS if re.search(r"\b(and|of|workers|occupations)\b", o.fr)]
    assert not [o.code for o in OCCUPATIONS if re.search(r"\b(et|des|du)\b", o.en)]


@pytest.mark.parametrize(
    ("code", "en", "fr", "level"),
    [
        ("00010", "Legislators", "Membres des corps législatifs", 0),
        (
            "21231",
            "Software engineers and designers",
            "Ingénieurs/ingénieures et concepteurs/conceptrices en logiciel",
            1,
        ),
        ("63200", "Cooks", "Cuisiniers/cuisinières", 3),
        (
            "65310",
            "Light duty cleaners",
            "Préposés/préposées à l'entretien ménager et au nettoyage - travaux légers",
            5,
        ),
        ("72106", "Welders and related machine operators", None, 2),
        ("94124", "Woodworking machine operators", "Opérateurs/opératrices de machines à travailler le bois", 4),
    ],
)
def test_a_group_by_its_code(code, en, fr, level):
    occupation = by_code(code)
    assert occupation.code == code
    assert occupation.title("en") == occupation.title("en-ca") == en
    assert fr is None or occupation.title("fr") == occupation.title("fr-CA") == fr
    assert occupation.teer == teer(code) == level


@pytest.mark.parametrize("code", ["", "2123", "212311", "00000", " 21231", "21231\0", "٢١٢٣١", "2" * 10_000])
def test_there_is_no_such_group(code):
    assert by_code(code) is None
    with pytest.raises(ValueError, match="no such unit group"):
        teer(code)


def test_a_group_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        OCCUPATIONS[0].en = "Kings"


def test_the_file_says_where_it_comes_from():
    source = json.loads(DATA.read_text(encoding="utf-8"))["source"]
    assert "2021 Version 1.0" in source["title"]
    assert source["licence"] == "Statistics Canada Open Licence"
    assert "Statistics Canada" in source["attribution_en"]
    assert "Statistique Canada" in source["attribution_fr"]


def test_it_needs_no_django():
    lines = "import sys, quizzes.occupations; sys.exit(any(name.split('.')[0] == 'django' for name in sys.modules))"
    subprocess.run([sys.executable, "-c", lines], check=True)
