"""The student quiz: pathways in their order, each with its five lines."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from quizzes.eligibility import pathways
from quizzes.eligibility.answers import ABILITIES
from quizzes.eligibility.pathways import PATHWAYS, Wish
from quizzes.eligibility.verdicts import RULES

STUDENT = {
    "age": {"age": "22"},
    "citizenship": {"countries": ["IN"]},
    "where": {"place": "outside"},
    "education": {"level": "secondary"},
    "studies": {"level": "certificate_or_diploma", "field": "health"},
    "province": {"province": "ON"},
    "english": {
        "test": "ielts_general_training",
        "speaking": "6",
        "listening": "6",
        "reading": "6",
        "writing": "6",
    },
    "french": {"test": "none"},
    "household": {"partner": "no", "children": "0"},
    "afterwards": {"plan": "settle"},
    "acceptance": {"letter": "yes", "public": "yes", "attestation": "yes", "caq": "not_sure"},
}
NO_FRENCH = {f"fr_{ability}": 0 for ability in ABILITIES}
CLB = {level: {f"en_{ability}": level for ability in ABILITIES} | NO_FRENCH for level in (4, 5, 6, 7)}


def ids(answers, **wish):
    return [one.pathway.id for one in pathways.rank(answers, Wish(**wish))]


def test_the_data_are_whole():
    assert len(PATHWAYS) == 11
    for one in PATHWAYS:
        assert one.name.en
        assert one.name.fr
        assert one.suits.fr
        assert one.partner.fr
        assert one.sources
        assert all(source.url.startswith("https://") and source.as_of for source in one.sources)
        assert set(one.leads_to) <= set(RULES.programs), one.id


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        ({"level": "phd", "province": "ON"}, ["st_phd"]),
        ({"level": "certificate_or_diploma", "field": "health", "province": "ON"}, ["st_college_listed"]),
        ({"level": "certificate_or_diploma", "field": "other", "province": "ON"}, ["st_college_unlisted"]),
        ({"level": "masters", "province": "QC"}, ["st_quebec"]),
        ({"level": "school", "province": "QC"}, ["st_k12"]),
        ({"level": "bachelor", "province": "NS"}, ["st_atlantic_2y", "st_bachelor"]),
        ({"level": "language"}, ["st_language"]),
    ],
)
def test_a_pathway_fits_by_level_field_and_place(wish, found):
    assert ids(CLB[7], **wish) == found


def test_the_pilot_for_french_speakers_is_for_french_speakers():
    fluent = {**CLB[7], **{f"fr_{ability}": 8 for ability in ABILITIES}}

    assert "st_francophone_minority" not in ids(CLB[7], level="bachelor")
    assert ids(fluent, level="bachelor", province="ON")[-1] == "st_francophone_minority"  # not confirmed: last


@pytest.mark.parametrize(("level", "work"), [(4, False), (5, True), (6, True)])
def test_college_asks_for_level_5_to_work_afterwards(level, work):
    wish = Wish("certificate_or_diploma", "health", "work", "ON")

    assert pathways.rank(CLB[level], wish)[0].work is work


@pytest.mark.parametrize(("level", "work"), [(6, False), (7, True)])
def test_a_degree_asks_for_level_7_to_work_afterwards(level, work):
    assert pathways.rank(CLB[level], Wish("bachelor", "", "work", "ON"))[0].work is work


def test_an_unknown_level_is_unknown_and_not_no():
    assert pathways.rank(NO_FRENCH, Wish("bachelor", "", "work", "ON"))[0].work is None


def test_a_small_budget_puts_what_costs_less_first():
    first = ids(CLB[7], plan="", budget=20_000)[0]

    assert next(one for one in PATHWAYS if one.id == first).cost == "low"


def test_the_same_input_gives_the_same_order():
    assert ids(CLB[7], plan="settle") == ids(dict(CLB[7]), plan="settle")


@pytest.fixture
def student(make_visitor):
    return make_visitor("student")


@pytest.mark.django_db
def test_the_result_has_five_lines_and_sources(student):
    asked = student.walk(STUDENT)
    page = student.get(student.address("result"))

    assert len(asked) <= 13
    assertContains(page, "Your best fit: College diploma or certificate in a listed field")
    for label in (
        "Can you get the permit?",
        "Can you work after it?",
        "Can a partner work?",
        "Which permanent programs does it feed?",
        "What is missing?",
    ):
        assertContains(page, label)
    assertContains(page, "It asks for CLB or NCLC 5 in all four abilities, which you have.")
    assertContains(page, "Program cec")
    assertNotContains(page, "Mind this")
    assert page["Cache-Control"] == "private, no-store"


@pytest.mark.django_db
def test_a_field_off_the_list_is_warned_of_at_the_top(student):
    student.walk({**STUDENT, "studies": {"level": "certificate_or_diploma", "field": "other"}})
    main = student.get(student.address("result")).content.decode()

    assert main.index("Mind this") < main.index("Can you get the permit?")


@pytest.mark.django_db
def test_it_is_saved_and_shared_without_answers(student, client):
    student.walk(STUDENT)
    saved = student.client.post(student.address("result"), {"share": "1"})["Location"]
    page = student.get(saved)
    assertContains(page, "Your best fit")

    shared = client.get(page.context["shared_link"].removeprefix("http://localhost:8000"))

    assertContains(shared, "Studies after which this person can work in Canada")
    assertNotContains(shared, "IELTS")


@pytest.mark.django_db
def test_a_result_costs_the_same_number_of_queries(student, django_assert_num_queries):
    student.answer("age", {"age": "22"})
    # the sitting; today; the tables; questions; labels; programs; simple pages for the footer
    with django_assert_num_queries(7):
        student.get(student.address("result"))
