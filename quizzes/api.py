"""The rules as JSON: POST /api/v1/eligibility/ and /api/v1/crs/. Free to use; nothing that is sent is kept or logged.

    {"facts": {fact id: value, …}, "as_of": "2026-11-25"}

    {"as_of", "rules_version", "programs": {program id:
        {"verdict": "likely|worth_checking|need_answer|close|not_now|closed",
         "failed": [criterion ids], "unknown": [criterion ids], "gap": [criterion ids]}}}

A fact that is left out takes its default; null is "not sure". What is wrong comes back as 400 and `{"errors": {id: what
was expected}}`. The ids are in quizzes/eligibility/data. What the CRS takes and answers is in quizzes/crs/door.py; a
day or a version whose rules are not known is 409.
"""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from doors import machines
from facts import ledger
from quizzes import crs, judging, rulebook
from quizzes.eligibility.answers import BadAnswers


@machines.json_door("eligibility", "ELIGIBILITY_PER_MINUTE")
def eligibility(_request: HttpRequest, body: dict[str, Any]) -> HttpResponse:
    """The verdict of every program for one person."""
    try:
        return machines.answer(judging.judge(body))
    except BadAnswers as error:
        return machines.refuse(error.errors)


@machines.json_door("crs", "CRS_PER_MINUTE")
def crs_score(_request: HttpRequest, body: dict[str, Any]) -> HttpResponse:
    """The score of one profile, or of up to a thousand."""
    try:
        return machines.answer(crs.answer(body, rulebook.current(), ledger.today()))
    except crs.Problems as error:
        return machines.refuse(error.errors)
    except crs.UnknownRules as error:
        return machines.refuse({"rules": str(error)}, HTTPStatus.CONFLICT)


urlpatterns = [
    path("eligibility/", eligibility, name="api_eligibility"),
    path("crs/", crs_score, name="api_crs"),
]
