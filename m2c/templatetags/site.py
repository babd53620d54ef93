"""Tags that every page uses."""

import json
from typing import Any

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

register = template.Library()

# A data block may hold anything but what could end it.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.simple_tag
def json_ld(documents: list[dict[str, Any]] | None) -> str:
    """Each document as a JSON-LD data block, for search engines."""
    texts = (json.dumps(document, ensure_ascii=False).translate(_ESCAPES) for document in documents or [])
    return format_html_join(
        "\n", '<script type="application/ld+json">{}</script>', ((SafeString(text),) for text in texts)
    )
