"""Django's view of a job: its task, state and runs."""

from django.tasks import Task, TaskResult, TaskResultStatus
from django.tasks.base import TaskError
from django.tasks.exceptions import TaskResultDoesNotExist
from django.utils.module_loading import import_string
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob

from m2c.tasks.models import Run

STATUSES = {
    "todo": TaskResultStatus.READY,
    "doing": TaskResultStatus.RUNNING,
    "succeeded": TaskResultStatus.SUCCESSFUL,
    "failed": TaskResultStatus.FAILED,
    "cancelled": TaskResultStatus.FAILED,
    "aborted": TaskResultStatus.FAILED,
}


class UnknownTask(LookupError):
    """A job names a task that is not in the code."""


def find_task(name: str) -> Task:
    """The task at the dotted path `name`. Raises UnknownTask when there is none."""
    try:
        task = import_string(name)
    except ImportError as error:
        raise UnknownTask(f"There is no task {name!r}: was it renamed while it waited?") from error
    if not isinstance(task, Task):
        raise UnknownTask(f"{name!r} is not a task: it has no @task.")
    return task


def read_result(result_id: str, *, backend: str) -> TaskResult:
    """The result of the job with this id. Raises TaskResultDoesNotExist. Costs three queries."""
    try:
        job = ProcrastinateJob.objects.get(pk=result_id)
        task = find_task(job.task_name)
    except (ProcrastinateJob.DoesNotExist, ValueError, UnknownTask) as error:
        raise TaskResultDoesNotExist(result_id) from error
    events = list(ProcrastinateEvent.objects.filter(job=job).exclude(type="scheduled").order_by("pk"))
    runs = list(Run.objects.filter(job=job))
    result: TaskResult = TaskResult(
        task=task.using(priority=job.priority, queue_name=job.queue_name, run_after=job.scheduled_at, backend=backend),
        id=str(job.pk),
        status=STATUSES[job.status],
        enqueued_at=events[0].at if events else None,
        started_at=runs[0].started_at if runs else None,
        finished_at=events[-1].at if events and job.status not in {"todo", "doing"} else None,
        last_attempted_at=runs[-1].started_at if runs else None,
        args=job.args["args"],
        kwargs=job.args["kwargs"],
        backend=backend,
        errors=[TaskError(exception_class_path=run.error, traceback=run.traceback) for run in runs if run.error],
        worker_ids=[run.worker for run in runs],
    )
    if runs and result.status == TaskResultStatus.SUCCESSFUL:
        object.__setattr__(result, "_return_value", runs[-1].return_value)  # as Django's own backends set it
    return result
