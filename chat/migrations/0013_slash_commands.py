import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0012_came"),
        ("spaces", "0003_own_room"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SlashCommand",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.CharField(max_length=30)),
                ("name", models.CharField(max_length=80)),
                ("address", models.CharField(max_length=1000)),
                ("usage", models.CharField(blank=True, max_length=80)),
                ("help", models.CharField(blank=True, max_length=120)),
                ("token", models.BinaryField()),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("stopped_at", models.DateTimeField(null=True)),
                (
                    "channel",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="slash_commands",
                        to="chat.channel",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "space",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="slash_commands", to="spaces.space"
                    ),
                ),
            ],
            options={
                "ordering": ["word", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Asking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(blank=True, max_length=16000)),
                ("key", models.CharField(blank=True, max_length=40)),
                ("at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("waits", "Waits"), ("sent", "Sent"), ("over", "Over")], default="waits", max_length=5
                    ),
                ),
                ("left", models.PositiveSmallIntegerField(default=5)),
                (
                    "channel",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="chat.channel"),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "root",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="chat.message"
                    ),
                ),
                (
                    "command",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="askings", to="chat.slashcommand"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Ephemeral",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(blank=True, max_length=120)),
                ("program", models.CharField(blank=True, max_length=80)),
                ("text", models.TextField(max_length=16000)),
                ("html", models.TextField()),
                ("after", models.BigIntegerField(default=0)),
                ("at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ephemerals",
                        to="chat.channel",
                    ),
                ),
                (
                    "root",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="chat.message"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["user", "channel", "id"], name="chat_ephemeral_of"),
                    models.Index(fields=["channel"], name="chat_ephemeral_in"),
                    models.Index(fields=["at"], name="chat_ephemeral_at"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Preference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("category", models.CharField(max_length=32)),
                ("name", models.CharField(max_length=64)),
                ("value", models.CharField(blank=True, max_length=2000)),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "category", "name"), name="chat_preference_once")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="slashcommand",
            constraint=models.UniqueConstraint(
                fields=("space", "channel", "word"), name="chat_slash_once", nulls_distinct=False
            ),
        ),
        migrations.AddIndex(
            model_name="asking",
            index=models.Index(fields=["at"], name="chat_asking_at"),
        ),
        migrations.AddConstraint(
            model_name="asking",
            constraint=models.UniqueConstraint(
                condition=models.Q(("key", ""), _negated=True), fields=("person", "key"), name="chat_asking_once"
            ),
        ),
    ]
