"""The icons of the site: `{% icon "arrow" "small" %}`. They are decoration: no reader hears of them."""

from django import template
from django.utils.safestring import SafeString

register = template.Library()

# What is drawn, on a field of 24 by 24.
PATHS = {
    "arrow": '<path d="M4 12h15m-6-6 6 6-6 6"/>',
    "check": '<path d="m4.5 12.5 5 5 10-11"/>',
    "gauge": '<path d="M4 17a9 9 0 1 1 16 0"/><path d="m12 13 4-5"/>',
    "route": (
        '<circle cx="6" cy="19" r="2"/><circle cx="18" cy="5" r="2"/><path d="M8 19h7a4 4 0 0 0 0-8H9a4 '
        '4 0 0 1 0-8h7"/>'
    ),
    "work": (
        '<rect x="3" y="7" width="18" height="13" rx="2"/><path d="M9 7V5a2 2 0 0 1 2-2h2a2 2 0 0 1 2 2v2M3 13h18"/>'
    ),
    "book": '<path d="M12 6.5C10 4.7 7 4.2 3 4.5v14c4-.3 7 .3 9 2 2-1.7 5-2.3 9-2v-14c-4-.3-7 .2-9 2Zm0 0v14"/>',
    "bank": '<path d="M3 9.5 12 4l9 5.5zM5.5 13v5m4.3-5v5m4.4-5v5m4.3-5v5M3 21h18"/>',
    "home": '<path d="m3 11.5 9-8 9 8M5.5 9.5V20h13V9.5M10 20v-6h4v6"/>',
    "plane": (
        '<path d="M10.5 20.5 9.8 14 3 11.5l.9-1.7 7 .2 4.8-5.4c1-1.1 3.3-1.7 4.1-1 .8.8.2 3-.9 4.1L13.5 '
        '12.5l.2 7-1.7.9z"/>'
    ),
    "file": (
        '<path d="M14 3H6.5a1 1 0 0 0-1 1v16a1 1 0 0 0 1 1h11a1 1 0 0 0 1-1V7.5zm0 0v4.5h4.5M9 12.5h6M9 16.5h6"/>'
    ),
    "shield": '<path d="M12 3 5 5.5V11c0 4.5 2.8 8 7 10 4.2-2 7-5.5 7-10V5.5zm-3 9 2.2 2.2L15.5 10"/>',
    "mail": '<rect x="3" y="5" width="18" height="14" rx="2"/><path d="m3.5 7 8.5 6.5L20.5 7"/>',
    "down": '<path d="m5 9 7 7 7-7"/>',
    "download": '<path d="M12 4v11m-5-4.5 5 5 5-5M4.5 20h15"/>',
    "play": '<path d="M8 5.5v13l10.5-6.5z"/>',
    "important": '<path d="M12 3.5 2.5 20h19zM12 10v4.5m0 2.7v.1"/>',
    "changed": '<path d="M20 11a8 8 0 0 0-14.5-4L4 9m0-5v5h5M4 13a8 8 0 0 0 14.5 4l1.5-2m0 5v-5h-5"/>',
    "note": '<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5m0-9v.1"/>',
    "calendar": '<rect x="3.5" y="5" width="17" height="15.5" rx="2"/><path d="M3.5 10h17M8 2.5V7m8-4.5V7"/>',
    "pause": '<circle cx="12" cy="12" r="9"/><path d="M9.8 9v6m4.4-6v6"/>',
    "cross": '<path d="m6 6 12 12M18 6 6 18"/>',
    "question": '<circle cx="12" cy="12" r="9"/><path d="M9.4 9.6a2.7 2.7 0 1 1 3.9 2.6c-.9.4-1.3 1-1.3 2m0 2.4v.1"/>',
    "elsewhere": '<path d="M13.5 4.5h6v6M19 5l-8.5 8.5M9.5 6h-4a1 1 0 0 0-1 1v12a1 1 0 0 0 1 1H17a1 1 0 0 0 1-1v-4"/>',
    "compass": '<circle cx="12" cy="12" r="9"/><path d="m15.5 8.5-2 5-5 2 2-5z"/>',
}
# The sections, by their keys.
PATHS |= {
    "study": PATHS["book"],
    "money": PATHS["bank"],
    "settle": PATHS["home"],
    "immigrate": PATHS["plane"],
    "plan": PATHS["file"],
}


@register.simple_tag
def icon(name: str, size: str = "") -> str:
    """An icon by name, a compass for a name that is not known. size: small, large, or nothing for the usual one."""
    css = f"icon icon--{size}" if size else "icon"
    return SafeString(
        f'<svg class="{css}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
        f"{PATHS.get(name, PATHS['compass'])}</svg>"
    )
