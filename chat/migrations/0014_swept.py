from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0013_slash_commands")]

    operations = [migrations.AddField("channel", "swept_until", models.DateTimeField(null=True))]
