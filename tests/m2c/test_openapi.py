"""The description of the public interface says what is there."""

import re

import pytest
from django.urls import get_resolver
from django.urls.resolvers import URLResolver

from quizzes.eligibility.answers import VOCABULARY

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(client):
    return client.get("/api/v1/openapi.json").json()


def routes(patterns, prefix="/"):
    for entry in patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry.url_patterns, path)
        else:
            yield path


def test_every_address_of_the_interface_is_described(document):
    there = {
        re.sub(r"<\w+:(\w+)>", r"{\1}", path)
        for path in routes(get_resolver().url_patterns)
        if path.startswith("/api/v1/")
    }
    files = {path for path in there if path.endswith((".json", ".csv"))}
    assert set(document["paths"]) == there - files


def test_every_fact_is_described(document):
    assert set(document["components"]["schemas"]["Facts"]["properties"]) == set(VOCABULARY)


def test_any_page_may_read_it(client):
    response = client.get("/api/v1/openapi.json", headers={"Origin": "https://elsewhere.example"})
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["ETag"]
    assert not response.cookies
