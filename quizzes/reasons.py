"""What verdicts, places and criteria say on a page."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from facts.models import Jurisdiction
from quizzes.eligibility.verdicts import Verdict

# The word on a card, its tone and its icon. The word always stands beside the colour.
CHIPS = {
    Verdict.LIKELY: (gettext_lazy("You meet the main rules"), "ok", "check"),
    Verdict.WORTH_CHECKING: (gettext_lazy("You may fit; check these points"), "ok", "question"),
    Verdict.NEED_ANSWER: (gettext_lazy("One more answer needed"), "unsure", "question"),
    Verdict.CLOSE: (gettext_lazy("Close: one or two steps away"), "unsure", "important"),
    Verdict.NOT_NOW: (gettext_lazy("Not now"), "no", "cross"),
    Verdict.CLOSED: (gettext_lazy("Closed or paused"), "plain", "pause"),
}
GROUPS = {
    Verdict.LIKELY: gettext_lazy("You meet the main rules"),
    Verdict.WORTH_CHECKING: gettext_lazy("You may fit: worth checking"),
    Verdict.NEED_ANSWER: gettext_lazy("One more answer would tell"),
    Verdict.CLOSE: gettext_lazy("Close: what is missing can be changed"),
}
SHARED_GROUPS = {  # about somebody else
    Verdict.LIKELY: gettext_lazy("Meets the main rules"),
    Verdict.WORTH_CHECKING: gettext_lazy("May fit: worth checking"),
    Verdict.NEED_ANSWER: gettext_lazy("One more answer would tell"),
    Verdict.CLOSE: gettext_lazy("Close: what is missing can be changed"),
}
SHARED_STUDIES = {  # whether one can work after them
    "yes": gettext_lazy("Studies after which this person can work in Canada"),
    "unknown": gettext_lazy("Studies after which work in Canada is not certain"),
    "no": gettext_lazy("Studies that lead to no work permit"),
}
GOALS = {
    "settle": gettext_lazy("you want to settle for good"),
    "work": gettext_lazy("you want to work for a while"),
    "study": gettext_lazy("you want to study"),
    "family": gettext_lazy("you want to join your family"),
    "visit": gettext_lazy("you want to visit"),
    "citizenship": gettext_lazy("you want to become a citizen"),
}
CHANGES = {
    "changeable": gettext_lazy("You can change this."),
    "waits": gettext_lazy("This comes with time."),
    "fixed": gettext_lazy("This cannot be changed."),
}
# Answers that cannot all be true, by the code of flow.conflicts.
CONFLICTS = {
    "partner": gettext_lazy(
        "You said that your spouse or partner is Canadian, and that you have no partner. Which is right?"
    ),
    "young": gettext_lazy("That is more years of work than fit your age. Which is right?"),
    "continuous": gettext_lazy("You said that you worked a year without a break, and no years at all. Which is right?"),
}


def of_place(reasons: Iterable[str]) -> list[str]:
    """Why a program is where it is, a part of a sentence for each reason that matters, in their order."""
    return [words for reason in reasons if (words := _reason(reason))]


def _reason(reason: str) -> str:
    name, _colon, value = reason.partition(":")
    match name:
        case "verdict":
            return _verdict(value)
        case "permanent":
            return _("it leads to permanent residence or citizenship")
        case "temporary":
            return _("it is for a temporary stay")
        case "goal":
            return _("it fits your goal: %(goal)s") % {"goal": GOALS[value]} if value in GOALS else ""
        case "other_goal":
            return _("it is not what you said you want most")
        case "province":
            return _("it is for %(province)s, where you would live") % {"province": Jurisdiction(value).label}
        case "other_province":
            return _("it is for another province than the one you named")
        case "steps":
            return _steps(int(value))
        case "priority":
            return _("our editors put it before others that are equal")
    return ""


def _verdict(value: str) -> str:
    return {
        Verdict.LIKELY: _("you meet its main rules"),
        Verdict.WORTH_CHECKING: _("you meet the rules that we know of"),
        Verdict.NEED_ANSWER: _("nothing rules it out, but an answer is missing"),
        Verdict.CLOSE: _("what you do not meet can be changed"),
        Verdict.NOT_NOW: _("you do not meet its rules now"),
        Verdict.CLOSED: _("nobody can apply for it now"),
    }[Verdict(value)]


def _steps(number: int) -> str:
    if not number:
        return _("you apply directly")
    return ngettext(
        "%(number)d more step comes before the decision, such as a nomination or an invitation",
        "%(number)d more steps come before the decision, such as a nomination or an invitation",
        number,
    ) % {"number": number}
