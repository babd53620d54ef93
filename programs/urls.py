"""Addresses of the programs' pages, in both languages."""

from django.urls import path
from django.utils.translation import pgettext_lazy

from programs import feeds, views

app_name = "programs"

urlpatterns = [
    path(pgettext_lazy("address", "programs/"), views.program_list, name="programs"),
    path(pgettext_lazy("address", "programs/<slug:slug>/"), views.program_detail, name="program"),
    path(pgettext_lazy("address", "programs/<slug:slug>/feed/atom/"), feeds.ProgramFeed(), name="program_atom"),
    path(pgettext_lazy("address", "compare-programs/"), views.compare, name="compare"),
    path(pgettext_lazy("address", "program-status/"), views.status_register, name="register"),
    path(pgettext_lazy("address", "program-status/feed/atom/"), feeds.StatusFeed(), name="register_atom"),
]
