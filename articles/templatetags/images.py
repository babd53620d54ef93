"""Pictures in pages: `{% picture image shape="wide" sizes="100vw" %}`."""

from typing import Any

from django import template
from django.conf import settings
from django.utils.html import format_html, format_html_join
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
    sources = format_html_join(
        "",
        '<source type="image/{}" srcset="{}" sizes="{}">',
        ((kind, srcset(files[kind]), sizes) for kind in SOURCES if kind in files),
    )
    css = format_html(' class="{}"', attributes["class"]) if attributes.get("class") else ""
    return format_html(
        '<picture>{}<img src="{}" srcset="{}" sizes="{}" width="{}" height="{}" alt="{}"{} {} decoding="async">'
        "</picture>",
        sources,
        image_url(image, shape, USUAL_WIDTH),
        srcset(files["jpeg"]),
        sizes,
        cut["width"],
        cut["height"],
        "" if decorative else image.alt if alt is None else alt,
        css,
        SafeString('fetchpriority="high"' if eager else 'loading="lazy"'),
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
    return ", ".join(f"{url(name)} {width}w" for width, name in rendered)


def url(name: str) -> str:
    """The address of a file of ours, whose names need no escaping."""
    return f"{settings.MEDIA_URL}{name}"
