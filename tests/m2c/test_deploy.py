"""The files of deploy/, as far as text can show."""

import re
from pathlib import Path

import pytest

from deploy.ready import host_of

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
COMPOSE = (DEPLOY / "compose.yaml").read_text()


@pytest.mark.parametrize(
    ("allowed", "host"),
    [
        ("m2c.example,www.m2c.example", "m2c.example"),
        (".m2c.example", "m2c.example"),
        ("*", "localhost"),
        ("", "localhost"),
        (" , m2c.example", "m2c.example"),
    ],
)
def test_health_is_asked_for_by_a_name_that_the_site_accepts(allowed, host):
    assert host_of(allowed) == host


def test_only_the_database_knows_its_superusers_password():
    before, database = COMPOSE.split("\n  postgres:\n")

    assert "POSTGRES_PASSWORD:" in database
    assert not re.search(r"^ *(POSTGRES_PASSWORD|env_file)", before, re.MULTILINE)


def test_every_value_to_fill_in_reaches_a_container():
    names = re.findall(r"^([A-Z_]+)=", (DEPLOY / "env.example").read_text(), re.MULTILINE)

    assert names
    assert [name for name in names if f"${{{name}" not in COMPOSE] == []


def test_backups_have_a_place_that_the_image_makes_and_compose_keeps():
    assert "backups:/srv/backups" in COMPOSE
    assert "/srv/backups" in (DEPLOY / "Dockerfile").read_text()
    assert "/srv/backups/" in (DEPLOY / "README.md").read_text()
