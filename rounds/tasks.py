"""Background work of the rounds: reading the official feed."""

import logging

from django.tasks import task

from m2c.tasks import periodic

logger = logging.getLogger(__name__)


@periodic("*/15 * * * *")
@task
def read_feed() -> None:
    """Bring in what the official feed has new or different; settings.ROUNDS_FEED_URL says where it is."""
    from rounds import fetching  # here, for the web server knows this task and never fetches

    logger.info("Rounds: %s", fetching.fetch_if_due())
