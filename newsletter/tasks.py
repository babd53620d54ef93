"""Background work of the newsletter's subscribers: mails that answer them, and what is forgotten in time."""

import logging

from django.db.models.functions import Now
from django.tasks import task

from m2c.tasks import periodic, retry
from newsletter import importing, joining, leaving, mails
from newsletter.models import SignUp, Subscriber

logger = logging.getLogger(__name__)


@retry(max_attempts=6, on=(OSError,), first_wait=60)  # what a mail server that is away raises
@task(priority=10)
def answer_sign_up(pk: int) -> None:
    """Send the mail that somebody who signed up waits for."""
    joining.answer(pk)


@periodic("*/5 * * * *")
@task
def answer_waiting() -> None:
    """Answer the sign-ups whose task was lost, or which came when too many mails had left."""
    rows = joining.waiting()
    for pk in rows:
        try:
            joining.answer(pk)
        except OSError as error:  # one mailbox must not hold up the others
            logger.warning("A sign-up was not answered: %s", type(error).__name__)
    if rows and SignUp.objects.filter(pk__in=rows, outcome="").exists():
        logger.warning("Sign-ups wait: as many mails have left within the hour as SIGN_UP_MAILS_AN_HOUR lets.")


@retry(max_attempts=6, on=(OSError,), first_wait=60)
@task
def send_welcome(pk: int) -> None:
    """Welcome somebody who has just confirmed and has not left since."""
    subscriber = Subscriber.objects.filter(pk=pk, status=Subscriber.Status.ACTIVE).first()
    if subscriber is not None and not joining.is_suppressed(subscriber.address_hash):
        mails.welcome(subscriber)


@retry(max_attempts=6, on=(OSError,), first_wait=60)
@task
def send_erasure_notice(pk: int) -> None:
    """Tell somebody that they will be erased, unless that was taken back."""
    subscriber = Subscriber.objects.filter(pk=pk, erase_at__gt=Now()).first()
    if subscriber is not None and not joining.is_suppressed(subscriber.address_hash):
        mails.erasure(subscriber)


@retry(max_attempts=6, on=(OSError,), first_wait=60)
@task
def send_data(pk: int) -> None:
    """Send somebody what is kept of them."""
    subscriber = Subscriber.objects.filter(pk=pk).first()
    if subscriber is not None and not joining.is_suppressed(subscriber.address_hash):
        mails.data(subscriber)


@periodic("7 * * * *")
@task
def erase_due() -> None:
    """Erase everybody who asked for it a day ago."""
    logger.info("%s subscribers were erased.", leaving.erase_due())


@periodic("37 * * * *")
@task
def end_expired() -> None:
    """Turn off subscriptions whose implied consent has run out."""
    logger.info("%s subscriptions ran out.", leaving.end_expired())


@periodic("52 7 * * *")  # at night in Canada
@task
def forget() -> None:
    """Delete sign-ups that nobody confirmed, files that nobody imported, and the oldest of the record."""
    logger.info("%s sign-ups were forgotten.", joining.forget_unconfirmed())
    logger.info("%s files were dropped.", importing.drop_files())
    logger.info("%s lines of the record were deleted.", leaving.forget_record())


@task
def run_import(pk: int) -> None:
    """Import a checked file."""
    importing.run(pk)
