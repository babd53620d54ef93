"""Publishing: what turns a revision into what the public reads, now or by the clock, and what ends it."""

import logging
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from publishing import purge
from publishing.history import lock
from publishing.models import Publication, Publishable, Revision

logger = logging.getLogger(__name__)


def clock() -> datetime:
    """This moment by the database's clock, the only one that publications are judged by."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


@transaction.atomic
def publish(
    host: Publishable,
    revision: Revision,
    *,
    at: datetime | None = None,
    until: datetime | None = None,
    by: AbstractBaseUser | None = None,
    backdate: bool = False,
) -> Publication | None:
    """Make `revision` public from `at` (now by default) until `until` (for good by default).

    A later publication that is already scheduled is replaced; the one live at `at` ends there. Returns the publication,
    or None when pictures are still being rendered: the host then waits and `release_waiting` publishes it.

    `backdate` lets an import publish in the past. Raises ValidationError for a moment in the past, an end before the
    start, and an address that another live page holds.
    """
    lock(host)
    now = clock()
    start = at or now
    if start < now and not backdate:
        raise ValidationError(_("Choose a moment in the future, or publish now."), code="past")
    if until is not None and until <= start:
        raise ValidationError(_("The end must be after the start."), code="order")
    content = revision.content
    if not host.pictures_ready(content):
        _wait(host, start, revision.number)
        return None
    publications = host.publications  # type: ignore[attr-defined]
    publications.filter(live_from__gte=max(start, now)).delete()
    publications.filter(live_from__lt=start).filter(Q(live_until=None) | Q(live_until__gt=start)).update(
        live_until=start
    )
    first = publications.order_by("live_from").values_list("first_published_at", flat=True).first()
    try:
        with transaction.atomic():
            publication = publications.create(
                revision=revision,
                live_from=start,
                live_until=until,
                planned_until=until,
                first_published_at=first or start,
                changed_at=start,
                created_by=by,
                **host.publication_values(content),
            )
    except IntegrityError as error:
        if "address" in str(error):
            raise ValidationError(
                _("Another page is live at this address then. Choose another slug, or unpublish that page first."),
                code="address",
            ) from error
        raise
    _wait(host, None, None)
    purge.after_commit(host)
    return publication


@transaction.atomic
def unpublish(host: Publishable) -> bool:
    """Take the host off the site now and forget what was scheduled; True if anything changed. History stays."""
    lock(host)
    now = clock()
    publications = host.publications  # type: ignore[attr-defined]
    dropped, _details = publications.filter(live_from__gt=now).delete()
    ended = publications.live(now).update(live_until=now)
    waited = _wait(host, None, None)
    purge.after_commit(host)
    return bool(dropped or ended or waited)


@transaction.atomic
def unschedule(host: Publishable) -> bool:
    """Forget what is scheduled and let the live publication run on; True if anything was scheduled."""
    lock(host)
    now = clock()
    publications = host.publications  # type: ignore[attr-defined]
    starts = list(publications.filter(live_from__gt=now).values_list("live_from", flat=True))
    publications.filter(live_from__gt=now).delete()
    publications.live(now).filter(live_until__in=starts).update(live_until=F("planned_until"))
    waited = _wait(host, None, None)
    return bool(starts or waited)


def release_waiting(model: type[Publishable]) -> int:
    """Publish every host of `model` whose pictures are ready by now; returns how many. Safe to run at any time."""
    released = 0
    for host in model._default_manager.exclude(waiting_at=None):
        with transaction.atomic():
            lock(host)
            host.refresh_from_db(fields=["waiting_at", "waiting_number"])
            if host.waiting_at is None:
                continue
            revision = host.revisions.get(number=host.waiting_number)  # type: ignore[attr-defined]
            start = host.waiting_at if host.waiting_at > clock() else None
            try:
                with transaction.atomic():
                    released += publish(host, revision, at=start) is not None
            except ValidationError as error:  # one host must not hold up the others; its editor publishes again
                logger.warning("%s %s was not published: %s", model.__name__, host.pk, " ".join(error.messages))
                _wait(host, None, None)
    return released


def _wait(host: Publishable, at: datetime | None, number: int | None) -> bool:
    """Note (or forget, with None) what waits for pictures; True if something waited before."""
    rows = type(host)._default_manager.filter(pk=host.pk)
    waited = rows.exclude(waiting_at=None).exists()
    rows.update(waiting_at=at, waiting_number=number)
    host.waiting_at, host.waiting_number = at, number
    return waited
