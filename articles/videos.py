"""Addresses of videos: which are understood, and what a page needs to show one without asking YouTube for anything."""

import re
from urllib.parse import parse_qs, urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_key = re.compile(r"^[A-Za-z0-9_-]{11}$")
_hosts = {"youtube.com", "www.youtube.com", "m.youtube.com", "www.youtube-nocookie.com", "youtu.be"}


def video_key(address: str) -> str | None:
    """The eleven characters that name a video in a YouTube address, or None for anything else."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return None
    if parts.scheme != "https" or parts.netloc.lower() not in _hosts:
        return None
    path = parts.path.strip("/").split("/")
    if parts.netloc.lower() == "youtu.be":
        key = path[0]
    elif path[0] in {"embed", "shorts", "live"} and len(path) > 1:
        key = path[1]
    else:
        key = parse_qs(parts.query).get("v", [""])[0]
    return key if _key.fullmatch(key) else None


def watch_url(key: str) -> str:
    """Where a reader without JavaScript is led."""
    return f"https://www.youtube.com/watch?v={key}"


def embed_url(key: str) -> str:
    """What the player loads once the reader has asked for it."""
    return f"https://www.youtube-nocookie.com/embed/{key}?autoplay=1&cc_load_policy=1"


def validate_video_address(address: str) -> None:
    """Raise ValidationError unless the address names one video on YouTube."""
    if video_key(address) is None:
        raise ValidationError(_("Paste the address of one YouTube video, such as https://youtu.be/abcdefghijk."))


def validate_link(address: str) -> None:
    """Raise ValidationError unless the address is https or a path on this site."""
    if not (address.startswith("https://") or (address.startswith("/") and not address.startswith("//"))):
        raise ValidationError(_("Write an address that begins with https:// or, on this site, with /."))
