"""Addresses of the newsletter's pages, in both languages."""

from django.urls import path
from django.utils.translation import pgettext_lazy

from newsletter import views

app_name = "newsletter"

urlpatterns = [
    path(pgettext_lazy("address", "newsletter/"), views.subscribe, name="subscribe"),
    path(pgettext_lazy("address", "newsletter/look-into-your-mailbox/"), views.check_mail, name="check_mail"),
    path(pgettext_lazy("address", "newsletter/confirm/<str:token>/"), views.confirm, name="confirm"),
    path(pgettext_lazy("address", "newsletter/preferences/<str:token>/"), views.preferences, name="preferences"),
]
