"""How the page of a link shows its thing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rights", "0003_link_letters"),
    ]

    operations = [
        migrations.AddField(
            model_name="link",
            name="look",
            field=models.CharField(blank=True, max_length=20),
        ),
    ]
