"""What Editor and Publisher may do with the quizzes. Authors have nothing to do there; nobody adds or deletes words."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

EDITOR = [
    "view_quiz", "change_quiz",
    "view_question", "change_question",
    "view_persona", "add_persona", "change_persona",
    "view_count",
]  # fmt: skip
GROUPS = {"Editor": EDITOR, "Publisher": [*EDITOR, "delete_persona"]}


def let_groups(apps, schema_editor) -> None:
    """Give the groups what they lack; Django makes permissions only after all migrations have run, so make them now."""
    config = apps.get_app_config("quizzes")
    if not hasattr(config, "models_module"):
        config.models_module = True  # the stand-in of a migration lacks it, which would be taken for "no models"
    create_permissions(config, apps=apps, verbosity=0)
    permissions = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="quizzes")
    for name, codenames in GROUPS.items():
        group, _made = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        group.permissions.add(*permissions.filter(codename__in=codenames))


class Migration(migrations.Migration):
    dependencies = [
        ("quizzes", "0002_loaded"),
        ("articles", "0005_groups"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(let_groups, migrations.RunPython.noop)]
