"""The queue behind `django.tasks`, without a second process."""

import logging
from datetime import timedelta

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, transaction
from django.tasks import TaskResultStatus, default_task_backend
from django.tasks.exceptions import InvalidTask, TaskResultDoesNotExist
from django.test import override_settings
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob
from procrastinate.jobs import Job

from m2c.tasks import periodic, policy, retry
from m2c.tasks.checks import check_backend
from m2c.tasks.models import Run
from m2c.tasks.policy import INTERRUPTED_ATTEMPTS, Retry, WorkerLost
from m2c.tasks.runner import run_job
from m2c.tasks.stalled import take_up_stalled
from m2c.tasks.tasks import purge_finished
from tests.m2c import sample_tasks as samples
from tests.m2c.conftest import database_url

MINUTE = timedelta(minutes=1)


def enqueue_by_name(name, **options):
    """A job as an older or a broken version of the code may have left it."""
    job = Job(
        task_name=name,
        queue="default",
        task_kwargs={"args": [], "kwargs": {}},
        **{"lock": None, "queueing_lock": None, **options},
    )
    return app.job_manager.defer_job(job).id


def set_job(job_id, **values):
    """Write columns of a job past procrastinate."""
    assignments = ", ".join(f"{column} = %s" for column in values)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE procrastinate_jobs SET {assignments} WHERE id = %s", [*values.values(), job_id])  # noqa: S608


def start_on(job_id, *, heartbeat_age):
    """As if a worker had begun the job; its last sign of life is so old."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s) RETURNING id", [heartbeat_age]
        )
        worker = cursor.fetchone()[0]
    set_job(job_id, status="doing", worker_id=worker)
    return Run.objects.create(job_id=job_id, worker="elsewhere:1")


# Into the queue


def test_rollback_takes_the_task_back(queue):
    with transaction.atomic():
        samples.add.enqueue(1, 2)
        assert ProcrastinateJob.objects.count() == 1
        transaction.set_rollback(True)

    assert not ProcrastinateJob.objects.exists()


def test_listeners_hear_of_a_task_when_its_transaction_commits(queue):
    with psycopg.connect(database_url(), autocommit=True) as listener:
        listener.execute("LISTEN procrastinate_any_queue_v1")
        with transaction.atomic():
            samples.add.enqueue(1, 2)
            assert list(listener.notifies(timeout=0)) == []

        heard = list(listener.notifies(timeout=10, stop_after=1))

    assert len(heard) == 1


def test_a_task_waits_with_its_queue_priority_and_time(queue):
    later = timezone.now() + MINUTE

    result = samples.draw.using(priority=7, run_after=later).enqueue()

    job = ProcrastinateJob.objects.get(pk=result.id)
    assert (job.queue_name, job.priority, job.scheduled_at) == ("images", 7, later)
    assert job.task_name == "tests.m2c.sample_tasks.draw"


def test_a_queue_that_nobody_serves_is_refused(queue):
    with pytest.raises(InvalidTask, match="typo"):
        samples.add.using(queue_name="typo").enqueue(1, 2)


def test_arguments_that_json_cannot_hold_are_refused(queue):
    with pytest.raises(TypeError):
        samples.add.enqueue(1, object())


# Run, and the result


def test_result_tells_the_whole_story(work_off):
    result = samples.add.enqueue(1, b=2)
    assert result.status == TaskResultStatus.READY

    work_off()

    result = samples.add.get_result(result.id)
    assert result.status == TaskResultStatus.SUCCESSFUL
    assert result.return_value == 3
    assert (result.args, result.kwargs, result.attempts, result.errors) == ([1], {"b": 2}, 1, [])
    assert result.enqueued_at <= result.started_at == result.last_attempted_at <= result.finished_at


def test_a_running_task_says_so(queue):
    result = samples.add.enqueue(1, 2)
    start_on(result.id, heartbeat_age=timedelta(0))

    result.refresh()

    assert (result.status, result.attempts, result.finished_at) == (TaskResultStatus.RUNNING, 1, None)


@pytest.mark.parametrize("result_id", ["123456789", "no number"])
def test_there_is_no_result_of_an_unknown_id(queue, result_id):
    with pytest.raises(TaskResultDoesNotExist):
        default_task_backend.get_result(result_id)


def test_coroutines_run_too(work_off):
    result = samples.double.enqueue(4)

    work_off()

    result.refresh()
    assert result.return_value == 8


def test_a_later_task_waits_for_its_time(work_off):
    now = samples.add.enqueue(1, 2)
    later = samples.add.using(run_after=timezone.now() + MINUTE).enqueue(1, 2)

    work_off()

    now.refresh()
    later.refresh()
    assert (now.status, later.status) == (TaskResultStatus.SUCCESSFUL, TaskResultStatus.READY)


def test_higher_priority_runs_first(work_off):
    low = samples.add.using(priority=-1).enqueue(1, 2)
    high = samples.add.using(priority=1).enqueue(1, 2)

    work_off(concurrency=1)

    low.refresh()
    high.refresh()
    assert high.finished_at <= low.started_at


def test_a_worker_may_serve_some_queues_only(work_off):
    other, drawn = samples.add.enqueue(1, 2), samples.draw.enqueue()

    work_off(queues="images")

    other.refresh()
    drawn.refresh()
    assert (other.status, drawn.status) == (TaskResultStatus.READY, TaskResultStatus.SUCCESSFUL)


def test_a_task_that_leaves_the_process_fails_alone(work_off):
    leaving, after = samples.exit_the_process.enqueue(), samples.add.enqueue(1, 2)

    work_off(concurrency=1)

    leaving.refresh()
    after.refresh()
    assert leaving.status == TaskResultStatus.FAILED
    assert leaving.errors[0].exception_class is SystemExit
    assert after.status == TaskResultStatus.SUCCESSFUL


def test_a_result_that_json_cannot_hold_fails_the_task(work_off):
    result = samples.return_a_set.enqueue()

    work_off()

    result.refresh()
    assert result.status == TaskResultStatus.FAILED
    assert result.errors[0].exception_class is TypeError


@pytest.mark.parametrize("name", ["articles.no_such_module.work", "tests.m2c.sample_tasks.no_such_task", "os.getpid"])
def test_an_unknown_task_fails_with_a_word_and_the_next_one_runs(work_off, caplog, name):
    unknown, known = enqueue_by_name(name), samples.add.enqueue(1, 2)

    work_off(concurrency=1)

    known.refresh()
    assert ProcrastinateJob.objects.get(pk=unknown).status == "failed"
    assert any(name in record.message and record.levelno == logging.ERROR for record in caplog.records)
    assert known.status == TaskResultStatus.SUCCESSFUL


def test_the_log_names_tasks_and_never_their_arguments(work_off, caplog):
    caplog.set_level(logging.INFO)
    samples.add.enqueue(1, "someone@example.org")

    work_off()

    assert "tests.m2c.sample_tasks.add state=FAILED" in caplog.text
    assert "someone@example.org" not in caplog.text


# Again


def test_an_error_that_passes_is_tried_again(work_off):
    result = samples.fail_once.enqueue()
    work_off()
    result.refresh()
    assert result.status == TaskResultStatus.READY

    set_job(result.id, scheduled_at=timezone.now() - MINUTE)
    work_off()

    result.refresh()
    assert (result.status, result.return_value, result.attempts) == (TaskResultStatus.SUCCESSFUL, "answered", 2)
    assert [error.exception_class for error in result.errors] == [ConnectionError]


def test_retries_end_at_the_limit(work_off):
    result = samples.fail_always.enqueue()

    for _ in range(5):
        work_off()
        set_job(result.id, scheduled_at=timezone.now() - MINUTE)

    result.refresh()
    assert (result.status, result.attempts) == (TaskResultStatus.FAILED, 3)
    assert [error.exception_class for error in result.errors] == [ConnectionError] * 3
    assert ProcrastinateEvent.objects.filter(job=result.id, type="deferred_for_retry").count() == 2


def test_another_error_is_not_tried_again(work_off):
    result = samples.fail_otherwise.enqueue()

    work_off()

    result.refresh()
    assert (result.status, result.attempts) == (TaskResultStatus.FAILED, 1)


@pytest.mark.parametrize(
    ("attempt", "least", "most"), [(1, 1, 2), (2, 2, 4), (3, 4, 8), (9, 256, 512), (10, 300, 600), (5000, 300, 600)]
)
def test_waits_double_up_to_the_longest_and_vary_by_half(attempt, least, most):
    waits = {Retry(longest_wait=600).wait_after(attempt).total_seconds() for _ in range(50)}

    assert least <= min(waits) < max(waits) <= most


@pytest.mark.parametrize("error", [OperationalError(), WorkerLost()])
def test_what_is_not_the_tasks_fault_is_tried_again_without_a_policy(error):
    assert Retry().attempts_for(error) == INTERRUPTED_ATTEMPTS
    assert Retry().attempts_for(ValueError()) == 1


@pytest.mark.parametrize(
    "policy", [{"max_attempts": 1, "on": (OSError,)}, {"max_attempts": 3, "on": ()},
               {"max_attempts": 3, "on": (OSError,), "first_wait": 9, "longest_wait": 8}]
)  # fmt: skip
def test_a_policy_that_makes_no_sense_is_refused(policy):
    with pytest.raises(ValueError):
        retry(**policy)


@pytest.mark.parametrize(
    "decorate", [periodic("* * * * *"), retry(max_attempts=2, on=(OSError,))], ids=["periodic", "retry"]
)
def test_our_decorators_stand_above_djangos(decorate):
    with pytest.raises(TypeError, match="above @task"):
        decorate(lambda: None)


def test_a_cron_line_that_cannot_be_read_is_refused():
    with pytest.raises(ValueError, match="61"):
        periodic("61 * * * *")


@pytest.fixture
def overtaken(queue):
    """A periodic task that runs while its next run waits already; procrastinate lets only one of them wait."""
    name = "tests.m2c.sample_tasks.fail_always"
    running = enqueue_by_name(name, queueing_lock=name)
    start_on(running, heartbeat_age=timedelta(0))
    enqueue_by_name(name, queueing_lock=name)
    return ProcrastinateJob.objects.get(pk=running).procrastinate_job


def test_a_periodic_task_that_fails_while_its_next_run_waits_is_not_tried_again(overtaken):
    context = JobContext(app=app, job=overtaken, start_timestamp=0, abort_reason=lambda: None)

    with pytest.raises(ConnectionError):  # and not RunAgain
        run_job(context, args=[], kwargs={}, timestamp=0)


def test_a_periodic_task_that_is_lost_while_its_next_run_waits_is_not_taken_up(overtaken):
    set_job(overtaken.id, worker_id=None)

    assert take_up_stalled(MINUTE) == 1

    assert ProcrastinateJob.objects.get(pk=overtaken.id).status == "failed"


# Left behind


def test_the_task_of_a_dead_worker_goes_back_to_the_queue(work_off):
    result = samples.add.enqueue(1, 2)
    start_on(result.id, heartbeat_age=2 * MINUTE)

    assert take_up_stalled(MINUTE) == 1

    result.refresh()
    assert (result.status, result.errors[0].exception_class) == (TaskResultStatus.READY, WorkerLost)
    work_off()
    result.refresh()
    assert (result.return_value, result.attempts) == (3, 2)


def test_the_task_of_a_worker_that_has_left_goes_back_to_the_queue(queue):
    result = samples.add.enqueue(1, 2)
    start_on(result.id, heartbeat_age=timedelta(0))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")

    assert take_up_stalled(MINUTE) == 1


def test_the_task_of_a_living_worker_is_left_alone(queue):
    result = samples.add.enqueue(1, 2)
    start_on(result.id, heartbeat_age=MINUTE / 2)

    assert take_up_stalled(MINUTE) == 0


@pytest.mark.parametrize("ended", [True, False])
def test_a_task_that_a_living_worker_forgot_goes_back_to_the_queue(queue, ended):
    result = samples.add.enqueue(1, 2)
    run = start_on(result.id, heartbeat_age=timedelta(0))
    if ended:  # its end was recorded, but the report to the queue was lost
        Run.objects.filter(pk=run.pk).end(return_value=3)
    else:  # the answer to the fetch was lost, so nothing ran
        run.delete()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = at - interval '2 minutes'")

    assert take_up_stalled(MINUTE) == 1


def test_a_task_that_kills_its_workers_fails_in_the_end(queue):
    result = samples.add.enqueue(1, 2)

    for _ in range(INTERRUPTED_ATTEMPTS):
        start_on(result.id, heartbeat_age=2 * MINUTE)
        assert take_up_stalled(MINUTE) == 1

    result.refresh()
    assert (result.status, result.attempts) == (TaskResultStatus.FAILED, INTERRUPTED_ATTEMPTS)


def test_two_sweeps_take_a_task_up_once(queue):
    result = samples.add.enqueue(1, 2)
    start_on(result.id, heartbeat_age=2 * MINUTE)

    with psycopg.connect(database_url()) as other_sweep:
        other_sweep.execute("SELECT 1 FROM procrastinate_jobs WHERE id = %s FOR UPDATE", [result.id])

        assert take_up_stalled(MINUTE) == 0


# Housekeeping


@pytest.mark.parametrize(
    ("status", "days", "kept"),
    [("succeeded", 6, True), ("succeeded", 8, False), ("failed", 29, True), ("failed", 31, False),
     ("todo", 400, True), ("doing", 400, True)],
)  # fmt: skip
def test_finished_tasks_are_purged_after_their_days(queue, status, days, kept):
    result = samples.add.enqueue(1, 2)
    start_on(result.id, heartbeat_age=timedelta(0))
    set_job(result.id, status=status)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = at - %s", [timedelta(days=days)])

    purge_finished.call()

    assert ProcrastinateJob.objects.filter(pk=result.id).exists() is kept
    assert Run.objects.filter(job=result.id).exists() is kept


def test_the_purge_runs_daily():
    assert policy.schedules()[purge_finished.module_path] == "23 8 * * *"


def test_the_check_is_silent_when_all_is_there(queue):
    assert check_backend("default") == []


@pytest.mark.parametrize(
    ("missing", "problem"),
    [("procrastinate.contrib.django", "m2c.tasks.E001"), ("m2c.tasks", "m2c.tasks.E002")],
)
def test_the_check_tells_of_a_missing_app(monkeypatch, missing, problem):
    monkeypatch.setattr("m2c.tasks.checks.apps.is_installed", lambda name: name != missing)

    assert [found.id for found in check_backend("default")] == [problem]


@pytest.mark.parametrize(
    "options", [{"concurrency": 0}, {"stalled_after": 0}, {"stop_timeout": -1}, {"queues": "typo"}, {"queues": ","}]
)
def test_worker_refuses_options_that_make_no_sense(queue, options):
    with pytest.raises(CommandError):
        call_command("run_worker", **options)


@override_settings(TASKS={"default": {"BACKEND": "django.tasks.backends.dummy.DummyBackend"}})
def test_worker_refuses_a_backend_that_needs_none():
    with pytest.raises(CommandError, match="DummyBackend"):
        call_command("run_worker")
