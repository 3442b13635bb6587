import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("search", "0002_spaces_by_name")]

    operations = [
        migrations.RemoveIndex(model_name="term", name="search_term_like"),
        migrations.AddIndex(
            model_name="term",
            index=django.contrib.postgres.indexes.GistIndex(
                fields=["term"], name="search_term_near", opclasses=["gist_trgm_ops(siglen=32)"]
            ),
        ),
    ]
