"""One article as a reader gets it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from articles.models import Advertisement, ArticleCall, ArticleNotice, ArticleQuestion, ArticleText, Publication
from publishing.history import save_revision
from publishing.release import publish, unpublish, unschedule

pytestmark = pytest.mark.django_db


def republish(article, **changes):
    """Save changes of the working copy and publish them."""
    for name, value in changes.items():
        setattr(article, name, value)
    article.save()
    publish(article, save_revision(article, None))


def test_a_live_article_is_shown_at_its_address(client, make_article):
    article = make_article(title="Renting without credit history")

    response = client.get(article.get_absolute_url())

    assertContains(response, "<h1", count=1)
    assertContains(response, "Renting without credit history")


def test_a_draft_does_not_exist_for_the_public(client, make_draft):
    assert client.get(make_draft().get_absolute_url()).status_code == 404


def test_saving_changes_nothing_of_what_is_live(client, make_article):
    article = make_article()
    before = client.get(article.get_absolute_url()).content

    article.title = "Something else"
    article.save()
    ArticleText.objects.filter(parent=article).update(html="<p>Secret</p>")
    save_revision(article, None)

    assert client.get(article.get_absolute_url()).content == before


def test_a_scheduled_article_goes_live_by_the_clock(client, make_draft, pass_time):
    article = make_draft()
    publish(article, article.revisions.get(), at=datetime.now(UTC) + timedelta(hours=1))
    assert client.get(article.get_absolute_url()).status_code == 404

    pass_time(hours=1, seconds=1)

    assert client.get(article.get_absolute_url()).status_code == 200


def test_a_scheduled_update_replaces_the_live_text_by_the_clock(client, make_article, pass_time):
    article = make_article(title="The old title")
    article.title = "The new title"
    article.save()
    publish(article, save_revision(article, None), at=datetime.now(UTC) + timedelta(hours=1))
    assertContains(client.get(article.get_absolute_url()), "The old title")

    pass_time(hours=1, seconds=1)

    assertContains(client.get(article.get_absolute_url()), "The new title")


def test_cancelling_a_scheduled_update_lets_the_live_text_run_on(client, make_article, pass_time):
    article = make_article(title="The old title")
    article.title = "The new title"
    article.save()
    publish(article, save_revision(article, None), at=datetime.now(UTC) + timedelta(hours=1))

    assert unschedule(article)
    pass_time(hours=2)

    assertContains(client.get(article.get_absolute_url()), "The old title")


def test_an_article_ends_by_the_clock(client, make_article, pass_time):
    article = make_article(until=datetime.now(UTC) + timedelta(hours=1))

    pass_time(hours=1, seconds=1)

    assert client.get(article.get_absolute_url()).status_code == 410


def test_caches_keep_a_page_no_longer_than_it_is_true(client, make_article):
    article = make_article(until=datetime.now(UTC) + timedelta(seconds=20))

    header = client.get(article.get_absolute_url())["Cache-Control"]

    ages = {part.split("=")[0].strip(): int(part.split("=")[1]) for part in header.split(",") if "=" in part}
    assert 0 < ages["max-age"] <= 20
    assert ages["max-age"] == ages["s-maxage"]


def test_an_unpublished_article_is_gone(client, make_article):
    article = make_article(title="Renting")
    unpublish(article)

    response = client.get(article.get_absolute_url())

    assertContains(response, "Renting", status_code=410)


def test_a_page_that_is_gone_names_no_other_address_and_leads_to_its_section(client, make_article):
    article = make_article()
    unpublish(article)

    response = client.get(article.get_absolute_url())

    assertNotContains(response, 'rel="canonical"', status_code=410)
    assertNotContains(response, 'rel="alternate" hreflang', status_code=410)
    assert response.context["other_language"]["url"] == "/fr/s-installer/"


def test_a_page_that_is_gone_for_a_while_is_kept_until_it_comes_back(client, make_article):
    article = make_article()
    unpublish(article)
    publish(article, article.revisions.get(), at=datetime.now(UTC) + timedelta(seconds=20))

    header = client.get(article.get_absolute_url())["Cache-Control"]

    assert "max-age=60" not in header


def test_an_unpublished_article_leads_to_its_successor(client, make_article):
    old, new = make_article(), make_article()
    old.successor = new
    old.save()
    unpublish(old)

    response = client.get(old.get_absolute_url())

    assert (response.status_code, response["Location"]) == (301, new.get_absolute_url())


def test_successors_in_a_circle_end(client, make_article):
    first, second = make_article(), make_article()
    first.successor, second.successor = second, first
    first.save()
    second.save()
    unpublish(first)
    unpublish(second)

    assert client.get(first.get_absolute_url()).status_code == 410


def test_an_article_renamed_twice_is_one_redirect_away_from_each_old_address(client, make_article):
    article = make_article(slug="first-name")
    for slug in ("second-name", "third-name"):
        republish(article, slug=slug)

    for old in ("first-name", "second-name"):
        response = client.get(f"/en/articles/{old}/")
        assert (response.status_code, response["Location"]) == (301, "/en/articles/third-name/")


def test_an_old_address_given_to_another_article_shows_that_one(client, make_article):
    article = make_article(slug="first-name", title="Moved")
    republish(article, slug="second-name")
    make_article(slug="first-name", title="The heir", at=datetime.now(UTC))

    assertContains(client.get("/en/articles/first-name/"), "The heir")


def test_a_name_changed_back_makes_no_loop(client, make_article):
    article = make_article(slug="first-name")
    republish(article, slug="second-name")
    republish(article, slug="first-name")

    assert client.get("/en/articles/first-name/").status_code == 200
    assert client.get("/en/articles/second-name/")["Location"] == "/en/articles/first-name/"


def test_a_link_to_an_article_follows_its_new_address(client, make_article):
    target = make_article(slug="old-name")
    source = make_article(text=f'<p>See <a href="{target.get_absolute_url()}">this</a>.</p>')
    republish(target, slug="new-name")

    assertContains(client.get(source.get_absolute_url()), '<a href="/en/articles/new-name/">this</a>')


def test_a_link_to_an_article_that_is_not_public_becomes_its_text(client, make_article):
    target = make_article(slug="old-name")
    source = make_article(text=f'<p>See <a href="{target.get_absolute_url()}">this</a>.</p>')
    unpublish(target)

    assertContains(client.get(source.get_absolute_url()), "<p>See this.</p>")


def test_a_stored_link_followed_as_it_stands_leads_to_the_article(client, make_article):
    article = make_article()

    assert client.get(f"/a/{article.pk}/")["Location"] == article.get_absolute_url()


def test_the_language_switch_leads_to_the_translation(client, make_article):
    english = make_article()
    french = make_article(language="fr", slug="louer-un-logement", group=english.group, category=english.category)

    response = client.get(english.get_absolute_url())

    assertContains(response, 'hreflang="fr"')
    assertContains(response, french.get_absolute_url())


def test_without_a_translation_the_switch_leads_to_the_category_and_no_alternate_is_named(client, make_article):
    article = make_article()

    response = client.get(article.get_absolute_url())

    assertContains(response, f"/fr/themes/{article.category.slug_fr}/")
    assertNotContains(response, 'rel="alternate" hreflang="fr"')


def test_headings_make_the_contents_list(client, make_article):
    article = make_article(text="<h2>First steps</h2><p>a</p><h2>First steps</h2><p>b</p>")

    response = client.get(article.get_absolute_url())

    assertContains(response, '<h2 id="first-steps">')
    assertContains(response, '<h2 id="first-steps-2">')
    assertContains(response, 'href="#first-steps-2"')


def test_a_hostile_text_in_the_database_is_harmless_once_published(client, make_draft):
    article = make_draft()
    ArticleText.objects.filter(parent=article).update(html="<p onclick=x()>a</p><script>alert(1)</script>")
    publish(article, save_revision(article, None))

    response = client.get(article.get_absolute_url())

    assertNotContains(response, "onclick")
    assertNotContains(response, "alert(1)")


def test_a_call_to_action_without_its_tool_is_not_shown(client, make_article):
    article = make_article(blocks=[(ArticleCall, {"target": "roadmap"})])

    assertNotContains(client.get(article.get_absolute_url()), "Plan your move")


def test_a_call_to_action_leads_to_its_tool(client, make_article):
    article = make_article(blocks=[(ArticleCall, {"target": "quiz"})])

    assertContains(client.get(article.get_absolute_url()), 'href="/en/tools/immigration-quiz/"')


def test_neighbouring_questions_are_one_list(client, make_article):
    blocks = [(ArticleQuestion, {"question": f"Question {n}?", "html": "<p>Yes.</p>"}) for n in range(3)]
    article = make_article(blocks=blocks)

    kinds = [block["type"] for block in Publication.objects.get(article=article).body["blocks"]]

    assert kinds == ["questions"]


def test_questions_are_in_the_contents_list(client, make_article):
    article = make_article(blocks=[(ArticleQuestion, {"question": "Why?", "html": "<p>So.</p>"})])

    response = client.get(article.get_absolute_url())

    assertContains(response, 'href="#questions-and-answers"')
    assertContains(response, 'id="questions-and-answers"')


def test_an_article_leads_to_what_its_category_chose_and_does_not_repeat_it(client, make_article, make_category):
    following = make_article()
    category = make_category(next_article=following)
    other, article = make_article(category=category), make_article(category=category)
    republish(following, category=category)

    response = client.get(article.get_absolute_url())

    assert response.context["next_step"]["url"] == following.get_absolute_url()
    assert [card["title"] for card in response.context["related"]] == [other.title]


def test_what_comes_next_is_offered_in_the_readers_language(client, make_article, make_category):
    following = make_article()
    french = make_article(language="fr", group=following.group, title="La suite")
    article = make_article(language="fr", category=make_category(next_article=following))

    response = client.get(article.get_absolute_url())

    assert response.context["next_step"]["title"] == french.title


def test_related_articles_share_most(client, make_article, make_category, make_tag):
    category, tag, rare = make_category(), make_tag(), make_tag()
    same_category = make_article(category=category, at=datetime.now(UTC) - timedelta(minutes=5))
    one_tag = make_article(tags=[tag])
    both = make_article(tags=[tag, rare])
    make_article()
    make_article(language="fr", tags=[tag, rare])
    article = make_article(category=category, tags=[tag, rare])

    response = client.get(article.get_absolute_url())

    assert [card["title"] for card in response.context["related"]] == [both.title, one_tag.title, same_category.title]


def test_a_running_house_ad_is_labelled_and_shown_once(client, make_article, make_image):
    article = make_article(text="".join(f"<p>{'word ' * 60}</p>" for _ in range(10)))
    now = datetime.now(UTC)
    advert = Advertisement.objects.create(
        name="M2C",
        language="en",
        image=make_image(),
        alt="Read our guides",
        url="https://m2c.example/",
        starts_at=now - timedelta(days=1),
        ends_at=now + timedelta(seconds=30),
    )
    assertNotContains(client.get(article.get_absolute_url()), "Advertisement")

    Advertisement.objects.update(is_on=True)
    response = client.get(article.get_absolute_url())

    assertContains(response, "Advertisement", count=1)
    assertContains(response, advert.url)
    assert "max-age=60" not in response["Cache-Control"]  # it ends sooner


def test_a_slot_shows_what_another_app_puts_there(client, make_article, settings):
    article = make_article(text="".join(f"<p>{'word ' * 60}</p>" for _ in range(10)))
    assertNotContains(client.get(article.get_absolute_url()), "signup-box")

    settings.SLOTS = settings.SLOTS | {"newsletter_box": ["tests.articles.sample_slot.box"]}

    assertContains(client.get(article.get_absolute_url()), '<p class="signup-box">', count=1)


def test_an_unknown_kind_of_block_is_passed_over(client, make_article):
    article = make_article()
    publication = Publication.objects.get(article=article)
    publication.body["blocks"].append({"type": "hologram"})
    publication.save()

    assert client.get(article.get_absolute_url()).status_code == 200


def blocks_of_all_sizes(count):
    return [(ArticleNotice, {"html": f"<p>{n}</p>", "tone": "note"}) for n in range(count)]


def test_an_article_costs_at_most_six_queries_however_many_blocks(
    client, make_article, make_category, make_author, make_tag, django_assert_max_num_queries
):
    counts = []
    following = make_article()
    for size in (2, 60):
        category = make_category(next_article=following)
        authors, tags = [make_author(), make_author()], [make_tag(), make_tag()]
        for _other in range(4):
            make_article(category=category, tags=tags)
        text = f'<p><a href="{following.get_absolute_url()}">x</a></p>' + "<p>many words here </p>" * 100
        article = make_article(
            category=category,
            authors=authors,
            tags=tags,
            blocks=[(ArticleText, {"html": text}), *blocks_of_all_sizes(size)],
        )
        with CaptureQueriesContext(connection) as queries:
            client.get(article.get_absolute_url())
        counts.append(len(queries))

    # the article; what it links to, its translations and what comes next; people; read next
    assert counts == [4, 4]
