"""The one admin site: Django's, with the site's name and no public address that depends on the request."""

from django.conf import settings
from django.contrib import admin
from django.utils.translation import gettext_lazy as _


class AdminSite(admin.AdminSite):
    site_header = _("M2C editors")
    site_title = "M2C"
    index_title = _("What needs you today")
    site_url = settings.SITE_URL + "/"
