"""The article form: what each button does, what it refuses, and that nothing typed is ever lost."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils.timezone import localtime, now
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from articles.models import (
    Article,
    ArticleCall,
    ArticlePicture,
    ArticleText,
    Authorship,
    Publication,
    Source,
)
from publishing.admin_forms import MOST_BLOCKS
from publishing.release import publish, unpublish

ADD = reverse("admin:articles_article_add")


def change(article):
    return reverse("admin:articles_article_change", args=[article.pk])


def soon(**amount):
    """A moment to come, as the field for it takes it."""
    return localtime(now() + timedelta(**amount)).strftime("%Y-%m-%dT%H:%M")


def state(article):
    return Article.objects.with_state().get(pk=article.pk).state


@pytest.fixture
def publisher(sign_in):
    return sign_in("publisher")


@pytest.fixture
def press(publisher, read_form):
    """Opens an article's form, changes it, presses a button. change: {name: value}; None takes a name out."""

    def do(article, button, client=publisher, **changes):
        data = read_form(client.get(change(article)))
        for name, value in changes.items():
            data[name.replace("__", "-")] = value if isinstance(value, list) else [value]
        return client.post(change(article), {**data, button: ["1"]})

    return do


def errors(response):
    """Every message of a form that was shown again, of its fields and of its blocks."""
    assert response.status_code == HTTPStatus.OK
    return [str(message) for messages in response.context["errors"] for message in messages]


def test_new_article_is_written_and_belongs_to_its_writer(sign_in, read_form, add_block, make_category, make_author):
    client = sign_in("author")
    data = read_form(client.get(ADD))
    data |= {"title": ["L’été à Montréal"], "summary": ["Short."], "category": [str(make_category().pk)]}
    data |= {"authorship_set-0-author": [str(make_author().pk)]}
    add_block(data, "articletext", html="<p>Words</p>")

    response = client.post(ADD, {**data, "_continue": ["1"]})

    article = Article.objects.get()
    assertRedirects(response, change(article))
    assert (article.slug, article.owner) == ("lete-a-montreal", client.person)
    assert ArticleText.objects.get().html == "<p>Words</p>"
    assert article.revisions.get().created_by == client.person


def test_save_changes_nothing_that_readers_see(press, make_article, client):
    article = make_article(title="As published")
    before = client.get(article.get_absolute_url()).content

    press(article, "_continue", title="As saved")

    assert Article.objects.get().title == "As saved"
    assert client.get(article.get_absolute_url()).content == before
    assert state(article) == "changed"


def test_unchanged_save_makes_no_revision(press, make_draft):
    article = make_draft()

    press(article, "_continue")

    assert article.revisions.count() == 1


def test_save_and_close_leads_to_the_list(press, make_draft):
    assertRedirects(press(make_draft(), "_save"), reverse("admin:articles_article_changelist"))


def test_save_and_publish_publishes_what_was_typed_in_the_same_request(press, make_draft, client):
    article = make_draft()

    press(article, "_publish", title="Typed just now")

    assertContains(client.get(article.get_absolute_url()), "Typed just now")
    assert state(article) == "live"
    assert Publication.objects.get().created_by is not None


def test_form_opens_without_a_revision_and_saves(press, make_draft):
    article = make_draft()
    article.revisions.all().delete()

    press(article, "_continue", title="First save")

    assert article.revisions.get().number == 1


def test_findings_come_all_at_once_and_nothing_is_saved(press, make_draft, make_image):
    image = make_image(alt_en="IMG_1234.jpg")
    article = make_draft(
        authors=[],
        image=image,
        blocks=[
            (ArticleText, {"html": "<h3>Too deep</h3><p>x</p>"}),
            (ArticlePicture, {"image": image, "alt": "photo.png"}),
        ],
    )
    before = article.title

    response = press(article, "_publish", title="New title")

    found = errors(response)
    assert len(found) == 4
    assert "IMG_1234.jpg" in response.context["adminform"].form.errors["image_alt"][0]
    assertContains(response, "Block 1: the heading “Too deep” is of level 3")
    assertContains(response, "Block 2: “photo.png”")
    assertContains(response, "Name at least one author.")
    assertContains(response, 'value="New title"')
    assert Article.objects.get().title == before
    assert article.revisions.count() == 1
    assert not Publication.objects.exists()
    assert not LogEntry.objects.exists()


def test_decorative_picture_needs_no_words(press, make_draft, make_image):
    article = make_draft(image=make_image(alt_en="IMG_1234.jpg"), image_decorative=True)

    press(article, "_publish")

    assert state(article) == "live"


def test_text_without_blocks_is_not_published(press, make_draft):
    article = make_draft()

    response = press(article, "_publish", **{"articles_articletext_set-0-DELETE": "on"})

    assertContains(response, "add at least one block")
    assert ArticleText.objects.count() == 1


def test_taken_address_is_an_error_at_the_slug_and_keeps_the_entry(press, make_article, make_draft):
    taken = make_article()
    Article.objects.filter(pk=taken.pk).update(slug="moved-on")  # the publication still holds the old address
    article = make_draft()
    address = Publication.objects.get().slug

    response = press(article, "_publish", slug=address, title="Kept")

    assert "Another page is live at this address" in response.context["adminform"].form.errors["slug"][0]
    assertContains(response, 'value="Kept"')
    article.refresh_from_db()
    assert article.slug != address
    assert Publication.objects.count() == 1


def test_schedule_is_not_seen_yet_and_shown_with_its_moment(press, make_draft, publisher, client):
    article = make_draft()

    response = press(article, "_schedule", publish_at=soon(days=2))

    assertRedirects(response, change(article))
    assert state(article) == "scheduled"
    assertContains(publisher.get(change(article)), "goes live")
    assert client.get(article.get_absolute_url()).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("", "Choose a date and a time."),
        ("tomorrow", "Write a date and a time"),
        ("2027-02-31T10:00", "Write a date and a time"),
        ("2020-01-01T09:00", "Choose a moment in the future"),
        ("2027-03-14T02:30", "the clocks go forward"),
        ("2027-11-07T01:30", "the clocks go back"),
        ("2027-11-07T01:30+00:00", "Write a date and a time"),
    ],
)
def test_moment_that_cannot_be_is_refused_beside_its_field(press, make_draft, moment, words):
    article = make_draft()

    response = press(article, "_schedule", publish_at=moment, title="Kept")

    assert words in response.context["adminform"].form.errors["publish_at"][0]
    assertContains(response, 'value="Kept"')
    assert not Publication.objects.exists()


def test_half_a_moment_does_not_stop_a_plain_save(press, make_draft):
    article = make_draft()

    press(article, "_continue", publish_at="2020-", title="Saved")

    assert Article.objects.get().title == "Saved"


def test_schedule_is_cancelled_and_the_live_text_runs_on(press, make_article, client):
    article = make_article()
    press(article, "_schedule", publish_at=soon(days=1), title="Later")

    press(article, "_unschedule")

    assert not Publication.objects.upcoming().exists()
    assert Publication.objects.live().get().live_until is None
    assertNotContains(client.get(article.get_absolute_url()), "Later")


def test_publishing_now_says_that_the_schedule_is_replaced(press, make_draft, publisher):
    article = make_draft()
    press(article, "_schedule", publish_at=soon(days=1))

    response = press(article, "_publish", title="Now")

    assertContains(publisher.get(response.url), "is replaced")
    assert Publication.objects.count() == 1


def test_article_waits_for_its_pictures(press, make_draft, make_image, publisher):
    article = make_draft(image=make_image(rendered=False))

    response = press(article, "_publish")

    assertContains(publisher.get(response.url), "as soon as its pictures are ready")
    assert state(article) == "rendering"
    Article.objects.update(waiting_fault="Another page is live there.")
    assertContains(publisher.get(change(article)), "Another page is live there.")
    press(article, "_unschedule")
    assert state(article) == "draft"


def test_unpublish_saves_and_asks_first(press, make_article, publisher):
    article = make_article()

    response = press(article, "_unpublish", title="Typed before")

    assertRedirects(response, reverse("admin:articles_article_unpublish", args=[article.pk]))
    assert Article.objects.get().title == "Typed before"
    assert state(article) == "changed"


def test_unpublish_lists_who_links_here_and_leads_readers_to_the_successor(publisher, make_article, client):
    article, successor = make_article(), make_article(title="The newer one")
    linking = make_article(text=f'<p><a href="/a/{article.pk}/">there</a></p>', title="The one that links")
    url = reverse("admin:articles_article_unpublish", args=[article.pk])

    asked = publisher.get(url)
    publisher.post(url, {"successor": successor.pk})

    assertContains(asked, "The one that links")
    assertContains(asked, change(linking))
    assert state(article) == "unpublished"
    response = client.get(article.get_absolute_url())
    assert (response.status_code, response.url) == (HTTPStatus.MOVED_PERMANENTLY, successor.get_absolute_url())


def test_successor_must_be_another_live_article(publisher, make_article, make_draft):
    article, draft = make_article(), make_draft()
    url = reverse("admin:articles_article_unpublish", args=[article.pk])

    for wrong in (article.pk, draft.pk, 999_999):
        response = publisher.post(url, {"successor": wrong})
        assertContains(response, "Choose another article that is live now")

    assert state(article) == "live"


def test_page_that_is_gone_already_says_so(publisher, make_article):
    article = make_article()
    unpublish(article)

    response = publisher.post(reverse("admin:articles_article_unpublish", args=[article.pk]), {}, follow=True)

    assertContains(response, "It was not on the site.")


@pytest.mark.parametrize("button", ["_publish", "_schedule", "_unschedule", "_unpublish"])
def test_buttons_of_publishers_are_refused_to_editors_and_nothing_is_saved(sign_in, press, make_article, button):
    article = make_article(title="Before")

    response = press(article, button, client=sign_in("editor"), title="After", publish_at=soon(days=1))

    assert response.status_code == HTTPStatus.FORBIDDEN
    assert Article.objects.get().title == "Before"
    assert Publication.objects.count() == 1


@pytest.mark.parametrize(("role", "shown"), [("editor", False), ("publisher", True)])
def test_buttons_are_shown_to_who_may_press_them(sign_in, make_article, role, shown):
    page = sign_in(role).get(change(make_article())).content.decode()

    for name in ("_publish", "_schedule", "_unpublish"):
        assert (f'name="{name}"' in page) == shown
    assert 'name="_unschedule"' not in page
    assert 'name="_continue"' in page


def test_author_edits_own_draft_and_only_reads_it_once_it_was_published(sign_in, press, make_draft):
    client = sign_in("author")
    article = make_draft(owner=client.person)
    press(article, "_continue", client=client, title="Mine")
    assert Article.objects.get().title == "Mine"
    publish(article, article.revisions.first())

    page = client.get(change(article))

    assertNotContains(page, 'name="_continue"')
    assertContains(page, "Mine")
    assert client.post(change(article), {"title": "Broken"}).status_code == HTTPStatus.FORBIDDEN
    assert Article.objects.get().title == "Mine"


def test_what_was_ever_public_is_not_deleted(sign_in, make_article, make_draft):
    client = sign_in("superuser")
    article, draft = make_article(), make_draft()
    unpublish(article)

    refused = client.post(reverse("admin:articles_article_delete", args=[article.pk]), {"post": "yes"})
    client.post(reverse("admin:articles_article_delete", args=[draft.pk]), {"post": "yes"})

    assert refused.status_code == HTTPStatus.FORBIDDEN
    assert list(Article.objects.all()) == [article]


def test_hostile_paste_is_cleaned(press, make_draft):
    article = make_draft()
    paste = (
        '<p style="color:red" onclick="steal()">Hello<script>steal()</script></p><iframe src="//evil.example"></iframe>'
        '<p><a href="javascript:steal()">click</a><img src=x onerror=steal()></p><p class="MsoNormal"><b>bold</b></p>'
    )

    press(article, "_publish", articles_articletext_set__0__html=paste)

    assert ArticleText.objects.get().html == "<p>Hello</p><p>click</p><p><strong>bold</strong></p>"


def test_block_of_a_region_that_does_not_exist_stays_in_the_body(press, make_draft):
    article = make_draft()

    press(article, "_continue", articles_articletext_set__0__region="nowhere")

    assert article.blocks()[0].region == "body"


def test_link_to_our_own_article_is_kept_by_id(press, make_draft, make_article, settings):
    target = make_article()
    article = make_draft()

    link = f'<p><a href="{settings.SITE_URL}{target.get_absolute_url()}">there</a></p>'
    press(article, "_continue", articles_articletext_set__0__html=link)

    assert ArticleText.objects.get(parent=article).html == f'<p><a href="/a/{target.pk}/">there</a></p>'


def test_blocks_are_added_moved_and_removed(press, publisher, read_form, add_block, make_draft):
    article = make_draft(blocks=[(ArticleText, {"html": "<p>One</p>"}), (ArticleText, {"html": "<p>Two</p>"})])
    data = read_form(publisher.get(change(article)))
    data["articles_articletext_set-0-ordering"] = ["50"]
    data["articles_articletext_set-1-DELETE"] = ["on"]
    add_block(data, "articlecall", ordering=20, target="quiz")
    added_and_removed = add_block(data, "articletext", html="")
    data[f"articles_articletext_set-{added_and_removed}-DELETE"] = ["on"]

    publisher.post(change(article), {**data, "_continue": ["1"]})

    assert [str(block) for block in article.blocks()] == ["Immigration quiz", "One"]
    assert ArticleCall.objects.get().parent == article


def test_bad_block_is_an_error_beside_its_field_and_every_block_comes_back(publisher, read_form, add_block, make_draft):
    article = make_draft()
    data = read_form(publisher.get(change(article)))
    add_block(data, "articletext", html="<p>Typed text</p>")
    add_block(data, "articlevideo", title="A film", url="https://evil.example/", captions="English")

    response = publisher.post(change(article), {**data, "_continue": ["1"]})

    again = read_form(response)
    assertContains(response, "Paste the address of one YouTube video")
    assert again["articles_articletext_set-1-html"] == ["<p>Typed text</p>"]
    assert again["articles_articlevideo_set-0-title"] == ["A film"]
    assert ArticleText.objects.count() == 1


def test_more_blocks_than_fit_are_refused_with_all_text_kept(publisher, read_form, add_block, make_draft):
    article = make_draft()
    data = read_form(publisher.get(change(article)))
    for number in range(MOST_BLOCKS):
        add_block(data, "articlenotice", tone="note", html=f"<p>{number}</p>")
    for number in range(MOST_BLOCKS):
        add_block(data, "articletext", html=f"<p>{number}</p>")

    response = publisher.post(change(article), {**data, "_continue": ["1"]})

    assertContains(response, "blocks of one kind fit in a text", count=1)
    assert read_form(response)["articles_articletext_set-80-html"] == ["<p>79</p>"]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("slug", "Not A Slug", "small letters without accents"),
        ("title", "", "This field is required."),
        ("title", "x" * 121, "at most 120 characters"),
        ("category", "999999", "Select a valid choice."),
        ("image", "999999", "Select a valid choice."),
        ("review_by", "31 February", "Enter a valid date."),
        ("tags", ["999999"], "is not one of the available choices"),
        ("authorship_set__0__author", "999999", "Select a valid choice."),
        ("articles_articletext_set__0__ordering", "first", "Enter a whole number."),
    ],
)
def test_bad_input_is_an_error_at_its_field_and_the_rest_is_kept(press, make_draft, field, value, words):
    article = make_draft()

    response = press(article, "_publish", **{"summary": "Kept summary.", field: value})

    assert any(words in message for message in errors(response))
    assertContains(response, "Kept summary.")
    assert not Publication.objects.exists()


def test_null_character_is_refused(press, make_draft):
    assert any("Null characters" in message for message in errors(press(make_draft(), "_continue", title="a\x00b")))


def test_same_slug_in_the_same_language_is_refused(press, make_draft):
    other, article = make_draft(), make_draft()

    found = errors(press(article, "_continue", slug=other.slug))

    assert any("Another article in this language has that slug." in message for message in found)


def test_tags_and_sources_are_saved(publisher, press, make_draft, make_tag):
    article = make_draft(tags=[make_tag()])
    new = make_tag()

    press(
        article,
        "_continue",
        tags=[str(new.pk)],
        sources__TOTAL_FORMS="1",
        **{
            "sources-0-publisher": "IRCC",
            "sources-0-title": "Fees",
            "sources-0-url": "https://canada.ca/",
            "sources-0-order": "0",
        },
        **{"sources-0-checked_on": "2026-11-20"},
    )

    assert list(article.tags.all()) == [new]
    assert str(Source.objects.get().checked_on) == "2026-11-20"


def test_author_cannot_be_named_twice(press, make_draft):
    article = make_draft()
    author = str(Authorship.objects.get().author_id)

    response = press(
        article,
        "_continue",
        authorship_set__TOTAL_FORMS="2",
        authorship_set__1__author=author,
        authorship_set__1__order="1",
    )

    assert errors(response)
    assert Authorship.objects.count() == 1


def test_cloning_blocks_of_other_articles_is_not_possible(press, make_draft):
    article, other = make_draft(), make_draft(text="<p>Somebody else’s secret</p>")
    block = ArticleText.objects.get(parent=other)

    press(article, "_continue", _clone=f"articles.articletext:{block.pk}", _clone_region="body", _clone_ordering="5")

    assert ArticleText.objects.count() == 2


def test_form_costs_as_many_queries_with_sixty_blocks_as_with_four(
    publisher, make_draft, make_image, django_assert_num_queries
):
    def article_with(count):
        kinds = [(ArticleText, {"html": "<p>x</p>"}), (ArticlePicture, {"image": make_image()})]
        return make_draft(blocks=[kinds[number % 2] for number in range(count)], image=make_image())

    short, long = article_with(4), article_with(60)
    publisher.get(change(short))

    # session, user, permissions (2); newest revision, article, tags; 8 kinds of block, authors, sources; state,
    # translation, live publication, was it ever public; choices of category and owner
    for article in (short, long):
        with django_assert_num_queries(23):
            publisher.get(change(article))
