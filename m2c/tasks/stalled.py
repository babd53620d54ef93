"""Tasks whose worker is gone: they go back to the queue."""

import logging
from datetime import timedelta

from asgiref.sync import async_to_sync
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Now
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob
from procrastinate.jobs import Status

from m2c.tasks.models import Run
from m2c.tasks.policy import WorkerLost, retry_of

logger = logging.getLogger(__name__)


def take_up_stalled(after: timedelta) -> int:
    """Put the tasks of workers that were silent for longer than `after` back into the queue; returns how many.

    A task that has lost its worker too often fails instead: it may be what kills them. Several workers may call this
    at the same time, each takes other rows.
    """
    with transaction.atomic():
        jobs = list(_stalled(after))
        for job in jobs:
            _take_up(job)
    return len(jobs)


def _stalled(after: timedelta) -> QuerySet[ProcrastinateJob]:
    """Jobs that count as running while nobody runs them, locked against other workers' sweeps."""
    fetched = ProcrastinateEvent.objects.filter(job=OuterRef("pk"), type="started").order_by("-pk").values("at")[:1]
    running = Run.objects.unfinished().filter(job=OuterRef("pk"), started_at__gte=OuterRef("fetched_at"))
    worker_is_gone = Q(worker=None) | Q(worker__last_heartbeat__lt=Now() - after)
    # The worker lives, but a lost connection ate its fetch of the job or its report of the end.
    left_behind = Q(fetched_at__lt=Now() - after) & ~Exists(running)
    return (
        ProcrastinateJob.objects.filter(status="doing")
        .annotate(fetched_at=Subquery(fetched))
        .filter(worker_is_gone | left_behind)
        .select_for_update(skip_locked=True, of=("self",))
        .order_by(F("pk"))
    )


def _take_up(job: ProcrastinateJob) -> None:
    attempt, error = job.attempts + 1, WorkerLost("The worker went away before the task ended.")
    Run.objects.unfinished().filter(job=job).end(
        error=f"{WorkerLost.__module__}.{WorkerLost.__qualname__}", traceback=str(error)
    )
    next_run_waits = (
        job.queueing_lock is not None
        and ProcrastinateJob.objects.filter(queueing_lock=job.queueing_lock, status="todo").exists()
    )
    if attempt < retry_of(job.task_name).attempts_for(error) and not next_run_waits:
        app.job_manager.retry_job_by_id(job.pk, retry_at=timezone.now())
        logger.warning(
            "Task id=%s path=%s lost its worker on attempt %s; it waits again.", job.pk, job.task_name, attempt
        )
    else:
        async_to_sync(app.job_manager.finish_job_by_id_async)(job.pk, status=Status.FAILED, delete_job=False)
        logger.error("Task id=%s path=%s lost its worker on attempt %s; it failed.", job.pk, job.task_name, attempt)
