"""What an app lets one choose for its links."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rights", "0005_letters_of_apps"),
    ]

    operations = [
        migrations.AddField(
            model_name="link",
            name="choices",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20), blank=True, default=list, size=None
            ),
        ),
    ]
