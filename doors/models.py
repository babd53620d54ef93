"""Who has lately knocked at a public form, without anybody's address."""

from django.db import models
from django.db.models.functions import Now


class Attempt(models.Model):
    """One posting of a public form. `who` is a keyed hash that changes with the day; rows are deleted after a day."""

    door = models.CharField(max_length=40)
    who = models.CharField(max_length=40)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["door", "who", "at"], name="attempt_of_somebody"),
            models.Index(fields=["at"], name="attempt_age"),
        ]

    def __str__(self) -> str:
        return f"{self.door} {self.at}"
