"""Calls to action: chosen, never typed, and shown only once their target exists."""

from dataclasses import dataclass

from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Call(models.TextChoices):
    """What an editor can choose."""

    QUIZ = "quiz", _("Immigration quiz")
    CALCULATOR = "calculator", _("CRS calculator")
    ROADMAP = "roadmap", _("Immigration roadmaps")
    JOB_MATCHING = "job_matching", _("Job matching")
    NEWSLETTER = "newsletter", _("Newsletter")


@dataclass(frozen=True)
class CallText:
    """What a call to action says and where it leads; `view` is the name of an address."""

    view: str
    icon: str
    title: str | Promise
    text: str | Promise
    label: str | Promise


TEXTS: dict[str, CallText] = {
    Call.QUIZ: CallText(
        "quizzes:quiz",
        "compass",
        _("Which program fits you?"),
        _("Answer a few questions and see the programs you can use, with every reason."),
        _("Take the free quiz"),
    ),
    Call.CALCULATOR: CallText(
        "quizzes:crs",
        "gauge",
        _("Your Express Entry score"),
        _("Your CRS points line by line, next to the latest rounds, with what would raise them most."),
        _("Calculate your score"),
    ),
    Call.ROADMAP: CallText(
        "guides:roadmaps",
        "route",
        _("A plan with dates"),
        _("Step by step, from the language test to landing, with documents, costs and dates."),
        _("Plan your move"),
    ),
    Call.JOB_MATCHING: CallText(
        "partners:job_matching",
        "work",
        _("Employers who hire from abroad"),
        _("Employers in Canada who look for your skills and may hire from abroad."),
        _("Get matched"),
    ),
    Call.NEWSLETTER: CallText(
        "newsletter:subscribe",
        "mail",
        _("News that changes your plans"),
        _("Rounds, rule changes and deadlines, chosen for your path."),
        _("Sign up free"),
    ),
}


def shown(call: str) -> dict[str, str] | None:
    """Title, text, label, icon and address of a call in the active language; None while its target does not exist."""
    text = TEXTS.get(call)
    if text is None:
        return None
    try:
        url = reverse(text.view)
    except NoReverseMatch:
        return None
    return {
        "title": str(text.title),
        "text": str(text.text),
        "label": str(text.label),
        "icon": text.icon,
        "url": url,
    }
