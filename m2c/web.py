"""The web server: granian's command line, with the site loaded before the workers are made.

    python -m m2c.web --host 127.0.0.1 --port 8000

Workers are forked, so they share the memory of all that is loaded by then. New code needs a restart: a worker that is
made again by a reload is made of the old.
"""

import gc
import sys

from django.conf import settings
from django.db import connections
from django.template.loader import get_template
from django.urls import get_resolver
from django.utils.translation import gettext, override
from granian.cli import entrypoint

import m2c.wsgi  # noqa: F401  loads the settings, the apps and the middleware

FIXED = ["--interface", "wsgi", "--no-ws", "--respawn-failed-workers", "--workers-kill-timeout", "5"]


def load() -> None:
    """Load what the first requests would load, and no more: a connection to the database must not be shared."""
    get_resolver().url_patterns  # noqa: B018  imports the views and the admin
    for code, _name in settings.LANGUAGES:
        with override(code):
            gettext("Search")
    folder = settings.BASE_DIR / "templates"
    for path in folder.rglob("*.html"):
        get_template(str(path.relative_to(folder)))
    if any(connection.connection for connection in connections.all(initialized_only=True)):
        raise RuntimeError("Something asks the database while it is imported.")
    gc.collect()
    gc.freeze()  # what is here stays; a collection that looked at it would copy its pages into each worker


if __name__ == "__main__":
    load()
    sys.argv[1:] = [*FIXED, *sys.argv[1:], "m2c.wsgi:application"]
    entrypoint()
