"""The process that runs tasks: procrastinate's worker, with its heartbeat, sweep, and way of stopping."""

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Barrier
from typing import Any, cast

import procrastinate
from django.db import DatabaseError, InterfaceError, close_old_connections, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from procrastinate.contrib.django import connector_params
from procrastinate.contrib.django.settings import settings as procrastinate_settings
from procrastinate.exceptions import ConnectorException
from procrastinate.tasks import Task as Job
from procrastinate.worker import Worker

from m2c.tasks.connector import PatientConnector
from m2c.tasks.policy import schedules
from m2c.tasks.results import find_task
from m2c.tasks.runner import RetryWhenAsked, run_job
from m2c.tasks.stalled import take_up_stalled

logger = logging.getLogger(__name__)

POLL_SECONDS = 2.0  # a new task wakes the worker by NOTIFY; this is for tasks whose time has come
RESTART_SECONDS = 5.0
NEVER = 10.0**9  # seconds


class TablesMissing(Exception):
    """The queue's tables are not in the database."""


class TasksByName(dict[str, Job]):
    """procrastinate's table of tasks: it knows every name, because the runner itself finds Django's task by it."""

    def __init__(self, known: dict[str, Job], fallback: Job) -> None:
        super().__init__(known)
        self.fallback = fallback

    def __missing__(self, name: str) -> Job:
        return self.fallback

    def get(self, name: str, default: Any = None) -> Job:
        return self[name]


@dataclass
class TaskWorker:
    """Runs tasks until it is told to stop.

    concurrency: tasks at the same time, each in a thread of its own.
    queues: the queues to serve, None for all.
    stalled_after: seconds of silence after which a worker counts as dead.
    stop_timeout: seconds that running tasks get to finish after SIGTERM or SIGINT.
    until_empty: stop as soon as no task is due.
    """

    concurrency: int
    queues: Sequence[str] | None
    stalled_after: float
    stop_timeout: float
    until_empty: bool = False
    name: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}")

    def run(self) -> None:
        """Work until told to stop.

        Leaves the process at once, with status 1, when running tasks take longer than the stop timeout: their threads
        cannot be ended in any other way, and another worker takes the tasks up.

        Raises TablesMissing when `migrate` has not run.
        """
        quieten_procrastinate()
        keep_connections()
        try:
            asyncio.run(self._main())
        except ConnectorException:
            if not self.stopping.is_set():  # else the stop came while the database was away, and nothing had begun
                raise
        finally:
            close_pools()

    async def _main(self) -> None:
        loop = asyncio.get_running_loop()
        threads = self.concurrency + 1  # one for the sweep
        loop.set_default_executor(ThreadPoolExecutor(threads, thread_name_prefix="task"))
        self.stopping = asyncio.Event()
        self.connector = PatientConnector(connector_params(procrastinate_settings.DATABASE_ALIAS))
        self.app = build_app(self.connector)
        self.worker = self._new_worker()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stop)
        async with self.app.open_async():
            if not await self.app.check_connection_async():
                raise TablesMissing
            beside = [asyncio.create_task(self._beat()), asyncio.create_task(self._sweep())]
            try:
                await self._work()
            finally:
                for task in beside:
                    task.cancel()
                await asyncio.gather(*beside, return_exceptions=True)
                all_at_once = Barrier(threads)  # so that each thread takes one
                await asyncio.gather(*(asyncio.to_thread(close_connections, all_at_once) for _ in range(threads)))

    def _new_worker(self) -> Worker:
        return Worker(
            self.app,
            queues=self.queues,
            name=self.name,
            concurrency=self.concurrency,
            wait=not self.until_empty,
            fetch_job_polling_interval=POLL_SECONDS,
            abort_job_polling_interval=NEVER,  # django.tasks knows no abort
            install_signal_handlers=False,
            update_heartbeat_interval=NEVER,  # _beat() does it, also while the last tasks finish
            stalled_worker_timeout=self.stalled_after,
        )

    async def _work(self) -> None:
        logger.info("Working on %s, %s at a time.", ", ".join(self.queues or ["all queues"]), self.concurrency)
        while not self.stopping.is_set():
            try:
                await self.worker.run()
            except Exception:  # whatever it is, tasks must go on; after a stop only the farewell failed
                if not self.stopping.is_set():
                    logger.exception("The worker broke.")
            if self.until_empty or self.stopping.is_set():
                break
            logger.error("The worker ended by itself; it starts again in %.0f s.", RESTART_SECONDS)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), RESTART_SECONDS)
            self.worker = self._new_worker()
        logger.info("Stopped.")

    async def _beat(self) -> None:
        """Say that this worker lives."""
        while True:
            await asyncio.sleep(self.stalled_after / 3)
            if self.worker.worker_id is not None:
                with suppress(ConnectorException):
                    await self.app.job_manager.update_heartbeat(self.worker.worker_id)

    async def _sweep(self) -> None:
        """Put the tasks of dead workers back into the queue."""
        while True:
            await asyncio.sleep(self.stalled_after / 3)
            # After an absence of the database every worker looks dead until it has had time for a heartbeat.
            if not self.connector.lost_within(self.stalled_after):
                await asyncio.to_thread(sweep, timedelta(seconds=self.stalled_after))

    def _stop(self) -> None:
        if self.stopping.is_set():
            self._leave()
            return
        logger.info("Stopping: running tasks get %.0f s; a second signal leaves at once.", self.stop_timeout)
        self.stopping.set()
        self.connector.give_up()
        self.worker.stop()
        asyncio.get_running_loop().call_later(self.stop_timeout, self._leave)

    def _leave(self) -> None:
        self._leaving = asyncio.create_task(self._abandon())

    async def _abandon(self) -> None:
        logger.warning("Leaving before the running tasks have ended; another worker takes them up.")
        if self.worker.worker_id is not None:
            with suppress(ConnectorException, TimeoutError):
                await asyncio.wait_for(self.app.job_manager.unregister_worker(self.worker.worker_id), 2)
        logging.shutdown()
        os._exit(1)  # a thread in the middle of a task would keep the process alive


def build_app(connector: PatientConnector) -> procrastinate.App:
    """procrastinate's side of Django's tasks: one runner under every name, and the periodic ones with their times."""
    app = procrastinate.App(connector=connector)
    for name, cron in schedules().items():
        task = find_task(name)
        job = _declare(app, name, queue=task.queue_name, priority=task.priority, lock=name, queueing_lock=name)
        app.periodic_registry.register_task(
            task=job, cron=cron, periodic_id="", configure_kwargs={"task_kwargs": {"args": [], "kwargs": {}}}
        )
    app.tasks = TasksByName(app.tasks, fallback=_declare(app, "m2c.tasks.runner.run_job"))
    return app


def _declare(app: procrastinate.App, name: str, **options: Any) -> Job:
    return cast(Job, app.task(name=name, pass_context=True, retry=RetryWhenAsked(), **options)(run_job))


def sweep(after: timedelta) -> None:
    """One round of taking up stalled tasks; a database that is away is for the next round."""
    close_old_connections()
    try:
        take_up_stalled(after)
    except (DatabaseError, InterfaceError) as error:
        logger.warning("Stalled tasks could not be looked for: %s", " ".join(str(error).split()))
    finally:
        close_old_connections()


def keep_connections() -> None:
    """Let each thread keep its connection between tasks, checked before it is used again."""
    for configured in connections.settings.values():
        configured["CONN_HEALTH_CHECKS"] = True
        if not configured.get("OPTIONS", {}).get("pool"):  # a pool keeps them itself
            configured["CONN_MAX_AGE"] = None


def close_connections(all_at_once: Barrier) -> None:
    """Close the connections that this thread has kept."""
    all_at_once.wait()
    connections.close_all()


def close_pools() -> None:
    """Say goodbye to PostgreSQL where Django pools its connections."""
    for connection in connections.all(initialized_only=True):
        if isinstance(connection, DatabaseWrapper):
            connection.close_pool()


def quieten_procrastinate() -> None:
    """Log each task once, as Django does, without its arguments, and an absent database once, as the connector does."""
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    logging.getLogger("procrastinate.worker").addFilter(is_not_of_a_task)
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)


def is_not_of_a_task(record: logging.LogRecord) -> bool:
    """Whether procrastinate logs something else than a task's error, which the runner has logged already."""
    return getattr(record, "action", "") != "job_error"
