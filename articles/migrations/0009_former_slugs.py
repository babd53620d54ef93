"""Slugs that categories, tags and people had before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0008_labels_of_publications")]

    operations = [
        migrations.CreateModel(
            name="FormerSlug",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(help_text="the name of the model", max_length=20)),
                (
                    "language",
                    models.CharField(blank=True, help_text="empty where the languages share the slug", max_length=2),
                ),
                ("slug", models.SlugField(allow_unicode=True, db_index=False, max_length=100)),
                ("target", models.BigIntegerField(help_text="the id of the row that had it last")),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "language", "slug"), name="former_slug_once")
                ],
            },
        ),
    ]
