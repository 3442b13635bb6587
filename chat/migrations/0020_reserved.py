import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0019_discreet"), ("spaces", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Reserved",
            fields=[
                (
                    "space",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="+",
                        serialize=False, to="spaces.space",
                    ),
                ),
            ],
        ),
    ]  # fmt: skip
