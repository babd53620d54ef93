"""The promise that a value in force is neither edited nor deleted, kept by the database."""

from django.conf import settings
from django.db import migrations

# Only the last check of a value (verified_on, verified_by) and the account of somebody who leaves may change.
FORWARDS = f"""
CREATE FUNCTION facts_keep_value() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.in_force_from > (now() AT TIME ZONE '{settings.TIME_ZONE}')::date THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a value that has been in force is never deleted' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (OLD.fact_id, OLD.content, OLD.in_force_from, OLD.is_exact, OLD.source_id, OLD.locator, OLD.note_en, OLD.note_fr,
        OLD.reason, OLD.noticed_by, OLD.replaces_id, OLD.noted_at)
       IS DISTINCT FROM
       (NEW.fact_id, NEW.content, NEW.in_force_from, NEW.is_exact, NEW.source_id, NEW.locator, NEW.note_en, NEW.note_fr,
        NEW.reason, NEW.noticed_by, NEW.replaces_id, NEW.noted_at) THEN
        RAISE EXCEPTION 'a value that has been in force is never edited' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER facts_value_is_kept BEFORE UPDATE OR DELETE ON facts_factvalue
    FOR EACH ROW EXECUTE FUNCTION facts_keep_value();
"""
BACKWARDS = """
DROP TRIGGER facts_value_is_kept ON facts_factvalue;
DROP FUNCTION facts_keep_value();
"""


class Migration(migrations.Migration):
    dependencies = [("facts", "0001_ledger")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
