"""What the groups Author, Editor and Publisher may do in the ledger; each has no more than its work asks for."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

AUTHOR = ["view_fact", "view_factvalue", "view_source", "view_term"]  # to insert facts, and to see where they are from
EDITOR = [
    *AUTHOR,
    "add_fact", "change_fact", "add_factvalue",
    "add_source", "change_source",
    "add_term", "change_term",
    "add_correction", "change_correction", "view_correction",
    "view_report", "change_report", "answer_report",
]  # fmt: skip
GROUPS = {"Author": AUTHOR, "Editor": EDITOR, "Publisher": EDITOR}


def create_missing_permissions(apps) -> None:
    """Django makes permissions only after all migrations have run; the groups need them now."""
    config = apps.get_app_config("facts")
    if not hasattr(config, "models_module"):
        config.models_module = True  # the stand-in of a migration lacks it, which would be taken for "no models"
    create_permissions(config, apps=apps, verbosity=0)


def make_groups(apps, schema_editor) -> None:
    """Give the groups what they lack; what somebody added to one stays. They are made by whichever app comes first."""
    create_missing_permissions(apps)
    permissions = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="facts")
    for name, codenames in GROUPS.items():
        group, _made = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        found = list(permissions.filter(codename__in=codenames))
        missing = set(codenames) - {permission.codename for permission in found}
        if missing:
            raise LookupError(f"No such permissions: {', '.join(sorted(missing))}")
        group.permissions.add(*found)


class Migration(migrations.Migration):
    dependencies = [
        ("facts", "0003_answers_sent"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
