"""Addresses of the rounds' pages, in both languages."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter
from django.utils.translation import pgettext_lazy

from rounds import feeds, views

app_name = "rounds"


class NumberConverter(StringConverter):
    """The number of a round, 434 or 91a."""

    regex = "[1-9][0-9]{0,3}[a-i]?"


register_converter(NumberConverter, "round")

urlpatterns = [
    path(pgettext_lazy("address", "rounds/"), views.round_list, name="rounds"),
    path(pgettext_lazy("address", "rounds/feed/atom/"), feeds.RoundFeed(), name="rounds_atom"),
    path(pgettext_lazy("address", "rounds/corrections/"), views.correction_list, name="corrections"),
    path(pgettext_lazy("address", "rounds/<round:number>/"), views.round_detail, name="round"),
]
