"""When an answer left, so that no reader gets it twice."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("facts", "0002_values_are_never_edited")]

    operations = [
        migrations.AddField(
            model_name="report",
            name="answer_sent_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="answer sent"),
        ),
    ]
