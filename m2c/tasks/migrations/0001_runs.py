"""The record of runs. procrastinate deletes jobs by SQL, so the database itself deletes their runs."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("procrastinate", "0041_post_retry_failed_job")]

    operations = [
        migrations.CreateModel(
            name="Run",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("worker", models.CharField(max_length=200)),
                (
                    "started_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("finished_at", models.DateTimeField(editable=False, null=True)),
                ("return_value", models.JSONField(editable=False, null=True)),
                ("error", models.CharField(blank=True, editable=False, max_length=500)),
                ("traceback", models.TextField(blank=True, editable=False)),
                (
                    "job",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="runs",
                        to="procrastinate.procrastinatejob",
                    ),
                ),
            ],
            options={"ordering": ["pk"]},
        ),
        migrations.RunSQL(
            sql=(
                "ALTER TABLE tasks_run ADD CONSTRAINT tasks_run_job"
                " FOREIGN KEY (job_id) REFERENCES procrastinate_jobs (id) ON DELETE CASCADE"
            ),
            reverse_sql="ALTER TABLE tasks_run DROP CONSTRAINT tasks_run_job",
        ),
    ]
