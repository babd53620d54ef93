"""Addresses that only somebody who was given them knows. They say nothing of whose they are, nor in which language."""

from django.urls import path, register_converter

from quizzes import calculator_views, saved_views
from quizzes.models import TOKEN_LENGTH


class TokenConverter:
    """A word of `models.new_token`."""

    regex = f"[A-Za-z0-9]{{{TOKEN_LENGTH}}}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(TokenConverter, "token")

urlpatterns = [
    path("r/<token:token>/", saved_views.saved, name="saved_result"),
    path("r/<token:token>/score/", calculator_views.saved_score, name="saved_score"),
    path("s/<token:token>/", saved_views.shared, name="shared_result"),
]
