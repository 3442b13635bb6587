import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0006_job_shown"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(model_name="change", name="events_change_ref"),
        migrations.AlterField(
            model_name="change",
            name="actor",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="change", index=models.Index(fields=["space_id", "id"], name="events_change_space")
        ),
        migrations.AddIndex(
            model_name="change", index=models.Index(fields=["ref_kind", "ref_id", "id"], name="events_change_thing")
        ),
        migrations.AddIndex(
            model_name="change", index=models.Index(fields=["actor", "id"], name="events_change_actor")
        ),
    ]
