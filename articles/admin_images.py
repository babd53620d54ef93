"""The admin of pictures and documents."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.exceptions import NotRegistered
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.forms import Script
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from articles import documents, images
from articles.files import path_of, write
from articles.models import Document, Image
from articles.templatetags.images import image_url
from articles.usage import uses

PAGE = 24  # pictures at a time in the dialog
MOST_LABELS = 500  # fields of one form that are labelled in one request
FULL_DISK = _("The file could not be stored. The disk may be full: tell whoever runs the site.")


def thumbnail_url(image: Image, width: int = 192) -> str:
    """The address of a small square of the picture; of the picture itself until it is rendered."""
    return image_url(image, "square", width) or image.file.url


class ImageForm(forms.ModelForm):
    class Meta:
        model = Image
        fields = ["title", "alt_en", "alt_fr", "credit", "licence", "focus_x", "focus_y"]
        widgets = dict.fromkeys(
            ["focus_x", "focus_y"], forms.NumberInput(attrs={"min": 0, "max": 1, "step": 0.01, "class": "vFocusField"})
        )
        help_texts = {
            "focus_x": _("0 is the left edge, 1 the right one."),
            "focus_y": _("0 is the upper edge, 1 the lower one."),
        }


class ImageAddForm(ImageForm):
    upload = forms.FileField(
        label=_("File"),
        help_text=_("JPEG, PNG, WebP or AVIF, at most 10 MB and 40 megapixels. Places and names in it are removed."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/avif"}),
    )

    def clean_upload(self) -> Any:
        try:
            return images.check(self.cleaned_data["upload"])
        except images.Duplicate as error:
            link = reverse("admin:articles_image_change", args=[error.image.pk])
            message = format_html(str(_('This picture is here already: <a href="{}">{}</a>.')), link, error.image)
            raise ValidationError(message, code="duplicate") from error

    def clean(self) -> None:
        super().clean()
        if self.errors:
            return
        try:
            images.attach(self.instance, self.cleaned_data["upload"])
        except OSError:
            self.add_error("upload", FULL_DISK)


@admin.register(Image)
class ImageAdmin(admin.ModelAdmin):
    form = ImageForm
    list_display = ["thumbnail", "title", "dimensions", "created_at", "number"]
    list_display_links = ["thumbnail", "title"]
    list_per_page = 50
    search_fields = ["title", "alt_en", "alt_fr", "credit"]
    date_hierarchy = "created_at"
    show_full_result_count = False
    readonly_fields = ["preview", "used_by", "dimensions", "created_at", "added_by"]
    delete_confirmation_template = "admin/articles/image/delete_confirmation.html"
    delete_selected_confirmation_template = "admin/articles/image/delete_selected_confirmation.html"

    class Media:
        css = {"all": ["css/admin/images.css"]}
        js = [Script("js/focal_point.js", type="module")]

    def get_form(self, request: HttpRequest, obj: Image | None = None, change: bool = False, **options: Any) -> Any:
        if obj is None:
            options["form"] = ImageAddForm
        return super().get_form(request, obj, change, **options)

    def get_fieldsets(self, request: HttpRequest, obj: Image | None = None) -> Any:
        words = ["title", "alt_en", "alt_fr", "credit", "licence"]
        focus = (_("Focus"), {"fields": ["preview", ("focus_x", "focus_y")]})
        if obj is None:
            return [(None, {"fields": ["upload", *words]}), focus]
        about = (_("About this file"), {"fields": ["dimensions", "created_at", "added_by"]})
        return [(None, {"fields": words}), focus, (_("Used by"), {"fields": ["used_by"]}), about]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The picture, with the request that asks for it: `used_by` is called without one."""
        image = super().get_object(request, object_id, from_field)
        if image is not None:
            image.asked_by = request
        return image

    def save_model(self, request: HttpRequest, obj: Image, form: forms.ModelForm, change: bool) -> None:
        if not change:
            obj.created_by = request.user  # type: ignore[assignment]  # nobody else gets here
        super().save_model(request, obj, form, change)
        if not change or {"focus_x", "focus_y"} & set(form.changed_data):
            images.request_render(obj)

    def get_deleted_objects(self, objs: QuerySet | Sequence[Any], request: HttpRequest) -> Any:
        """What Django asks before it deletes; a picture that is used anywhere is protected, and says where."""
        deleted, counts, lacking, _protected = super().get_deleted_objects(objs, request)
        used = [format_html("{}: {}", image, place) for image in objs for place in self.used_at(image, request)]
        return deleted, counts, lacking, used

    def used_at(self, image: Any, request: HttpRequest) -> list[str]:
        """The places that show the picture, each with a link to where it can be changed."""
        return [format_html("{} ({})", self.link(use.row, request), use.role) for use in uses(image)]

    def link(self, row: Model, request: HttpRequest) -> str:
        """The row's kind and name, as a link to its page in the admin; no name for those who may not see the row."""
        kind = capfirst(str(row._meta.verbose_name))
        try:
            row_admin = self.admin_site.get_model_admin(type(row))
        except NotRegistered:
            return format_html("{}: {}", kind, row)
        if not row_admin.has_view_permission(request, row):
            return kind
        address = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
        return format_html('<a href="{}">{}: {}</a>', address, kind, row)

    @admin.display(description=_("picture"))
    def thumbnail(self, image: Image) -> str:
        return format_html(
            '<img class="image-thumbnail" src="{}" width="64" height="64" loading="lazy" alt="{}">',
            thumbnail_url(image),
            image.alt,
        )

    @admin.display(description=_("number"), ordering="pk")
    def number(self, image: Image) -> str:
        return str(image.pk)

    @admin.display(description=_("size"))
    def dimensions(self, image: Image) -> str:
        size = f"{image.width} × {image.height}"
        return size if image.rendered_at else format_html("{}<br>{}", size, _("being rendered"))

    @admin.display(description=_("added by"))
    def added_by(self, image: Image) -> str:
        return image.created_by.get_full_name() or image.created_by.get_username() if image.created_by else "–"

    @admin.display(description=_("preview"))
    def preview(self, image: Image) -> str:
        address = (image_url(image, "natural", 800) or image.file.url) if image.pk else ""
        return render_to_string("admin/articles/image/preview.html", {"address": address, "alt": image.alt})

    @admin.display(description=_("shown in"))
    def used_by(self, image: Any) -> str:
        places = self.used_at(image, image.asked_by)
        if not places:
            return str(_("Nothing shows this picture."))
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((place,) for place in places)))

    def get_urls(self) -> list[URLPattern]:
        return [
            path("choose/", self.admin_site.admin_view(self.choose_view), name="articles_image_choose"),
            path("labels/", self.admin_site.admin_view(self.labels_view), name="articles_image_labels"),
            *super().get_urls(),
        ]

    def choose_view(self, request: HttpRequest) -> HttpResponse:
        """The dialog's content: all of it, or only the pictures that `?q=` finds from number `?start=` on."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        words = request.GET.get("q")
        start = request.GET.get("start", "")
        first = int(start) if start.isdecimal() and len(start) < 7 else 0
        found, _several = self.get_search_results(request, self.get_queryset(request), words or "")
        rows = list(found.order_by("-created_at", "-pk")[first : first + PAGE + 1])
        context = {
            "images": [{"image": image, "thumbnail": thumbnail_url(image)} for image in rows[:PAGE]],
            "next": str(first + PAGE) if len(rows) > PAGE else "",
            "start": first,
            "can_add": self.has_add_permission(request),
        }
        template = "admin/articles/image/choose.html"
        return render(request, template if words is None else f"{template}#results", context)

    def labels_view(self, request: HttpRequest) -> HttpResponse:
        """Title and thumbnail of the pictures `?ids=1,2,3`, as JSON; those that do not exist are left out."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        ids = [int(word) for word in request.GET.get("ids", "").split(",") if word.isdecimal() and len(word) < 19]
        rows = self.get_queryset(request).in_bulk(ids[:MOST_LABELS])
        labels = [{"id": pk, "title": str(image), "thumbnail": thumbnail_url(image)} for pk, image in rows.items()]
        return JsonResponse({"images": labels})


class DocumentForm(forms.ModelForm):
    upload = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("A PDF of at most 20 MB."),
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
    )

    class Meta:
        model = Document
        fields = ["title_en", "title_fr"]

    def clean_upload(self) -> documents.CheckedDocument | None:
        upload = self.cleaned_data["upload"]
        if upload is None:
            if not self.instance.file:
                raise ValidationError(_("Choose a file."), code="required")
            return None
        return documents.checked(upload)

    def clean(self) -> None:
        super().clean()
        if not self.cleaned_data.get("title_en") and not self.cleaned_data.get("title_fr"):
            self.add_error("title_en", _("Write the title in one language at least."))
        document = self.cleaned_data.get("upload")
        if self.errors or document is None:
            return
        try:
            write(path_of(document.name), document.data)
        except OSError:
            self.add_error("upload", FULL_DISK)
        else:
            self.instance.file.name = document.name
            self.instance.size = len(document.data)


@admin.register(Document)
class DocumentAdmin(admin.ModelAdmin):
    form = DocumentForm
    list_display = ["__str__", "readable_size", "created_at"]
    search_fields = ["title_en", "title_fr", "file"]
    readonly_fields = ["current_file", "created_at"]
    show_full_result_count = False

    def get_fieldsets(self, request: HttpRequest, obj: Document | None = None) -> Any:
        fields = ["upload", "title_en", "title_fr"]
        return [(None, {"fields": ["current_file", *fields, "created_at"] if obj else fields})]

    @admin.display(description=_("size"), ordering="size")
    def readable_size(self, document: Document) -> str:
        return filesizeformat(document.size)

    @admin.display(description=_("current file"))
    def current_file(self, document: Document) -> str:
        return format_html(
            '<a href="{}">{}</a> ({})', document.file.url, document.file.name, filesizeformat(document.size)
        )
