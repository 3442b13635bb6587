from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("files", "0011_sealed_contents")]

    operations = [
        migrations.RemoveIndex("node", "files_node_recent"),
        migrations.AddIndex("node", models.Index(fields=["acl", "-mtime"], include=["id"], name="files_node_recent")),
    ]
