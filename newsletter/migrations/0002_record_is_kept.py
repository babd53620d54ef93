"""The promise that a line of the consent record, and the words it names, are neither changed nor deleted."""

from django.db import migrations

# Erasing somebody takes their row away and nothing else. What belongs to nobody's row may go after three years.
FORWARDS = """
CREATE FUNCTION newsletter_keep_consent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.subscriber_id IS NULL AND OLD.at < now() - interval '3 years' THEN
            RETURN OLD;
        END IF;
    ELSIF NEW.subscriber_id IS NULL AND to_jsonb(NEW) - 'subscriber_id' = to_jsonb(OLD) - 'subscriber_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the record of consent is neither changed nor deleted'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER newsletter_consent_is_kept BEFORE UPDATE OR DELETE ON newsletter_consent
    FOR EACH ROW EXECUTE FUNCTION newsletter_keep_consent();

CREATE FUNCTION newsletter_keep_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'words that somebody may have agreed to are neither changed nor deleted'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER newsletter_words_are_kept BEFORE UPDATE OR DELETE ON newsletter_consenttext
    FOR EACH ROW EXECUTE FUNCTION newsletter_keep_words();
"""
BACKWARDS = """
DROP TRIGGER newsletter_words_are_kept ON newsletter_consenttext;
DROP FUNCTION newsletter_keep_words();
DROP TRIGGER newsletter_consent_is_kept ON newsletter_consent;
DROP FUNCTION newsletter_keep_consent();
"""


class Migration(migrations.Migration):
    dependencies = [("newsletter", "0001_subscribers")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
