"""Publishers arrange the home page."""

from importlib import import_module

from django.db import migrations

CODENAMES = ["add_home", "change_home", "view_home"]


def let_publishers(apps, schema_editor) -> None:
    """Give the group Publisher the home page."""
    groups = import_module("articles.migrations.0005_groups")
    groups.create_missing_permissions(apps, "m2c")
    permissions = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="m2c", codename__in=CODENAMES
    )
    group, _made = apps.get_model("auth", "Group").objects.get_or_create(name="Publisher")
    group.permissions.add(*permissions)


class Migration(migrations.Migration):
    dependencies = [
        ("m2c", "0002_restoration"),
        ("articles", "0005_groups"),
    ]

    operations = [migrations.RunPython(let_publishers, migrations.RunPython.noop)]
