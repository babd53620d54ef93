"""The admin of programs: list, form and status."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from facts import ledger
from facts.models import Correction, Fact
from programs.models import Criterion, Program

pytestmark = pytest.mark.django_db

LIST = "/admin/programs/program/"


@pytest.fixture
def editor(sign_in):
    return sign_in("editor")


@pytest.fixture
def fill_status(editor, read_form):
    """Post the page for a status of a program with some fields filled in."""

    def fill(program, client=editor, **values):
        address = reverse("admin:programs_program_status", args=[program.pk])
        data = read_form(client.get(address), "status_form")
        return client.post(address, data | {name: str(value) for name, value in values.items()})

    return fill


def change(program):
    return reverse("admin:programs_program_change", args=[program.pk])


def names(response):
    return {row.name_en for row in response.context["cl"].result_list}


# Status


def test_a_status_set_in_the_admin_shows_at_once_wherever_the_program_is_named(
    client, make_program, make_article, fill_status
):
    program = make_program(key="on_stream", status="open")
    article = make_article(text='<p>Now: <data value="program.on_stream.status">program.on_stream.status</data>.</p>')
    paths = [
        *(program.get_absolute_url(), article.get_absolute_url(), "/en/programs/", "/en/program-status/"),
        *("/en/program-status/feed/atom/", "/api/v1/programs/", "/api/v1/programs/on_stream/"),
        f"/en/compare-programs/?p={program.slug_en}&p={make_program().slug_en}",
    ]
    for path in paths:
        client.get(path)

    assertRedirects(fill_status(program, value="paused"), change(program))

    for path in paths:
        assertContains(client.get(path), "aused", msg_prefix=path)
    assertNotContains(client.get(article.get_absolute_url()), "Open")


def test_a_status_keeps_its_day_source_note_and_who_set_it(editor, make_program, make_source, fill_status):
    program, source = make_program(), make_source()
    day = ledger.today() - timedelta(days=3)
    words = {"note_en": "Cap reached", "note_fr": "Plafond atteint", "is_exact": "on"}

    fill_status(program, value="closed", in_force_from=day, source=source.pk, reason="correction", **words)

    row = program.status.values.order_by("-pk").first()
    assert (row.content, row.in_force_from, row.source, row.note_fr) == ("closed", day, source, "Plafond atteint")
    assert row.verified_by == row.noted_by == editor.person
    assert Correction.objects.get().value == row
    assertContains(editor.get(change(program)), "Cap reached")


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({}, "That is the value already."),
        ({"value": "closed", "source": ""}, "This field is required."),
        ({"value": "closed", "in_force_from": "2026-02-30"}, "Enter a valid date."),
        ({"value": "closed", "verified_on": "2090-01-01"}, "Nobody can have seen it on a day to come."),
        ({"value": "ajar"}, "Select a valid choice."),
        ({"value": "closed", "in_force_from": "2020-01-01"}, "or the new one would not show"),
    ],
)
def test_what_is_refused_says_so_beside_its_field_and_keeps_the_entry(make_program, fill_status, given, fault):
    program = make_program()

    response = fill_status(program, **given | {"note_en": "Typed with care"})

    assertContains(response, fault)
    assertContains(response, "Typed with care")
    assert program.status.values.count() == 1


def test_a_status_to_come_waits_for_its_day(client, editor, make_program, fill_status):
    program = make_program()

    response = fill_status(program, value="closed", in_force_from=ledger.today() + timedelta(days=5))

    assertContains(editor.get(response.url), "by itself")
    assertContains(client.get(program.get_absolute_url()), ">Open</a>")


def test_authors_see_programs_and_set_no_status(sign_in, make_program):
    author, program = sign_in("author"), make_program()

    assert author.get(reverse("admin:programs_program_status", args=[program.pk])).status_code == 403
    assertNotContains(author.get(change(program)), "Set the status")


# The list


def test_filters_and_search_find_what_they_say(editor, make_program):
    make_program(name_en="Ontario", province="ON", status="closed", wording_reviewed_on=ledger.today())
    make_program(name_en="Yukon", province="YT", family="business", name_fr="Volet franco-yukonnais")

    for query, found in {
        "status=closed": {"Ontario"},
        "status=unconfirmed": set(),
        "family__exact=business": {"Yukon"},
        "province__exact=ON": {"Ontario"},
        "wording=no": {"Yukon"},
        "wording=yes": {"Ontario"},
        "q=franco": {"Yukon"},
    }.items():
        assert names(editor.get(f"{LIST}?{query}")) == found, query


def test_the_list_shows_status_and_what_nobody_has_reviewed(editor, make_program):
    make_program(status="seasonal")
    make_program(status=None, is_hidden=True)

    response = editor.get(LIST)

    for words in ("Opens at times", "Unconfirmed", "hidden", "not reviewed yet"):
        assertContains(response, words)


def test_many_programs_are_checked_by_one_action(editor, make_program, client):
    programs = [make_program(status_details={"verified_on": None}) for _number in range(2)]
    left = make_program(status_details={"verified_on": None})
    chosen = [program.pk for program in programs]

    response = editor.post(LIST, {"action": "checked_today", "_selected_action": chosen}, follow=True)

    assertContains(response, "2 programs checked today, and their statuses verified.")
    for program in programs:
        program.refresh_from_db()
        assert (program.checked_on, program.checked_by) == (ledger.today(), editor.person)
        assertContains(client.get(program.get_absolute_url()), "state--verified")
    left.refresh_from_db()
    assert left.checked_on is None


def test_list_and_form_cost_the_same_however_much_they_show(editor, make_full_program, make_program):
    counts = []
    for maker in (make_program, make_full_program):
        program = maker()
        if maker is make_full_program:
            for _number in range(5):
                make_full_program()
        for path in (LIST, change(program)):
            editor.get(path)
            with CaptureQueriesContext(connection) as queries:
                editor.get(path)
            counts.append(len(queries))

    assert counts[0] == counts[2]
    assert counts[3] - counts[1] <= 1  # the label of the processing time, which the small one has not


# The form


def test_a_form_saved_untouched_changes_nothing(editor, make_full_program, read_form):
    program = make_full_program()
    before = [(row.key, row.parent_id, row.of, row.text_en, row.text_fr) for row in program.criteria.all()]

    response = editor.post(change(program), read_form(editor.get(change(program)), "program_form"))

    assertRedirects(response, LIST)
    assert [(row.key, row.parent_id, row.of, row.text_en, row.text_fr) for row in program.criteria.all()] == before
    assert program.fees.count() == 2


def test_words_and_lines_are_changed_and_readers_see_it(editor, client, make_full_program, read_form):
    program = make_full_program()
    data = read_form(editor.get(change(program)), "program_form")
    data |= {"name_en": ["New name"], "criteria-0-text_en": ["A signed job offer"], "steps-1-DELETE": ["on"]}

    editor.post(change(program), data)

    program.refresh_from_db()
    response = client.get(program.get_absolute_url())
    assertContains(response, "New name")
    assertContains(response, "A signed job offer")
    assertNotContains(response, "An invitation")
    assert program.status.says_en == "Status: New name"


def test_a_criterion_can_be_part_of_its_own_program_alone_and_never_of_itself(
    editor, make_full_program, make_program, read_form
):
    program, other = make_full_program(), make_program(criteria=["Of another program"])
    offer, test = program.criteria.filter(parent=None)
    data = read_form(editor.get(change(program)), "program_form")
    assert "Of another program" not in editor.get(change(program)).content.decode()

    for parent, fault in [(other.criteria.get().pk, "Select a valid choice."), (test.pk, None)]:
        response = editor.post(change(program), data | {"criteria-0-parent": [str(parent)]})
        if fault:
            assertContains(response, fault)
    offer.refresh_from_db()
    assert offer.parent == test

    data = read_form(editor.get(change(program)), "program_form")
    row = next(name for name, value in data.items() if name.endswith("-id") and value == [str(test.pk)])
    response = editor.post(change(program), data | {row.replace("-id", "-parent"): [str(offer.pk)]})
    assertContains(response, "never in a circle")
    assert Criterion.objects.get(pk=test.pk).parent is None


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"slug_en": "Ontario!"}, "Use small letters without accents"),
        ({"province": "ON"}, "A provincial program has a province; a federal one has none."),
        ({"official_url": "javascript:alert(1)"}, "Enter a valid URL."),
        ({"key": "on-stream"}, "Use small letters, digits and underscores."),
        ({"key": "taken"}, "exists, and is no status"),
    ],
)
def test_a_new_program_that_cannot_be_is_refused_with_the_reason(sign_in, read_form, new_program, given, fault):
    Fact.objects.create(key="program.taken.status", kind="money", says_en="x", says_fr="x")

    response = new_program(**given)

    assertContains(response, fault)
    assert not Program.objects.exists()


@pytest.fixture
def new_program(sign_in, read_form):
    """Post the form for a new program."""

    def post(**values):
        publisher = sign_in("publisher")
        address = reverse("admin:programs_program_add")
        filled = {
            "key": "on_stream",
            "name_en": "Ontario stream",
            "name_fr": "Volet de l’Ontario",
            "slug_en": "ontario-stream",
            "slug_fr": "volet-de-l-ontario",
            "who_en": "Workers",
            "who_fr": "Travailleurs",
            "level": "federal",
            "family": "pnp",
            "stay": "permanent",
            "official_url": "https://www.ontario.example/",
            **values,
        }
        data = read_form(publisher.get(address), "program_form")
        return publisher.post(address, data | {name: [value] for name, value in filled.items()})

    return post


def test_a_new_program_has_a_status_in_the_ledger_and_leads_to_setting_it(client, new_program):
    response = new_program()

    program = Program.objects.get()
    assertRedirects(
        response, reverse("admin:programs_program_status", args=[program.pk]), fetch_redirect_response=False
    )
    fact = program.status
    assert (fact.key, fact.kind, fact.risk, fact.says_fr) == (
        *("program.on_stream.status", "status", "high", "État : Volet de l’Ontario"),
    )
    assertContains(client.get("/en/programs/"), "Unconfirmed")


def test_nobody_deletes_a_program(sign_in, make_program):
    client, program = sign_in("superuser"), make_program()

    assert client.get(reverse("admin:programs_program_delete", args=[program.pk])).status_code == 403
    client.post(LIST, {"action": "delete_selected", "_selected_action": [program.pk], "post": "yes"})

    assert Program.objects.exists()


def test_caches_in_front_drop_what_a_change_shows_on(editor, make_program, read_form, settings, monkeypatch):
    dropped = []
    settings.PURGE_BACKEND = "programs.admin.drop"
    monkeypatch.setattr("publishing.purge.paths", dropped.extend)
    program = make_program(slug_en="old-slug")
    data = read_form(editor.get(change(program)), "program_form") | {"slug_en": ["new-slug"]}
    with TestCase.captureOnCommitCallbacks(execute=True):
        editor.post(change(program), data)

    for path in ("/en/programs/old-slug/", "/en/programs/new-slug/", "/en/programs/", "/en/program-status/"):
        assert path in dropped


@pytest.mark.parametrize(
    ("role", "actions"),
    [("author", {"view"}), ("editor", {"view", "change"}), ("publisher", {"view", "change", "add"})],
)
def test_groups_may_do_what_their_work_asks_for(make_person, role, actions):
    granted = make_person(role).get_all_permissions()

    assert {name for name in granted if name.startswith("programs.")} == {f"programs.{one}_program" for one in actions}


def test_list_says_when_each_program_was_last_checked(sign_in, make_program):
    make_program(checked_on="2026-11-01")
    make_program()

    page = sign_in("editor").get("/admin/programs/program/")

    assertContains(page, '<td class="field-checked">2026-11-01</td>')
    assertContains(page, '<td class="field-checked">–</td>')
