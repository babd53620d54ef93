"""The sitemap of programs: each in both languages, with their list and the register."""

from datetime import datetime
from functools import partial
from typing import Any

from django.urls import reverse

from articles.sitemaps import FixedSitemap
from facts import ledger
from programs.models import Program, by_language


class ProgramSitemap(FixedSitemap):
    """The list, the register and every listed program, which has changed when its words or its status have."""

    def items(self) -> list[dict[str, Any]]:
        changes = ledger.changes()
        found: list[dict[str, Any]] = [
            by_language(partial(reverse, f"programs:{name}")) for name in ("programs", "register")
        ]
        for program in Program.objects.listed().order_by("pk"):
            changed = max(program.changed_at, changes.get(program.status_key, program.changed_at))
            found.append({**by_language(program.get_absolute_url), "changed": changed})
        return [{"path": paths[language], **paths} for paths in found for language in ("en", "fr")]

    def lastmod(self, item: dict[str, Any]) -> datetime | None:
        return item.get("changed")
