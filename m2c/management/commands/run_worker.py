"""The worker for background tasks."""

from argparse import ArgumentParser
from importlib import import_module
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.tasks import DEFAULT_TASK_BACKEND_ALIAS, task_backends
from django.utils.module_loading import autodiscover_modules

from m2c.tasks.backend import ProcrastinateBackend


class Command(BaseCommand):
    # The check of generated columns asks the database, which may be away when a worker starts.
    requires_system_checks: list[str] = []
    help = "Run background tasks until SIGTERM or SIGINT; as many workers as you like may run beside each other."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--concurrency", type=int, metavar="N", help="tasks at the same time")
        parser.add_argument("--queues", metavar="A,B", help="serve these queues only; all by default")
        parser.add_argument("--stalled-after", type=float, metavar="S", help="a worker silent for S seconds is dead")
        parser.add_argument("--stop-timeout", type=float, metavar="S", help="seconds to finish tasks when stopping")
        parser.add_argument("--until-empty", action="store_true", help="stop as soon as no task is due")
        parser.add_argument(
            "--tasks", action="append", default=[], metavar="MODULE", help="also know the tasks of this module"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        backend = task_backends[DEFAULT_TASK_BACKEND_ALIAS]
        if not isinstance(backend, ProcrastinateBackend):
            raise CommandError(f"TASKS uses {type(backend).__name__}, which needs no worker.")
        autodiscover_modules("tasks")
        for module in options["tasks"]:
            import_module(module)

        from m2c.tasks.worker import TablesMissing, TaskWorker

        worker = TaskWorker(
            concurrency=_above_zero(options, "concurrency", backend.concurrency),
            queues=_queues(options["queues"], backend.queues),
            stalled_after=_above_zero(options, "stalled_after", backend.stalled_after),
            stop_timeout=_above_zero(options, "stop_timeout", backend.stop_timeout),
            until_empty=options["until_empty"],
        )
        try:
            worker.run()
        except TablesMissing:
            raise CommandError("The queue's tables are missing: run `manage.py migrate` first.") from None


def _above_zero[Number: (int, float)](options: dict[str, Any], name: str, default: Number) -> Number:
    value: Number = default if options[name] is None else options[name]
    if value <= 0:
        raise CommandError(f"--{name.replace('_', '-')} must be above 0, not {value}.")
    return value


def _queues(text: str | None, known: set[str]) -> list[str] | None:
    if text is None:
        return None
    queues = [queue.strip() for queue in text.split(",") if queue.strip()]
    if not queues or (known and not known.issuperset(queues)):
        raise CommandError(f"--queues {text!r}: the queues are {', '.join(sorted(known))}.")
    return queues
