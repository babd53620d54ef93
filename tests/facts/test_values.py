"""What a fact's value can be, how it is written and how it is shown."""

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from facts import values
from facts.values import BadValue, check, read, shown, written

FAMILY = {
    "columns": [
        {"key": "size", "en": "Family size", "fr": "Taille de la famille", "kind": "text"},
        {"key": "amount", "en": "Amount", "fr": "Montant", "kind": "money"},
    ],
    "rows": [
        ["1", "15263"],
        ["2", "19001"],
        ["3", "23360"],
        ["4", "28362"],
        [{"en": "each extra person", "fr": "par personne de plus"}, "4112"],
    ],
}


@pytest.mark.parametrize(
    ("kind", "value", "unit", "english", "french"),
    [
        ("money", "990", "", "$990", "990 $"),
        ("money", "1895", "", "$1,895", "1 895 $"),
        ("money", "85.5", "", "$85.50", "85,50 $"),
        ("number", "1560", "hours", "1,560 hours", "1 560 heures"),
        ("number", "1", "points", "1 point", "1 point"),
        ("number", "0", "points", "0 points", "0 point"),
        ("number", "523", "score", "523", "523"),
        ("percent", "4.5", "", "4.5%", "4,5 %"),
        ("date", "2026-11-03", "", "3 November 2026", "3 novembre 2026"),
        ("duration", {"n": 6, "unit": "month"}, "", "6 months", "6 mois"),
        ("duration", {"n": 1, "unit": "year"}, "", "1 year", "1 an"),
        ("text", {"en": "Yes", "fr": "Oui"}, "", "Yes", "Oui"),
        ("status", "paused", "", "Paused", "Suspendu"),
        ("table", FAMILY, "", "a table of 5 rows", "un tableau de 5 lignes"),
    ],
)
def test_a_value_is_shown_in_both_languages(kind, value, unit, english, french):
    kept = check(kind, value)

    assert shown(kind, kept, unit, "en").replace("\xa0", " ") == english
    assert shown(kind, kept, unit, "fr").replace("\xa0", " ").replace("\u202f", " ") == french
    assert " " not in shown(kind, kept, unit, "en") or kind in {"text", "table"}


@pytest.mark.parametrize(
    ("kind", "text", "kept"),
    [
        ("money", "$1,895.00", "1895"),
        ("money", "1 895,50 $", "1895.5"),
        ("number", "1,560", "1560"),
        ("number", "4,5", "4.5"),
        ("percent", "4.5 %", "4.5"),
        ("duration", "6 Months", {"n": 6, "unit": "month"}),
        ("duration", "2 ans", {"n": 2, "unit": "year"}),
        ("date", " 2026-11-03 ", "2026-11-03"),
    ],
)
def test_a_value_is_read_as_people_write_it(kind, text, kept):
    assert read(kind, text) == kept


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("money", "about 990"),
        ("money", "-990"),
        ("money", "1e9"),
        ("money", "٩٩٠"),
        ("money", ""),
        ("number", "9" * 40),
        ("date", "3 November 2026"),
        ("date", "2026-02-30"),
        ("duration", "half a year"),
        ("duration", "0 days"),
        ("status", "opened"),
    ],
)
def test_what_is_no_such_value_is_refused_by_name(kind, text):
    with pytest.raises(BadValue, match="“"):
        read(kind, text)


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "a</p>", "<!-- -->", "tab\x00", "two\nlines", "x" * 301, "  "]
)
def test_a_text_is_plain_words(text):
    with pytest.raises(BadValue):
        check("text", {"en": text, "fr": "Oui"})


@pytest.mark.parametrize("value", [None, True, ["990"], {"en": "x"}, {"en": "x", "fr": "y", "de": "z"}])
@pytest.mark.parametrize("kind", ["money", "text", "table", "duration"])
def test_a_value_of_another_make_is_refused(kind, value):
    with pytest.raises(BadValue):
        check(kind, value)


def table(*, rows=None, columns=None):
    return {"columns": FAMILY["columns"] if columns is None else columns, "rows": rows or FAMILY["rows"]}


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (table(rows=[["1", "x"]]), "Row 1: “x” is not a number"),
        (table(rows=[["1", "5"], ["2"]]), "Row 2: 1 cells where 2 are wanted"),
        (table(rows=[["1", "5"], ["1", "6"]]), "Row 2: its first cell stands in row 1 too"),
        (table(rows=[["<b>1</b>", "5"]]), "Row 1: .*markup"),
        (table(rows=[[str(number), "5"] for number in range(301)]), "at most 300 rows"),
        (table(columns=[]), "columns and rows"),
        (table(columns=[{"key": "a b", "en": "x", "fr": "x", "kind": "text"}]), "a key of small letters"),
        (table(columns=[{"key": "a", "en": "x", "fr": "x", "kind": "sum"}]), "its kind is one of"),
        (table(columns=[{"key": "a", "en": "x", "fr": "x", "kind": "text"}] * 11), "at most 10 columns"),
        (table(columns=[{"key": "a", "en": "x", "fr": "x", "kind": "text"}] * 2), "the same key"),
    ],
)
def test_a_table_that_is_wrong_is_refused_with_its_row(value, fault):
    with pytest.raises(BadValue, match=fault):
        check("table", value)


@pytest.mark.parametrize(
    ("shape", "rows", "fault"),
    [
        ("family_size", [["1", "5"], ["3", "6"], ["4", "7"], ["5", "8"], FAMILY["rows"][-1]], "Row 2: family size 2"),
        ("family_size", [["1", "5"], ["2", "4"], ["3", "7"], ["4", "8"], FAMILY["rows"][-1]], "Row 2: a larger family"),
        ("family_size", FAMILY["rows"][:4], "The last row says what each extra person adds"),
        ("language_chart", FAMILY["rows"], "speaking"),
        ("countries", FAMILY["rows"], "its code"),
        ("minimums", FAMILY["rows"], "minimum"),
        ("points", FAMILY["rows"], "one of points"),
    ],
)
def test_a_table_has_the_shape_that_its_fact_asks_for(shape, rows, fault):
    with pytest.raises(BadValue, match=fault):
        check("table", table(rows=rows), shape)


def test_a_table_is_read_from_lines_and_its_fault_names_the_row():
    text = "size:text:Family size//Taille\tamount:money:Amount//Montant\n1\t15,263\neach // chaque\t4112"

    kept = read("table", text)

    assert kept["rows"] == [["1", "15263"], [{"en": "each", "fr": "chaque"}, "4112"]]
    with pytest.raises(BadValue, match="Row 1: “lots”"):
        read("table", text.replace("15,263", "lots"))
    with pytest.raises(BadValue, match="at most"):
        read("table", text + "\n1;2" * 50_000)


_words = st.text("abcé 12’", min_size=1, max_size=8).filter(str.strip)
_cells = st.one_of(
    _words.map(str.strip), st.fixed_dictionaries({"en": _words.map(str.strip), "fr": _words.map(str.strip)})
)


@given(st.lists(_cells, min_size=1, max_size=6, unique_by=str), st.decimals(0, 99_999, places=2))
def test_a_table_that_is_written_is_read_as_it_was(names, amount):
    kept = check("table", {"columns": FAMILY["columns"], "rows": [[name, str(amount)] for name in names]})

    assert read("table", written("table", kept)[0]) == kept


@given(st.decimals(0, 10**9, places=2, allow_nan=False, allow_infinity=False))
def test_an_amount_that_is_shown_is_read_as_it_was(amount):
    kept = check("money", str(amount))

    for language in ("en", "fr"):
        with override(language):
            assert read("money", shown("money", kept)) == kept


def test_every_kind_and_shape_can_be_checked():
    assert set(values.READERS) | {"text", "table"} == set(values.Kind.values)
    assert set(values.SHAPES) == set(values.Shape.values) - {""}
