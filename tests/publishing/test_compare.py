"""What differs between two snapshots, in words; and posted rows that are fitted to the rows of today."""

import uuid

import pytest
from django.http import QueryDict

from articles.models import Article, ArticleText
from publishing.compare import differences, only_changed
from publishing.conflicts import reconcile
from publishing.history import snapshot


@pytest.fixture
def content(make_draft):
    return snapshot(make_draft(text="<p>One</p><p>Two</p>"))


def changed(content, **fields):
    return content | {"fields": content["fields"] | fields}


def with_blocks(content, *htmls):
    blocks = [{"type": "text", "uid": str(uuid.uuid4()), "region": "body", "html": html} for html in htmls]
    return content | {"blocks": [*content["blocks"], *blocks]}


def test_equal_snapshots_differ_in_nothing(content):
    assert differences(Article, content, content, content) == []


def test_values_are_shown_as_people_read_them(content, make_author, make_category):
    category, author = make_category(name_en="Health"), make_author(name="Ada")
    theirs = changed(content, category=category.pk, checked_by=author.pk, review_by="2027-01-02", language="fr")

    rows = {row.label: row for row in differences(Article, None, theirs, changed(theirs, advertisement=False))}
    assert (rows["Advertisement in the text"].theirs, rows["Advertisement in the text"].mine) == (["Yes"], ["No"])
    rows = {row.label: row for row in differences(Article, content, content, theirs)}

    assert rows["Category"].mine == ["Health"]
    assert rows["Checked by"].mine == ["Ada"]
    assert rows["Check again by"].mine == ["2 January 2027"]
    assert rows["Language"].mine == ["French"]
    assert {row.note for row in rows.values()} == {"Changed by you."}


def test_without_a_common_start_nobody_is_said_to_have_changed_it(content):
    (row,) = differences(Article, None, changed(content, title="A"), changed(content, title="B"))

    assert row.note == ""


def test_only_the_paragraphs_that_differ_are_shown(content):
    block = content["blocks"][0]
    theirs = content | {"blocks": [{**block, "html": "<p>One</p><p>Three</p>"}]}

    (row,) = differences(Article, content, theirs, content)

    assert (row.theirs, row.mine) == (["Three"], ["Two"])


def test_row_that_was_deleted_since_is_shown_by_its_number(content):
    (row,) = differences(Article, None, changed(content, checked_by=987), content)

    assert row.theirs == ["#987"]


def test_block_of_a_kind_that_is_gone_is_named_by_its_kind(content):
    theirs = content | {"blocks": [*content["blocks"], {"type": "poll", "uid": "x", "region": "body"}]}

    (row,) = differences(Article, content, theirs, content)

    assert (row.label, row.note) == ("poll", "Removed by you.")


def test_block_that_both_have_but_did_not_begin_with_is_said_to_be_kept(content):
    both = with_blocks(content, "<p>New</p>")

    (row,) = differences(Article, content, both, both)

    assert (row.theirs, row.mine, row.note) == (["New"], ["New"], "Added by the other save; kept in your version.")


def test_long_texts_are_compared_by_lines():
    theirs = [f"line {number}" for number in range(3000)]
    mine = [*theirs[:1500], "mine", *theirs[1501:]]

    assert only_changed(theirs, mine) == (["line 1500"], ["mine"])


@pytest.fixture
def fit(make_draft):
    """Fits posted data to the two texts of an article; gives back the data as a plain dict."""
    article = make_draft(blocks=[(ArticleText, {"html": "<p>1</p>"}), (ArticleText, {"html": "<p>2</p>"})])
    rows = list(ArticleText.objects.order_by("ordering"))

    def do(query):
        from articles.admin import ArticleAdmin  # the admin's own form

        data = QueryDict(query.format(a=rows[0].pk, b=rows[1].pk), mutable=True)
        form = ArticleAdmin.inlines[0].form
        fields = type("Form", (form,), {"Meta": type("Meta", (), {"model": ArticleText, "fields": ["html"]})})
        reconcile(data, "t", rows, "block_uid", lambda row: str(row.uid), lambda row: fields(instance=row))
        return dict(data.items())

    do.rows = rows
    do.article = article
    return do


def test_rows_that_are_not_posted_join_as_they_are(fit):
    data = fit("t-TOTAL_FORMS=1&t-INITIAL_FORMS=1&t-0-id={b}&t-0-html=mine")

    assert (data["t-TOTAL_FORMS"], data["t-INITIAL_FORMS"]) == ("2", "2")
    assert (data["t-0-id"], data["t-0-html"]) == (str(fit.rows[0].pk), "<p>1</p>")
    assert (data["t-1-id"], data["t-1-html"]) == (str(fit.rows[1].pk), "mine")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "t-TOTAL_FORMS=x&t-INITIAL_FORMS=-1",
        "t-TOTAL_FORMS=99999999999&t-INITIAL_FORMS=99999999999",
        "t-TOTAL_FORMS=1&t-INITIAL_FORMS=1&t-0-id=nonsense&t-99999-html=x",
        "t-TOTAL_FORMS=2&t-INITIAL_FORMS=2&t-0-id={a}&t-1-id={a}",
    ],
)
def test_nonsense_is_fitted_without_an_error(fit, query):
    data = fit(query)

    assert data["t-INITIAL_FORMS"] == "2"
    assert [data["t-0-id"], data["t-1-id"]] == [str(row.pk) for row in fit.rows]
