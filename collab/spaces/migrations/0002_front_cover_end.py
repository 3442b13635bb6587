"""The front page, its picture, and the day on which an archived space ends."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rights", "0002_link_pages"),
        ("spaces", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Cover",
            fields=[
                (
                    "space",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="cover",
                        serialize=False,
                        to="spaces.space",
                    ),
                ),
                ("image", models.BinaryField()),
                ("media_type", models.CharField(max_length=20)),
            ],
        ),
        migrations.AddField(
            model_name="space",
            name="cover_etag",
            field=models.CharField(blank=True, db_default="", default="", max_length=32),
        ),
        migrations.AddField(
            model_name="space",
            name="delete_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="space",
            name="front",
            field=models.TextField(blank=True, db_default="", default="", max_length=20000),
        ),
        migrations.AddConstraint(
            model_name="space",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("delete_at", None), models.Q(("archived_at__isnull", False), ("kind", "team")), _connector="OR"
                ),
                name="spaces_space_ends_archived",
            ),
        ),
    ]
