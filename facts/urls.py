"""Addresses of the ledger's public pages, in both languages."""

from django.urls import path
from django.utils.translation import pgettext_lazy

from facts import feeds, glossary_views, views

app_name = "facts"

urlpatterns = [
    path(pgettext_lazy("address", "facts/"), views.fact_list, name="facts"),
    path(pgettext_lazy("address", "facts/<str:key>/"), views.fact_detail, name="fact"),
    path(pgettext_lazy("address", "sources/"), views.source_list, name="sources"),
    path(pgettext_lazy("address", "sources/<slug:slug>/"), views.source_detail, name="source"),
    path(pgettext_lazy("address", "changes/"), views.change_list, name="changes"),
    path(pgettext_lazy("address", "corrections/"), views.correction_list, name="corrections"),
    path(pgettext_lazy("address", "report-a-mistake/"), views.report, name="report"),
    path(pgettext_lazy("address", "report-a-mistake/thank-you/"), views.report_thanks, name="report_thanks"),
    path(pgettext_lazy("address", "glossary/"), glossary_views.glossary, name="glossary"),
    *feeds.urlpatterns(),
]
