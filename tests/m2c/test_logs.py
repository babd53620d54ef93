"""No log holds the words of links that only one person has."""

import logging

import pytest

from m2c.logs import HideTokens


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/r/aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3aB/", "/r/…/"),
        ("/s/aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3aB/", "/s/…/"),
        ("/u/Zm9v-_YmFyYmF6cXV4Zm8", "/u/…"),
        ("/en/newsletter/confirm/eyJh.b-_c:1x:sig/", "/en/newsletter/confirm/…/"),
        ("/fr/infolettre/confirmer/eyJh.b-_c:1x:sig/", "/fr/infolettre/confirmer/…/"),
        ("/en/newsletter/preferences/Zm9v-_Ym/", "/en/newsletter/preferences/…/"),
        (
            "/en/articles/a-plain-address-of-an-article-that-is-long/",
            "/en/articles/a-plain-address-of-an-article-that-is-long/",
        ),
        ("/en/newsletter/", "/en/newsletter/"),
    ],
)
def test_a_token_is_hidden_and_nothing_else(path, shown):
    record = logging.LogRecord("django.request", logging.WARNING, "", 1, "%s: %s", ("Not Found", path), None)

    assert HideTokens().filter(record)

    assert record.getMessage() == f"Not Found: {shown}"
