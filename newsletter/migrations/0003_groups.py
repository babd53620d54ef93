"""Who may see subscribers: the group Newsletter alone. Publishers write topics; nobody else has anything to do there."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

TOPICS = ["view_topic", "add_topic", "change_topic"]
NEWSLETTER = [
    *TOPICS,
    "view_subscriber", "erase_subscriber", "import_subscriber", "export_subscriber",
    "view_consent", "view_subscription", "view_signup",
    "view_suppression", "add_suppression", "delete_suppression",
    "view_import", "add_import", "change_import",
]  # fmt: skip
GROUPS = {"Publisher": TOPICS, "Newsletter": NEWSLETTER}


def let_groups(apps, schema_editor) -> None:
    """Give the groups what they lack; Django makes permissions only after all migrations have run, so make them now."""
    config = apps.get_app_config("newsletter")
    if not hasattr(config, "models_module"):
        config.models_module = True  # the stand-in of a migration lacks it, which would be taken for "no models"
    create_permissions(config, apps=apps, verbosity=0)
    permissions = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="newsletter")
    for name, codenames in GROUPS.items():
        group, _made = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        found = list(permissions.filter(codename__in=codenames))
        missing = set(codenames) - {permission.codename for permission in found}
        if missing:
            raise LookupError(f"No such permissions: {', '.join(sorted(missing))}")
        group.permissions.add(*found)


class Migration(migrations.Migration):
    dependencies = [
        ("newsletter", "0002_record_is_kept"),
        ("articles", "0005_groups"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(let_groups, migrations.RunPython.noop)]
