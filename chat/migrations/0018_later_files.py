from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0017_removers")]

    operations = [
        migrations.AddField("scheduled", name, models.JSONField(default=list, db_default=[]))
        for name in ("waiting", "stay", "copied")
    ]
