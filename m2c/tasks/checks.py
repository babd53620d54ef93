"""System checks for a backend that needs apps and a database of a certain kind."""

from django.apps import apps
from django.core.checks import CheckMessage, Error
from django.db import connections
from procrastinate.contrib.django.settings import settings as procrastinate_settings


def check_backend(alias: str) -> list[CheckMessage]:
    """What keeps the task backend called `alias` from working."""
    problems: list[CheckMessage] = []
    if not apps.is_installed("procrastinate.contrib.django"):
        problems.append(
            Error(
                f"The task backend '{alias}' keeps its queue in procrastinate's tables, which are not installed.",
                hint='Add "procrastinate.contrib.django" to INSTALLED_APPS.',
                id="m2c.tasks.E001",
            )
        )
    if not apps.is_installed("m2c.tasks"):
        problems.append(
            Error(
                f"The task backend '{alias}' has no table for the results of tasks.",
                hint='Add "m2c.tasks.apps.TasksConfig" to INSTALLED_APPS.',
                id="m2c.tasks.E002",
            )
        )
    if connections[procrastinate_settings.DATABASE_ALIAS].vendor != "postgresql":
        problems.append(Error(f"The task backend '{alias}' needs PostgreSQL.", id="m2c.tasks.E003"))
    return problems
