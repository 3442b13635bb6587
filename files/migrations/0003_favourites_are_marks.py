"""Stars are kept with the other marks, for every kind of thing."""

from django.conf import settings
from django.db import migrations

_AWAY = """INSERT INTO marks_favourite (user_id, kind, object_id)
 SELECT user_id, 'node', node_id FROM files_favourite ORDER BY id ON CONFLICT DO NOTHING"""
_BACK = """INSERT INTO files_favourite (user_id, node_id)
 SELECT f.user_id, f.object_id FROM marks_favourite f JOIN files_node n ON n.id = f.object_id
 WHERE f.kind = 'node' ORDER BY f.id"""


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0002_recent_files_by_time"),
        ("marks", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(_AWAY, _BACK),
        migrations.DeleteModel("Favourite"),
    ]
