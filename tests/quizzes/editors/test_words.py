"""The admin of the quizzes' words, and the rule beside a program."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from publishing import purge
from quizzes.admin_rules import fragment
from quizzes.eligibility.verdicts import RULES
from quizzes.models import Choice, Question, Quiz

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiz():
    quiz = Quiz.objects.create(key="immigration", title_en="Quiz", title_fr="Questionnaire", intro_en="A", intro_fr="B")
    for position, slug in enumerate(["goal", "age"], start=1):
        words = {f"{name}_{code}": f"{slug} {name} {code}" for name in ("heading", "why") for code in ("en", "fr")}
        row = Question.objects.create(quiz=quiz, slug=slug, position=position, **words)
        for place, code in enumerate(["field", "field.choice"], start=1):
            Choice.objects.create(question=row, code=code, position=place, label_en=code, label_fr=f"{code} fr")
    return quiz


@pytest.fixture
def editor(sign_in):
    return sign_in("editor")


def change(row):
    return reverse(f"admin:quizzes_{row._meta.model_name}_change", args=[row.pk])


def test_words_of_a_question_and_its_choices_are_changed(editor, quiz, read_form):
    row = quiz.questions.get(slug="age")
    data = read_form(editor.get(change(row)), "question_form")

    answer = editor.post(
        change(row),
        data | {"heading_fr": "Votre âge", "why_en": "Points", "choices-1-label_fr": "Choix", "choices-1-hint_en": "!"},
    )

    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.heading_fr, row.why_en, row.heading_en) == ("Votre âge", "Points", "age heading en")
    choice = row.choices.get(code="field.choice")
    assert (choice.label_fr, choice.hint_en) == ("Choix", "!")


def test_slugs_and_codes_stay_and_nothing_is_added_or_taken_away(editor, quiz, read_form):
    row = quiz.questions.get(slug="age")
    data = read_form(editor.get(change(row)), "question_form")
    assert not {"slug", "quiz", "choices-0-code", "choices-0-DELETE"} & data.keys()

    forged = {"slug": "x", "choices-0-code": "x", "choices-0-DELETE": "on", "choices-TOTAL_FORMS": "3"}
    forged |= {"choices-2-label_en": "new", "choices-2-label_fr": "new", "choices-2-position": "3"}
    editor.post(change(row), data | forged)

    row.refresh_from_db()
    assert row.slug == "age"
    assert set(row.choices.values_list("code", flat=True)) == {"field", "field.choice"}


def test_questions_are_put_in_another_order(editor, quiz, read_form):
    data = read_form(editor.get(change(quiz)), "quiz_form")
    editor.post(change(quiz), data | {"questions-0-position": "5"})
    assert list(quiz.questions.values_list("slug", flat=True)) == ["age", "goal"]


def test_an_empty_word_is_refused_beside_its_row(editor, quiz, read_form):
    row = quiz.questions.get(slug="age")
    data = read_form(editor.get(change(row)), "question_form")
    page = editor.post(change(row), data | {"choices-0-label_en": " "})
    assertContains(page, "This field is required.")


def test_view_on_site_leads_to_the_question(editor, quiz):
    row = quiz.questions.get(slug="age")
    for shown, address in ((row, "/en/tools/immigration-quiz/q/age/"), (quiz, "/en/tools/immigration-quiz/")):
        assert editor.get(change(shown)).context["absolute_url"] == address


def test_a_quiz_without_pages_has_no_view_on_site(editor):
    quiz = Quiz.objects.create(key="other", title_en="O", title_fr="O", intro_en="A", intro_fr="B")
    assert not editor.get(change(quiz)).context["has_absolute_url"]


def test_caches_drop_the_pages_that_are_the_same_for_everybody(
    editor, quiz, read_form, monkeypatch, django_capture_on_commit_callbacks
):
    dropped = []
    monkeypatch.setattr(purge, "paths", dropped.extend)
    data = read_form(editor.get(change(quiz)), "quiz_form")
    with django_capture_on_commit_callbacks(execute=True):
        editor.post(change(quiz), data | {"title_en": "Other"})
    assert {"/en/", "/fr/", "/en/tools/immigration-quiz/"} <= set(dropped)


def test_pages_cost_the_same_with_many_rows(editor, quiz, django_assert_max_num_queries):
    row = quiz.questions.get(slug="age")
    for number in range(30):
        Choice.objects.create(question=row, code=f"x.{number}", position=9, label_en="x", label_fr="x")
    for address in (change(row), change(quiz), "/admin/quizzes/question/"):
        editor.get(address)
        with django_assert_max_num_queries(12):
            editor.get(address)


# The rule beside a program


def test_a_program_shows_its_rule_in_words(editor, make_program):
    program = make_program(key="fsw")

    page = editor.get(reverse("admin:programs_program_change", args=[program.pk]))

    assertContains(page, "The rule of the quiz")
    for words in ("At least 67 on the selection grid", "Au moins 67 points", "fsw_points</code> at least 67"):
        assertContains(page, words)
    assertContains(page, "can be changed")
    assertContains(page, "as of 2026-06-12")


def test_a_program_without_a_rule_shows_none(editor, make_program):
    page = editor.get(reverse("admin:programs_program_change", args=[make_program(key="newest").pk]))
    assertNotContains(page, "The rule of the quiz")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_rule_can_be_shown_with_every_criterion(language):
    from django.utils.translation import override

    with override(language):
        for name, program in RULES.programs.items():
            html = fragment({}, type("Row", (), {"key": name})())
            assert program.source.url.replace("&", "&amp;") in html
            assert all(f"<code>{node}</code>" in html for node in _ids(program.rule))


def _ids(node):
    yield from [node.id] if node.id else []
    for part in getattr(node, "parts", ()):
        yield from _ids(part)
