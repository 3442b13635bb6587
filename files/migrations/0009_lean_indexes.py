"""Indexes of what has contents and of what is in the trash, without entries for the many rows that have neither."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("files", "0008_imports")]

    operations = [
        migrations.AddIndex(
            "node", models.Index(condition=Q(blob__isnull=False), fields=["blob"], name="files_node_blob")
        ),
        migrations.AddIndex(
            "node", models.Index(condition=Q(trash__isnull=False), fields=["trash"], name="files_node_trash")
        ),
        migrations.AlterField(
            "node",
            "blob",
            models.ForeignKey(
                "files.blob",
                null=True,
                db_index=False,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="nodes",
            ),
        ),
        migrations.AlterField(
            "node",
            "trash",
            models.ForeignKey(
                "files.trash",
                null=True,
                db_index=False,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="nodes",
            ),
        ),
    ]
