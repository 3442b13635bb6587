from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_registration"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="lists",
            field=models.CharField(default="rows", max_length=8),
        ),
    ]
