from django.db import migrations

# As the indexes of `Entry`: whoever searches would read from one end to the other what many new people have left there.
_OFF = """ALTER INDEX search_people SET (fastupdate = off);
ALTER INDEX search_spaces SET (fastupdate = off);
SELECT gin_clean_pending_list('search_people'), gin_clean_pending_list('search_spaces')"""
_ON = "ALTER INDEX search_people SET (fastupdate = on); ALTER INDEX search_spaces SET (fastupdate = on)"


class Migration(migrations.Migration):
    dependencies = [("search", "0003_terms_by_likeness")]

    operations = [migrations.RunSQL(_OFF, _ON)]
