"""What procrastinate does not keep: each run of a job, with its worker and what came of it."""

from typing import Self

from django.db import models
from django.db.models.functions import Now


class RunQuerySet(models.QuerySet["Run"]):
    def unfinished(self) -> Self:
        """Runs that no worker has ended yet: still running, or lost with their worker."""
        return self.filter(finished_at=None)

    def end(self, *, return_value: object = None, error: str = "", traceback: str = "") -> int:
        """Write down how these runs ended, by the database's clock; returns how many there were."""
        return self.update(finished_at=Now(), return_value=return_value, error=error, traceback=traceback)


class Run(models.Model):
    """One attempt at a job; deleted with the job."""

    # procrastinate deletes jobs by SQL, so the migration adds the constraint itself, with ON DELETE CASCADE.
    job = models.ForeignKey(
        "procrastinate.ProcrastinateJob", on_delete=models.DO_NOTHING, db_constraint=False, related_name="runs"
    )
    worker = models.CharField(max_length=200)
    started_at = models.DateTimeField(db_default=Now(), editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)
    return_value = models.JSONField(null=True, editable=False)
    error = models.CharField(max_length=500, blank=True, editable=False)  # dotted path of the exception's class
    traceback = models.TextField(blank=True, editable=False)

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Run {self.pk} of job {self.job_id} on {self.worker}"
