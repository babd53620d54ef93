"""What another app would put into a slot."""

from typing import Any

from django.utils.safestring import SafeString


def box(page: dict[str, Any], **details: Any) -> str:
    """A sign-up box."""
    return SafeString('<p class="signup-box">')
