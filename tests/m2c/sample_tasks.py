"""Tasks for the tests of the queue; a worker knows them only when told to (`run_worker --tasks`)."""

from django.db import connection, transaction
from django.tasks import TaskContext, task

from m2c.tasks import retry

GATE = 7_203_114  # an advisory lock that a test holds for as long as `wait_at_gate` shall not end


@task
def add(a: int, b: int) -> int:
    return a + b


@task(takes_context=True)
def count_attempts(context: TaskContext) -> int:
    return context.attempt


@task
async def double(number: int) -> int:
    return 2 * number


@task
def exit_the_process() -> None:
    raise SystemExit(1)


@task
def return_a_set() -> set[int]:
    return {1, 2}


@task
def wait_at_gate() -> str:
    """End when the test opens the gate."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = 0")
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [GATE])
    return "through"


@retry(max_attempts=3, on=(ConnectionError,), first_wait=3600, longest_wait=3600)  # a test sets the clock
@task
def fail_always() -> None:
    raise ConnectionError("nobody answers")


@retry(max_attempts=3, on=(ConnectionError,), first_wait=3600, longest_wait=3600)
@task(takes_context=True)
def fail_once(context: TaskContext) -> str:
    if context.attempt == 1:
        raise ConnectionError("nobody answers")
    return "answered"


@retry(max_attempts=3, on=(ConnectionError,))
@task
def fail_otherwise() -> None:
    raise ValueError("not worth another attempt")


@task(queue_name="images")
def draw() -> str:
    return "drawn"
