"""The web server: granian's command line, with the site loaded before the workers are made.

    python -m m2c.web --host 127.0.0.1 --port 8000

Workers are forked, so they share the memory of all that is loaded by then. New code needs a restart: a worker that is
made again by a reload is made of the old.
"""

import gc
import logging
import sys
from typing import Any
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.db import connections
from django.template.loader import get_template
from django.urls import get_resolver
from granian.cli import entrypoint

from m2c.wsgi import application

FIXED = ["--interface", "wsgi", "--no-ws", "--respawn-failed-workers", "--workers-kill-timeout", "5"]
VISITS = 20  # after so many, Python has rewritten what runs often into its faster form
ADMIN_TEMPLATES = ["admin/change_list.html", "admin/change_form.html", "admin/login.html"]


def load() -> None:
    """Load and run what the first requests would."""
    get_resolver().url_patterns  # noqa: B018  imports the views and the admin
    folder = settings.BASE_DIR / "templates"
    for name in [*(str(path.relative_to(folder)) for path in folder.rglob("*.html")), *ADMIN_TEMPLATES]:
        get_template(name)
    logging.disable()
    for _time in range(VISITS):
        for code, _name in settings.LANGUAGES:
            visit(f"/{code}/nothing-is-here/")
    logging.disable(logging.NOTSET)
    connection: Any
    for connection in connections.all(initialized_only=True):  # none may be shared
        connection.close()
        connection.close_pool()
    gc.collect()
    gc.freeze()  # what is here stays; a collection that looked at it would copy its pages into each worker


def visit(path: str) -> None:
    """Ask the site for a page and leave the answer."""
    host = next(iter(settings.ALLOWED_HOSTS), "").lstrip(".*") or "localhost"
    environ: dict[str, Any] = {"PATH_INFO": path, "HTTP_HOST": host, "wsgi.url_scheme": "https"}
    setup_testing_defaults(environ)
    answer: Any = application(environ, lambda *_started: lambda _data: None)
    for _part in answer:
        pass
    answer.close()


if __name__ == "__main__":
    load()
    sys.argv[1:] = [*FIXED, *sys.argv[1:], "m2c.wsgi:application"]
    entrypoint()
