"""Facts in the rich-text editor: the dialog that `static/editing/facts.js` opens, and where it asks."""

from typing import Any

from django.template.loader import render_to_string


def dialog(page: dict[str, Any]) -> str:
    """What the editor's form needs to insert facts and to show their values; nothing for who may not see facts."""
    request = page.get("request")
    if request is None or not request.user.has_perm("facts.view_fact"):
        return ""
    return render_to_string("admin/facts/insert.html")
