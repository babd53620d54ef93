"""One question a page: what it shows, what it takes, and what becomes of answers when things go wrong."""

import logging
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils.translation import override
from pytest_django.asserts import assertContains, assertNotContains

from quizzes import flow, tasks
from quizzes.models import Count, Question, Sitting, token_hash
from tests.quizzes.pages.conftest import ENGINEER, PROGRAMS

pytestmark = pytest.mark.django_db


def given():
    return Sitting.objects.get().given


def test_reading_makes_no_sitting_and_sets_no_cookie(visitor):
    for path in [visitor.address(), visitor.question("goal"), visitor.address("check"), visitor.address("result")]:
        response = visitor.get(path)
        assert response.status_code == 200
        assert not response.cookies
    assert not Sitting.objects.exists()


def test_the_start_page_is_the_same_for_everybody_and_asks_the_first_question(done, client):
    mine, anybody = done.get(done.address()), client.get(done.address())

    assert mine.content == anybody.content
    assert mine["Cache-Control"].startswith("public")
    assert "cookie" not in mine.get("Vary", "").lower()
    assertContains(mine, f'action="{done.question("goal")}"')
    assertContains(mine, "Settle for good")


def test_the_home_page_asks_the_first_question_and_stays_public(visitor, client):
    response = client.get("/en/")

    assertContains(response, f'action="{visitor.question("goal")}"')
    assert response["Cache-Control"].startswith("public")
    assert not response.cookies


def test_the_home_page_stays_as_it_was_while_the_quiz_has_no_words(client, db):
    assertContains(client.get("/en/"), "wants__list")


def test_an_answer_is_kept_and_leads_to_the_next_question(visitor):
    response = visitor.answer("goal")

    assert (response.status_code, response["Location"]) == (302, visitor.question("age"))
    assert given() == {"goal": {"goal": "settle"}}


@pytest.mark.parametrize(("secure", "name"), [(False, "quiz"), (True, "__Host-quiz")])
def test_the_cookie_is_a_random_word_of_which_the_database_keeps_the_hash(visitor, secure, name):
    response = visitor.client.post(visitor.question("goal"), ENGINEER["goal"], secure=secure)
    cookie = response.cookies[name]

    assert len(cookie.value) == 32
    assert Sitting.objects.get().token_hash == token_hash(cookie.value) != cookie.value
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert not cookie["domain"]
    assert bool(cookie["secure"]) is secure
    assert int(cookie["max-age"]) == 30 * 24 * 3600


def test_a_cookie_that_somebody_planted_names_no_sitting(visitor):
    visitor.client.cookies["quiz"] = "a" * 32

    response = visitor.answer("goal")

    assert response.cookies["quiz"].value != "a" * 32


def test_a_form_of_another_site_is_refused(visitor):
    foreign = visitor.client.post(visitor.question("goal"), ENGINEER["goal"], headers={"Sec-Fetch-Site": "cross-site"})

    assert foreign.status_code == 403
    assert not Sitting.objects.exists()


@pytest.mark.parametrize("page", ["question", "check", "result", "go_on"])
def test_pages_with_answers_are_private(done, page):
    path = done.question("age") if page == "question" else done.address(page)

    response = done.get(path)

    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize(
    ("slug", "data", "field", "message"),
    [
        ("goal", {}, "goal", "Choose an answer."),
        ("goal", {"goal": "conquer"}, "goal", "Choose from the list."),
        ("age", {"age": "old"}, "age", "Write a number"),
        ("age", {"age": "121"}, "age", "Write a number from 0 to 120."),
        ("age", {"age": "30.5"}, "age", "Write a whole number"),
        ("citizenship", {"countries": ["Mars"]}, "countries", "Choose a country from the list."),
        (
            "english",
            {"test": "ielts_general_training", "speaking": "9.5"},
            "speaking",
            "0 to 9 in steps of 0.5 are possible",
        ),
    ],
)
def test_a_bad_answer_comes_back_with_what_is_wrong(visitor, slug, data, field, message):
    response = visitor.answer(slug, data)
    page = response.content.decode()

    assert response.status_code == 422
    assertContains(response, f"<title>Error: {response.context['heading']}", status_code=422)
    assertContains(response, message, count=2, status_code=422)  # in the summary and beside the field
    box = next(box for box in response.context["boxes"] if box.name == field)
    assert f'href="#{box.first_id}"' in page
    assert f'id="{box.first_id}"' in page
    assert f'id="{box.id}-error"' in page
    assert not Sitting.objects.exists()
    if slug in {"age", "english"}:
        assert f'value="{list(data.values())[-1]}"' in page


def test_not_sure_is_kept_as_unknown(visitor):
    visitor.answer("goal", {"goal": "not_sure"})
    visitor.answer("household", {"not_sure": "1"})

    assert given() == {"goal": {"goal": None}, "household": {"partner": None, "children": None}}


def test_two_tabs_save_only_their_own_question(visitor):
    visitor.answer("goal")
    visitor.answer("age")
    visitor.answer("goal", {"goal": "work"})  # from a tab that was opened before

    assert given() == {"goal": {"goal": "work"}, "age": {"age": 31}}


def test_back_and_reload_show_the_answer_that_was_given(done):
    page = done.get(done.question("age"))

    assertContains(page, 'value="31"')
    assertContains(page, f'href="{done.question("goal")}"')  # Back
    assertContains(done.get(done.question("citizenship")), '<option value="IN" selected>')
    assertContains(done.get(done.question("occupation")), 'value="21231" checked')


def test_a_question_says_why_and_how_many_are_left(visitor):
    visitor.answer("goal")
    page = visitor.get(visitor.question("age"))

    assertContains(page, "Why we ask")
    assertContains(page, "questions left")
    assertContains(page, "programs still possible")


def test_what_somebody_answers_stands_in_no_address_and_no_log(visitor, caplog):
    caplog.set_level(logging.DEBUG)
    for slug in ("goal", "age", "citizenship"):
        location = visitor.answer(slug)["Location"]
        assert "?" not in location
    token = visitor.client.cookies["quiz"].value

    assert token not in caplog.text
    assert "settle" not in caplog.text


def test_an_answer_after_30_days_begins_again_and_says_so(done):
    Sitting.objects.update(expires_at=F("expires_at") - timedelta(days=31))
    old = done.client.cookies["quiz"].value

    response = done.answer("funds")

    assert response["Location"] == f"{done.question('goal')}?again"
    assert response.cookies["quiz"].value != old
    assert Sitting.objects.current().get().given.keys() == {"funds"}
    assertContains(done.get(response["Location"]), "your earlier ones are gone")


@pytest.mark.parametrize("page", ["check", "result", "go_on"])
def test_pages_without_answers_say_why(visitor, page):
    assertContains(visitor.get(visitor.address(page)), "There are no answers here")


def test_a_question_that_is_no_more_leads_on_and_its_answer_is_left_alone(done):
    sitting = Sitting.objects.get()
    sitting.given["horoscope"] = {"sign": "leo"}
    sitting.save()

    response = done.get(done.question("horoscope"))

    assert response["Location"] == done.address("go_on")
    assert done.get(response["Location"])["Location"] == done.address("check")
    assert done.get(done.address("result")).status_code == 200
    assert given()["horoscope"] == {"sign": "leo"}


def test_a_stored_answer_that_fits_no_more_is_asked_again(done):
    sitting = Sitting.objects.get()
    sitting.given["age"] = {"age": 999}
    sitting.save()

    assert done.get(done.address("go_on"))["Location"] == done.question("age")


def test_a_question_that_never_was_is_not_found(visitor):
    assert visitor.get(visitor.question("horoscope")).status_code == 404


def test_an_occupation_is_looked_up_without_keeping_anything(visitor):
    data = {"state": "found", "noc_search": "software engineer", "find": "noc"}

    response = visitor.answer("occupation", data)

    assert response.status_code == 200
    assertContains(response, 'value="21231"')
    assertContains(response, 'value="software engineer"')
    assert not Sitting.objects.exists()


def test_a_job_title_alone_comes_back_with_its_matches(visitor):
    response = visitor.answer("occupation", {"state": "found", "noc_search": "software engineer"})

    assertContains(response, 'value="21231"', status_code=422)


def test_change_leads_back_to_where_it_came_from(done):
    response = done.answer("age", {"age": "45"}, change="result")

    assert response["Location"] == done.address("result")
    assertContains(done.get(f"{done.question('age')}?change=result"), 'name="change" value="result"')


def test_change_leads_nowhere_else(done):
    response = done.answer("age", {"age": "45"}, change="//evil.example")

    assert response["Location"] == done.address("check")


def test_help_comes_first_for_somebody_without_status(visitor):
    visitor.answer("goal")
    visitor.answer("age")
    visitor.answer("citizenship")
    visitor.answer("where", {"place": "in_canada", "status": "out_of_status", "province": "ON"})

    for path in (visitor.question("household"), visitor.address("check"), visitor.address("result")):
        page = visitor.get(path).content.decode()
        assert page.index("Help first") < page.index("<form")


def test_the_page_about_status_can_be_left_quickly(visitor):
    assertContains(visitor.get(visitor.question("where")), "data-leave")
    assertNotContains(visitor.get(visitor.question("age")), "data-leave")


def test_too_many_answers_are_refused_and_nothing_is_lost(visitor, monkeypatch):
    monkeypatch.setattr("quizzes.views.ANSWERS_AN_HOUR", 1)
    visitor.answer("goal")

    response = visitor.answer("age")

    assert response.status_code == 429
    assert response["Retry-After"] == "3600"
    assert given() == {"goal": {"goal": "settle"}}


def test_the_quiz_rests_while_the_ledger_lacks_a_table(words, client):
    response = client.get("/en/tools/immigration-quiz/q/goal/")

    assertContains(response, "The quiz is resting", status_code=503)
    assert response["Cache-Control"] == "private, no-store"


def test_editors_arrange_the_questions(visitor):
    Question.objects.filter(quiz__key="immigration", slug="citizenship").update(position=2)
    Question.objects.filter(quiz__key="immigration", slug="age").update(position=3)

    assert visitor.answer("goal")["Location"] == visitor.question("citizenship")


def test_check_your_answers_shows_each_with_a_link_to_change_it(done):
    page = done.get(done.address("check"))

    for question in page.context["rows"]:
        assertContains(page, question["url"])
    assertContains(page, "IELTS General Training")
    assertContains(page, "7 (CLB 9)")
    assertContains(page, "India")


def test_answers_that_cannot_both_be_true_are_pointed_at(done):
    done.answer("age", {"age": "18"})
    done.answer("experience", {**ENGINEER["experience"], "skilled_years": "10"})

    assertContains(done.get(done.address("check")), "more years of work than fit your age", count=2)


def test_a_result_can_be_had_early(visitor):
    visitor.answer("goal")
    page = visitor.get(visitor.address("check"))

    assertContains(page, "You can see a result already")
    assert visitor.client.post(visitor.address("check"))["Location"] == visitor.address("result")


def test_deleting_erases_the_answers_and_the_cookie(done):
    response = done.client.post(done.address("check"), {"delete": "1"})

    assert not Sitting.objects.exists()
    assert response.cookies["quiz"]["max-age"] == 0
    assertContains(done.get(response["Location"]), "Your answers are deleted")


def test_what_has_expired_is_erased(done):
    Sitting.objects.update(expires_at=F("expires_at") - timedelta(days=31))

    tasks.forget_answers.call()

    assert not Sitting.objects.exists()


def test_starts_answers_and_finishes_are_counted_once(done):
    for _time in range(2):
        done.client.post(done.address("check"))

    counted = dict(Count.objects.exclude(what="verdict").values_list("what", "number").filter(name=""))
    assert counted == {"start": 1, "finish": 1}
    assert Count.objects.get(what="answer", name="age").number == 1
    assert Count.objects.get(what="verdict", name="fsw.likely").number == 1


def test_both_quizzes_share_answers_of_the_same_question(done, make_visitor):
    done.quiz = "student"

    assert done.get(done.address("go_on"))["Location"] == done.question("studies")


def test_every_question_has_a_page_in_both_languages(visitor):
    for key, quiz in flow.QUIZZES.items():
        visitor.quiz = {"immigration": "quiz", "student": "student"}[key]
        for language in ("en", "fr"):
            with override(language):
                for question in quiz.questions:
                    response = visitor.get(visitor.question(question.slug))
                    assert response.status_code == 200, question.slug
                    assert f'lang="{language}"' in response.content.decode()


def test_a_question_costs_the_same_number_of_queries_however_much_was_answered(
    visitor, done, django_assert_max_num_queries
):
    fresh = type(visitor)()
    fresh.answer("goal")
    # the sitting; today; the tables; questions; labels; simple pages for the footer
    for somebody in (fresh, done):
        with django_assert_max_num_queries(6):
            somebody.get(somebody.question("age"))


def test_the_programs_of_these_tests_are_programs_of_the_rules():
    from quizzes.eligibility.verdicts import RULES

    assert set(PROGRAMS) - {"spouse_in_canada"} <= set(RULES.programs)
