"""The rich-text field: one toolbar and one allow-list for the whole site."""

from typing import Any

from django.core.validators import MaxLengthValidator
from django_prose_editor.fields import ProseEditorField

from publishing import richtext

EXTENSIONS: dict[str, Any] = {
    "Bold": True,
    "Italic": True,
    "Heading": {"levels": [2, 3, 4]},
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "Link": {"enableTarget": False},  # richtext.clean knows the protocols; naming them here makes every editor warn
    "HorizontalRule": True,
    "HardBreak": True,
    "Table": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "Subscript": True,
    "Superscript": True,
    "Fact": True,  # a figure of the ledger; its script is in settings.DJANGO_PROSE_EDITOR_EXTENSIONS
    "History": True,
}


class RichTextField(ProseEditorField):
    """Sanitised HTML, edited with the toolbar above; migrations see a TextField."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("extensions", EXTENSIONS)
        kwargs.setdefault("sanitize", richtext.clean)
        kwargs.setdefault("validators", [MaxLengthValidator(richtext.LONGEST)])  # judged before it is cleaned
        super().__init__(*args, **kwargs)
