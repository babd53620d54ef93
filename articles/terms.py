"""The glossary's terms in articles: marked when an article is published, and anew when the glossary changes.

A publication's text never changes; marks are labels, like its tags (see renaming.py), and mark words that stay as they
are. An earlier mark that is no longer right does no harm: a term that is gone is shown as plain words.
"""

import threading
from typing import Any

from django.db import transaction
from django.utils.timezone import now

from articles.models import Language, Publication
from facts import glossary
from facts.marking import Marker, unmark
from publishing import purge

BATCH = 100  # publications that are held at a time

_turn = threading.Lock()
_marked_under = ""  # the stamp of the glossary that this process has marked everything under


def marked(blocks: list[dict[str, Any]], marker: Marker) -> list[dict[str, Any]]:
    """The blocks of a body with a mark on the first use of each term, in reading order, and without earlier marks."""
    taken: set[int] = set()

    def anew(stored: dict[str, Any]) -> dict[str, Any]:
        if "items" in stored:
            return {**stored, "items": [anew(item) for item in stored["items"]]}
        return {**stored, "html": marker.mark(unmark(stored["html"]), taken)} if "html" in stored else stored

    return [anew(block) for block in blocks]


def mark_if_changed() -> int:
    """Mark everything anew unless this process has done so since the glossary changed; returns how many texts changed.

    A hundred terms that are saved at once ask for it a hundred times.
    """
    global _marked_under
    with _turn:
        stamp = glossary.current_stamp()
        if stamp == _marked_under:
            return 0
        changed = mark_all()
        _marked_under = stamp
        return changed


def mark_all() -> int:
    """Mark the terms in everything that is live or will be; returns how many publications that changed."""
    markers = {language: glossary.marker(language) for language in Language.values}
    last, changed = 0, 0
    while batch := mark_batch(last, markers):
        last, paths = batch
        changed += len(paths)
        purge.paths(paths)
    return changed


@transaction.atomic
def mark_batch(after: int, markers: dict[str, Marker]) -> tuple[int, list[str]] | None:
    """Mark the terms in the publications that follow the id `after`; returns the last of them and the changed pages.

    They are held meanwhile, so that no tag that is renamed at the same time is written over.
    """
    rows = Publication.objects.live() | Publication.objects.upcoming()
    rows = rows.filter(pk__gt=after).only("language", "slug", "body").order_by("pk")
    batch = list(rows.select_for_update(of=("self",))[:BATCH])
    changed = []
    for publication in batch:
        blocks = marked(publication.body["blocks"], markers[publication.language])
        if blocks != publication.body["blocks"]:
            publication.body["blocks"] = blocks
            publication.labelled_at = now()
            publication.save(update_fields=["body", "labelled_at"])
            changed.append(publication.get_absolute_url())
    return (batch[-1].pk, changed) if batch else None
