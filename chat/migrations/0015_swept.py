from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0014_visitors")]

    operations = [migrations.AddField("channel", "swept_until", models.DateTimeField(null=True))]
