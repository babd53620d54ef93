"""The search of occupations by what people type."""

import string

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from quizzes.occupations import OCCUPATIONS, find
from quizzes.occupations.search import STOP_WORDS, index_of, is_near, words_of

LANGUAGES = st.sampled_from(["en", "fr"])
OCCUPATION = st.sampled_from(OCCUPATIONS)


def codes(query, language="en", limit=20):
    return [occupation.code for occupation in find(query, language, limit)]


@pytest.mark.parametrize(
    ("typed", "language", "code"),
    [
        ("software engineer", "en", "21231"),
        ("Software Engineers", "en", "21231"),
        ("sofware enginer", "en", "21231"),
        ("softwaer engineer", "en", "21231"),
        ("engineer software", "en", "21231"),
        ("waiter", "en", "65200"),
        ("nannies", "en", "44100"),
        ("truck driver", "en", "73300"),
        ("family doctor", "en", "31102"),
        ("doctor", "en", "31102"),
        ("farmer", "en", "80020"),
        ("car mechanic", "en", "72410"),
        ("devops", "en", "21231"),
        ("CEO", "en", "00012"),
        ("secretary", "en", "13110"),
        ("interior decorator", "en", "52121"),  # not the painters "except interior decorators"
        ("maitre d'hotel", "en", "64300"),
        ("infirmiere praticienne", "fr", "31302"),
        ("INFIRMIÈRE PRATICIENNE", "fr", "31302"),
        ("conducteur de camion", "fr", "73300"),
        ("conductrice de camion", "fr", "73300"),
        ("camionneuse", "fr", "73300"),
        ("plombeir", "fr", "72300"),
        ("ébéniste", "fr", "72311"),
        ("ebeniste", "fr", "72311"),
        ("manœuvre des mines", "fr", "85110"),
        ("chauffeur d’autobus", "fr", "73301"),
        ("secrétaire", "fr", "13110"),
        ("software engineer", "fr", "21231"),  # the other language
        ("développeur Web", "en", "21234"),
    ],
)
def test_what_people_type(typed, language, code):
    assert codes(typed, language)[0] == code


def test_a_code_is_first():
    assert codes("21231") == ["21231"]
    assert codes(" NOC 21231 ") == codes("CNP-21231", "fr") == ["21231"]
    assert codes("21231 nurse")[:2] == ["21231", "31302"]
    assert codes("2123") == ["21230", "21231", "21232", "21233", "21234"]
    assert codes("99999") == codes("212311") == []


def test_titles_that_begin_with_it_are_first():
    assert codes("dental")[:3] == ["32112", "32111", "33100"]
    found = [occupation.en.startswith("Supervisors, ") for occupation in find("supervisors", "en", 516)]
    assert sum(found) == 21
    assert found[:21] == [True] * 21


def test_a_whole_word_is_before_the_beginning_of_another():
    found = codes("nurse")
    assert found[:3] == ["31302", "33102", "31301"]
    assert found.index("31301") < found.index("85103")  # nursery labourers


def test_a_mistake_is_forgiven_only_if_nothing_else_is_found():
    assert codes("chef") == ["62200"]  # no chemists
    assert "63200" in codes("coook")


def test_words_that_nobody_has_are_left_out():
    assert codes("zzyzx nurse")[0] == "31302"
    assert codes("python developer")[0] == "21232"
    assert codes("zzyzx") == []


def test_the_limit():
    assert len(find("manager", "en")) == 20
    assert find("manager", "en", 3) == find("manager", "en", 516)[:3]
    assert find("manager", "en", 0) == find("manager", "en", -5) == find("21231", "en", -1) == []


@pytest.mark.parametrize(
    "typed",
    ["", " ", "\0", "\0" * 10_000, "😀" * 10_000, "((((", "-/'", "\ud800", "医生", "%_*?", "\u0301" * 10_000],
)
def test_what_means_nothing_finds_nothing(typed):
    assert find(typed, "en") == find(typed, "fr") == []


def test_a_long_text_is_cut():
    assert codes("cook " * 2_000) == codes("cook")
    assert codes("\0cook\0") == codes("cook 🍳") == codes("cook")
    assert codes("software engineer" + " " * 190 + "nurse") == codes("software engineer")


@given(st.text(max_size=400), LANGUAGES | st.text(max_size=3), st.integers(-3, 600))
def test_any_text_is_answered(typed, language, limit):
    found = find(typed, language, limit)
    assert len(found) <= max(limit, 0)
    assert len(set(found)) == len(found)
    assert found == find(typed, language, limit)


@given(OCCUPATION, LANGUAGES)
def test_a_whole_title_finds_its_group_first(occupation, language):
    assert find(occupation.title(language), language)[0] == occupation
    assert find(occupation.title(language).upper(), language)[0] == occupation


@given(st.data(), OCCUPATION, LANGUAGES)
def test_beginnings_of_its_words_find_a_group(data, occupation, language):
    words = [word for word in words_of(occupation.title(language).split("(")[0]) if word not in STOP_WORDS][:4]
    typed = [word[: data.draw(st.integers(min(3, len(word)), len(word)))] for word in words]
    assert occupation in find(" ".join(data.draw(st.permutations(typed))), language, 516)


@st.composite
def mistyped(draw, word):
    at = draw(st.integers(0, len(word) - 1))
    letter = draw(st.sampled_from(string.ascii_lowercase))
    swapped = word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]
    return draw(
        st.sampled_from(
            [word[:at] + word[at + 1 :], word[:at] + letter + word[at:], word[:at] + letter + word[at + 1 :]]
        )
        | st.just(swapped)
    )


@given(st.data(), OCCUPATION, LANGUAGES)
@settings(max_examples=300)
def test_one_mistake_does_not_hide_a_title(data, occupation, language):
    words = list(words_of(occupation.title(language).split("(")[0]))[:8]
    long = [n for n, word in enumerate(words) if len(word) >= 6]
    assume(long)
    at = data.draw(st.sampled_from(long))
    words[at] = data.draw(mistyped(words[at]))
    exact = index_of(language).exact((words[at],))
    assume(not any(exact.values()))  # else the mistake made another word
    assert occupation in find(" ".join(words), language, 516)


@given(st.data(), st.text(string.ascii_lowercase, min_size=4, max_size=12))
def test_near_is_one_mistake_from_a_beginning(data, word):
    assert is_near(data.draw(mistyped(word)), word)
    assert is_near(data.draw(mistyped(word)), word + "ing")


@pytest.mark.parametrize(
    ("typed", "word", "near"),
    [
        ("nurse", "nurses", True),
        ("nusre", "nurses", True),
        ("urse", "nurses", True),
        ("nnurse", "nurses", True),
        ("nurze", "nurses", True),
        ("nruze", "nurses", False),
        ("nrsu", "nurses", False),
        ("nursesx", "nurses", True),
        ("nursesxy", "nurses", False),
    ],
)
def test_near(typed, word, near):
    assert is_near(typed, word) is near
