"""The admin of the home page, one row for each language."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles.admin import ChoosesRows, LabelledForm
from articles.chooser import ChoosesImages
from m2c.models import Home, HomeFeature, HomeTool
from publishing.admin_forms import FollowsHost, StaysOnTheForm


class HomeRowInline(FollowsHost, ChoosesRows, StaysOnTheForm, admin.TabularInline):
    """Cards of the home page, in the order of their numbers."""

    form = LabelledForm
    chosen = ("article",)
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("article")


class HomeFeatureInline(HomeRowInline):
    model = HomeFeature
    fields = ["order", "article"]


class HomeToolInline(HomeRowInline):
    model = HomeTool
    fields = ["order", "icon", "call", "article", "title", "text", "label"]


@admin.register(Home)
class HomeAdmin(ChoosesImages, ChoosesRows, StaysOnTheForm, admin.ModelAdmin):
    form = LabelledForm
    list_display = ["language", "title"]
    search_fields = ["title"]
    chosen = ("guide_article",)
    fieldsets = [
        (None, {"fields": ["language", "eyebrow", "title", "text", "ticks", "image"]}),
        (
            _("Guide"),
            {"fields": ["guide_title", "guide_text", "guide_label", "guide_article", "guide_image"]},
        ),
        (_("Video"), {"fields": ["video_title", "video_url", "video_image"]}),
        (_("Partner"), {"fields": ["partner_name", "partner_text", "partner_url", "partner_image"]}),
    ]
    inlines = [HomeFeatureInline, HomeToolInline]

    class Media:
        css = {"all": ["editing/form.css"]}

    def has_delete_permission(self, request: HttpRequest, obj: Home | None = None) -> bool:
        """A language without a home page has no front door, so nobody may take one away."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("guide_article")
