"""What the quizzes put into pages of other apps: see settings.SLOTS. Each is the same for everybody."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet, Subquery
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from publishing.prepared import Prepared
from quizzes import flow
from quizzes.models import Choice, Question
from quizzes.views import address, first_form
from quizzes.wording import of

KEY = "immigration"


def _first_labels(quiz: str) -> QuerySet[Choice]:
    """The labels of a quiz's first question, each with the question and the quiz."""
    first = Question.objects.filter(quiz__key=quiz).order_by("position", "pk").values("pk")[:1]
    return Choice.objects.filter(question=Subquery(first)).select_related("question__quiz").order_by("position", "pk")


first_labels = Prepared(_first_labels, one_plan=True)


def home_panel(_context: Mapping[str, Any]) -> str:
    """The quiz's first question, which the home page asks; nothing while it has no words. One query."""
    rows = first_labels(quiz=KEY)
    if not rows:
        return ""
    row = rows[0].question
    words = of([row], rows)
    asked = flow.QUIZZES[KEY].question(row.slug)
    if asked is None:
        return ""
    context = {"first": first_form(flow.QUIZZES[KEY], asked, words), "title": words.title or _("Immigration quiz")}
    return render_to_string("quizzes/first.html", context)


def header_action(context: Mapping[str, Any]) -> str:
    """The way to the quiz, on every page but its own."""
    if "quiz" in context:
        return ""
    return render_to_string("quizzes/header_action.html", {"url": address(KEY)})
