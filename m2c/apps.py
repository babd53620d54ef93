"""The project's own app (home page, database, tasks) and the admin's configuration."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class M2CConfig(AppConfig):
    name = "m2c"
    verbose_name = "Site"


class AdminConfig(DjangoAdminConfig):
    default_site = "m2c.admin_site.AdminSite"
