from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """An index on a large table: made while people write."""

    atomic = False
    dependencies = [("chat", "0016_answers")]

    operations = [
        AddIndexConcurrently(
            "message",
            models.Index(fields=["deleted_by"], name="chat_message_remover", condition=Q(deleted_by__isnull=False)),
        )
    ]
