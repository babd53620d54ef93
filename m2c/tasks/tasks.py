"""The queue's own housekeeping."""

from asgiref.sync import async_to_sync
from django.tasks import task
from procrastinate.contrib.django import app

from m2c.tasks.backend import ProcrastinateBackend
from m2c.tasks.policy import periodic


@periodic("23 8 * * *")  # at night in Canada
@task(priority=-50)
def purge_finished() -> None:
    """Delete finished jobs, with their runs, once nobody needs them any more."""
    backend = purge_finished.get_backend()
    if not isinstance(backend, ProcrastinateBackend):
        return
    delete = async_to_sync(app.job_manager.delete_old_jobs)
    delete(nb_hours=24 * backend.keep_days, include_cancelled=True)
    delete(nb_hours=24 * backend.keep_failed_days, include_failed=True, include_aborted=True, include_cancelled=True)
