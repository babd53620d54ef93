"""The forms in pages of other apps, and the reference data."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertNumQueries

from newsletter import reference_data, slots
from newsletter.models import Topic

pytestmark = pytest.mark.django_db


def test_the_home_page_has_the_band_and_other_pages_the_foot(client):
    assertContains(client.get("/en/facts/"), "signup--foot", count=1)
    response = client.get("/en/")

    assertContains(response, "signup--band", count=1)
    assertNotContains(response, "signup--foot")
    assert "cookie" not in response.get("Vary", "").lower()


def test_an_article_has_the_box_of_its_topic_and_no_band(client, make_article, make_category):
    long = "".join(f"<p>{'word ' * 60}</p>" for _ in range(10))
    article = make_article(text=long, category=make_category(topic="study"))

    response = client.get(article.get_absolute_url())

    assertContains(response, "signup--box", count=1)
    assertContains(response, '<input type="hidden" name="topics" value="study">')
    assertContains(response, "Studying: what changes, by e-mail")
    assertNotContains(response, "signup--band")


@pytest.mark.parametrize("slot", [slots.box, slots.band, slots.footer])
def test_a_form_in_another_page_costs_no_query_and_has_no_box_ticked(slot):
    with assertNumQueries(0):
        html = slot({})

    assert 'name="agree" required>' in html
    assert "checked" not in html
    assert "100 Sample Street" in html
    assert f'action="{reverse("newsletter:subscribe")}"' in html
    assert " id=" not in html.replace(' id="foot-newsletter"', "")  # two boxes may stand on one page


def test_a_box_with_a_topic_that_is_none_is_about_all():
    assert 'name="topics"' not in slots.box({}, topic='"><script>')


def test_the_reference_topics_load_and_keep_what_an_editor_changed(db):
    outcome = reference_data.load()
    assert (outcome.made, outcome.left) == (6, [])
    Topic.objects.filter(key="study").update(name_en="Schools")

    again = reference_data.load()

    assert (again.made, again.updated) == (0, 0)
    assert again.left == ["topic study: name_en was edited"]
    assert Topic.objects.get(key="study").name_en == "Schools"


def test_every_topic_of_articles_can_be_chosen(db):
    from articles.models import Topic as ArticleTopic

    reference_data.load()

    assert set(Topic.objects.offered().values_list("key", flat=True)) == set(ArticleTopic.values)
