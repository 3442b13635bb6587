import django.contrib.postgres.fields
from django.db import migrations, models

import collab.notifications.models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial")]

    operations = [
        migrations.AddField("reach", "ring_from", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("reach", "ring_until", models.PositiveSmallIntegerField(default=24)),
        migrations.AddField(
            "reach",
            "ring_days",
            django.contrib.postgres.fields.ArrayField(
                models.PositiveSmallIntegerField(), default=collab.notifications.models.every_day, size=None
            ),
        ),
    ]
