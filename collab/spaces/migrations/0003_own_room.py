"""Which spaces have a room of their own: all whose room differs from what the house gives today."""

from django.db import migrations, models


def find_own(apps, schema_editor):
    """Spaces that have what the house gives follow it from now on."""
    stored = dict(apps.get_model("registry", "Stored").objects.values_list("key", "value"))
    for kind, key in (("team", "spaces.quota"), ("personal", "spaces.personal_quota")):
        given = stored.get(key)
        spaces = apps.get_model("spaces", "Space").objects.filter(kind=kind)
        (spaces.exclude(quota=given) if given is not None else spaces.exclude(quota=None)).update(own_room=True)
        if given is not None:
            spaces.filter(quota=None).update(own_room=True)


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_settings"), ("spaces", "0002_front_cover_end")]

    operations = [
        migrations.AddField("space", "own_room", models.BooleanField(db_default=False, default=False)),
        migrations.RunPython(find_own, migrations.RunPython.noop),
    ]
