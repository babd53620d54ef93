"""The admin of the quizzes' words; personas and counts have modules of their own.

What is asked, and when, is in quizzes/flow: here its words and their order are edited, and slugs and codes are locked.
"""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from facts.admin_lists import LedgerAdmin, counted
from programs.models import by_language
from publishing import purge
from publishing.admin_forms import FollowsHost
from quizzes import admin_counts, admin_crs, admin_personas, views
from quizzes.models import Choice, Question, Quiz

# Django looks for this module only.
__all__ = ["admin_counts", "admin_crs", "admin_personas"]

BOTH = ("en", "fr")


def in_both(name: str, most: int, rows: int = 1) -> dict[str, forms.Widget]:
    """The widgets of a text in both languages, which say how long it is."""
    widgets = {f"{name}_{language}": counted(most, rows) for language in BOTH}
    widgets[f"{name}_fr"].attrs["lang"] = "fr"
    return widgets


def narrow(name: str, most: int) -> dict[str, forms.Widget]:
    """The same for the rows of a table, which have no room for a count."""
    widgets = {f"{name}_{code}": forms.Textarea(attrs={"rows": 2, "cols": 24, "maxlength": most}) for code in BOTH}
    widgets[f"{name}_fr"].attrs["lang"] = "fr"
    return dict(widgets)


def drop_starts(key: str) -> None:
    """Have caches drop the pages that are the same for everybody: the start of a quiz, and the home page, whose first
    question it is."""
    paths = set(by_language(partial(views.address, key)).values()) | {"/en/", "/fr/"}
    transaction.on_commit(partial(purge.paths, sorted(paths)), robust=True)


class WordsAdmin(LedgerAdmin):
    """Words that come with the program: they are changed, and neither added nor taken away."""

    change_form_template = "admin/quizzes/words.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RowsOfWords(FollowsHost, admin.TabularInline):
    """Rows on the form of their host that are changed, and neither added nor taken away."""

    template = "admin/quizzes/rows.html"
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RowForm(forms.ModelForm):
    """A row of a table: each control is called by its column and by the row's code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = getattr(self.instance, "code", "") or getattr(self.instance, "slug", "")
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = f"{capfirst(str(field.label))}, {code}"


class QuizForm(forms.ModelForm):
    class Meta:
        widgets = {**in_both("title", 120), **in_both("intro", 600, rows=4)}


class QuestionRowForm(RowForm):
    class Meta:
        widgets = narrow("heading", 160)


class QuestionInline(RowsOfWords):
    """The questions of a quiz in their order; all their other words are on their own form."""

    model = Question
    form = QuestionRowForm
    fields = ["position", "slug", "heading_en", "heading_fr"]
    readonly_fields = ["slug"]
    show_change_link = True


@admin.register(Quiz)
class QuizAdmin(WordsAdmin):
    form = QuizForm
    list_display = ["__str__", "title_fr", "key"]
    fields = ["key", ("title_en", "title_fr"), ("intro_en", "intro_fr")]
    readonly_fields = ["key"]
    inlines = [QuestionInline]

    def view_on_site(self, obj: Quiz) -> str | None:
        return address(obj.key)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        drop_starts(form.instance.key)


class QuestionForm(forms.ModelForm):
    class Meta:
        widgets = {**in_both("heading", 160), **in_both("hint", 600, rows=3), **in_both("why", 600, rows=3)}


class ChoiceForm(RowForm):
    class Meta:
        widgets = {**narrow("label", 160), **narrow("hint", 300)}


class ChoiceInline(RowsOfWords):
    """The labels of a question's fields, and of the choices of each."""

    model = Choice
    form = ChoiceForm
    fields = ["position", "code", "label_en", "label_fr", "hint_en", "hint_fr"]
    readonly_fields = ["code"]


@admin.register(Question)
class QuestionAdmin(WordsAdmin):
    form = QuestionForm
    list_display = ["heading", "heading_fr", "slug_code", "quiz", "position"]
    list_filter = ["quiz"]
    list_select_related = ["quiz"]
    list_per_page = 120  # all of them
    search_fields = ["slug", "heading_en", "heading_fr", "hint_en", "hint_fr", "choices__label_en", "choices__label_fr"]
    search_help_text = _("The slug, or words of the question, of its help or of its choices, in either language")
    ordering = ["quiz", "position", "pk"]
    sortable_by = ()
    fields = [
        ("quiz", "slug", "position"),
        ("heading_en", "heading_fr"),
        ("hint_en", "hint_fr"),
        ("why_en", "why_fr"),
    ]
    readonly_fields = ["quiz", "slug"]
    inlines = [ChoiceInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("quiz")

    @admin.display(description=_("question (English)"))
    def heading(self, obj: Question) -> str:
        return obj.heading_en

    @admin.display(description=_("slug"))
    def slug_code(self, obj: Question) -> SafeString:
        return format_html("<code>{}</code>", obj.slug)

    def view_on_site(self, obj: Question) -> str | None:
        return address(obj.quiz.key, "question", slug=obj.slug)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        drop_starts(form.instance.quiz.key)


def address(key: str, page: str = "", **parts: str) -> str | None:
    """Where readers find it; nowhere for a quiz that has no pages."""
    try:
        return views.address(key, page, **parts)
    except (KeyError, NoReverseMatch):
        return None
