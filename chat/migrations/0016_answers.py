from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0015_swept")]

    operations = [
        migrations.AddField("scheduled", "answers", models.BooleanField(default=False, db_default=False)),
        migrations.RunSQL(
            "UPDATE chat_scheduled SET answers = true WHERE root_id IS NOT NULL", migrations.RunSQL.noop, elidable=True
        ),
        migrations.AddField("export", "channels", ArrayField(models.BigIntegerField(), null=True)),
    ]
