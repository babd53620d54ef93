"""The places in a page that other apps may fill: `{% slot "newsletter_box" topic="study" %}`."""

from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.utils.html import format_html_join
from django.utils.module_loading import import_string

register = template.Library()


@register.simple_tag(takes_context=True)
def slot(context: Context, name: str, **details: Any) -> str:
    """What the functions named in settings.SLOTS make of this page, one after the other; nothing if there are none.

    Each gets the page's context as a dictionary and the details of the tag, and returns safe HTML or "".
    """
    fragments = [import_string(path)(context.flatten(), **details) for path in settings.SLOTS[name]]
    return format_html_join("", "{}", ((fragment,) for fragment in fragments))
