"""Versions of the CRS that editors enter: checked, shown in words, published by a Publisher, and never edited after."""

import copy
import json

import pytest
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from quizzes import rulebook
from quizzes.crs import tables
from quizzes.models import CRSVersion

pytestmark = pytest.mark.django_db

ADD, LIST = "admin:quizzes_crsversion_add", "admin:quizzes_crsversion_changelist"
SCORE, DOOR = "/en/tools/crs-calculator/score/", "/api/v1/crs/"


def rules(in_force="2026-11-03", **additional):
    data = copy.deepcopy({**tables.VERSIONS[-1], "in_force": in_force, "known_through": None})
    data["additional"] |= additional
    return data


@pytest.fixture
def make_version(db):
    def make(in_force="2026-11-03", published=True, **additional):
        version = CRSVersion.objects.create(in_force=in_force, rules=rules(in_force, **additional))
        if published:
            CRSVersion.objects.filter(pk=version.pk).update(published_at=Now())
        version.refresh_from_db()
        return version

    return make


@pytest.fixture
def enter(sign_in, read_form):
    """Enter a version as somebody of a role, as a browser would."""

    def go(data, role="editor", **changes):
        client = sign_in(role)
        form = read_form(client.get(reverse(ADD)), "crsversion_form")
        text = data if isinstance(data, str) else json.dumps(data)
        return client.post(reverse(ADD), form | {"rules": [text]} | {name: [one] for name, one in changes.items()})

    return go


def test_a_new_version_starts_from_the_newest(sign_in, read_form):
    form = read_form(sign_in("editor").get(reverse(ADD)), "crsversion_form")
    data = json.loads(form["rules"][0])

    assert data["age"] == tables.VERSIONS[-1]["age"]
    assert (data["in_force"], data["known_through"]) == ("", None)
    assert "[18, 90, 99]" in form["rules"][0]  # a row is one line


def test_an_editor_enters_a_draft_that_nobody_is_scored_by(enter, post):
    response = enter(rules(sibling_in_canada=40), publish="on")

    assert response.status_code == 302, response.context["adminform"].form.errors
    draft = CRSVersion.objects.get()
    assert (str(draft), draft.published_at) == ("2026-11-03", None)
    assert post(SCORE, sibling="yes").context["score"] == "444"


def test_a_publisher_publishes_and_scores_are_counted_by_it(enter, post, client):
    enter(rules(sibling_in_canada=40), "publisher", publish="on")

    version = CRSVersion.objects.get()
    assert version.published_at
    assert version.published_by.groups.get().name == "Publisher"
    response = post(SCORE, sibling="yes")
    assert response.context["score"] == "469"
    assertContains(response, "Counted by the rules of 3 November 2026.")
    assertNotContains(response, "New rules are reported")
    profile = {"age": 29, "first_language": {"language": "en", **dict.fromkeys(ABILITIES, 9)}}
    answer = client.post(DOOR, json.dumps({"profile": profile}), content_type="application/json").json()
    assert answer["rules"] == "2026-11-03"
    assert "superseded_reported" not in answer


ABILITIES = ("speaking", "listening", "reading", "writing")


def test_a_version_that_begins_later_counts_from_its_day(make_version, post):
    make_version("2999-01-01", sibling_in_canada=40)

    assert post(SCORE, sibling="yes").context["score"] == "444"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (rules(french=[50]), "additional.french"),
        (rules(french=[50, 25]), "points must never fall"),
        (rules("2025-03-25"), "must be after 2025-03-25"),
        (rules("someday"), "in_force: must be a day"),
        (rules(sibling_in_canada="many"), "additional.sibling_in_canada"),
        ({"shoes": 1}, "shoes: is not known"),
        ({}, "is missing"),
        ("{", "cannot be read as JSON"),
        ('{"in_force": "2026-11-03", "in_force": "2026-11-04"}', "stands twice"),
        ("[]", "must be an object"),
    ],
    ids=lambda value: str(value)[:20] if isinstance(value, str) else "rules",
)
def test_rules_that_cannot_be_counted_by_are_told_by_path(enter, data, words):
    response = enter(data)

    assert response.status_code == 200
    assertContains(response, words)
    assert not CRSVersion.objects.exists()


def test_a_day_has_one_version(enter, make_version):
    make_version(published=False)

    assertContains(enter(rules()), "there is a version of that day already")


def test_a_published_version_is_shown_in_words_and_cannot_be_edited(sign_in, make_version):
    version = make_version(sibling_in_canada=40)
    address = reverse("admin:quizzes_crsversion_change", args=[version.pk])

    for role in ("editor", "publisher", "superuser"):
        client = sign_in(role)
        page = client.get(address)
        assertContains(page, "additional.sibling_in_canada")
        assertContains(page, "40 points once.")
        assertNotContains(page, 'name="_save"')
        assert client.post(address, {"rules": json.dumps(rules())}).status_code == 403
        assert client.post(address.replace("change", "delete"), {"post": "yes"}).status_code == 403


def test_the_database_keeps_a_published_version(make_version):
    version = make_version()

    with pytest.raises(IntegrityError, match="never edited"), transaction.atomic():
        CRSVersion.objects.filter(pk=version.pk).update(rules={})
    with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
        version.delete()


def test_a_publisher_withdraws_a_version_and_another_takes_its_place(sign_in, make_version, enter, post):
    version = make_version(sibling_in_canada=40)
    chosen = {"action": "withdraw", "_selected_action": [version.pk]}
    assert sign_in("editor").post(reverse(LIST), chosen).status_code in (200, 302)
    assert rulebook.current().newest.key == "2026-11-03"

    sign_in("publisher").post(reverse(LIST), chosen)
    assert rulebook.current().newest.key == "2025-03-25"
    assert post(SCORE, sibling="yes").context["score"] == "444"

    enter(rules(sibling_in_canada=20), "publisher", publish="on")
    assert post(SCORE, sibling="yes").context["score"] == "449"


def test_a_version_that_the_program_has_caught_up_with_is_passed_over(make_version):
    assert rulebook.with_versions([rules("2025-03-25")]).newest.key == "2025-03-25"
