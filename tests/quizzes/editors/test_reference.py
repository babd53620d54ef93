"""The words of the quizzes and the personas: loaded again without losing an editor's work, refused when wrong."""

import re

import pytest
from django.core.management import CommandError, call_command

from facts.models import Fact
from facts.reference_data import ReferenceFault
from quizzes import flow
from quizzes.models import Choice, Persona, Question, Quiz
from quizzes.reference_data import load

pytestmark = pytest.mark.django_db


def question(content, number=0):
    return content["quizzes"][0]["questions"][number]


def test_every_question_of_the_quizzes_has_its_words():
    load()

    there = {(row.quiz.key, row.slug) for row in Question.objects.select_related("quiz")}
    assert there == {(quiz.key, asked.slug) for quiz in flow.QUIZZES.values() for asked in quiz.questions}


def test_every_choice_of_the_quizzes_has_its_label():
    load()

    there = set(Choice.objects.values_list("question__quiz__key", "question__slug", "code"))
    for quiz in flow.QUIZZES.values():
        for asked in quiz.questions:
            for field in asked.fields:
                for choice in field.choices:
                    assert (quiz.key, asked.slug, f"{field.name}.{choice}") in there


def test_loading_again_changes_nothing():
    first, again = load(), load()

    assert first.made == again.unchanged
    assert (again.made, again.updated, again.left) == (0, 0, [])


def test_what_an_editor_changed_stays_and_is_named(files):
    load()
    row = Question.objects.get(quiz__key="immigration", slug="age")
    row.heading_en, row.position = "Your age?", 40
    row.save()
    Persona.objects.filter(key="engineer-india").update(expected={"fsw": "close"})

    def rewrite(content):
        for one in content["quizzes"][0]["questions"]:
            one["heading_en"] = "New"

    files("questions.json", rewrite)

    outcome = load()

    row.refresh_from_db()
    assert (row.heading_en, row.position) == ("Your age?", 40)
    assert "immigration/age: heading_en was edited here." in outcome.left
    assert "persona engineer-india: expected was edited here." in outcome.left
    assert Question.objects.get(quiz__key="immigration", slug="goal").heading_en == "New"


def test_what_the_files_have_no_more_goes_unless_it_was_edited(files):
    load()
    Choice.objects.filter(question__slug="offer", question__quiz__key="immigration").update(label_en="Edited")

    def drop(content):
        quiz = content["quizzes"][0]
        quiz["questions"] = [one for one in quiz["questions"] if one["slug"] not in {"offer", "licence"}]

    files("questions.json", drop)
    files("personas.json", lambda content: content[1:])
    Persona.objects.create(key="own", name="Own", facts={"age": 1}, expected={"fsw": "not_now"})
    outcome = load()

    assert not Question.objects.filter(quiz__key="immigration", slug="licence").exists()
    assert Question.objects.filter(quiz__key="immigration", slug="offer").exists()
    assert "immigration/offer: the files have it no more, but it was edited here." in outcome.left
    assert not Persona.objects.filter(key="engineer-india").exists()
    assert Persona.objects.filter(key="own").exists()


@pytest.mark.parametrize(
    ("name", "edit", "said"),
    [
        (
            "questions.json",
            lambda c: question(c).pop("why_fr"),
            "questions.json, immigration, goal: 'why_fr' is missing",
        ),
        ("questions.json", lambda c: question(c).update(heading_en=""), "immigration, goal: heading_en: This field"),
        ("questions.json", lambda c: question(c).update(slug="A b"), "immigration, A b: slug: Use small letters"),
        ("questions.json", lambda c: question(c).update(hint="x"), "immigration, goal: hint: no such field."),
        ("questions.json", lambda c: question(c, 1).update(slug="goal"), "immigration, goal: stands twice."),
        (
            "questions.json",
            lambda c: question(c)["choices"][0].update(label_fr="x" * 200),
            "label_fr: Ensure this value",
        ),
        ("questions.json", lambda c: question(c)["choices"].append("x"), "questions.json, immigration, goal, "),
        ("questions.json", lambda c: {"quiz": []}, "questions.json, the file: 'quizzes' is missing"),
        (
            "personas.json",
            lambda c: c[0]["facts"].update(age=300),
            "personas.json, engineer-india: facts: age: expected",
        ),
        ("personas.json", lambda c: c[0]["expected"].update(x="likely"), "expected: x: no program has this key."),
        ("personas.json", lambda c: c[0]["expected"].update(fsw="yes"), "expected: fsw: yes is no verdict."),
        ("personas.json", lambda c: c[1].update(key="engineer-india"), "personas.json, engineer-india: stands twice."),
    ],
)
def test_a_wrong_entry_is_named(files, name, edit, said):
    files(name, lambda content: result if isinstance(result := edit(content), dict) and "quiz" in result else None)

    with pytest.raises(ReferenceFault, match=re.escape(said)):
        load()


def test_a_wrong_file_of_the_quizzes_leaves_nothing_loaded_at_all(files):
    files("personas.json", lambda content: [{"key": "engineer-india"}])

    with pytest.raises(CommandError, match=r"Nothing was loaded\. personas\.json, engineer-india: 'name' is missing"):
        call_command("load_reference")

    assert not Fact.objects.exists()
    assert not Quiz.objects.exists()
