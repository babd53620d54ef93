"""The settings read the environment, and refuse what cannot work."""

import runpy
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

SETTINGS = Path(__file__).resolve().parents[2] / "m2c" / "settings.py"


@pytest.fixture
def settings_with(monkeypatch):
    """The settings as a start with further variables would have them."""

    def read(**environment):
        for name, value in {"SITE_URL": "http://localhost:8000", "HSTS_PRELOAD": "0", **environment}.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(SETTINGS))

    return read


@pytest.mark.parametrize(
    "address",
    ["m2c.example", "ftp://m2c.example", "https://", "https://m2c.example/site", "https://m2c.example?a=b",
     "https://m2c.example#a", "https://editor@m2c.example"],
)  # fmt: skip
def test_an_address_that_is_no_site_stops_the_start(settings_with, address):
    with pytest.raises(ImproperlyConfigured, match="SITE_URL"):
        settings_with(SITE_URL=address)


def test_a_slash_at_the_end_of_the_address_is_forgiven(settings_with):
    assert settings_with(SITE_URL="https://m2c.example:8443/")["SITE_URL"] == "https://m2c.example:8443"


@pytest.mark.parametrize("size", ["0", "-1", "many"])
def test_a_pool_of_no_connections_stops_the_start(settings_with, size):
    with pytest.raises(ImproperlyConfigured, match="DATABASE_POOL_SIZE"):
        settings_with(DATABASE_POOL="1", DATABASE_POOL_SIZE=size)


@pytest.mark.parametrize(
    ("site", "preload", "seconds", "whole_domain"),
    [
        ("http://m2c.example", "1", 0, False),
        ("https://m2c.example", "0", 31_536_000, False),
        ("https://m2c.example", "1", 31_536_000, True),
    ],
)
def test_the_whole_domain_is_bound_to_https_only_on_request(settings_with, site, preload, seconds, whole_domain):
    settings = settings_with(SITE_URL=site, HSTS_PRELOAD=preload)

    assert settings["SECURE_HSTS_SECONDS"] == seconds
    assert settings["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is settings["SECURE_HSTS_PRELOAD"] is whole_domain
