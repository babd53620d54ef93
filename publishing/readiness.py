"""What must be right before readers see a text: everything that is wrong, at once."""

import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from publishing import richtext

_heading = re.compile(r"<h([234])>(.*?)</h\1>", re.DOTALL)


@dataclass(frozen=True)
class Finding:
    """Something that keeps a text from being published, and the field that mends it, if it is one."""

    message: str
    field: str | None = None


def block_findings(content: dict[str, Any]) -> list[Finding]:
    """What any text needs: something to read, and headings that do not skip a level."""
    if not content["blocks"]:
        return [Finding(_("The text is empty: add at least one block."))]
    found, level = [], 1  # the title is the page's first-level heading
    for number, block in enumerate(content["blocks"], start=1):
        if block["type"] != "text":
            continue
        for match in _heading.finditer(block["html"]):
            here = int(match[1])
            if here > level + 1:
                text = _(
                    "Block %(number)d: the heading “%(heading)s” is of level %(here)d and follows level %(before)d. "
                    "Make it level %(right)d."
                )
                words = richtext.plain_text(match[2])
                found.append(
                    Finding(
                        text % {"number": number, "heading": words, "here": here, "before": level, "right": level + 1}
                    )
                )
            level = here
    return found
