from django.db import migrations

# As with people: spaces are searched where they stand, and of a few thousand each name would be made plain every time.
_SPACES = "CREATE INDEX search_spaces ON spaces_space USING gin (search_plain(name) gin_trgm_ops)"


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial"), ("spaces", "0001_initial")]

    operations = [migrations.RunSQL(_SPACES, "DROP INDEX search_spaces")]
