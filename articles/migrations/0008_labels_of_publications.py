"""When the labels in a publication were last put anew, for the date of its page."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0007_facts_in_texts")]

    operations = [
        migrations.AddField(
            model_name="publication",
            name="labelled_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                editable=False,
                help_text="when its tags, its authors’ names or its terms were last put anew",
            ),
        ),
    ]
