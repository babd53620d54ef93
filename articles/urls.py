"""Addresses of the public pages, in both languages: the words of the path are translated like any other words."""

from django.urls import path
from django.utils.translation import pgettext_lazy

from articles import feeds, views
from articles.models import PageKey
from articles.sections import SECTIONS

app_name = "articles"


SECTION_WORDS = {
    "immigrate": pgettext_lazy("address", "immigrate/"),
    "study": pgettext_lazy("address", "study/"),
    "work": pgettext_lazy("address", "work/"),
    "money": pgettext_lazy("address", "money/"),
    "settle": pgettext_lazy("address", "settle/"),
    "plan": pgettext_lazy("address", "plan/"),
}
PAGE_WORDS = {
    "about": pgettext_lazy("address", "about/"),
    "contact": pgettext_lazy("address", "contact/"),
    "editorial": pgettext_lazy("address", "editorial-policy/"),
    "privacy": pgettext_lazy("address", "privacy/"),
    "accessibility": pgettext_lazy("address", "accessibility/"),
    "terms": pgettext_lazy("address", "terms/"),
}

urlpatterns = [
    path(pgettext_lazy("address", "articles/"), views.article_list, name="list"),
    path(pgettext_lazy("address", "articles/<slug:slug>/"), views.article_detail, name="article_detail"),
    path(pgettext_lazy("address", "topics/<slug:slug>/"), views.category_detail, name="category"),
    path(pgettext_lazy("address", "tags/<slug:slug>/"), views.tag_detail, name="tag"),
    path(pgettext_lazy("address", "people/<slug:slug>/"), views.author_detail, name="author"),
    *(path(SECTION_WORDS[key], views.section_detail, {"key": key}, name=f"section_{key}") for key in SECTIONS),
    *(path(PAGE_WORDS[key], views.page_detail, {"key": key}, name=f"page_{key}") for key in PageKey.values),
    *feeds.urlpatterns(SECTION_WORDS),
]
