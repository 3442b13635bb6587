from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0003_audit_insert_only")]

    operations = [
        migrations.AddField("auditentry", "whom_kind", models.CharField(blank=True, default="", max_length=20), False),
        migrations.AddField("auditentry", "whom_id", models.BigIntegerField(null=True)),
        migrations.AddField("auditentry", "whom_name", models.CharField(blank=True, default="", max_length=300), False),
        migrations.AddIndex(
            "auditentry", models.Index(fields=["whom_kind", "whom_id", "-id"], name="events_audit_whom")
        ),
        migrations.AddIndex("auditentry", models.Index(fields=["kind", "-id"], name="events_audit_kind")),
        migrations.AddIndex("auditentry", models.Index(fields=["at"], name="events_audit_at")),
    ]
