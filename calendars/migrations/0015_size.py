from django.db import migrations, models

COUNT = """CREATE FUNCTION calendars_count_bytes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
 IF TG_OP = 'INSERT' THEN
  UPDATE calendars_calendar c SET size = c.size + n.more
   FROM (SELECT calendar_id, sum(size) AS more FROM new_rows GROUP BY calendar_id) n WHERE c.id = n.calendar_id;
 ELSIF TG_OP = 'DELETE' THEN
  UPDATE calendars_calendar c SET size = c.size - n.less
   FROM (SELECT calendar_id, sum(size) AS less FROM old_rows GROUP BY calendar_id) n WHERE c.id = n.calendar_id;
 ELSE
  UPDATE calendars_calendar c SET size = c.size + n.more
   FROM (SELECT calendar_id, sum(size) AS more FROM (SELECT calendar_id, size::bigint FROM new_rows
     UNION ALL SELECT calendar_id, -size::bigint FROM old_rows) each GROUP BY calendar_id HAVING sum(size) <> 0) n
   WHERE c.id = n.calendar_id;
 END IF;
 RETURN NULL; END $$;
CREATE TRIGGER calendars_bytes_in AFTER INSERT ON calendars_calendarobject
 REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION calendars_count_bytes();
CREATE TRIGGER calendars_bytes_out AFTER DELETE ON calendars_calendarobject
 REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION calendars_count_bytes();
CREATE TRIGGER calendars_bytes_changed AFTER UPDATE ON calendars_calendarobject
 REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
 FOR EACH STATEMENT EXECUTE FUNCTION calendars_count_bytes();
UPDATE calendars_calendar c SET size = n.size
 FROM (SELECT calendar_id, sum(size) AS size FROM calendars_calendarobject GROUP BY calendar_id) n
 WHERE c.id = n.calendar_id;"""
FORGET = """DROP TRIGGER calendars_bytes_in ON calendars_calendarobject;
DROP TRIGGER calendars_bytes_out ON calendars_calendarobject;
DROP TRIGGER calendars_bytes_changed ON calendars_calendarobject; DROP FUNCTION calendars_count_bytes();"""


class Migration(migrations.Migration):
    dependencies = [("calendars", "0014_turns_and_proofs")]

    operations = [
        migrations.AddField("calendar", "size", models.BigIntegerField(default=0, db_default=0)),
        migrations.RunSQL(COUNT, FORGET),
    ]
