"""What Author, Editor and Publisher may do with programs. Their lines follow them, and nobody deletes a program."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

GROUPS = {
    "Author": ["view_program"],
    "Editor": ["view_program", "change_program"],
    "Publisher": ["view_program", "change_program", "add_program"],
}


def let_groups(apps, schema_editor) -> None:
    """Give the groups what they lack; Django makes permissions only after all migrations have run, so make them now."""
    config = apps.get_app_config("programs")
    if not hasattr(config, "models_module"):
        config.models_module = True  # the stand-in of a migration lacks it, which would be taken for "no models"
    create_permissions(config, apps=apps, verbosity=0)
    permissions = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="programs")
    for name, codenames in GROUPS.items():
        group, _made = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        group.permissions.add(*permissions.filter(codename__in=codenames))


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0001_programs"),
        ("articles", "0005_groups"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(let_groups, migrations.RunPython.noop)]
