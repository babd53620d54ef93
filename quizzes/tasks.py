"""Forgetting: answers, saved answers and shared results whose time is over are erased."""

import logging

from django.db.models.functions import Now
from django.tasks import task

from m2c.tasks import periodic
from quizzes import counts, sittings
from quizzes.models import SavedAnswers, SavedProfile, SharedResult

logger = logging.getLogger(__name__)


@periodic("23 * * * *")
@task
def forget_answers() -> None:
    """Erase what has expired. Nobody can open it by then; running twice does no harm."""
    erased = {
        "sittings": sittings.expired().delete()[0],
        "shared results": SharedResult.objects.filter(expires_at__lte=Now()).delete()[0],
        "saved answers": SavedAnswers.objects.filter(expires_at__lte=Now()).delete()[0],
        "saved profiles": SavedProfile.objects.filter(expires_at__lte=Now()).delete()[0],
    }
    logger.info("Erased: %s.", ", ".join(f"{number} {what}" for what, number in erased.items()))


@periodic("37 8 * * *")  # at night in Canada
@task
def forget_counts() -> None:
    """Delete counts that are too old to tell anything."""
    logger.info("%s old counts were deleted.", counts.forget())
