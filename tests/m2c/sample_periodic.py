"""A periodic task for the tests of the queue, in a module of its own: other workers shall not run it."""

from django.tasks import task

from m2c.tasks import periodic


@periodic("* * * * * *")
@task
def tick() -> None:
    """Every second."""
