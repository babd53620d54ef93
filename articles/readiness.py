"""What must be right before readers see an article: everything that is wrong, at once."""

import re
from typing import Any

from django.utils.translation import gettext as _

from articles.models import Image, image_ids
from publishing.readiness import Finding, block_findings

_file_name = re.compile(r"\.(jpe?g|png|webp|avif|gif|tiff?)$|^(img|dsc|dscn|image|photo|pxl)[ _-]?\d+$", re.IGNORECASE)


def article_findings(content: dict[str, Any]) -> list[Finding]:
    """All that keeps an article's snapshot from being published, in the order of the form."""
    fields = content["fields"]
    images = Image.objects.in_bulk(image_ids(content))
    found = []
    if fields["image"] and not fields["image_decorative"]:
        found += alt_findings(images.get(fields["image"]), fields["image_alt"], fields["language"], "image_alt")
    found += block_findings(content)
    for number, block in enumerate(content["blocks"], start=1):
        if block["type"] == "picture" and not block["decorative"]:
            for finding in alt_findings(images.get(block["image"]), block["alt"], fields["language"]):
                text = _("Block %(number)d: %(finding)s") % {"number": number, "finding": finding.message}
                found.append(Finding(text))
    if not content["authors"]:
        found.append(Finding(_("Name at least one author.")))
    return found


def alt_findings(image: Image | None, alt: str, language: str, field: str | None = None) -> list[Finding]:
    """Whether somebody who cannot see the picture is told what it shows."""
    words = (alt or getattr(image, f"alt_{language}", "")).strip()
    if not words:
        return [Finding(_("Say what the picture shows, or mark it as only decoration."), field)]
    if _file_name.search(words):
        text = _("“%(words)s” is the name of a file. Say what the picture shows.")
        return [Finding(text % {"words": words}, field)]
    return []
