"""The result: every reason with the person's own answer, saved, judged again, shared without answers, and erased."""

import logging
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.db.models import F
from django.urls import reverse
from django.utils.translation import override
from pytest_django.asserts import assertContains

from facts import ledger
from m2c.logs import HideTokens
from programs.models import Program
from quizzes import flow, reasons, results, saving, tasks
from quizzes.eligibility.ranking import Wishes, rank
from quizzes.eligibility.verdicts import RULES, Judgement, Verdict
from quizzes.models import Count, SavedAnswers, SharedResult, Sitting, token_hash
from quizzes.results import Card, by_family

pytestmark = pytest.mark.django_db
HEADERS = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}


@pytest.fixture
def shown(done):
    return done.get(done.address("result"))


@pytest.fixture
def saved(done):
    """Saves the result; returns the address of the saved one."""
    return done.client.post(done.address("result"), {"save": "1"})["Location"]


def shared_path(visitor, saved):
    visitor.client.post(saved, {"share": "1"})
    return re.search(r"/s/[A-Za-z0-9]{32}/", visitor.get(saved).content.decode())[0]


def test_what_fits_comes_first_with_its_reason(shown):
    assertContains(shown, "You meet the main rules of 1 program.")
    assertContains(shown, "First because:")
    assertContains(shown, "you meet its main rules; it leads to permanent residence or citizenship; it fits your goal")


def test_every_criterion_has_an_answer_a_link_to_change_it_and_a_dated_source(shown, done):
    assertContains(shown, "CLB or NCLC 7 in all four abilities")
    assertContains(shown, "Your lowest level: 9.")
    assertContains(shown, "That makes ")
    assertContains(shown, "Your answer: Yes")
    assertContains(shown, f'href="{done.question("experience")}?change=result"')
    assertContains(shown, "IRPR, SOR/2002-227, s. 75(2)(d)")
    assertContains(shown, "as of 12 June 2026")
    assertContains(shown, 'class="visually-hidden">Met:</span>')
    assertContains(shown, 'class="visually-hidden">Not met:</span>')


def test_a_card_says_what_it_costs_the_next_step_and_when_it_was_verified(shown, programs):
    assertContains(shown, "$1,525")
    assertContains(shown, "Make a profile")
    assertContains(shown, "verified ")
    assertContains(shown, f'href="{programs["fsw"].get_absolute_url()}"')


def test_what_is_close_says_what_would_turn_it(shown):
    assertContains(shown, "What would make you eligible:")


def test_what_is_closed_says_since_when_and_what_instead(shown, programs):
    found = shown.context["result"].closed

    assert [card.program.key for card in found] == ["sds"]
    assert found[0].instead
    assertContains(shown, "Look at instead:")
    assertContains(shown, "Closed, since ")


def test_a_chance_is_never_shown_and_advice_is_disclaimed_once(shown):
    main = shown.content.decode().split("<main")[1].split("</main>")[0]

    assert "%" not in re.sub(r'href="[^"]*"', "", main)
    assert main.count("not legal advice") == 1


def test_a_result_costs_the_same_number_of_queries_whoever_asks(done, visitor, django_assert_num_queries):
    fresh = type(visitor)()
    fresh.answer("goal")
    # the sitting; today; the tables; questions; labels; programs; their figures; simple pages for the footer
    for somebody in (fresh, done):
        with django_assert_num_queries(8):
            somebody.get(somebody.address("result"))


def test_hidden_programs_stay_hidden(done):
    Program.objects.update(is_hidden=True)

    assertContains(done.get(done.address("result")), "No program fits you now.")


def test_where_nothing_fits_it_says_what_blocks_and_who_helps(visitor, programs):
    Program.objects.exclude(key__in=["aip", "sds"]).update(is_hidden=True)
    visitor.walk()
    page = visitor.get(visitor.address("result"))

    if page.context["result"].is_empty:
        assertContains(page, "What stands in the way")
        assert page.context["result"].blocks
        assertContains(page, "Free newcomer services near you")


def test_programs_of_one_family_share_a_card():
    places = rank([Judgement(name, Verdict.CLOSE) for name in RULES.programs], Wishes("settle"))
    cards = [
        Card(place, Program(key=place.program.id, family=place.program.family), None, number)
        for number, place in enumerate(places, start=1)
    ]

    heads = by_family(cards)

    families = [head.program.family for head in heads]
    assert len(families) == len(set(families))
    assert sum(1 + len(head.siblings) for head in heads) == len(cards)
    assert results.MOST_CARDS == 8


def test_every_reason_and_verdict_has_words():
    found = set()
    for goal in ("", "settle", "work", "study", "family", "visit", "citizenship"):
        for province in ("", "ON", "QC"):
            judged = [Judgement(name, Verdict.LIKELY) for name in RULES.programs]
            wishes = Wishes(goal, province, {"fsw": 1})
            found |= {reason for place in rank(judged, wishes) for reason in place.reasons}
    found |= {f"verdict:{verdict.value}" for verdict in Verdict}
    silent = {reason for reason in found if not reasons.of_place([reason])}

    assert silent <= {"any_province"}
    assert set(reasons.CHIPS) == set(Verdict)


def test_saving_makes_a_private_link_that_the_database_does_not_know(done, saved):
    token = saved.strip("/").split("/")[-1]
    row = SavedAnswers.objects.get()

    assert len(token) == 32
    assert row.token_hash == token_hash(token)
    assert row.language == "en"
    assert row.rules_version == RULES.version
    assert row.expires_at - row.created_at == timedelta(days=365)
    response = done.get(saved)
    assertContains(response, f"http://localhost:8000{saved}")
    assert {name: response[name] for name in HEADERS} == HEADERS
    assert Count.objects.get(what="save").number == 1


def test_a_saved_result_needs_no_cookie_and_keeps_its_language(done, client):
    with override("fr"):
        saved = done.client.post(done.address("result"), {"save": "1"})["Location"]
    page = client.get(saved, headers={"accept-language": "en"})

    assertContains(page, '<html lang="fr">')
    assertContains(page, "Programme fsw")
    assert not page.cookies


def test_a_saved_result_says_what_has_changed_since(done, saved, programs):
    assertContains(done.get(saved), "Nothing: your answers lead to the same verdicts")
    ledger.add_value(
        programs["fsw"].status,
        "closed",
        in_force_from=ledger.today(),
        source=programs["fsw"].status.values.get().source,
    )

    page = done.get(saved)

    assertContains(page, "Program fsw</a>: You meet the main rules, now Closed or paused")


def test_a_shared_result_has_verdicts_and_no_answers(done, saved, client):
    path = shared_path(done, saved)
    row = SharedResult.objects.get()
    page = client.get(path)

    assert {name: page[name] for name in HEADERS} == HEADERS
    assertContains(page, "Program fsw")
    assertContains(page, "Meets the main rules")
    main = page.content.decode().split("<main")[1].split("</main>")[0]
    for private in ("IELTS", "CLB", "India", "Your answer", "settle"):
        assert private not in main
    kept = {reason.partition(":")[0] for place in row.places for reason in place["reasons"]}
    assert kept <= {"permanent", "temporary", "steps"}
    assert not {"given", "answers"} & {field.name for field in SharedResult._meta.fields}


def test_a_shared_result_speaks_the_readers_language(done, saved, client):
    path = shared_path(done, saved)

    assertContains(client.get(path, headers={"accept-language": "fr"}), '<html lang="fr">')
    assertContains(client.get(f"{path}?language=en", headers={"accept-language": "fr"}), '<html lang="en">')
    assert client.get(f"{path}?language=xx").status_code == 404


def test_sharing_twice_gives_one_link_and_stopping_takes_it_back(done, saved, client):
    path = shared_path(done, saved)
    assert shared_path(done, saved) == path
    assert SharedResult.objects.count() == 1

    done.client.post(saved, {"stop": "1"})

    assert client.get(path).status_code == 404
    assert done.get(saved).status_code == 200


def test_save_and_share_in_one_go(done):
    saved = done.client.post(done.address("result"), {"share": "1"})["Location"]

    assertContains(done.get(saved), "/s/")


def test_a_link_that_was_shut_stays_shut_when_sharing_begins_again(done, saved, client):
    first = shared_path(done, saved)
    done.client.post(saved, {"stop": "1"})

    second = shared_path(done, saved)

    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200


def test_a_share_link_leads_to_no_private_one():
    token, row = "b" * 32, SavedAnswers()

    assert saving.share_token(token, row) != token
    assert re.fullmatch("[0-9a-f]{32}", saving.share_token(token, row))


def test_deleting_a_saved_result_takes_the_shared_one_with_it(done, saved, client):
    path = shared_path(done, saved)

    done.client.post(saved, {"delete": "1"})

    assert client.get(saved).status_code == 404
    assert client.get(path).status_code == 404
    assert not SavedAnswers.objects.exists()
    assert not SharedResult.objects.exists()
    assert Sitting.objects.exists()  # the answers in the browser are another matter


def test_deleting_a_saved_result_says_so(done, saved):
    assertContains(done.client.post(saved, {"delete": "1"}), "This saved result is deleted")


def test_answers_taken_back_are_never_mixed_with_those_of_the_browser(done, saved, make_visitor):
    other = make_visitor()
    other.answer("age", {"age": "61"})
    other.answer("business", {"business": "no"})

    other.client.post(saved, {"edit": "1"})

    mine, taken = Sitting.objects.order_by("pk").values_list("given", flat=True)[1:]
    assert mine["age"] == {"age": 61}
    assert taken == SavedAnswers.objects.get().given


def test_leave_quickly_leads_away_from_every_page_that_has_it(done, saved):
    done.answer("where", {"where": "out_of_status"})
    for path in (done.question("where"), done.address("result"), saved):
        for link in re.findall(r"<a[^>]*data-leave[^>]*>", done.get(path).content.decode()):
            assert 'href="https://' in link, path


def test_a_private_address_that_is_not_there_is_no_page_for_caches(client):
    response = client.get("/en/tools/immigration-quiz/q/shoe-size/")
    assert response.status_code == 404
    assert response["Cache-Control"] == "private, no-store"


def test_saved_answers_are_taken_back_into_the_quiz(done, saved, make_visitor):
    other = make_visitor()

    response = other.client.post(saved, {"edit": "1"})

    assert response["Location"] == other.address("check")
    assertContains(other.get(other.address("check")), "India")


def test_a_link_that_nobody_has_is_not_found_and_tells_nothing(done, client):
    for path in (f"/r/{'c' * 32}/", f"/s/{'c' * 32}/"):
        response = client.get(path)
        assertContains(response, "This result is not here", status_code=404)
        assert response["Cache-Control"] == "private, no-store"
        assert response["Referrer-Policy"] == "no-referrer"
    assert client.get("/r/short/").status_code == 404


def test_only_forms_of_this_site_change_a_saved_result(saved, client):
    assert client.post(saved, {"delete": "1"}).status_code == 403
    assert SavedAnswers.objects.exists()


def test_its_own_forms_are_taken_though_they_name_no_origin(saved, client):
    for site, status in (("cross-site", 403), ("same-origin", 302)):
        headers = {"Origin": "null", "Sec-Fetch-Site": site}
        assert client.post(saved, {"share": "1"}, headers=headers).status_code == status


def test_no_log_holds_a_token():
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 1, "%s: %s", ("Not Found", f"/r/{'c' * 32}/"), None
    )

    assert HideTokens().filter(record)
    assert record.getMessage() == "Not Found: /r/…/"
    assert "m2c.logs.HideTokens" in str(settings.LOGGING["filters"])


def test_reading_a_saved_result_changes_nothing(done, saved):
    before = SavedAnswers.objects.values().get()

    for _time in range(3):
        done.get(saved)
        done.client.head(saved)

    assert SavedAnswers.objects.values().get() == before


def test_saved_results_expire_and_are_erased(done, saved, client):
    path = shared_path(done, saved)
    SavedAnswers.objects.update(expires_at=F("expires_at") - timedelta(days=366))
    SharedResult.objects.update(expires_at=F("expires_at") - timedelta(days=366))
    assert client.get(saved).status_code == client.get(path).status_code == 404

    tasks.forget_answers.call()

    assert not SavedAnswers.objects.exists()
    assert not SharedResult.objects.exists()


def test_start_pages_are_in_the_sitemap_and_private_ones_are_not(client, done, saved):
    text = client.get("/sitemap-tools.xml").content.decode()

    for language in ("en", "fr"):
        with override(language):
            assert reverse("quizzes:quiz") in text
            assert reverse("quizzes:student") in text
    assert "/r/" not in text
    assert "/q/" not in text


def test_the_call_of_articles_leads_to_the_quiz():
    from articles import calls

    assert calls.shown("quiz")["url"] == reverse("quizzes:quiz")
    assert flow.QUIZZES.keys() == {"immigration", "student"}
