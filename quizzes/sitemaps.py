"""The sitemap of the tools: the start of each quiz, and the form of each calculator, in both languages."""

from functools import partial
from typing import Any

from django.urls import reverse

from articles.sitemaps import FixedSitemap
from programs.models import by_language

TOOLS = ("quiz", "student", "crs", "fsw", "language")  # names of addresses


class ToolSitemap(FixedSitemap):
    """Pages that are the same for everybody; what somebody wrote into them is in no sitemap."""

    def items(self) -> list[dict[str, Any]]:
        found = [by_language(partial(reverse, f"quizzes:{name}")) for name in TOOLS]
        return [{"path": paths[language], **paths} for paths in found for language in ("en", "fr")]
