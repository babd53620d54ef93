"""The CRS calculator: one form, a score by POST, and nothing kept unless somebody saves it."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils.translation import override
from pytest_django.asserts import assertContains, assertNotContains, assertNumQueries

from doors.models import Attempt
from facts import ledger
from quizzes import crs
from quizzes.models import SavedProfile, Sitting

pytestmark = pytest.mark.django_db

START, SCORE = "/en/tools/crs-calculator/", "/en/tools/crs-calculator/score/"
ABILITIES = ("speaking", "listening", "reading", "writing")


def shown(response):
    """The page as a reader has it, on one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_form_is_the_same_for_everybody(client):
    with assertNumQueries(3):  # versions of editors, the day, simple pages of the footer
        response = client.get(START)

    assert response.headers["Cache-Control"].startswith("public, max-age=60")
    assert not response.cookies
    assert response.headers["ETag"] == client.get(START, headers={"cookie": "quiz=" + "a" * 32}).headers["ETag"]


def test_the_page_leads_to_itself_in_french(client):
    with override("fr"):
        french = reverse("quizzes:crs")
    assertContains(client.get(START), f'hreflang="fr" href="http://localhost:8000{french}"')


def test_a_score_by_the_newest_known_rules(post):
    response = post(SCORE)

    assertContains(response, "<strong>429</strong>")
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert not response.cookies


def test_the_page_scores_as_the_engine_does(post):
    profile = crs.check(
        {
            "age": 29,
            "education": "three_year_or_bachelor",
            "first_language": {"language": "en", **dict.fromkeys(ABILITIES, 9)},
            "foreign_work_years": 3,
        }
    )
    result = crs.score(profile, crs.BOOK.newest)
    lines = [line for section in post(SCORE).context["factors"] for line in section["lines"]]

    assert [line["points"] for line in lines] == [str(line.points) for line in result.lines]
    assert sum(int(line["points"]) for line in lines) == result.total == 429


def test_queries_of_a_score_do_not_grow_with_rounds(post, make_past_round):
    # throttle: a row and a count; versions, the day twice; rounds, those of the chart, the pool; simple pages
    for number in range(3):
        make_past_round(number * 20, 500)
    with assertNumQueries(9):
        post(SCORE)
    for number in range(9):
        make_past_round(number * 20 + 3, 500)
    with assertNumQueries(9):
        post(SCORE)


def test_reported_rules_are_told_above_the_score(post):
    page = shown(post(SCORE)).partition("Your Express Entry score")[2]

    told = "Counted by the rules of 25 March 2025. New rules are reported since 3 November 2026."
    assert page.index(told) < page.index("429")
    assertContains(post(SCORE), crs.BOOK.reported.official_tool)


def test_what_is_not_sure_makes_a_range(post):
    response = post(SCORE, sibling="not_sure")

    assert response.context["score"] == "429 to 444"
    assertContains(response, "A range, because some answers are not sure.")


def test_a_missing_score_of_a_test_makes_a_range_too(post):
    assert " to " in post(SCORE, en_reading=None).context["score"]


def test_the_first_language_is_the_one_that_gives_more(post):
    french = {"fr_test": "levels", **{f"fr_{one}": "10" for one in ABILITIES}}
    best = post(SCORE, en_test="levels", **{f"en_{one}": "5" for one in ABILITIES}, **french)
    english = post(SCORE, en_test="levels", **{f"en_{one}": "5" for one in ABILITIES}, **french, first="en")

    assert best.context["first"] == "French"
    assertContains(best, "Counted with French as your first official language")
    assertNotContains(post(SCORE), "Counted with")
    assert int(best.context["score"]) > int(english.context["score"])


def test_scores_of_a_test_become_levels_by_ability(post):
    given = {"speaking": "6.5", "listening": "8", "reading": "7,5", "writing": "6"}
    response = post(SCORE, en_test="ielts_general_training", **{f"en_{one}": text for one, text in given.items()})

    part = next(part for part in response.context["parts"] if part.key == "english")
    assert [level for _box, level in part.abilities] == ["CLB 8", "CLB 9", "CLB 9", "CLB 7"]


@pytest.mark.parametrize(
    ("field", "entry", "words"),
    [
        ("age", "", "Write a number."),
        ("age", "17.5", "Write a whole number from 0 to 120."),
        ("age", "121", "Write a whole number from 0 to 120."),
        ("education", "", "Choose an answer."),
        ("education", "wizard", "Choose an answer from the list."),
        ("en_test", "", "Choose an answer."),
        ("en_reading", "13", "Write a whole number from 0 to 12."),
        ("born", "yesterday", "Write the year, the month and the day"),
        ("born", "2999-01-01", "Write a day that is past."),
        ("born", "1950-01-01", "correct one of the two"),
    ],
)
def test_a_bad_entry_is_told_beside_its_field_and_kept(post, field, entry, words):
    response = post(SCORE, **{field: entry or None})

    assert response.status_code == 422
    assert response.headers["Cache-Control"] == "private, no-store"
    content = response.content.decode()
    assert f'href="#f-{field}"' in content
    assert f'id="f-{field}-error"' in content
    assert words in content
    if entry and field not in ("education",):
        assert f'value="{entry}"' in content
    assert '<option value="3" selected' in content  # what was right is kept as well
    assert "Error: CRS calculator" in content


def test_a_score_that_a_test_cannot_give_says_what_is_possible(post):
    scores = {f"en_{one}": "6" for one in ABILITIES}
    response = post(SCORE, **{**scores, "en_test": "ielts_general_training", "en_reading": "6.3"})

    assertContains(response, "so 6 or 6.5", status_code=422)


def test_fields_that_do_not_count_are_not_read(post):
    assert post(SCORE, spouse_test="levels", spouse_speaking="99", spouse_age="x").status_code == 200
    assert post(SCORE, partner="coming", spouse_age="x").status_code == 422


def test_a_partner_who_comes_is_scored(post):
    alone, coming = post(SCORE), post(SCORE, partner="coming", spouse_education="doctoral")
    canadian = post(SCORE, partner="canadian", spouse_education="doctoral")

    assert [one.context["score"] for one in (alone, coming, canadian)] == ["429", "413", "429"]


def test_the_short_score_follows_while_somebody_types(post):
    response = post(SCORE, {"age": "29", "live": "1"})

    content = response.content.decode()
    assert "<html" not in content
    assert 'role="status"' in content
    assert "A range, because some answers are missing or not sure." in content
    assert "429" in post(SCORE, live="1").content.decode()


def test_a_level_is_told_while_somebody_types(post):
    response = post(SCORE, live="1", en_test="ielts_general_training", en_speaking="7", en_listening="6.3")

    assertContains(response, '<span hidden data-level="f-en_speaking">CLB 9</span>')
    assertContains(response, '<span hidden data-level="f-en_listening">not possible</span>')


def test_every_cap_is_shown_where_it_bites(post):
    # a doctorate and two years in Canada earn 50 with each other and 50 with language; education counts 50 in all
    response = post(SCORE, education="doctoral", canadian_work="2")

    assertContains(response, "count at most 50 points together.")


def test_nothing_is_kept_of_a_score(post):
    post(SCORE)
    post(SCORE, live="1")

    assert not Sitting.objects.exists()
    assert not SavedProfile.objects.exists()


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
def test_a_form_of_another_site_is_refused(client, headers):
    assert client.post(SCORE, {"age": "29"}, headers=headers).status_code == 403


def test_who_sends_too_much_is_told_to_wait(post, monkeypatch):
    monkeypatch.setattr("quizzes.calculator_views.SENT_AN_HOUR", 2)
    assert [post(SCORE).status_code for _turn in range(3)] == [200, 200, 429]
    Attempt.objects.all().delete()
    assert post(SCORE).status_code == 200


def test_what_comes_is_told_by_date_where_it_is_known(post):
    today = ledger.today()
    born = today.replace(year=today.year - 29, day=1) - timedelta(days=1)
    tested = today - timedelta(days=400)
    coming = post(SCORE, age=None, born=born.isoformat(), en_day=tested.isoformat()).context["coming"]

    days = [event["on"] for event in coming if event["on"]]
    assert days == sorted(days)
    assert tested.replace(year=tested.year + 2) in days
    assert born.replace(year=born.year + 30) in days


def test_what_raises_the_score_comes_best_first(post):
    steps = post(SCORE).context["steps"]

    gains = [int(step["gain"]) for step in steps["singles"]]
    assert steps["singles"][0]["words"] == ["A nomination by a province or territory"]
    assert gains == sorted(gains, reverse=True)
    assert all(len(step["words"]) == 2 for step in steps["pairs"])


def test_french_has_its_own_words_and_figures(client, post):
    with override("fr"):
        path = reverse("quizzes:crs_score")
    response = post(path)

    assertContains(response, "sur 1\xa0200")
    assertContains(response, "Âge")
    assertNotContains(response, "Work abroad")


# With the quiz


def test_the_form_is_filled_in_from_the_quiz(client, make_sitting):
    make_sitting(
        {
            "goal": {"goal": "settle"},
            "age": {"age": 34},
            "citizenship": {"countries": ["IN"]},
            "where": {"place": "outside"},
            "household": {"partner": "in_canada", "children": 2},
            "english": {"test": "celpip_general", **dict.fromkeys(ABILITIES, 9)},
            "french": {"test": "self", "rating": "beginner"},
            "education": {"level": "masters_or_professional"},
        }
    )
    response = client.get(SCORE)

    content = response.content.decode()
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "data-prefilled" in content
    assert 'name="age" type="text" inputmode="numeric" autocomplete="off" maxlength="20" value="34"' in content
    assert '<option value="master_or_professional" selected>' in content
    assert '<option value="celpip_general" selected>' in content
    assert '<input id="f-partner-2" type="radio" name="partner" value="coming" checked>' in content
    assert "CLB 9" in content


def test_without_answers_the_form_is_empty_and_says_so(client):
    response = client.get(SCORE)

    assertContains(response, "There are no answers of the quiz in this browser")
    assertNotContains(response, "data-prefilled")


def test_what_is_entered_goes_into_the_quiz_when_asked(client, post, make_sitting):
    sitting = make_sitting({"household": {"partner": "in_canada", "children": 2}, "goal": {"goal": "settle"}})
    response = post(SCORE, partner="coming", quiz="1")

    assert response.status_code == 302
    assert response.url == "/en/tools/immigration-quiz/continue/"
    sitting.refresh_from_db()
    assert sitting.given == {
        "goal": {"goal": "settle"},
        "age": {"age": 29},
        "household": {"partner": "in_canada", "children": 2},
        "education": {"level": "bachelor_or_3yr"},
        "english": {"test": "levels", **dict.fromkeys(ABILITIES, 9)},
        "french": {"test": "none"},
    }


def test_a_letter_of_celpip_goes_into_the_quiz_as_levels(client, post):
    scores = {f"en_{one}": "9" for one in ABILITIES} | {"en_writing": "M"}
    post(SCORE, en_test="celpip_general", **scores, quiz="1")

    english = Sitting.objects.get().given["english"]
    assert english == {"test": "levels", "speaking": 9, "listening": 9, "reading": 9, "writing": 0}


# Saved


def test_a_saved_score_opens_by_its_link_alone(client, post):
    response = post(SCORE, save="1")
    token = response.url.split("/")[2]
    page = client.get(response.url)

    assert response.status_code == 302
    assert response.url == f"/r/{token}/score/"
    assertContains(page, "429")
    assertContains(page, "It has not changed since you saved it")
    assert page.headers["Cache-Control"] == "private, no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert token not in str(SavedProfile.objects.values().get())
    assert client.get(f"/r/{token[::-1]}/score/").status_code == 404


def test_a_saved_score_says_what_it_was(client, post):
    url = post(SCORE, save="1").url
    SavedProfile.objects.update(lowest=400, highest=410)

    assertContains(client.get(url), "it was 400 to 410")


def test_a_saved_score_is_deleted_by_whoever_has_its_link(client, post):
    url = post(SCORE, save="1").url
    response = post(url, {"delete": "1"})

    assert response.url == f"{SCORE}?deleted"
    assertContains(client.get(response.url), "The saved score is deleted.")
    assert client.get(url).status_code == 404


def test_a_saved_score_runs_out(client, post):
    from quizzes.tasks import forget_answers

    url = post(SCORE, save="1").url
    SavedProfile.objects.update(expires_at=SavedProfile.objects.get().created_at)

    assert client.get(url).status_code == 404
    forget_answers.call()
    assert not SavedProfile.objects.exists()


def test_a_call_to_action_leads_to_the_calculator():
    from articles import calls

    assert calls.shown("calculator")["url"] == START


def test_the_tools_are_in_the_sitemap(client):
    page = client.get("/sitemap-tools.xml")

    for path in (START, "/en/tools/fsw-points/", "/en/tools/language-converter/"):
        assertContains(page, f"<loc>http://localhost:8000{path}</loc>")
    assertNotContains(page, SCORE)


def test_a_saved_score_ages_with_the_day_of_birth(client, post):
    born = date(ledger.today().year - 44, 1, 1)
    url = post(SCORE, age="44", born=born.isoformat(), save="1").url
    assertContains(client.get(url), "It has not changed since you saved it")

    row = SavedProfile.objects.get()  # as it would stand after a birthday: saved at 43
    SavedProfile.objects.update(given=row.given | {"age": ["43"]}, lowest=row.lowest + 10, highest=row.highest + 10)

    assertContains(client.get(url), f"it was {row.lowest + 10}")


@pytest.mark.parametrize("field", ["spouse_age", "categories", "education"])
def test_null_bytes_are_taken_out_before_anything_is_kept(post, field):
    assert post(SCORE, **{field: "\0", "save": "1"}).status_code in {302, 422}


def test_a_birth_of_long_ago_is_a_message_and_no_error(post):
    assert post(SCORE, born="1901-01-01", age=None, live="1").status_code == 200
    assertContains(post(SCORE, born="1901-01-01", age=None), "Write a day that is past.", status_code=422)
