"""How fresh a fact is: plain rules over days."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

NOTICE = timedelta(days=7)  # before its day a check counts as due


class State(models.TextChoices):
    """What readers may believe of a fact today."""

    VERIFIED = "verified", _("Verified")
    DUE = "due", _("Check due")
    OVERDUE = "overdue", _("Check overdue")
    ARCHIVED = "archived", _("No longer kept up")


class Risk(models.TextChoices):
    """What a wrong value costs a reader."""

    HIGH = "high", _("High: money or a refusal")
    MEDIUM = "medium", _("Medium: a detour")
    LOW = "low", _("Low")


@dataclass(frozen=True)
class Freshness:
    """The state of a fact on a day, and the day on which its next check is due (None if it was never verified)."""

    state: State
    due_on: date | None


def freshness(verified_on: date | None, review_days: int, today: date, *, archived: bool = False) -> Freshness:
    """Judge a fact by the day on which its value was last verified.

    It is verified until NOTICE before the day that is `review_days` after the check, due until that day has passed,
    and overdue from then on; one that nobody has verified is overdue. An archived fact is archived, however old.
    """
    due_on = None if verified_on is None else verified_on + timedelta(days=review_days)
    if archived:
        return Freshness(State.ARCHIVED, due_on)
    if due_on is None or today > due_on:
        return Freshness(State.OVERDUE, due_on)
    return Freshness(State.DUE if today >= due_on - NOTICE else State.VERIFIED, due_on)
