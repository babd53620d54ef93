"""Choosing a picture in the admin: a field that shows it and opens a dialog with all of them."""

from typing import Any

from django import forms
from django.db.models import ForeignKey
from django.forms import Script
from django.http import HttpRequest
from django.urls import reverse

from articles.models import Image


class ImageChooserWidget(forms.TextInput):
    """The number of a picture as a field, which a script replaces by the picture itself and a dialog.

    It asks the database nothing: the script gets the titles and thumbnails of all fields of a page in one request.
    """

    template_name = "articles/widgets/image_chooser.html"

    class Media:
        css = {"all": ["css/admin/images.css"]}
        js = [Script("js/image_chooser.js", type="module")]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        attrs = {"inputmode": "numeric", "autocomplete": "off", **(attrs or {})}
        # A browser cannot point at a field that the script hides, and would not send the form without a word.
        attrs.pop("required", None)
        context = super().get_context(name, value, attrs)
        return context | {
            "choose_url": reverse("admin:articles_image_choose"),
            "labels_url": reverse("admin:articles_image_labels"),
            "list_url": reverse("admin:articles_image_changelist"),
        }


class ChoosesImages:
    """Put it before ModelAdmin or an inline: every foreign key to a picture is chosen with ImageChooserWidget."""

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **options: Any) -> Any:
        if db_field.remote_field.model is Image:
            options["widget"] = ImageChooserWidget()
        return super().formfield_for_foreignkey(db_field, request, **options)  # type: ignore[misc]
