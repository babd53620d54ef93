"""The groups Author, Editor and Publisher, each with no more than its work asks for."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

AUTHOR = [
    "add_article", "change_article", "delete_article", "view_article",
    "add_image", "view_image",
    "view_document", "view_category", "view_author", "view_tag",
]  # fmt: skip
EDITOR = [
    *AUTHOR, "change_any_article",
    "add_category", "change_category",
    "add_tag", "change_tag", "delete_tag",
    "add_author", "change_author",
    "add_page", "change_page", "view_page",
    "change_image", "delete_image",
    "add_document", "change_document", "delete_document",
]  # fmt: skip
PUBLISHER = [
    *EDITOR, "publish_article", "publish_page",
    "add_advertisement", "change_advertisement", "delete_advertisement", "view_advertisement",
]  # fmt: skip
GROUPS = {"Author": AUTHOR, "Editor": EDITOR, "Publisher": PUBLISHER}


def create_missing_permissions(apps, label: str) -> None:
    """Django makes permissions only after all migrations have run; the groups need them now."""
    config = apps.get_app_config(label)
    if not hasattr(config, "models_module"):
        config.models_module = True  # the stand-in of a migration lacks it, which would be taken for "no models"
    create_permissions(config, apps=apps, verbosity=0)


def make_groups(apps, schema_editor) -> None:
    """Make the groups, or give those that are there what they lack; what somebody added to one stays."""
    create_missing_permissions(apps, "articles")
    permissions = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="articles")
    for name, codenames in GROUPS.items():
        group, _made = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        found = list(permissions.filter(codename__in=codenames))
        missing = set(codenames) - {permission.codename for permission in found}
        if missing:
            raise LookupError(f"No such permissions: {', '.join(sorted(missing))}")
        group.permissions.add(*found)


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0004_article_list_indexes"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
