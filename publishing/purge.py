"""Telling caches in front of the site that pages have changed, before their seconds have run out.

settings.PURGE_BACKEND names a function that takes a list of paths ("/en/articles/…/") and asks nginx or a CDN to drop
them; without one, a cache is at most LONGEST_CACHE seconds behind. What begins or ends by the clock needs no purge: no
cache keeps a page past the next such moment.
"""

from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from publishing.models import Publishable


def after_commit(host: Publishable) -> None:
    """Once this transaction is committed, have the public pages of `host` dropped.

    A backend that fails is logged and keeps nobody from publishing.
    """
    if settings.PURGE_BACKEND:
        transaction.on_commit(partial(paths, sorted(host.public_paths())), robust=True)


def paths(changed: list[str]) -> None:
    """Have caches drop some paths now; nothing without a backend."""
    if settings.PURGE_BACKEND:
        import_string(settings.PURGE_BACKEND)(changed)
