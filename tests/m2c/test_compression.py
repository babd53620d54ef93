"""Which answers are compressed, and what caches and browsers learn of it."""

import gzip

import pytest

pytestmark = pytest.mark.django_db

HOME = "/en/"
GZIP = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.mark.parametrize("path", [HOME, "/fr/articles/", "/en/nothing-here/", "/sitemap-articles.xml"])
def test_a_public_answer_is_compressed_for_those_who_can_read_it(client, make_article, path):
    make_article()
    plain = client.get(path)

    packed = client.get(path, headers=GZIP)

    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert int(packed["Content-Length"]) == len(packed.content) < len(plain.content)


def test_others_get_it_as_it_is_and_caches_learn_that_there_are_two(client):
    answers = [client.get(HOME), client.get(HOME, headers={"Accept-Encoding": "br"}), client.get(HOME, headers=GZIP)]

    assert [answer.has_header("Content-Encoding") for answer in answers] == [False, False, True]
    assert {answer["Vary"] for answer in answers} == {"Accept-Encoding"}


@pytest.mark.parametrize("accepted", ["gzip;q=0", "br, gzip; q=0.000", "gzip;q=0, deflate"])
def test_who_refuses_gzip_gets_none(client, accepted):
    answer = client.get(HOME, headers={"Accept-Encoding": accepted})

    assert not answer.has_header("Content-Encoding")
    assert answer["Vary"] == "Accept-Encoding"


def test_a_low_wish_for_gzip_is_a_wish(client):
    assert client.get(HOME, headers={"Accept-Encoding": "gzip;q=0.05"})["Content-Encoding"] == "gzip"


def test_each_form_has_an_etag_of_its_own_that_stays_the_same(client):
    plain, packed, again = (client.get(HOME, headers=headers)["ETag"] for headers in ({}, GZIP, GZIP))

    assert plain != packed == again


def test_a_browser_that_has_the_page_is_told_so(client):
    first = client.get(HOME, headers=GZIP)

    second = client.get(HOME, headers={**GZIP, "If-None-Match": first["ETag"]})

    assert (second.status_code, second.content) == (304, b"")
    assert {name: second[name] for name in ("ETag", "Vary", "Cache-Control")} == {
        name: first[name] for name in ("ETag", "Vary", "Cache-Control")
    }


def test_a_cache_that_weakened_the_etag_is_told_so_too(client):
    etag = client.get(HOME, headers=GZIP)["ETag"]

    assert client.get(HOME, headers={**GZIP, "If-None-Match": f"W/{etag}"}).status_code == 304


def test_head_says_what_get_would_send(client):
    get, head = client.get(HOME, headers=GZIP), client.head(HOME, headers=GZIP)

    assert head["Content-Encoding"] == "gzip"
    assert head["Content-Length"] == get["Content-Length"]


def test_no_page_that_may_hold_a_secret_is_compressed(client, admin_client):
    for reader, path in [
        (client, "/admin/login/"),
        (admin_client, "/admin/"),
        (admin_client, "/admin/password_change/"),
    ]:
        answer = reader.get(path, headers=GZIP)
        assert answer.status_code == 200
        assert not answer.has_header("Content-Encoding"), path


def test_a_picture_is_sent_as_it_is(client, make_image):
    image = make_image()

    answer = client.get(image.file.url, headers=GZIP)
    answer.close()

    assert not answer.has_header("Content-Encoding")
    assert "Accept-Encoding" not in answer.get("Vary", "")
