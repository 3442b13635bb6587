"""Pictures of files, and when photos were taken."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0004_drafts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Photo",
            fields=[
                (
                    "node",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="photo",
                        serialize=False,
                        to="files.node",
                    ),
                ),
                ("taken", models.BigIntegerField()),
                ("noted", models.BooleanField(default=False)),
                ("film", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [models.Index(fields=["-taken", "-node"], name="files_photo_by_date")],
            },
        ),
        migrations.CreateModel(
            name="Preview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("how", models.CharField(max_length=8)),
                ("ending", models.CharField(max_length=10)),
                (
                    "state",
                    models.PositiveSmallIntegerField(choices=[(1, "Waiting"), (2, "Made"), (3, "None")], default=1),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("claimed_at", models.DateTimeField(null=True)),
                ("trouble", models.CharField(blank=True, max_length=10)),
                ("maker", models.PositiveSmallIntegerField(default=0)),
                (
                    "sizes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveIntegerField(), default=list, size=None
                    ),
                ),
                ("width", models.PositiveIntegerField(default=0)),
                ("height", models.PositiveIntegerField(default=0)),
                ("seconds", models.PositiveIntegerField(null=True)),
                ("pages", models.PositiveIntegerField(null=True)),
                ("taken", models.BigIntegerField(null=True)),
                ("facts", models.JSONField(default=dict)),
                ("marks", models.JSONField(null=True)),
                (
                    "blob",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="previews",
                        to="files.blob",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", 1)), fields=["id"], name="files_preview_waiting")
                ],
                "constraints": [models.UniqueConstraint(fields=("blob", "how"), name="files_preview_once")],
            },
        ),
    ]
