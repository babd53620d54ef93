"""What readers report, as a queue that is answered once, and the corrections that come of it."""

import logging

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.tasks import default_task_backend
from django.urls import reverse
from django.utils.translation import override
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from facts import ledger
from facts.models import Correction, Report

QUEUE = reverse("admin:facts_report_changelist")
ADD_CORRECTION = reverse("admin:facts_correction_add")
READER = "reader@private.example"


def change(report):
    return reverse("admin:facts_report_change", args=[report.pk])


@pytest.fixture
def editor(sign_in):
    return sign_in("editor")


@pytest.fixture
def make_report(make_fact):
    def make(**overrides):
        values = {"language": "en", "words": "The fee is 850 <b>now</b>. https://evil.example/x", "email": READER}
        return Report.objects.create(**values | ({} if "path" in overrides else {"fact": make_fact()}) | overrides)

    return make


@pytest.fixture
def sent(settings):
    """The tasks that were handed to the queue; call it for their names and arguments."""
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.dummy.DummyBackend", "QUEUES": []}}
    return lambda: [(result.task.name, *result.args) for result in default_task_backend.results]


@pytest.fixture
def answer(editor, read_form):
    """Opens a report, writes an answer and sends it."""

    def do(report, state="corrected", words="Thank you: it is mended."):
        data = read_form(editor.get(change(report)), "report_form")
        return editor.post(change(report), {**data, "state": [state], "answer": [words], "_save": ["1"]})

    return do


def test_open_reports_come_first_without_the_readers_addresses(editor, make_report):
    make_report(words="Done long ago", state="dismissed")
    make_report(words="Still waits")
    make_report(words="Was answered", state="answered")

    response = editor.get(QUEUE)

    assert response.context["cl"].result_list[0].words == "Still waits"
    assertNotContains(response, READER)


def test_what_a_stranger_wrote_is_text_and_no_link(editor, make_report):
    report = make_report(evidence="https://evil.example/evidence")

    response = editor.get(change(report))

    assertContains(response, "The fee is 850 &lt;b&gt;now&lt;/b&gt;. https://evil.example/x")
    assertContains(response, "https://evil.example/evidence")
    assertNotContains(response, 'href="https://evil')
    assertContains(response, "<strong>$990</strong>", html=True)


@pytest.mark.parametrize(
    ("path", "is_link"),
    [
        ("/en/facts/", True),
        ("/fr/faits/", True),
        ("//evil.example/", False),
        ("/\\evil.example/", False),
        ("the page on renting", False),
        ("javascript:alert(1)", False),
    ],
)
def test_page_is_a_link_only_if_it_is_one_of_ours(editor, make_report, path, is_link):
    if path == "/fr/faits/":
        with override("fr"):
            path = reverse("facts:facts")
    response = editor.get(change(make_report(path=path)))

    assert (f'<a href="{path}">' in response.content.decode()) == is_link


def test_answer_is_handed_over_once_with_who_gave_it(answer, editor, make_report, sent):
    report = make_report()

    assertRedirects(answer(report), QUEUE)

    report.refresh_from_db()
    assert (report.state, report.answer, report.answered_by) == ("corrected", "Thank you: it is mended.", editor.person)
    assert report.answered_at is not None
    assert sent() == [("send_answer", report.pk)]


def test_second_answer_is_refused_and_nothing_is_sent_again(answer, editor, make_report, sent):
    report = make_report()
    answer(report)

    response = editor.post(change(report), {"state": "dismissed", "answer": "Something else"})

    assertContains(response, "Somebody has answered this meanwhile.")
    report.refresh_from_db()
    assert report.state == "corrected"
    assert len(sent()) == 1


def test_answer_leaves_as_one_mail_and_no_log_has_the_address(answer, make_report, settings, caplog):
    caplog.set_level(logging.DEBUG)
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend", "QUEUES": []}}

    answer(make_report())

    assert [message.to for message in mail.outbox] == [[READER]]
    assert READER not in caplog.text


@pytest.mark.parametrize(
    ("email", "state", "words", "accepted"),
    [
        (READER, "answered", "", False),
        (READER, "dismissed", "", True),
        ("", "corrected", "", True),
        (READER, "", "Words", False),
        (READER, "open", "Words", False),
    ],
)
def test_reader_who_waits_is_not_left_without_a_word(answer, make_report, sent, email, state, words, accepted):
    report = make_report(email=email)

    response = answer(report, state, words)

    assert (response.status_code == 302) == accepted
    assert sent() == []
    report.refresh_from_db()
    assert (report.answered_at is not None) == accepted


def test_address_is_shown_to_who_may_answer_alone(sign_in, editor, make_report):
    report, looker = make_report(), sign_in("")
    looker.person.user_permissions.add(Permission.objects.get(codename="view_report"))

    assertContains(editor.get(change(report)), READER)
    assertNotContains(looker.get(change(report)), READER)
    assert looker.post(change(report), {"state": "dismissed"}).status_code == 403
    assert sign_in("author").get(change(report)).status_code == 403


def test_reports_are_neither_added_nor_rewritten(editor, make_report, sent):
    report = make_report()
    editor.post(change(report), {"state": "dismissed", "answer": "", "words": "Other words", "email": "x@x.example"})

    report.refresh_from_db()
    assert report.words.startswith("The fee is 850")
    assert report.email == READER
    assert editor.get(reverse("admin:facts_report_add")).status_code == 403


def test_report_leads_to_where_its_mistake_is_mended(editor, make_report):
    about_fact, about_page = make_report(), make_report(path="/en/facts/")

    add_value = reverse("admin:facts_fact_add_value", args=[about_fact.fact_id])
    assertContains(editor.get(change(about_fact)), f"{add_value}?reason=correction&amp;report={about_fact.pk}")
    response = editor.get(change(about_page))
    assertContains(response, f"{ADD_CORRECTION}?path=%2Fen%2Ffacts%2F&amp;report={about_page.pk}")


# Corrections

WORDS = {"was_en": "It costs 990.", "was_fr": "Le prix est de 990.", "is_en": "It costs 850.", "is_fr": "C’est 850."}


@pytest.fixture
def correct(editor, read_form):
    def do(query="", **typed):
        data = read_form(editor.get(ADD_CORRECTION + query), "correction_form")
        return editor.post(ADD_CORRECTION, {**data, **{name: [value] for name, value in typed.items()}})

    return do


def test_correction_of_a_page_leads_to_the_answer(correct, make_report):
    report = make_report(path="/en/facts/")

    response = correct(f"?path=/en/facts/&report={report.pk}", **WORDS)

    assertRedirects(response, f"{change(report)}?state=corrected")
    correction = Correction.objects.get()
    assert (correction.path, correction.report, correction.noticed_by) == ("/en/facts/", report, "reader")


@pytest.mark.parametrize("missing", ["was_en", "was_fr", "is_en", "is_fr", "path"])
def test_correction_says_everything_in_both_languages(correct, missing):
    response = correct(**{"path": "/en/facts/"} | WORDS | {missing: ""})

    assertContains(response, "This field is required.")
    assert not Correction.objects.exists()


def test_correction_names_a_page_of_this_site(correct):
    assertContains(correct(path="https://elsewhere.example/", **WORDS), "That is no page of this site.")


def test_correction_of_a_fact_stays_as_its_value_made_it(sign_in, make_fact, make_source):
    boss, fact = sign_in("superuser"), make_fact()
    ledger.add_value(fact, "850", in_force_from=ledger.today(), source=make_source(), reason="correction")
    correction = Correction.objects.get()
    address = reverse("admin:facts_correction_change", args=[correction.pk])

    assertContains(boss.get(address), "$850")
    assert boss.post(address, WORDS).status_code == 403
    assert boss.post(reverse("admin:facts_correction_delete", args=[correction.pk]), {"post": "yes"}).status_code == 403


def test_list_of_corrections_costs_the_same_with_one_and_with_ten(
    editor, make_fact, make_source, django_assert_num_queries
):
    def make():
        ledger.add_value(make_fact(), "1", in_force_from=ledger.today(), source=make_source(), reason="correction")

    address = reverse("admin:facts_correction_changelist")
    make()
    editor.get(address)
    with django_assert_num_queries(6):  # session, person, permissions of both kinds, count, rows
        editor.get(address)
    for _ in range(9):
        make()
    with django_assert_num_queries(6):
        editor.get(address)


@pytest.mark.parametrize("lookup", ["email", "email__startswith", "email__regex"])
def test_nobody_finds_out_a_readers_address_by_filtering_the_queue(sign_in, make_report, lookup):
    make_report()
    viewer = sign_in("author")
    viewer.person.user_permissions.add(Permission.objects.get(codename="view_report"))

    assert viewer.get(QUEUE).status_code == 200
    assert viewer.get(QUEUE, {lookup: "r"}).status_code == 400
