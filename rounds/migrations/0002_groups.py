"""What Author, Editor and Publisher may do with rounds. What came from the feed is deleted by nobody."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

GROUPS = {
    "Author": ["view_round"],
    "Editor": ["view_round", "change_round", "add_round"],
    "Publisher": ["view_round", "change_round", "add_round", "delete_round"],
}


def let_groups(apps, schema_editor) -> None:
    """Give the groups what they lack; Django makes permissions only after all migrations have run, so make them now."""
    config = apps.get_app_config("rounds")
    if not hasattr(config, "models_module"):
        config.models_module = True  # the stand-in of a migration lacks it, which would be taken for "no models"
    create_permissions(config, apps=apps, verbosity=0)
    permissions = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="rounds")
    for name, codenames in GROUPS.items():
        group, _made = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        group.permissions.add(*permissions.filter(codename__in=codenames))


class Migration(migrations.Migration):
    dependencies = [
        ("rounds", "0001_rounds"),
        ("articles", "0005_groups"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(let_groups, migrations.RunPython.noop)]
