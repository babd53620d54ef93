"""Where articles and simple pages show facts, for the ledger (settings.FACT_USERS)."""

from collections import Counter
from typing import Any

from articles.models import PagePublication, Publication
from facts.ledger import Use


def count(keys: list[str]) -> dict[str, int]:
    """On how many live articles and simple pages each of some facts is shown."""
    wanted = set(keys)
    found: Counter[str] = Counter()
    for model in (Publication, PagePublication):
        rows = model.objects.live().filter(fact_keys__overlap=keys).values_list("fact_keys", flat=True)
        found.update(key for row in rows for key in row if key in wanted)
    return dict(found)


def pages(keys: list[str], most: int) -> list[Use]:
    """Live articles, then simple pages, that show any of some facts, the newest first."""
    articles = Publication.objects.live().filter(fact_keys__overlap=keys).order_by("-first_published_at", "-pk")
    simple = PagePublication.objects.live().filter(fact_keys__overlap=keys).order_by("-first_published_at", "-pk")
    rows: list[Any] = [
        *articles.only("title", "language", "slug")[:most],
        *simple.select_related("page").defer("body")[:most],
    ]
    return [Use(row.title, row.get_absolute_url(), row.language) for row in rows]
