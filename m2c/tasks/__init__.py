"""Background work: `django.tasks` on procrastinate, in the site's own PostgreSQL.

Tasks live in the `tasks.py` of their app and use Django's decorator; ours stand above it:

    @periodic("*/10 * * * *")
    @retry(max_attempts=5, on=(TimeoutError,))
    @task(queue_name="images")
    def render(image_id: int) -> None: ...

Three rules. A task may run twice (a killed worker's task starts again), so a second run must do no harm. Arguments
are ids, never a person's data: they are kept in the queue and read by operators. `enqueue` belongs to the caller's
transaction, so call it beside the rows that the task will read, without `on_commit`.

This package imports nothing else of the project, so that every app may use it.
"""

from m2c.tasks.policy import periodic, retry

__all__ = ["periodic", "retry"]
