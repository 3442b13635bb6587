from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("chat", "0010_outgoing"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Keyword",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.CharField(max_length=80)),
                ("typed", models.CharField(max_length=40)),
                (
                    "user",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL, models.CASCADE, related_name="chat_keywords", db_index=False
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["word"], name="chat_keyword_word")],
                "constraints": [models.UniqueConstraint(fields=["user", "word"], name="chat_keyword_once")],
            },
        ),
        migrations.AddField("channel", "receipts", models.BooleanField(default=False)),
        migrations.AddField("message", "listeners", ArrayField(models.BigIntegerField(), default=list, blank=True)),
        # few messages name anybody: these indexes hold those alone
        migrations.AddIndex(
            "message", GinIndex(fields=["people"], name="chat_message_people", condition=~Q(people=[]))
        ),
        migrations.AddIndex(
            "message", GinIndex(fields=["listeners"], name="chat_message_listeners", condition=~Q(listeners=[]))
        ),
    ]
