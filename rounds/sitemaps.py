"""The sitemap of rounds: each in both languages, with their list and the log of corrections."""

from datetime import datetime
from typing import Any

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import override

from articles.sitemaps import LANGUAGES, FixedSitemap
from rounds.models import Round


def frames(language: str) -> tuple[str, str]:
    """What stands before and after the number in a round's path: a reverse for each round would be slow."""
    with override(language):
        path = reverse("rounds:round", kwargs={"number": "1"})
        before = reverse("rounds:rounds")
    return before, path.removeprefix(before).removeprefix("1")


class RoundSitemap(FixedSitemap):
    """The list, the corrections and every round, which has changed when something of it has."""

    def items(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for name in ("rounds", "corrections"):
            paths = {}
            for language in LANGUAGES:
                with override(language):
                    paths[language] = reverse(f"rounds:{name}")
            found.append(paths)
        around = {language: frames(language) for language in LANGUAGES}
        for number, changed in Round.objects.values_list("number", "changed_at"):
            paths = {language: f"{before}{number}{after}" for language, (before, after) in around.items()}
            found.append({**paths, "changed": changed})
        return [{"path": paths[language], **paths} for paths in found for language in LANGUAGES]

    def lastmod(self, item: dict[str, Any]) -> datetime | None:
        return item.get("changed")

    def get_latest_lastmod(self) -> datetime | None:
        return Round.objects.aggregate(Max("changed_at"))["changed_at__max"]
