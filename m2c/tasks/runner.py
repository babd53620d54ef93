"""One run of one job, in a thread of the worker."""

import logging
from datetime import datetime
from traceback import format_exception
from typing import Any, cast

from django.db import InterfaceError, OperationalError, close_old_connections, reset_queries
from django.tasks import Task, TaskContext, TaskResult, TaskResultStatus
from django.tasks.base import TaskError
from django.tasks.signals import task_finished, task_started
from django.utils import timezone
from django.utils.json import normalize_json
from procrastinate import BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job

from m2c.tasks.backend import ProcrastinateBackend
from m2c.tasks.models import Run
from m2c.tasks.policy import retry_of
from m2c.tasks.results import find_task, read_result

logger = logging.getLogger(__name__)


class RunAgain(Exception):
    """Tells procrastinate that a job goes back to the queue until `at`."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self.at = at


class RetryWhenAsked(BaseRetryStrategy):
    """The decision is made once, where the error is recorded; procrastinate only carries it out."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        return RetryDecision(retry_at=exception.at) if isinstance(exception, RunAgain) else None


def run_job(context: JobContext, *, args: list[Any], kwargs: dict[str, Any], timestamp: int | None = None) -> None:
    """Run the task that the job names and record what came of it.

    timestamp: the time of a periodic run, which procrastinate passes and tasks do not need.

    Raises what the task raised when that is final, RunAgain when it is not.
    """
    close_old_connections()  # the thread may have kept a connection that died since
    try:
        _run(context.job, worker=context.worker_name or "", args=args, kwargs=kwargs)
    finally:
        close_old_connections()
        reset_queries()


def _run(job: Job, *, worker: str, args: list[Any], kwargs: dict[str, Any]) -> None:
    run: Run | None = None
    result: TaskResult | None = None
    try:
        run = Run.objects.create(job_id=cast(int, job.id), worker=worker)
        task = find_task(job.task_name)
        result = read_result(str(job.id), backend=task.backend)
        task_started.send_robust(ProcrastinateBackend, task_result=result)
        value = normalize_json(_call(task, result, args, kwargs))
        Run.objects.filter(pk=run.pk).end(return_value=value)
        _tell_finished(result, TaskResultStatus.SUCCESSFUL, value)
    except BaseException as error:  # a task that calls sys.exit() must not end the worker
        _record_error(run, error)
        if at := _next_attempt(job, error):
            raise RunAgain(at) from error
        if result is None:
            logger.error("Task id=%s path=%s could not start: %s", job.id, job.task_name, error)
        else:
            result.errors.append(_as_task_error(error))
            _tell_finished(result, TaskResultStatus.FAILED)
        raise


def _call(task: Task, result: TaskResult, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if task.takes_context:
        return task.call(TaskContext(task_result=result), *args, **kwargs)
    return task.call(*args, **kwargs)


def _record_error(run: Run | None, error: BaseException) -> None:
    close_old_connections()  # what broke may be the connection itself
    if run is None:
        return
    try:
        Run.objects.filter(pk=run.pk).end(error=_path(error), traceback="".join(format_exception(error)))
    except (OperationalError, InterfaceError) as trouble:
        logger.warning("The database did not take the error of %s: %s", run, str(trouble).strip())


def _next_attempt(job: Job, error: BaseException) -> datetime | None:
    """When to try again, or None when `error` is the last word."""
    attempt, policy = job.attempts + 1, retry_of(job.task_name)
    attempts = policy.attempts_for(error)
    if attempt >= attempts:
        return None
    if _next_run_waits(job):
        logger.info("Task id=%s path=%s is not tried again: its next run waits.", job.id, job.task_name)
        return None
    wait = policy.wait_after(attempt)
    logger.warning(
        "Task id=%s path=%s raised %s on attempt %s of %s; again in %.1f s.",
        job.id,
        job.task_name,
        _path(error),
        attempt,
        attempts,
        wait.total_seconds(),
    )
    return timezone.now() + wait


def _next_run_waits(job: Job) -> bool:
    """Of a periodic task only one may wait; the database would refuse a second."""
    if job.queueing_lock is None:
        return False
    try:
        return ProcrastinateJob.objects.filter(queueing_lock=job.queueing_lock, status="todo").exists()
    except (OperationalError, InterfaceError):
        return False  # nobody knows now; the sweep settles it if the two meet


def _tell_finished(result: TaskResult, status: TaskResultStatus, value: Any = None) -> None:
    """Tell Django's listeners, its log among them, how the task ended."""
    changes: dict[str, Any] = {"status": status, "finished_at": timezone.now(), "_return_value": value}
    for field, content in changes.items():
        object.__setattr__(result, field, content)  # as Django's own backends do
    task_finished.send_robust(ProcrastinateBackend, task_result=result)


def _as_task_error(error: BaseException) -> TaskError:
    return TaskError(exception_class_path=_path(error), traceback="".join(format_exception(error)))


def _path(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"
