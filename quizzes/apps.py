from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QuizzesConfig(AppConfig):
    """The quizzes and the calculators. Their rules are plain Python, in packages that load alone."""

    name = "quizzes"
    verbose_name = _("Quizzes")
