"""A prepared query finds what its QuerySet finds, and works its SQL out once."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import F, Q
from django.db.models.sql.compiler import SQLCompiler

from articles.models import Article, Publication
from publishing.prepared import MOST_KEPT, Prepared

by_slug = Prepared(lambda language, slug: Publication.objects.live().filter(language=language, slug=slug)[:1])


def test_it_finds_what_the_queryset_finds(make_article):
    one, other = make_article(slug="one"), make_article(slug="other")

    assert by_slug(language="en", slug="one") == [one.publications.get()]
    assert by_slug(language="en", slug="other") == [other.publications.get()]
    assert by_slug(language="fr", slug="one") == []


def test_sql_is_worked_out_once(make_article, monkeypatch):
    make_article(slug="one")
    query = Prepared(lambda slug: Publication.objects.filter(slug=slug))
    query(slug="two")

    monkeypatch.setattr(SQLCompiler, "as_sql", lambda *_args: pytest.fail("worked out again"))

    assert query(slug="one")[0].slug == "one"


def test_each_call_asks_the_database(make_article, django_assert_num_queries):
    make_article(slug="one")

    with django_assert_num_queries(2):
        by_slug(language="en", slug="one")
        by_slug(language="en", slug="one")


def test_joins_annotations_and_deferred_columns_work(make_article, django_assert_num_queries):
    article = make_article()
    query = Prepared(
        lambda pk: (
            Publication.objects.filter(article=pk)
            .select_related("category", "image")
            .defer("body")
            .annotate(number=F("revision__number"))
        )
    )

    with django_assert_num_queries(1):
        (found,) = query(pk=article.pk)
        assert (found.category, found.image, found.number) == (article.category, None, 1)

    assert found.body == article.publications.get().body  # read when it is asked for


def test_lists_may_have_any_length(make_article):
    articles = [make_article() for _number in range(3)]
    query = Prepared(lambda ids, group: Publication.objects.filter(Q(article__in=ids) | Q(group=group)))
    nobody = uuid.uuid4()

    for count in range(4):
        ids = [article.pk for article in articles[:count]]
        assert sorted(row.article_id for row in query(ids=ids, group=nobody)) == ids
    assert [row.article_id for row in query(ids=[], group=articles[1].group)] == [articles[1].pk]


def test_a_query_that_can_find_nothing_asks_nothing(db, django_assert_num_queries):
    query = Prepared(lambda ids: Publication.objects.filter(pk__in=ids))

    with django_assert_num_queries(0):
        assert query(ids=[]) == []


def test_arrays_and_moments_are_values_too(make_article, make_tag):
    tag = make_tag()
    article = make_article(tags=[tag])
    query = Prepared(lambda tags, at: Publication.objects.filter(tag_ids__overlap=tags, live_from__lt=at))
    now = datetime.now(UTC)

    assert [row.article_id for row in query(tags=[tag.pk, 5], at=now)] == [article.pk]
    assert query(tags=[tag.pk, 5], at=now - timedelta(days=9)) == []


def test_what_is_kept_is_limited(db):
    query = Prepared(lambda ids: Article.objects.filter(pk__in=ids))

    for count in range(MOST_KEPT + 5):
        query(ids=list(range(count)))

    assert len(query.kept) <= MOST_KEPT


@pytest.mark.parametrize(
    ("make", "value", "words"),
    [
        (lambda at: Publication.objects.filter(slug="x"), "lost", "did not reach"),
        (lambda at: Publication.objects.filter(slug=f"a{at}"), "mixed", "did not reach"),
        (lambda at: Publication.objects.filter(image_decorative=at), True, "flag"),
        (lambda at: Publication.objects.filter(slug=at), 1.5, "float"),
        (lambda at: Publication.objects.filter(slug=at).values("pk"), "x", "objects"),
        (lambda at: Publication.objects.filter(slug=at).prefetch_related("article"), "y", "objects"),
        (lambda at: Publication.objects.filter(reading_minutes=at), 3, "small column"),
    ],
)
def test_a_query_that_cannot_be_prepared_says_so(db, make, value, words):
    with pytest.raises(ValueError, match=words):
        Prepared(make)(at=value)


def test_one_plan_is_kept_by_the_server_and_serves_all_values(make_article, django_assert_num_queries):
    publications = [make_article().publications.get() for _number in range(2)]
    query = Prepared(
        lambda ids, language: Publication.objects.live().filter(article__in=ids, language=language), one_plan=True
    )

    with django_assert_num_queries(12):
        for _time in range(6):
            for publication in publications:
                assert query(ids=[publication.article_id], language="en") == [publication]

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%articles_publication%%'")
        assert cursor.fetchone()[0] >= 1
