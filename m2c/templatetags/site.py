"""Tags that every page uses."""

import json
from typing import Any

from django import template
from django.conf import settings
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

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


@register.tag
def fixed(parser: Parser, token: Token) -> "Fixed":
    """A part of a template that depends on the language, and on what is named, alone: it is rendered once for each.

    `{% fixed section.key %} … {% endfixed %}`; what is named must have few values.
    """
    named = [parser.compile_filter(word) for word in token.split_contents()[1:]]
    content = parser.parse(("endfixed",))
    parser.delete_first_token()
    return Fixed(content, named)


class Fixed(template.Node):
    def __init__(self, content: NodeList, named: list[FilterExpression]) -> None:
        self.content = content
        self.named = named
        self.kept: dict[tuple[Any, ...], SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        values = (value.resolve(context, ignore_failures=True) for value in self.named)
        key = (get_language(), settings.STORAGES["staticfiles"]["BACKEND"], *values)
        if key not in self.kept:
            self.kept[key] = self.content.render(context)
        return self.kept[key]
