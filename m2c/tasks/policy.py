"""What a task's author decides beside Django's `@task`: which errors to try again, and when to run by itself."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from croniter import croniter
from django.db import InterfaceError, OperationalError
from django.tasks import Task


class WorkerLost(Exception):
    """A task's worker was killed, or left, before the task ended."""


# Not the task's fault, so tried again for every task: lost connections, lock timeouts and deadlocks among them.
INTERRUPTIONS = (WorkerLost, OperationalError, InterfaceError)
INTERRUPTED_ATTEMPTS = 5  # a task that kills each worker must end some day


@dataclass(frozen=True, kw_only=True)
class Retry:
    """Which errors are worth another attempt, how many attempts in all, and how long to wait between them (seconds)."""

    max_attempts: int = 1
    on: tuple[type[Exception], ...] = ()
    first_wait: float = 2.0
    longest_wait: float = 3600.0

    def attempts_for(self, error: BaseException) -> int:
        """How many attempts `error` allows in all; 1 means that the first is the last."""
        if isinstance(error, INTERRUPTIONS):
            return max(self.max_attempts, INTERRUPTED_ATTEMPTS)
        return self.max_attempts if isinstance(error, self.on) else 1

    def wait_after(self, attempt: int) -> timedelta:
        """The pause after attempt number `attempt` (from 1): doubled each time, between a half and the whole of it."""
        whole = min(self.first_wait * 2.0 ** min(attempt - 1, 60), self.longest_wait)
        return timedelta(seconds=whole * random.uniform(0.5, 1.0))


_retries: dict[str, Retry] = {}
_schedules: dict[str, str] = {}


def retry[AnyTask: Task](
    *, max_attempts: int, on: tuple[type[Exception], ...], first_wait: float = 2.0, longest_wait: float = 3600.0
) -> Callable[[AnyTask], AnyTask]:
    """Above `@task`: run again, up to `max_attempts` attempts in all, when the task raises one of `on`.

    first_wait, longest_wait: seconds; the wait doubles from the one to the other, with jitter.

    Raises ValueError when there is nothing to try again, TypeError when it does not stand above `@task`.
    """
    if max_attempts < 2 or not on:
        raise ValueError("Name at least two attempts and one error, or leave @retry out.")
    if not 0 <= first_wait <= longest_wait:
        raise ValueError(f"first_wait must be between 0 and longest_wait, not {first_wait}.")
    policy = Retry(max_attempts=max_attempts, on=on, first_wait=first_wait, longest_wait=longest_wait)

    def remember(task: AnyTask) -> AnyTask:
        _retries[_name(task, "retry")] = policy
        return task

    return remember


def periodic[AnyTask: Task](cron: str) -> Callable[[AnyTask], AnyTask]:
    """Above `@task`: run at the times of `cron`, in UTC (five fields, or six with seconds last), without arguments.

    One run per time, however many workers there are. A run never overlaps the one before, and at most one waits. A time
    missed by more than ten minutes is left out.

    Raises ValueError when `cron` cannot be read, TypeError when it does not stand above `@task`.
    """
    if not croniter.is_valid(cron):
        raise ValueError(f"{cron!r} is not a cron line.")

    def remember(task: AnyTask) -> AnyTask:
        _schedules[_name(task, "periodic")] = cron
        return task

    return remember


def retry_of(name: str) -> Retry:
    """The policy of the task called `name`; without one, only interruptions are tried again."""
    return _retries.get(name, Retry())


def schedules() -> dict[str, str]:
    """The cron line of each periodic task, by the task's name."""
    return dict(_schedules)


def _name(task: Task, decorator: str) -> str:
    if not isinstance(task, Task):
        raise TypeError(f"Write @{decorator} above @task.")
    return str(task.module_path)
