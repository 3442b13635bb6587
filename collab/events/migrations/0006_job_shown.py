"""Jobs that people see: a title in their language, the thing they are about, how often they were begun."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0005_reading")]

    operations = [
        migrations.AddField("job", "title", models.CharField(blank=True, db_default="", default="", max_length=300)),
        migrations.AddField("job", "language", models.CharField(blank=True, db_default="", default="", max_length=8)),
        migrations.AddField("job", "ref_kind", models.CharField(blank=True, db_default="", default="", max_length=20)),
        migrations.AddField("job", "ref_id", models.BigIntegerField(null=True)),
        migrations.AddField("job", "attempts", models.SmallIntegerField(db_default=0, default=0)),
        migrations.AddIndex(
            "job",
            models.Index(
                condition=models.Q(("state__in", ("waiting", "running"))),
                fields=["updated_at"],
                name="events_job_under_way",
            ),
        ),
    ]
