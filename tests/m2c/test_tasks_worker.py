"""Workers as processes: killed, stopped, cut off, side by side."""

from signal import SIGINT, SIGTERM

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.tasks import TaskResultStatus
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from m2c.tasks.models import Run
from m2c.tasks.policy import WorkerLost
from tests.m2c import sample_tasks as samples
from tests.m2c.conftest import database_away, until


def until_status(result, status):
    def reached():
        result.refresh()
        return result.status == status

    until(reached, f"{result.task.name} becomes {status}")


def test_kill_9_in_the_middle_of_a_task_loses_nothing(start_worker, gate):
    killed = start_worker()
    result = samples.wait_at_gate.enqueue()
    until_status(result, TaskResultStatus.RUNNING)

    killed.kill()
    gate()
    start_worker()

    until_status(result, TaskResultStatus.SUCCESSFUL)
    assert result.return_value == "through"
    assert [error.exception_class for error in result.errors] == [WorkerLost]
    assert result.attempts == 2


@pytest.mark.parametrize("number", [SIGTERM, SIGINT])
def test_a_stop_lets_the_running_task_finish_and_takes_no_other(start_worker, gate, number):
    worker = start_worker("--concurrency", "1")
    running, waiting = samples.wait_at_gate.enqueue(), samples.add.enqueue(1, 2)
    until_status(running, TaskResultStatus.RUNNING)

    worker.send(number)
    worker.until_logged("Stopping")
    gate()

    assert worker.end() == 0
    running.refresh()
    waiting.refresh()
    assert (running.status, running.attempts) == (TaskResultStatus.SUCCESSFUL, 1)
    assert waiting.status == TaskResultStatus.READY
    assert not ProcrastinateWorker.objects.exists()


def test_a_stopping_worker_still_counts_as_alive(start_worker, gate):
    stopping = start_worker()
    result = samples.wait_at_gate.enqueue()
    until_status(result, TaskResultStatus.RUNNING)
    stopping.send(SIGTERM)
    stopping.until_logged("Stopping")

    before = heartbeats()
    until(lambda: heartbeats() != before, "another heartbeat")
    gate()

    assert stopping.end() == 0


def heartbeats():
    return list(ProcrastinateWorker.objects.values_list("last_heartbeat", flat=True))


@pytest.mark.parametrize("signals", [1, 2])
def test_a_task_that_outlasts_the_stop_is_left_to_another_worker(start_worker, gate, signals):
    worker = start_worker("--stop-timeout", "1" if signals == 1 else "600")
    result = samples.wait_at_gate.enqueue()
    until_status(result, TaskResultStatus.RUNNING)

    for _ in range(signals):
        worker.send(SIGTERM)
        worker.until_logged("Stopping")

    assert worker.end() == 1
    gate()
    start_worker()
    until_status(result, TaskResultStatus.SUCCESSFUL)
    assert result.attempts == 2


def test_periodic_task_runs_once_each_time_with_two_workers(start_worker):
    workers = [start_worker(tasks="tests.m2c.sample_periodic") for _ in range(2)]
    ticks = ProcrastinateJob.objects.filter(task_name="tests.m2c.sample_periodic.tick")

    until(lambda: ticks.filter(status="succeeded").count() >= 4, "four ticks")

    for worker in workers:
        worker.send(SIGTERM)
        assert worker.end() == 0
    times = [args["timestamp"] for args in ticks.values_list("args", flat=True)]
    assert len(times) == len(set(times)) >= 4
    assert (
        Run.objects.filter(job__in=ticks.filter(status="succeeded")).count() == ticks.filter(status="succeeded").count()
    )


@pytest.mark.parametrize("pool", ["0", "1"])
def test_worker_outlives_an_absence_of_the_database(start_worker, gate, pool):
    worker = start_worker("--concurrency", "1", DATABASE_POOL=pool)
    before, cut_off = samples.add.enqueue(1, 2), samples.wait_at_gate.enqueue()
    until_status(before, TaskResultStatus.SUCCESSFUL)
    until_status(cut_off, TaskResultStatus.RUNNING)

    with database_away():
        worker.until_logged("The database is away")
    gate()
    worker.until_logged("The database is back")
    after = samples.add.enqueue(3, 4)

    until_status(cut_off, TaskResultStatus.SUCCESSFUL)
    until_status(after, TaskResultStatus.SUCCESSFUL)
    assert cut_off.attempts == 2
    assert after.errors == []
    assert worker.logged("The database is away") == 1
    worker.send(SIGTERM)
    assert worker.end() == 0
    assert "Traceback" not in "".join(worker.lines)


@pytest.mark.parametrize("pool", ["0", "1"])
def test_an_idle_workers_connections_heal(start_worker, pool):
    worker = start_worker("--concurrency", "1", "--stalled-after", "600", DATABASE_POOL=pool)  # no sweep finds it first
    before = samples.add.enqueue(1, 2)
    until_status(before, TaskResultStatus.SUCCESSFUL)

    with database_away():
        worker.until_logged("The database is away")
    after = samples.add.enqueue(3, 4)

    until_status(after, TaskResultStatus.SUCCESSFUL)
    assert ProcrastinateJob.objects.get(pk=after.id).attempts == 1


def test_worker_that_starts_without_a_database_waits_for_it(start_worker):
    result = samples.add.enqueue(1, 2)

    with database_away():
        start_worker(until_logged="The database is away")

    until_status(result, TaskResultStatus.SUCCESSFUL)


@pytest.mark.parametrize("begun", [True, False])
def test_a_stop_does_not_wait_for_a_database_that_is_away(start_worker, begun):
    # Not the pictures' queue: a task of it that loses its database has a fault of its own to tell of.
    arguments = ["--stop-timeout", "600", "--queues", "default"]
    worker = start_worker(*arguments) if begun else None

    with database_away():
        worker = worker or start_worker(*arguments, until_logged="The database is away")
        worker.until_logged("The database is away")
        worker.send(SIGTERM)

        assert worker.end() == 0
    assert "Traceback" not in "".join(worker.lines)


def test_worker_asks_for_migrate_where_there_are_no_tables(queue, settings):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE procrastinate_jobs RENAME TO set_aside")
    try:
        with pytest.raises(CommandError, match="migrate"):
            call_command("run_worker", until_empty=True)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE set_aside RENAME TO procrastinate_jobs")
