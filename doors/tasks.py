"""Forgetting who knocked."""

from datetime import timedelta

from django.db.models.functions import Now
from django.tasks import task

from doors.models import Attempt
from m2c.tasks import periodic


@periodic("17 * * * *")
@task
def forget_attempts() -> None:
    """Delete attempts once no throttle counts them."""
    Attempt.objects.filter(at__lt=Now() - timedelta(days=1)).delete()
