"""Background work of the ledger: watching sources, answering readers and forgetting their addresses."""

import logging

from django.tasks import task

from facts import answers
from m2c.tasks import periodic, retry

logger = logging.getLogger(__name__)

SOURCES_A_NIGHT = 300
SECONDS_A_NIGHT = 20 * 60


@periodic("11 7 * * *")  # at night in Canada; each source is due once a week
@task
def check_sources() -> None:
    """Fetch the sources that are due, for a while; what is left over comes first the next night."""
    from facts import fetching  # here, for the web server knows this task and never fetches

    try:
        summary = fetching.check(fetching.due()[:SOURCES_A_NIGHT], seconds=SECONDS_A_NIGHT)
    except fetching.Busy as busy:
        logger.info("%s", busy)
        return
    logger.info("Sources: %s", summary)


@retry(max_attempts=8, on=(OSError,), first_wait=60)  # what a mail server that is away raises
@task
def send_answer(report_id: int) -> None:
    """Send the editor's answer to the reader who left an address, once."""
    answers.send(report_id)


@periodic("47 7 * * *")  # at night in Canada
@task
def purge_reports() -> None:
    """Forget the addresses of readers who need no answer any more."""
    logger.info("%s addresses of readers were forgotten.", answers.forget_readers())
