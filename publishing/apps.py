from django.apps import AppConfig


class PublishingConfig(AppConfig):
    """Abstract blocks, revisions and publications, and the functions that move content between them."""

    name = "publishing"
