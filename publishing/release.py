"""Publishing: what turns a revision into what the public reads, now or by the clock, and what ends it."""

import logging
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from publishing import purge
from publishing.history import lock
from publishing.models import Publication, Publishable, Revision

TURN = 7_229_311  # the advisory lock of whoever publishes; any number that nothing else uses

logger = logging.getLogger(__name__)


def clock() -> datetime:
    """This moment by the database's clock, the only one that publications are judged by."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def take_turn(host: Publishable) -> datetime:
    """Hold the host, then everybody else who publishes, until the transaction ends; returns the present moment.

    So publications are committed in the order of their times, and no list can be remembered without one of them.
    """
    lock(host)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TURN])
    return clock()


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

    What is already scheduled is replaced; what is live at `at` ends there. Returns the publication, or None when
    pictures are still being rendered: the host then waits and `release_waiting` publishes it.

    `backdate` lets an import publish in the past. Raises ValidationError for a moment in the past, an end before the
    start, and an address that another live page holds.
    """
    now = take_turn(host)
    start = at or now
    if start < now and not backdate:
        raise ValidationError(_("Choose a moment in the future, or publish now."), code="past")
    if until is not None and until <= start:
        raise ValidationError(_("The end must be after the start."), code="order")
    content = revision.content
    publications = host.publications  # type: ignore[attr-defined]
    _drop_upcoming(host, now)
    if not host.pictures_ready(content):
        _wait(host, start, until=until, number=revision.number, by=by)
        return None
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
    _wait(host, None)
    purge.after_commit(host)
    return publication


@transaction.atomic
def unpublish(host: Publishable) -> bool:
    """Take the host off the site now and forget what was scheduled; True if anything changed. History stays."""
    now = take_turn(host)
    dropped = _drop_upcoming(host, now)
    ended = host.publications.live(now).update(live_until=now)  # type: ignore[attr-defined]
    waited = _wait(host, None)
    purge.after_commit(host)
    return bool(dropped or ended or waited)


@transaction.atomic
def unschedule(host: Publishable) -> bool:
    """Forget what is scheduled and let the live publication run on; True if anything was scheduled."""
    dropped = _drop_upcoming(host, take_turn(host))
    waited = _wait(host, None)
    return dropped or waited


def release_waiting(model: type[Publishable]) -> int:
    """Publish every host of `model` whose pictures are ready by now; returns how many. Safe to run at any time.

    One that cannot go live keeps waiting, with the reason in `waiting_fault` for its editor, and holds up no other.
    """
    released = 0
    for host in model._default_manager.exclude(waiting_at=None):
        with transaction.atomic():
            lock(host)
            host.refresh_from_db(fields=WAITING)
            if host.waiting_at is None:
                continue
            revision = host.revisions.get(number=host.waiting_number)  # type: ignore[attr-defined]
            start = host.waiting_at if host.waiting_at > clock() else None
            try:
                with transaction.atomic():
                    published = publish(host, revision, at=start, until=host.waiting_until, by=host.waiting_by)
                released += published is not None
            except ValidationError as error:
                _note_fault(host, " ".join(error.messages))
            except Exception:
                logger.exception("%s %s was not published.", model.__name__, host.pk)
                _note_fault(host, "")
    return released


WAITING = ["waiting_at", "waiting_until", "waiting_number", "waiting_by", "waiting_fault"]


def _drop_upcoming(host: Publishable, now: datetime) -> bool:
    """Delete what is scheduled, and give the live publication the end that was chosen for it; True if there was any."""
    publications = host.publications  # type: ignore[attr-defined]
    starts = list(publications.filter(live_from__gt=now).values_list("live_from", flat=True))
    publications.filter(live_from__gt=now).delete()
    publications.live(now).filter(live_until__in=starts).update(live_until=F("planned_until"))
    return bool(starts)


def _wait(
    host: Publishable,
    at: datetime | None,
    *,
    until: datetime | None = None,
    number: int | None = None,
    by: AbstractBaseUser | None = None,
) -> bool:
    """Note (or forget, without a moment) what waits for pictures; True if something waited before."""
    rows = type(host)._default_manager.filter(pk=host.pk)
    waited = rows.exclude(waiting_at=None).exists()
    noted = {"waiting_at": at, "waiting_until": until, "waiting_number": number, "waiting_by": by, "waiting_fault": ""}
    rows.update(**noted)
    for name, value in noted.items():
        setattr(host, name, value)
    return waited


def _note_fault(host: Publishable, reason: str) -> None:
    """Tell the editor why what waits could not go live."""
    reason = reason or gettext("It could not be published. Publish it again to see why.")
    logger.warning("%s %s was not published: %s", type(host).__name__, host.pk, reason)
    type(host)._default_manager.filter(pk=host.pk).update(waiting_fault=reason[:300])
