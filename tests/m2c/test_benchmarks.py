"""The yardstick of the benchmarks still shows what the site shows."""

import pytest
from pytest_django.asserts import assertContains

from benchmarks import minimal_settings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def minimal(settings):
    """The site as benchmarks/minimal.py cuts it down."""
    for name in ("ROOT_URLCONF", "MIDDLEWARE", "TEMPLATES"):
        setattr(settings, name, getattr(minimal_settings, name))


def test_the_minimal_view_shows_an_article_with_its_facts(client, make_article, make_fact):
    make_fact(key="ee.fee.principal", kind="money", value="1525")
    article = make_article(text='<p>Pay <data value="ee.fee.principal">ee.fee.principal</data> now.</p>')

    response = client.get(f"/en/articles/{article.slug}/")

    assertContains(response, "1,525")
