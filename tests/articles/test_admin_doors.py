"""Every address of the admin against every role; an address without a row fails."""

from http import HTTPStatus

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from articles.models import Advertisement, Article, Document, Page, PageText
from facts.models import Correction, Report
from m2c.models import Home
from newsletter import consent
from newsletter.models import Consent, Import, SignUp, Subscriber, Suppression, Topic
from publishing.history import save_revision
from publishing.release import publish
from quizzes.crs import tables
from quizzes.models import Count, CRSVersion, Persona, Question, Quiz
from rounds.models import Round

ROLES = ["anonymous", "nobody", "author", "owner", "editor", "publisher", "superuser"]
SECRET = "Words of a draft that nobody else may read"
OK, SIGN_IN, REFUSED, GONE, ONLY_POST = 200, "sign in", 403, "not there", 405

# What a GET answers, for the roles in the order of ROLES: "author" is one who does not own the article, "owner" the one
# who wrote it. "not there" is Django's answer for a row that the person's own list does not have: a redirect that says
# so.
EVERYBODY_SIGNED_IN = [SIGN_IN, OK, OK, OK, OK, OK, OK]
NOBODY_BUT_SUPERUSERS = [SIGN_IN, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED, OK]
WRITERS = [SIGN_IN, REFUSED, OK, OK, OK, OK, OK]
EDITORS = [SIGN_IN, REFUSED, REFUSED, REFUSED, OK, OK, OK]
PUBLISHERS = [SIGN_IN, REFUSED, REFUSED, REFUSED, REFUSED, OK, OK]
NOT_EVEN_SUPERUSERS = [SIGN_IN, *[REFUSED] * 6]
ONE_ARTICLE = [SIGN_IN, REFUSED, GONE, OK, OK, OK, OK]

TABLE = {
    "index": EVERYBODY_SIGNED_IN,
    "login": [OK, *["home"] * 6],
    "logout": [GONE, *[ONLY_POST] * 6],
    "password_change": EVERYBODY_SIGNED_IN,
    "password_change_done": EVERYBODY_SIGNED_IN,
    "autocomplete": [SIGN_IN, REFUSED, OK, OK, OK, OK, OK],
    "jsi18n": EVERYBODY_SIGNED_IN,
    "view_on_site": [SIGN_IN, *[404] * 6],
    "app_list": [SIGN_IN, 404, OK, OK, OK, OK, OK],
    "articles_article_changelist": WRITERS,
    "articles_article_add": WRITERS,
    "articles_article_change": ONE_ARTICLE,
    "articles_article_delete": ONE_ARTICLE,
    "articles_article_history": [SIGN_IN, REFUSED, 404, OK, OK, OK, OK],
    "articles_article_revision": [SIGN_IN, REFUSED, 404, OK, OK, OK, OK],
    "articles_article_restore": [SIGN_IN, *[ONLY_POST] * 6],
    "articles_article_unpublish": [SIGN_IN, REFUSED, 404, REFUSED, REFUSED, OK, OK],
    "articles_page_changelist": EDITORS,
    "articles_page_add": EDITORS,
    "articles_page_change": EDITORS,
    "articles_page_delete": NOBODY_BUT_SUPERUSERS,
    "articles_page_history": EDITORS,
    "articles_page_revision": EDITORS,
    "articles_page_restore": [SIGN_IN, *[ONLY_POST] * 6],
    "articles_page_unpublish": PUBLISHERS,
    "articles_category_changelist": WRITERS,
    "articles_category_add": EDITORS,
    "articles_category_change": WRITERS,
    "articles_category_delete": NOBODY_BUT_SUPERUSERS,
    "articles_category_history": WRITERS,
    "articles_author_changelist": WRITERS,
    "articles_author_add": EDITORS,
    "articles_author_change": WRITERS,
    "articles_author_delete": NOBODY_BUT_SUPERUSERS,
    "articles_author_history": WRITERS,
    "articles_tag_changelist": WRITERS,
    "articles_tag_add": EDITORS,
    "articles_tag_change": WRITERS,
    "articles_tag_delete": EDITORS,
    "articles_tag_history": WRITERS,
    "articles_advertisement_changelist": PUBLISHERS,
    "articles_advertisement_add": PUBLISHERS,
    "articles_advertisement_change": PUBLISHERS,
    "articles_advertisement_delete": PUBLISHERS,
    "articles_advertisement_history": PUBLISHERS,
    "articles_image_changelist": WRITERS,
    "articles_image_add": WRITERS,
    "articles_image_change": WRITERS,
    "articles_image_delete": EDITORS,
    "articles_image_history": WRITERS,
    "articles_image_choose": WRITERS,
    "articles_image_labels": WRITERS,
    "articles_document_changelist": WRITERS,
    "articles_document_add": EDITORS,
    "articles_document_change": WRITERS,
    "articles_document_delete": EDITORS,
    "articles_document_history": WRITERS,
    "m2c_home_changelist": PUBLISHERS,
    "m2c_home_add": PUBLISHERS,
    "m2c_home_change": PUBLISHERS,
    "m2c_home_delete": NOT_EVEN_SUPERUSERS,
    "m2c_home_history": PUBLISHERS,
    "facts_fact_changelist": WRITERS,
    "facts_fact_add": EDITORS,
    "facts_fact_change": WRITERS,
    "facts_fact_delete": NOT_EVEN_SUPERUSERS,
    "facts_fact_history": WRITERS,
    "facts_fact_search": WRITERS,
    "facts_fact_labels": WRITERS,
    "facts_fact_dashboard": WRITERS,
    "facts_fact_add_value": EDITORS,
    "facts_fact_remove_value": [SIGN_IN, *[ONLY_POST] * 6],
    "facts_source_changelist": WRITERS,
    "facts_source_add": EDITORS,
    "facts_source_change": WRITERS,
    "facts_source_delete": NOBODY_BUT_SUPERUSERS,
    "facts_source_history": WRITERS,
    "facts_term_changelist": WRITERS,
    "facts_term_add": EDITORS,
    "facts_term_change": WRITERS,
    "facts_term_delete": NOBODY_BUT_SUPERUSERS,
    "facts_term_history": WRITERS,
    "facts_report_changelist": EDITORS,
    "facts_report_add": NOT_EVEN_SUPERUSERS,
    "facts_report_change": EDITORS,
    "facts_report_delete": NOBODY_BUT_SUPERUSERS,
    "facts_report_history": EDITORS,
    "facts_correction_changelist": EDITORS,
    "facts_correction_add": EDITORS,
    "facts_correction_change": EDITORS,
    "facts_correction_delete": NOBODY_BUT_SUPERUSERS,
    "facts_correction_history": EDITORS,
    "programs_program_changelist": WRITERS,
    "programs_program_add": PUBLISHERS,
    "programs_program_change": WRITERS,
    "programs_program_delete": NOT_EVEN_SUPERUSERS,
    "programs_program_history": WRITERS,
    "programs_program_status": EDITORS,
    "quizzes_quiz_changelist": EDITORS,
    "quizzes_quiz_add": NOT_EVEN_SUPERUSERS,
    "quizzes_quiz_change": EDITORS,
    "quizzes_quiz_delete": NOT_EVEN_SUPERUSERS,
    "quizzes_quiz_history": EDITORS,
    "quizzes_question_changelist": EDITORS,
    "quizzes_question_add": NOT_EVEN_SUPERUSERS,
    "quizzes_question_change": EDITORS,
    "quizzes_question_delete": NOT_EVEN_SUPERUSERS,
    "quizzes_question_history": EDITORS,
    "quizzes_persona_changelist": EDITORS,
    "quizzes_persona_add": EDITORS,
    "quizzes_persona_change": EDITORS,
    "quizzes_persona_delete": PUBLISHERS,
    "quizzes_persona_history": EDITORS,
    "quizzes_persona_run": EDITORS,
    "quizzes_count_changelist": EDITORS,
    "quizzes_count_add": NOT_EVEN_SUPERUSERS,
    "quizzes_count_change": EDITORS,
    "quizzes_count_delete": NOT_EVEN_SUPERUSERS,
    "quizzes_count_history": EDITORS,
    "quizzes_crsversion_changelist": EDITORS,
    "quizzes_crsversion_add": EDITORS,
    "quizzes_crsversion_change": EDITORS,
    "quizzes_crsversion_delete": PUBLISHERS,
    "quizzes_crsversion_history": EDITORS,
    "rounds_round_changelist": WRITERS,
    "rounds_round_add": EDITORS,
    "rounds_round_change": WRITERS,
    "rounds_round_delete": NOT_EVEN_SUPERUSERS,
    "rounds_round_history": WRITERS,
    "newsletter_topic_changelist": PUBLISHERS,
    "newsletter_topic_add": PUBLISHERS,
    "newsletter_topic_change": PUBLISHERS,
    "newsletter_topic_delete": NOT_EVEN_SUPERUSERS,
    "newsletter_topic_history": PUBLISHERS,
    **{  # subscribers are seen by the group Newsletter alone: tests/newsletter/test_admin.py
        f"newsletter_{name}": NOBODY_BUT_SUPERUSERS
        for name in (
            *("subscriber_changelist", "subscriber_change", "subscriber_history", "subscriber_export"),
            *("subscriber_data", "subscriber_erase", "subscriber_block"),
            *("consent_changelist", "consent_change", "consent_history"),
            *("signup_changelist", "signup_change", "signup_history"),
            *("suppression_changelist", "suppression_change", "suppression_history"),
            *("suppression_add", "suppression_delete"),
            *("import_changelist", "import_add", "import_change", "import_history"),
        )
    },
    **{
        f"newsletter_{name}": NOT_EVEN_SUPERUSERS
        for name in (
            *("subscriber_add", "subscriber_delete", "consent_add", "consent_delete"),
            *("signup_add", "signup_delete", "import_delete"),
        )
    },
    "newsletter_import_start": [SIGN_IN, *[ONLY_POST] * 6],
    "auth_user_password_change": NOBODY_BUT_SUPERUSERS,
    **{
        f"auth_{model}_{name}": NOBODY_BUT_SUPERUSERS
        for model in ("user", "group")
        for name in ("changelist", "add", "change", "delete", "history")
    },
    "procrastinate_procrastinatejob_changelist": NOBODY_BUT_SUPERUSERS,
    "procrastinate_procrastinatejob_change": NOBODY_BUT_SUPERUSERS,
    "procrastinate_procrastinatejob_history": NOBODY_BUT_SUPERUSERS,
    "procrastinate_procrastinatejob_add": NOT_EVEN_SUPERUSERS,
    "procrastinate_procrastinatejob_delete": NOT_EVEN_SUPERUSERS,
}
# Addresses that change something by POST alone, with an empty form.
POSTS = {
    "articles_article_restore": [SIGN_IN, REFUSED, 404, "done", "done", "done", "done"],
    "articles_article_change": [SIGN_IN, REFUSED, GONE, OK, OK, OK, OK],
    "articles_article_unpublish": [SIGN_IN, REFUSED, 404, REFUSED, REFUSED, "done", "done"],
    "articles_article_delete": [SIGN_IN, REFUSED, GONE, "done", "done", "done", "done"],
    "articles_article_history": [SIGN_IN, REFUSED, 404, OK, OK, OK, OK],
    "articles_article_add": [SIGN_IN, REFUSED, OK, OK, OK, OK, OK],
    "articles_page_restore": [SIGN_IN, REFUSED, REFUSED, REFUSED, "done", "done", "done"],
    "articles_page_unpublish": [SIGN_IN, REFUSED, REFUSED, REFUSED, REFUSED, "done", "done"],
    "articles_page_change": [SIGN_IN, REFUSED, REFUSED, REFUSED, OK, OK, OK],
    "m2c_home_change": [SIGN_IN, REFUSED, REFUSED, REFUSED, REFUSED, OK, OK],
    "programs_program_status": [SIGN_IN, REFUSED, REFUSED, REFUSED, OK, OK, OK],
    "quizzes_quiz_change": [SIGN_IN, REFUSED, REFUSED, REFUSED, OK, OK, OK],
    "quizzes_question_change": [SIGN_IN, REFUSED, REFUSED, REFUSED, OK, OK, OK],
    "quizzes_persona_change": [SIGN_IN, REFUSED, REFUSED, REFUSED, OK, OK, OK],
    "quizzes_persona_add": [SIGN_IN, REFUSED, REFUSED, REFUSED, OK, OK, OK],
    "quizzes_persona_delete": [SIGN_IN, REFUSED, REFUSED, REFUSED, REFUSED, "done", "done"],
    "quizzes_count_change": [SIGN_IN, *[REFUSED] * 6],
    "quizzes_crsversion_add": [SIGN_IN, REFUSED, REFUSED, REFUSED, OK, OK, OK],
    "quizzes_crsversion_change": [SIGN_IN, REFUSED, REFUSED, REFUSED, OK, OK, OK],
    "quizzes_crsversion_delete": [SIGN_IN, REFUSED, REFUSED, REFUSED, REFUSED, "done", "done"],
    "rounds_round_add": [SIGN_IN, REFUSED, REFUSED, REFUSED, OK, OK, OK],
    "rounds_round_change": [SIGN_IN, REFUSED, REFUSED, REFUSED, OK, OK, OK],
    "rounds_round_delete": [SIGN_IN, *[REFUSED] * 6],
    "newsletter_subscriber_erase": [SIGN_IN, *[REFUSED] * 5, "done"],
    "newsletter_subscriber_block": [SIGN_IN, *[REFUSED] * 5, "done"],
    "newsletter_suppression_add": [SIGN_IN, *[REFUSED] * 5, OK],
    "newsletter_suppression_delete": [SIGN_IN, *[REFUSED] * 5, "done"],
    "newsletter_import_add": [SIGN_IN, *[REFUSED] * 5, OK],
    "newsletter_import_start": [SIGN_IN, *[REFUSED] * 5, "done"],
    "newsletter_topic_change": [SIGN_IN, REFUSED, REFUSED, REFUSED, REFUSED, OK, OK],
    "newsletter_topic_add": [SIGN_IN, REFUSED, REFUSED, REFUSED, REFUSED, OK, OK],
    "facts_fact_dashboard": [SIGN_IN, REFUSED, REFUSED, REFUSED, "done", "done", "done"],
    "facts_fact_add_value": [SIGN_IN, REFUSED, REFUSED, REFUSED, OK, OK, OK],
    "facts_fact_remove_value": [SIGN_IN, REFUSED, REFUSED, REFUSED, "done", "done", "done"],
    "facts_fact_change": [SIGN_IN, REFUSED, REFUSED, REFUSED, OK, OK, OK],
    "facts_fact_delete": [SIGN_IN, *[REFUSED] * 6],
    "facts_source_change": [SIGN_IN, REFUSED, REFUSED, REFUSED, OK, OK, OK],
    "facts_term_change": [SIGN_IN, REFUSED, REFUSED, REFUSED, OK, OK, OK],
    "facts_report_change": [SIGN_IN, REFUSED, REFUSED, REFUSED, OK, OK, OK],
    "facts_correction_add": [SIGN_IN, REFUSED, REFUSED, REFUSED, OK, OK, OK],
    "facts_correction_change": [SIGN_IN, REFUSED, REFUSED, REFUSED, OK, OK, OK],
}


def names():
    """The names of all addresses of the admin."""
    return {pattern.name for pattern in _patterns(admin.site.get_urls()) if pattern.name}


def _patterns(patterns):
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _patterns(pattern.url_patterns)
        else:
            yield pattern


@pytest.fixture
def rows(make_draft, make_author, make_tag, make_image, make_person, make_fact, make_source, make_term, make_program):
    """One row of every model, by the middle of the address's name; the article and the page are secret drafts."""
    owner = make_person("author", "owner")
    article = make_draft(title=SECRET, owner=owner, summary=SECRET, text=f"<p>{SECRET}</p>")
    page = Page.objects.create(key="about", title=SECRET, summary=SECRET)
    PageText.objects.create(parent=page, region="body", ordering=10, html=f"<p>{SECRET}</p>")
    save_revision(page, None)
    image = make_image()
    words = {f"{name}_{code}": name for name in ("title", "intro", "heading", "why") for code in ("en", "fr")}
    quiz = Quiz.objects.create(key="immigration", **{name: words[name] for name in list(words)[:4]})
    question = Question.objects.create(
        quiz=quiz, slug="age", position=1, **{name: words[name] for name in list(words)[4:]}
    )
    topic = Topic.objects.create(key="study", name_en="Study", name_fr="Étudier")
    words_of_consent = consent.current_text("en")
    subscriber = Subscriber.objects.create(email="a@example.org", email_key="a@example.org", address_hash="a" * 40)
    consent.give(subscriber, [topic], method="confirmed", evidence={}, text=words_of_consent)
    return {
        "articles_article": article,
        "articles_page": page,
        "articles_category": article.category,
        "articles_author": make_author(),
        "articles_tag": make_tag(),
        "articles_image": image,
        "articles_document": Document.objects.create(file="documents/form.pdf", title_en="Form"),
        "articles_advertisement": Advertisement.objects.create(
            name="A", language="en", image=image, alt="A", url="https://a.example/",
            starts_at="2026-01-01T00:00Z", ends_at="2026-02-01T00:00Z",
        ),
        "m2c_home": Home.objects.create(language="en", title="Home", text="Text"),
        "facts_fact": make_fact(),
        "facts_source": make_source(),
        "facts_term": make_term(),
        "facts_report": Report.objects.create(language="en", path="/en/", words="It is wrong."),
        "facts_correction": Correction.objects.create(path="/en/", was_en="A", was_fr="A", is_en="B", is_fr="B"),
        "programs_program": make_program(),
        "rounds_round": Round.objects.create(
            number="434", name="General", type="general", date="2026-08-07", invitations=1, cutoff=1, origin="feed"
        ),
        "quizzes_quiz": quiz,
        "quizzes_question": question,
        "quizzes_persona": Persona.objects.create(key="a", name="A", facts={"age": 30}, expected={"fsw": "not_now"}),
        "quizzes_count": Count.objects.create(day="2026-01-01", quiz="immigration", what="start"),
        "quizzes_crsversion": CRSVersion.objects.create(
            in_force="2027-01-01", rules={**tables.VERSIONS[-1], "in_force": "2027-01-01", "known_through": None}
        ),
        "newsletter_topic": topic,
        "newsletter_subscriber": subscriber,
        "newsletter_consent": Consent.objects.get(),
        "newsletter_signup": SignUp.objects.create(
            email="b@example.org", email_key="b@example.org", address_hash="b" * 40, language="en", place="page",
            text=words_of_consent,
        ),
        "newsletter_suppression": Suppression.objects.create(address_hash="c" * 40, reason="blocked"),
        "newsletter_import": Import.objects.create(
            file_name="fair.csv", kind="express", statement="At the fair.", consented_on="2026-11-01", language="en",
            topics=["study"],
        ),
        "auth_user": owner,
        "auth_group": Group.objects.first(),
        "procrastinate_procrastinatejob": ProcrastinateJob(pk=1),
    }  # fmt: skip


@pytest.fixture
def client_of(sign_in, make_person, rows):
    def make(role):
        if role == "anonymous":
            return Client()
        if role == "owner":
            return sign_in(person=rows["auth_user"])
        return sign_in(person=make_person("" if role == "nobody" else role))

    return make


def address(name, rows):
    if name == "app_list":
        return reverse("admin:app_list", args=["articles"])
    if name == "view_on_site":
        # Even for a draft of somebody else it must say nothing.
        return f"/admin/r/{ContentType.objects.get_for_model(Article).pk}/{rows['articles_article'].pk}/"
    if name == "autocomplete":
        query = "app_label=articles&model_name=authorship&field_name=author"
        return f"{reverse('admin:autocomplete')}?{query}"
    row = next((row for start, row in rows.items() if name.startswith(f"{start}_")), None)
    if row is None or name.endswith(
        ("_changelist", "_add", "_choose", "_labels", "_search", "_dashboard", "_run", "_export")
    ):
        return reverse(f"admin:{name}")
    if name.endswith("_remove_value"):
        return reverse(f"admin:{name}", args=[row.pk, row.values.get().pk])
    return reverse(f"admin:{name}", args=[row.pk, 1] if name.endswith(("_revision", "_restore")) else [row.pk])


def outcome(response):
    """An answer in the words of the table."""
    if response.status_code != HTTPStatus.FOUND:
        return response.status_code
    if response.url.startswith(reverse("admin:login")):
        return SIGN_IN
    if response.url != reverse("admin:index"):
        return "done"
    return GONE if response.wsgi_request.path != reverse("admin:login") else "home"


def test_every_address_of_the_admin_has_its_row():
    assert names() == TABLE.keys()


@pytest.mark.parametrize("role", ROLES)
def test_every_address_answers_every_role_as_the_table_says(role, rows, client_of):
    client, column = client_of(role), ROLES.index(role)
    if role != "superuser":
        del rows["procrastinate_procrastinatejob"]  # its page reads a job, which only superusers get to
    wrong = {}
    for name, expected in TABLE.items():
        if name.startswith("procrastinate") and name.endswith(("_change", "_history", "_delete")):
            continue
        response = client.get(address(name, rows))
        if outcome(response) != expected[column]:
            wrong[name] = (outcome(response), "expected", expected[column])
        if response.status_code in {403, 404}:
            assert SECRET not in response.content.decode(), name

    assert wrong == {}


@pytest.mark.parametrize("name", POSTS)
@pytest.mark.parametrize("role", ROLES)
def test_what_changes_something_answers_every_role_as_the_table_says(role, name, rows, client_of):
    response = client_of(role).post(address(name, rows), {"post": "yes"} if name.endswith("_delete") else {})

    assert outcome(response) == POSTS[name][ROLES.index(role)]
    if response.status_code in {403, 404}:
        assert SECRET not in response.content.decode()
    if outcome(response) in {SIGN_IN, REFUSED, GONE, 404}:
        assert Article.objects.get().revisions.count() == 1


def test_message_for_a_row_that_is_not_theirs_says_nothing_of_it(rows, client_of):
    response = client_of("author").get(address("articles_article_change", rows), follow=True)

    assert SECRET not in response.content.decode()
    assert "doesn’t exist" in response.content.decode()


def test_autocomplete_shows_authors_no_articles_of_others(rows, client_of):
    query = "?app_label=articles&model_name=category&field_name=next_article"
    for role, seen in [("author", False), ("owner", True), ("editor", True)]:
        answer = client_of(role).get(reverse("admin:autocomplete") + query)
        assert (SECRET in answer.content.decode()) == seen


def test_lists_show_authors_their_own_articles_only(rows, client_of):
    listed = reverse("admin:articles_article_changelist")
    for role, seen in [("author", False), ("owner", True), ("editor", True)]:
        assert (SECRET in client_of(role).get(listed).content.decode()) == seen
        assert (SECRET in client_of(role).get(reverse("admin:index")).content.decode()) == (role == "owner")


def test_address_on_the_site_is_told_of_what_is_live(rows, client_of):
    publish(rows["articles_article"], rows["articles_article"].revisions.get())

    response = client_of("editor").get(address("view_on_site", rows))

    assert response.url == rows["articles_article"].get_absolute_url()


def test_taggits_own_tags_are_not_in_the_admin():
    assert not any(name.startswith("taggit") for name in names())
