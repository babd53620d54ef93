"""What `manage.py check` says of the newsletter's settings."""

from typing import Any

from django.core import checks
from django.core.checks import CheckMessage, register

from newsletter import tokens

LONGEST_LINK = 70  # characters; longer ones leave Python's mail library encoded, and mailbox providers ignore those


@register()
def one_click_link_is_short(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The link of List-Unsubscribe has to fit on a line."""
    length = len(tokens.one_click_url("x" * tokens.TOKEN_LENGTH))
    if length < LONGEST_LINK:
        return []
    return [
        checks.Warning(
            f"The link for leaving in one click has {length} characters; at {LONGEST_LINK} or more it may reach mail "
            "programs encoded, and they ignore it then.",
            hint="Choose a shorter SITE_URL.",
            id="newsletter.W001",
        )
    ]
