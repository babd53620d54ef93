"""The CRS versions that scores are counted by: those of the program, and those that editors have published."""

import json
import logging
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from quizzes import crs
from quizzes.crs import RuleBook, UnknownRules, Version
from quizzes.models import CRSVersion

logger = logging.getLogger(__name__)


def current() -> RuleBook:
    """The book with the versions of editors; one query.

    One that does not come after the program's own newest is passed over: the program has caught up with it.
    """
    return with_versions(CRSVersion.objects.published().values_list("rules", flat=True))


def with_versions(entered: Any) -> RuleBook:
    """The program's book with further versions, the oldest first."""
    book = crs.BOOK
    for data in entered:
        try:
            book = book.with_version(parsed(data))
        except crs.BadVersion as error:
            logger.warning("A version of the CRS is passed over: %s", error)
    return book


def parsed(data: Any) -> Version:
    """The version of that data, made once: texts and sums are kept by version. Raises BadVersion."""
    if not isinstance(data, Mapping):
        raise crs.BadVersion({"rules": "must be an object"})
    return _parsed(json.dumps(data, sort_keys=True))


@lru_cache(maxsize=16)
def _parsed(text: str) -> Version:
    return crs.version_from(json.loads(text))


def in_force(book: RuleBook, day: date) -> Version:
    """What to count by on a day: the version that applies, or else the newest known one that had begun by then.

    The second happens while a newer one is reported; the page has to say so, see `RuleBook.is_overtaken`.
    """
    try:
        return book.on(day)
    except UnknownRules:
        return book.begun(day)
