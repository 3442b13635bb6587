import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models

# No stop words: “été” is one in French, and a folder has that name. Words arrive without accents (`search.words`);
# unaccent is here for those who ask by SQL. Indexes are built without a search path: its home is written out.
_DICTIONARIES = """
CREATE TEXT SEARCH DICTIONARY search_french (TEMPLATE = snowball, Language = french);
CREATE TEXT SEARCH DICTIONARY search_english (TEMPLATE = snowball, Language = english);
CREATE TEXT SEARCH CONFIGURATION search_fr (COPY = simple);
CREATE TEXT SEARCH CONFIGURATION search_en (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION search_fr ALTER MAPPING FOR asciiword, word, numword, hword, hword_part,
 asciihword, hword_asciipart, numhword, hword_numpart WITH unaccent, search_french;
ALTER TEXT SEARCH CONFIGURATION search_en ALTER MAPPING FOR asciiword, word, numword, hword, hword_part,
 asciihword, hword_asciipart, numhword, hword_numpart WITH unaccent, search_english;
CREATE FUNCTION search_vector(cleaned text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
 $$ SELECT to_tsvector('search_fr', cleaned) || strip(to_tsvector('search_en', cleaned))
  || strip(to_tsvector('simple', cleaned)) $$;
DO $do$ DECLARE home text := (SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n
  ON n.oid = e.extnamespace WHERE e.extname = 'unaccent');
BEGIN EXECUTE 'CREATE FUNCTION search_plain(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT'
  || ' lower(' || home || '.unaccent(' || quote_literal(home || '.unaccent') || '::regdictionary, name)) $$'; END $do$;
"""
_NO_DICTIONARIES = """
DROP FUNCTION search_vector(text);
DROP FUNCTION search_plain(text);
DROP TEXT SEARCH CONFIGURATION search_fr;
DROP TEXT SEARCH CONFIGURATION search_en;
DROP TEXT SEARCH DICTIONARY search_french;
DROP TEXT SEARCH DICTIONARY search_english;
"""
# What is read for every hit lies together, up to a page; texts lie beside it.
_STORAGE = """
ALTER TABLE search_entry SET (toast_tuple_target = 128);
ALTER TABLE search_entry ALTER COLUMN title SET STORAGE MAIN;
ALTER TABLE search_entry ALTER COLUMN label SET STORAGE MAIN;
ALTER TABLE search_entry ALTER COLUMN names SET STORAGE MAIN;
ALTER TABLE search_entry ALTER COLUMN words SET STORAGE MAIN;
"""
# People are searched where they stand: their table is not ours, the index on it is.
_PEOPLE = """
CREATE INDEX search_people ON accounts_user USING gin (search_plain((display_name || ' ') || username) gin_trgm_ops)
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [("lib", "0001_extensions"), ("accounts", "0001_initial")]

    operations = [
        migrations.RunSQL(_DICTIONARIES, _NO_DICTIONARIES),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("ref_id", models.BigIntegerField()),
                ("space_id", models.BigIntegerField(db_index=True, null=True)),
                ("title", models.TextField()),
                ("label", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                ("source", models.CharField(blank=True, max_length=100)),
                ("ending", models.CharField(blank=True, max_length=12)),
                (
                    "state",
                    models.PositiveSmallIntegerField(
                        choices=[(0, "Read"), (1, "Waiting"), (2, "Failed")], default=0
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("claimed_at", models.DateTimeField(null=True)),
                ("trouble", models.CharField(blank=True, max_length=20)),
                ("names", django.contrib.postgres.search.SearchVectorField()),
                ("words", django.contrib.postgres.search.SearchVectorField()),
                ("body", models.TextField(blank=True)),
                ("shadow", models.TextField(blank=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=["kind", "ref_id"], name="search_entry_thing")],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["names"], name="search_entry_names"
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["words"], name="search_entry_words"
                    ),
                    models.Index(fields=["kind", "-at", "-id"], name="search_entry_latest"),
                    models.Index(fields=["label"], name="search_entry_label"),
                    models.Index(
                        condition=models.Q(("source", ""), _negated=True), fields=["source"], name="search_entry_source"
                    ),
                    models.Index(condition=models.Q(("state", 1)), fields=["id"], name="search_entry_waiting"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Term",
            fields=[("term", models.CharField(max_length=40, primary_key=True, serialize=False))],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["term"], name="search_term_like", opclasses=["gin_trgm_ops"]
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Round",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("space_id", models.BigIntegerField()),
                ("kind", models.CharField(max_length=20)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=["space_id", "kind"], name="search_round_once")],
            },
        ),
        migrations.RunSQL(_STORAGE, migrations.RunSQL.noop),
        migrations.RunSQL(_PEOPLE, "DROP INDEX search_people"),
    ]
