from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations


class Migration(migrations.Migration):
    """The extensions that every PostgreSQL from 15 on ships."""

    operations = [TrigramExtension(), UnaccentExtension()]
