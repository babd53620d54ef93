"""The admin of everything that readers read: articles, simple pages, and what they are sorted and signed by."""

from typing import Any, cast

import taggit.admin
from content_editor.admin import ContentEditorInline
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple, RelatedFieldWidgetWrapper
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import slugify
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles import admin_images, models, readiness
from articles.admin_filters import AttentionFilter, AuthorFilter
from articles.chooser import ChoosesImages
from articles.models import Article, Author, Category, Page, Tag
from articles.sections import SECTIONS
from articles.translating import newest_source, other_language, start_translation
from publishing.admin import PublishableAdmin
from publishing.admin_forms import (
    DATE_INPUT,
    BlockInline,
    FollowsHost,
    KnownLabels,
    PersonField,
    PublishableForm,
    StaysOnTheForm,
    tell_labels,
)
from publishing.admin_lists import CappedPaginator, StateFilter
from publishing.dates import date_format
from publishing.models import Publishable
from publishing.readiness import Finding, block_findings

# Django looks for this module only; the admins of pictures and documents live in theirs.
__all__ = ["admin_images"]

# taggit registers its own Tag, which nothing here uses.
admin.site.unregister(taggit.admin.Tag)


class KnownAutocomplete(KnownLabels, forms.Select):
    """An autocomplete that asks the database for no label of a row that was loaded with its form."""


class LabelledForm(forms.ModelForm):
    """A row of an inline with autocompletes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tell_labels(self)


class ChoosesRows:
    """An admin whose foreign keys named in `chosen` are autocompletes that know their labels."""

    chosen: tuple[str, ...] = ()
    admin_site: admin.AdminSite

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.chosen:
            kwargs["widget"] = KnownAutocomplete(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


class ArticleBlockInline(ChoosesImages, ChoosesRows, StaysOnTheForm, BlockInline):
    chosen = ("document",)


def block_inline(model: Any, icon: str, hue: int) -> type[ArticleBlockInline]:
    """The inline for one kind of block: its icon, and the hue of that icon."""
    return cast(
        type[ArticleBlockInline],
        ArticleBlockInline.create(model, icon=icon, color=f"oklch(var(--block-lightness, .48) .11 {hue})"),
    )


class GroupedCategories(forms.models.ModelChoiceIterator):
    """Categories under the names of their sections, in one query."""

    def __iter__(self) -> Any:
        yield "", self.field.empty_label
        sections: dict[str, list[Any]] = {}
        for category in self.queryset:
            sections.setdefault(category.section, []).append(self.choice(category))
        for key, section in SECTIONS.items():
            if key in sections:
                yield str(section.name), sections[key]


class CategoryField(forms.ModelChoiceField):
    iterator = GroupedCategories


class ArticleForm(PublishableForm):
    category = CategoryField(queryset=Category.objects.all(), label=_("Category"))

    class Meta:
        widgets = {
            "title": forms.TextInput(attrs={"class": "vTextField", "data-count": "60"}),
            "summary": forms.Textarea(attrs={"class": "vLargeTextField", "rows": 3, "data-count": "160-260"}),
            "slug": forms.TextInput(attrs={"class": "vTextField", "data-slug-of": "id_title"}),
            "review_by": DATE_INPUT,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].validators = [models.SLUG]  # in place of Django's, which speaks of underscores
            self.fields["slug"].help_text = _("The end of the address. Left empty, it is made from the title.")

    def clean_slug(self) -> str:
        """The slug as typed, or one made from the title, with accents folded."""
        return self.cleaned_data["slug"] or slugify(self.cleaned_data.get("title", ""))[:80].strip("-")


class AuthorshipInline(FollowsHost, ChoosesRows, StaysOnTheForm, admin.TabularInline):
    model = models.Authorship
    form = LabelledForm
    fields = ["author", "order"]
    chosen = ("author",)
    identity = "author"

    def identify(self, row: Any) -> str:
        return str(row.author_id)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("author")

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if obj else 1


class SourceForm(forms.ModelForm):
    class Meta:
        widgets = {"url": forms.URLInput, "checked_on": DATE_INPUT}


class SourceInline(FollowsHost, admin.TabularInline):
    model = models.Source
    form = SourceForm
    fields = ["publisher", "title", "url", "checked_on", "order"]
    extra = 0
    identity = "url"

    def identify(self, row: Any) -> str:
        return row.url


class UnpublishForm(forms.ModelForm):
    """Where readers are led once an article is gone."""

    class Meta:
        model = Article
        fields = ["successor"]
        error_messages = {
            "successor": {"invalid_choice": _("Choose another article that is live now, in the same language.")}
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ModelChoiceField, self.fields["successor"])
        live = models.Publication.objects.live().filter(language=self.instance.language)
        field.queryset = Article.objects.filter(pk__in=live.values("article")).exclude(pk=self.instance.pk)
        field.widget = AutocompleteSelect(Article._meta.get_field("successor"), admin.site, choices=field.choices)


@admin.register(Article)
class ArticleAdmin(ChoosesImages, ChoosesRows, PublishableAdmin):
    form = ArticleForm
    list_display = ["title", "state_badge", "category", "language", "owner_name", "changed", "review"]
    list_display_links = ["title"]
    list_select_related = ["category", "owner"]
    list_filter = [StateFilter, AttentionFilter, "category", AuthorFilter, "language"]
    sortable_by = ["changed", "review"]
    search_fields = ["title", "slug"]
    search_help_text = _("Words of the title or the slug")
    date_hierarchy = "changed_at"
    chosen = ("checked_by",)
    fieldsets = [
        (None, {"fields": ["title", "slug", "summary"]}),
        (_("Where it belongs"), {"fields": [("category", "language")]}),
        (_("Picture"), {"fields": ["image", "image_alt", "image_decorative"]}),
        (_("Tags and checks"), {"fields": ["tags", ("checked_by", "review_by")]}),
        (_("Options"), {"fields": [("newsletter_box", "advertisement"), "owner"]}),
    ]
    arrangement = (0, 1, 2, ContentEditorInline, AuthorshipInline, 3, SourceInline, 4)
    inlines = [
        block_inline(models.ArticleText, "notes", 192),
        block_inline(models.ArticlePicture, "image", 250),
        block_inline(models.ArticleVideo, "play_circle", 20),
        block_inline(models.ArticleNotice, "info", 75),
        block_inline(models.ArticleQuestion, "help_outline", 300),
        block_inline(models.ArticleCall, "ads_click", 150),
        block_inline(models.ArticleSignup, "mail", 110),
        block_inline(models.ArticleDownload, "download", 220),
        AuthorshipInline,
        SourceInline,
    ]

    # Who may

    def sees_all(self, request: HttpRequest) -> bool:
        """Editors see everybody's articles; authors see and change what is theirs."""
        return request.user.has_perm("articles.change_any_article")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request)
        return rows if self.sees_all(request) else rows.filter(owner=cast(Any, request.user))

    def is_own_draft(self, request: HttpRequest, obj: Article) -> bool:
        """Is it this person's, and was it never handed over to readers?"""
        return obj.owner_id == request.user.pk and not self.was_released(obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or self.sees_all(request) or self.is_own_draft(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or self.sees_all(request) or self.is_own_draft(request, obj))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_view_permission(request, obj)
        return allowed and (obj is None or self.sees_all(request) or obj.owner_id == request.user.pk)

    # The list

    @admin.display(description=_("owner"))
    def owner_name(self, obj: Article) -> str:
        return (obj.owner.get_full_name() or obj.owner.get_username()) if obj.owner else ""

    @admin.display(description=_("changed"), ordering="changed_at")
    def changed(self, obj: Article) -> str:
        return date_format(localtime(obj.changed_at), "SHORT_DATE_FORMAT") if obj.changed_at else ""

    @admin.display(description=_("check by"), ordering="review_by")
    def review(self, obj: Article) -> str:
        if obj.review_by is None:
            return ""
        day = date_format(obj.review_by, "SHORT_DATE_FORMAT")
        if obj.review_by >= localdate():
            return day
        return format_html(
            '<span class="overdue">{} <span class="overdue-word">{}</span></span>', day, gettext("overdue")
        )

    # The form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if self.sees_all(request):
            return fieldsets
        *others, (title, options) = fieldsets
        return [*others, (title, {**options, "fields": [name for name in options["fields"] if name != "owner"]})]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"owner": request.user.pk, **super().get_changeform_initial_data(request)}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "tags":
            return self.tag_field(db_field, request)
        if db_field.name == "owner":
            return PersonField(required=False, label=_("Owner"))
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def tag_field(self, db_field: Any, request: HttpRequest) -> forms.ModelMultipleChoiceField:
        """Existing tags by autocomplete; whoever may add tags has a link for it beside."""
        widget = RelatedFieldWidgetWrapper(
            AutocompleteSelectMultiple(db_field, self.admin_site),
            db_field.remote_field,
            self.admin_site,
            can_add_related=request.user.has_perm("articles.add_tag"),
        )
        return forms.ModelMultipleChoiceField(Tag.objects.all(), required=False, label=_("Tags"), widget=widget)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change and obj.owner_id is None:
            obj.owner = request.user
        super().save_model(request, obj, form, change)

    def standing(self, request: HttpRequest, obj: Any, attempt: Any) -> dict[str, Any]:
        return {**super().standing(request, obj, attempt), "translation": self.translation(request, obj)}

    def translation(self, request: HttpRequest, obj: Article) -> dict[str, Any]:
        """The article in the other language, and how a translation stands to its source."""
        sibling = Article.objects.filter(group=obj.group).exclude(pk=obj.pk).first()
        language = models.Language(sibling.language if sibling else other_language(obj.language))
        mine = sibling is not None and (self.sees_all(request) or sibling.owner_id == request.user.pk)
        found: dict[str, Any] = {
            "language": language.label,
            "exists": sibling is not None,
            "url": self.address("change", sibling) if mine else "",
            "may_add": sibling is None and self.has_add_permission(request),
        }
        if obj.translated_from is not None:
            newest = newest_source(obj)
            found["source_number"] = obj.translated_from.number
            found["behind"] = newest is not None and newest.number > obj.translated_from.number
            found["behind"] = found["behind"] and cast(Any, newest).digest != obj.translated_from.digest
            found["newest_url"] = (
                self.address("revision", obj.translated_from.article_id, newest.number) if newest else ""
            )
        return found

    def other_buttons(self, request: HttpRequest, host: Publishable) -> HttpResponse | None:
        article = cast(Article, host)
        if "_translate" in request.POST and self.has_add_permission(request):
            copy = start_translation(article, cast(Any, request.user))
            self.log_addition(request, copy, gettext("Copied to be translated."))
            text = gettext("This is a copy to translate: change the title, the slug, the text and what pictures show.")
            self.message_user(request, text, messages.INFO)
            return HttpResponseRedirect(self.address("change", copy))
        if "_up_to_date" in request.POST:
            article.translated_from = newest_source(article)
            article.save(update_fields=["translated_from"])
            request.attempt.outcome = gettext("Saved, and marked as up to date with its source.")  # type: ignore[attr-defined]
        return None

    # Publishing

    def readiness(self, content: dict[str, Any]) -> list[Finding]:
        return readiness.article_findings(content)

    def used_by(self, host: Publishable) -> list[tuple[str, str]]:
        linking = models.Publication.objects.live().filter(link_ids__contains=[host.pk]).exclude(article=host.pk)
        found = [
            (publication.title, self.address("change", publication.article_id))
            for publication in linking.only("title", "article_id").order_by("title")[:100]
        ]
        for category in Category.objects.filter(next_article=host.pk):
            title = gettext("Category “%(name)s”, as what to read next") % {"name": category}
            found.append((title, reverse("admin:articles_category_change", args=[category.pk])))
        return found

    def unpublish_form(self, request: HttpRequest, host: Publishable) -> forms.ModelForm:
        return UnpublishForm(request.POST if request.method == "POST" else None, instance=cast(Article, host))


@admin.register(Page)
class PageAdmin(PublishableAdmin):
    list_display = ["title", "key", "language", "state_badge", "changed"]
    list_filter = [StateFilter, "key", "language"]
    search_fields = ["title"]
    sortable_by = ["changed"]
    fieldsets = [(None, {"fields": [("key", "language"), "title", "summary"]})]
    arrangement = (0, ContentEditorInline)
    inlines = [
        block_inline(models.PageText, "notes", 192),
        block_inline(models.PageNotice, "info", 75),
        block_inline(models.PageQuestion, "help_outline", 300),
    ]

    @admin.display(description=_("changed"), ordering="changed_at")
    def changed(self, obj: Page) -> str:
        return date_format(localtime(obj.changed_at), "SHORT_DATE_FORMAT") if obj.changed_at else ""

    def public_address(self, host: Publishable, live: Any) -> str:
        return Page(key=live.key, language=live.language).get_absolute_url()

    def readiness(self, content: dict[str, Any]) -> list[Finding]:
        return block_findings(content)


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    list_display = ["name_en", "name_fr", "section", "order"]
    list_filter = ["section"]
    search_fields = ["name_en", "name_fr"]
    prepopulated_fields = {"slug_en": ["name_en"], "slug_fr": ["name_fr"]}
    autocomplete_fields = ["next_article"]
    fieldsets = [
        (None, {"fields": [("section", "order")]}),
        (_("English"), {"fields": ["name_en", "slug_en", "description_en"]}),
        (_("French"), {"fields": ["name_fr", "slug_fr", "description_fr"]}),
        (_("At the end of its articles"), {"fields": ["next_call", "next_article", "topic"]}),
    ]


@admin.register(Author)
class AuthorAdmin(ChoosesImages, admin.ModelAdmin):
    list_display = ["name", "role_en", "role_fr", "is_sample"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
    paginator = CappedPaginator
    fieldsets = [
        (None, {"fields": ["name", "slug", "portrait"]}),
        (_("English"), {"fields": ["role_en", "credential_en", "biography_en"]}),
        (_("French"), {"fields": ["role_fr", "credential_fr", "biography_fr"]}),
        (_("Account"), {"fields": ["user", "is_sample"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Whose account it is decides nothing yet; still only who manages accounts may say so."""
        return () if request.user.has_perm("auth.change_user") else ("user",)


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin):
    list_display = ["name", "label_fr", "slug"]
    search_fields = ["name", "label_fr"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "slug", "label_fr"]
    paginator = CappedPaginator
    show_full_result_count = False

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """One by one, so that each is taken off the articles that show it."""
        for tag in queryset:
            tag.delete()


@admin.register(models.Advertisement)
class AdvertisementAdmin(ChoosesImages, admin.ModelAdmin):
    list_display = ["name", "language", "is_on", "starts_at", "ends_at"]
    list_filter = ["language", "is_on"]
    search_fields = ["name"]
    fields = ["name", "language", "is_on", "image", "alt", "url", "starts_at", "ends_at"]
