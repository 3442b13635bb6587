from django.db import migrations

# Retention and erasure say so in their own transaction; whoever else holds the database's password is refused.
REFUSE = """CREATE FUNCTION events_audit_insert_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
 IF current_setting('collab.audit_sweep', true) = 'on' THEN RETURN coalesce(NEW, OLD); END IF;
 RAISE EXCEPTION 'the audit log is insert-only'; END $$;
CREATE TRIGGER events_audit_insert_only BEFORE UPDATE OR DELETE ON events_auditentry
 FOR EACH ROW EXECUTE FUNCTION events_audit_insert_only();"""
ALLOW = """DROP TRIGGER events_audit_insert_only ON events_auditentry; DROP FUNCTION events_audit_insert_only();"""


class Migration(migrations.Migration):
    dependencies = [("events", "0002_audit")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
