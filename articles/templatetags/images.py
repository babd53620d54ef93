"""Pictures in pages: `{% picture image shape="wide" sizes="100vw" %}`."""

from html import escape
from typing import Any

from django import template
from django.conf import settings
from django.utils.safestring import SafeString

from articles.models import Image

register = template.Library()

SOURCES = ("avif", "webp")  # the browser takes the first it knows; the <img> itself is JPEG
USUAL_WIDTH = 800  # for the few browsers that do not read srcset


@register.simple_tag
def picture(
    image: Image | None,
    shape: str = "wide",
    sizes: str = "100vw",
    alt: str | None = None,
    decorative: bool = False,
    eager: bool = False,
    **attributes: Any,
) -> str:
    """The picture in every format and width that was rendered; nothing for None or before it is rendered.

    shape: wide (16:9), natural or square; sizes: how wide it is shown, for the browser's choice; alt: None for the
    picture's own text; decorative: nobody needs it read out; eager: it is what a reader sees first, so load it first;
    class: of the `<img>`.
    """
    cut = image.renditions.get(shape) if image else None
    if not image or not cut:
        return ""
    files = cut["files"]
    # Everything that could hold more than a name of ours or a number is escaped here: a page has many pictures, and
    # format_html takes three times as long.
    shown = escape(sizes)
    sources = "".join(
        f'<source type="image/{kind}" srcset="{srcset(files[kind])}" sizes="{shown}">'
        for kind in SOURCES
        if kind in files
    )
    css = f' class="{escape(attributes["class"])}"' if attributes.get("class") else ""
    text = "" if decorative else escape(image.alt if alt is None else alt)
    first = 'fetchpriority="high"' if eager else 'loading="lazy"'
    return SafeString(
        f'<picture>{sources}<img src="{image_url(image, shape, USUAL_WIDTH)}" srcset="{srcset(files["jpeg"])}" '
        f'sizes="{shown}" width="{cut["width"]:d}" height="{cut["height"]:d}" alt="{text}"{css} {first} '
        f'decoding="async"></picture>'
    )


@register.simple_tag
def image_url(image: Image | None, shape: str = "social", width: int = 1200) -> str:
    """The address, without a host, of the JPEG at least this wide, or the widest; "" before it is rendered."""
    cut = image.renditions.get(shape) if image else None
    if not cut:
        return ""
    rendered = cut["files"]["jpeg"]
    return url(next((name for wide, name in rendered if wide >= width), rendered[-1][1]))


def srcset(rendered: list[list[Any]]) -> str:
    return ", ".join(f"{url(name)} {width:d}w" for width, name in rendered)


def url(name: str) -> str:
    """The address of a file of ours, whose names need no escaping."""
    return f"{settings.MEDIA_URL}{name}"
