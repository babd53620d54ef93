"""The app that keeps the record of what tasks returned or raised."""

from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "m2c.tasks"
    label = "tasks"
    default_auto_field = "django.db.models.BigAutoField"
