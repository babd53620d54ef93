"""A real queue, and workers as processes of their own."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, connections
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tests.m2c.sample_tasks import GATE

ROOT = Path(__file__).resolve().parents[2]
BACKEND = "m2c.tasks.backend.ProcrastinateBackend"
SAMPLES = "tests.m2c.sample_tasks"
DEADLINE = 60  # seconds; a loaded machine starts a worker slowly


def until(condition: Callable[[], object], what: str) -> None:
    """Wait for `condition`, up to the deadline."""
    tick, end = threading.Event(), monotonic() + DEADLINE
    while not condition():
        assert monotonic() < end, f"Waited {DEADLINE} s in vain: {what}"
        tick.wait(0.05)


class WorkerProcess:
    """`run_worker` as a child, with what it has logged."""

    def __init__(self, *arguments: str, **environment: str) -> None:
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-u", "manage.py", "run_worker", *arguments],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": database_url(), "TASKS_BACKEND": BACKEND, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        self.lines.extend(self.process.stdout)

    def logged(self, text: str) -> int:
        """How many lines hold `text`."""
        return sum(text in line for line in self.lines)

    def until_logged(self, text: str) -> None:
        until(lambda: self.logged(text) or self.ended, f"{text!r} in the worker's log")
        assert self.logged(text), "".join(self.lines)

    @property
    def ended(self) -> bool:
        return self.process.poll() is not None

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def kill(self) -> None:
        """Kill -9."""
        self.process.kill()
        self.end()

    def end(self) -> int:
        """Wait for the end; returns the exit status."""
        status = self.process.wait(DEADLINE)
        self._reader.join(DEADLINE)
        assert self.process.stdout
        self.process.stdout.close()
        return status


def database_url() -> str:
    """Where the test's database is, for another process."""
    settings = connection.settings_dict
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    return make_conninfo(**{names[key]: settings[key] for key in names if settings[key]})


@pytest.fixture
def queue(transactional_db, settings):
    """Django's tasks go to the real, empty queue."""
    settings.TASKS = {"default": {"BACKEND": BACKEND, "QUEUES": ["default", "images"]}}
    empty = "TRUNCATE procrastinate_jobs, procrastinate_workers, procrastinate_periodic_defers CASCADE"
    with connection.cursor() as cursor:
        cursor.execute(empty)
    yield
    with connection.cursor() as cursor:
        cursor.execute(empty)


@pytest.fixture
def work_off(queue, monkeypatch) -> Callable[..., None]:
    """Run a worker in this process until no task is due."""
    for configured in connections.settings.values():
        for name in ("CONN_MAX_AGE", "CONN_HEALTH_CHECKS"):
            monkeypatch.setitem(configured, name, configured[name])  # the worker changes them for its process
    return lambda **options: call_command("run_worker", until_empty=True, tasks=[SAMPLES], **options)


@pytest.fixture
def start_worker(queue) -> Iterator[Callable[..., WorkerProcess]]:
    """Start workers that call a silent worker dead after two seconds; whatever still runs is killed at the end."""
    workers: list[WorkerProcess] = []

    def start(
        *arguments: str, tasks: str = SAMPLES, until_logged: str = "Working on", **environment: str
    ) -> WorkerProcess:
        workers.append(WorkerProcess("--tasks", tasks, "--stalled-after", "2", *arguments, **environment))
        workers[-1].until_logged(until_logged)
        return workers[-1]

    yield start
    for worker in workers:
        worker.kill()


@pytest.fixture
def gate(queue) -> Iterator[Callable[[], None]]:
    """Closed until it is called: `wait_at_gate` runs until then."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [GATE])

    def open_gate() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock_all()")

    yield open_gate
    open_gate()


@contextmanager
def database_away() -> Iterator[None]:
    """Cut off everybody but the test, and let nobody in."""
    name = connection.settings_dict["NAME"]
    allow = sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS {}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        mine = cursor.fetchone()[0]
    with psycopg.connect(database_url(), dbname="postgres", autocommit=True) as outside:
        outside.execute(allow.format(sql.Identifier(name), sql.SQL("false")))
        try:
            outside.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> %s", [name, mine]
            )
            yield
        finally:
            outside.execute(allow.format(sql.Identifier(name), sql.SQL("true")))
