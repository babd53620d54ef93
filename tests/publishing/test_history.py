"""Revisions: what is recorded, and that it can be brought back exactly."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.models import (
    ArticleCall,
    ArticleNotice,
    ArticleQuestion,
    ArticleSignup,
    ArticleText,
    ArticleVideo,
    Source,
)
from publishing.history import digest, restore, save_revision, snapshot

pytestmark = pytest.mark.django_db

WORDS = st.text(alphabet="abcdéœ ", min_size=1, max_size=20).map(lambda words: words.strip() or "a")
BLOCK = st.one_of(
    st.tuples(st.just(ArticleText), st.fixed_dictionaries({"html": WORDS.map(lambda words: f"<p>{words}</p>")})),
    st.tuples(
        st.just(ArticleNotice),
        st.fixed_dictionaries(
            {"html": WORDS.map(lambda words: f"<p>{words}</p>"), "tone": st.sampled_from(["note", "changed"])}
        ),
    ),
    st.tuples(
        st.just(ArticleQuestion),
        st.fixed_dictionaries({"question": WORDS, "html": WORDS.map(lambda words: f"<p>{words}</p>")}),
    ),
    st.tuples(st.just(ArticleCall), st.fixed_dictionaries({"target": st.sampled_from(["quiz", "roadmap"])})),
    st.tuples(st.just(ArticleSignup), st.fixed_dictionaries({"topic": st.sampled_from(["study", "work"])})),
)


def fill(article, blocks):
    for model in type(article).block_models():
        model.objects.filter(parent=article).delete()
    for position, (model, fields) in enumerate(blocks, start=1):
        model.objects.create(parent=article, region="body", ordering=position * 10, **fields)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.lists(BLOCK, max_size=6), second=st.lists(BLOCK, max_size=6), title=WORDS)
def test_restoring_a_revision_gives_exactly_what_it_recorded(make_draft, make_tag, make_author, first, second, title):
    article = make_draft(tags=[make_tag()], authors=[make_author(), make_author()])
    Source.objects.create(article=article, publisher="IRCC", title="Fees", url="https://www.canada.ca/")
    fill(article, first)
    old = save_revision(article, None)
    article.title = title
    article.save()
    fill(article, second)
    save_revision(article, None)

    assert restore(old, article, None) == []
    article.refresh_from_db()

    assert snapshot(article) == old.content
    assert digest(snapshot(article)) == old.digest


def test_an_unchanged_save_makes_no_revision(make_draft):
    article = make_draft()

    save_revision(article, None)

    assert article.revisions.count() == 1


def test_restoring_leaves_out_what_was_deleted_and_says_so(make_draft, make_tag, make_author):
    tag, author = make_tag(name="rent"), make_author()
    article = make_draft(tags=[tag], authors=[author])
    old = article.revisions.get()
    tag.delete()

    assert restore(old, article, None) == ["rent"]
    assert snapshot(article)["tags"] == []


def test_restoring_never_changes_what_is_live(client, make_article):
    article = make_article(title="Live")
    first = article.revisions.get()
    article.title = "Draft"
    article.save()
    save_revision(article, None)
    before = client.get(article.get_absolute_url()).content

    restore(first, article, None)

    assert client.get(article.get_absolute_url()).content == before


def test_a_block_keeps_its_identity_through_a_restore(make_draft):
    article = make_draft()
    uid = ArticleText.objects.get(parent=article).uid
    old = article.revisions.get()
    fill(article, [])
    save_revision(article, None)

    restore(old, article, None)

    assert ArticleText.objects.get(parent=article).uid == uid


def test_a_video_and_its_picture_are_part_of_a_revision(make_draft, make_image):
    image = make_image()
    fields = {"title": "Landing", "url": "https://youtu.be/abcdefghijk", "image": image, "captions": "English"}
    article = make_draft(blocks=[(ArticleVideo, fields)])

    assert snapshot(article)["blocks"][0]["image"] == image.pk
