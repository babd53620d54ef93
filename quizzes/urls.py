"""Addresses of the quizzes in both languages. Those of saved and shared results have no language: see private_urls."""

from django.urls import path
from django.utils.translation import pgettext_lazy

from quizzes import calculator_views, views

app_name = "quizzes"

IMMIGRATION, STUDENT = {"key": "immigration"}, {"key": "student"}

urlpatterns = [
    path(pgettext_lazy("address", "tools/immigration-quiz/"), views.start, IMMIGRATION, name="quiz"),
    path(pgettext_lazy("address", "tools/immigration-quiz/continue/"), views.go_on, IMMIGRATION, name="quiz_go_on"),
    path(
        pgettext_lazy("address", "tools/immigration-quiz/q/<slug:slug>/"),
        views.question,
        IMMIGRATION,
        name="quiz_question",
    ),
    path(pgettext_lazy("address", "tools/immigration-quiz/check/"), views.check, IMMIGRATION, name="quiz_check"),
    path(pgettext_lazy("address", "tools/immigration-quiz/result/"), views.result, IMMIGRATION, name="quiz_result"),
    path(pgettext_lazy("address", "tools/student-quiz/"), views.start, STUDENT, name="student"),
    path(pgettext_lazy("address", "tools/student-quiz/continue/"), views.go_on, STUDENT, name="student_go_on"),
    path(
        pgettext_lazy("address", "tools/student-quiz/q/<slug:slug>/"), views.question, STUDENT, name="student_question"
    ),
    path(pgettext_lazy("address", "tools/student-quiz/check/"), views.check, STUDENT, name="student_check"),
    path(pgettext_lazy("address", "tools/student-quiz/result/"), views.result, STUDENT, name="student_result"),
    path(pgettext_lazy("address", "tools/crs-calculator/"), calculator_views.crs, name="crs"),
    path(pgettext_lazy("address", "tools/crs-calculator/score/"), calculator_views.crs_score, name="crs_score"),
    path(pgettext_lazy("address", "tools/fsw-points/"), calculator_views.fsw, name="fsw"),
    path(pgettext_lazy("address", "tools/fsw-points/result/"), calculator_views.fsw_score, name="fsw_score"),
    path(pgettext_lazy("address", "tools/language-converter/"), calculator_views.language, name="language"),
    path(
        pgettext_lazy("address", "tools/language-converter/levels/"),
        calculator_views.language_levels,
        name="language_levels",
    ),
]
