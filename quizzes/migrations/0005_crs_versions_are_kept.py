"""The promise that a published version of the CRS is neither edited nor deleted, and who may enter and publish one."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

# Only its withdrawal, and the account of somebody who leaves, may change.
FORWARDS = """
CREATE FUNCTION quizzes_keep_crs_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NULL THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a published version is never deleted' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (OLD.in_force, OLD.rules, OLD.published_at) IS DISTINCT FROM (NEW.in_force, NEW.rules, NEW.published_at) THEN
        RAISE EXCEPTION 'a published version is never edited' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER quizzes_crs_version_is_kept BEFORE UPDATE OR DELETE ON quizzes_crsversion
    FOR EACH ROW EXECUTE FUNCTION quizzes_keep_crs_version();
"""
BACKWARDS = """
DROP TRIGGER quizzes_crs_version_is_kept ON quizzes_crsversion;
DROP FUNCTION quizzes_keep_crs_version();
"""
EDITOR = ["view_crsversion", "add_crsversion", "change_crsversion"]
GROUPS = {"Editor": EDITOR, "Publisher": [*EDITOR, "delete_crsversion", "publish_crsversion"]}


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
        ("quizzes", "0004_crs_versions"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunSQL(FORWARDS, BACKWARDS),
        migrations.RunPython(let_groups, migrations.RunPython.noop),
    ]
