"""The backend of `django.tasks` that puts tasks into procrastinate's queue."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.checks import CheckMessage
from django.tasks import Task, TaskResult, TaskResultStatus
from django.tasks.backends.base import BaseTaskBackend
from django.tasks.signals import task_enqueued
from django.utils import timezone
from django.utils.json import normalize_json
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from m2c.tasks.checks import check_backend


class ProcrastinateBackend(BaseTaskBackend):
    """Tasks as rows of the site's own database, so that they come and go with the caller's transaction.

    OPTIONS (seconds, days; a worker's own options win):
        CONCURRENCY: tasks at the same time in one worker (2).
        STALLED_AFTER: silence after which a worker counts as dead and its tasks start again (30).
        STOP_TIMEOUT: what a running task gets to finish when its worker is told to stop (30).
        KEEP_DAYS: how long a successful or cancelled task stays readable (7).
        KEEP_FAILED_DAYS: the same for a failed one (30).
    """

    supports_defer = True
    supports_async_task = True
    supports_get_result = True
    supports_priority = True

    def __init__(self, alias: str, params: dict[str, Any]) -> None:
        super().__init__(alias, params)
        self.concurrency = int(self.options.get("CONCURRENCY", 2))
        self.stalled_after = float(self.options.get("STALLED_AFTER", 30))
        self.stop_timeout = float(self.options.get("STOP_TIMEOUT", 30))
        self.keep_days = int(self.options.get("KEEP_DAYS", 7))
        self.keep_failed_days = int(self.options.get("KEEP_FAILED_DAYS", 30))

    def enqueue(self, task: Task, args: Sequence[Any], kwargs: Mapping[str, Any]) -> TaskResult:
        """Put `task` into the queue on Django's own connection: a rollback takes it out, a commit wakes a worker.

        Raises InvalidTask for a queue, priority or time that the backend refuses, TypeError for what JSON cannot hold.
        """
        self.validate_task(task)
        call: Any = normalize_json({"args": list(args), "kwargs": dict(kwargs)})
        job = app.job_manager.defer_job(
            Job(
                task_name=task.module_path,
                task_kwargs=call,
                queue=task.queue_name,
                priority=task.priority,
                scheduled_at=task.run_after,
                lock=None,
                queueing_lock=None,
            )
        )
        result: TaskResult = TaskResult(
            task=task,
            id=str(job.id),
            status=TaskResultStatus.READY,
            enqueued_at=timezone.now(),
            started_at=None,
            finished_at=None,
            last_attempted_at=None,
            args=call["args"],
            kwargs=call["kwargs"],
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )
        task_enqueued.send(type(self), task_result=result)
        return result

    def get_result(self, result_id: str) -> TaskResult:
        """How the task stands, and what its runs returned or raised; readable from any process until it is purged.

        Raises TaskResultDoesNotExist when there is no such task, or its function is no longer in the code.
        """
        from m2c.tasks.results import read_result  # tasks are declared before models are loaded

        return read_result(result_id, backend=self.alias)

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        return check_backend(self.alias)
