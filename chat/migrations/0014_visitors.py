"""Visitors by public links. The new column is empty, so nothing is rewritten; its indexes hold what they say alone."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0013_slash_commands"),
        ("rights", "0006_link_choices"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Visitor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waits"),
                            ("in", "is here"),
                            ("refused", "was not let in"),
                            ("left", "left"),
                            ("removed", "was removed"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("state_at", models.DateTimeField()),
                ("since", models.BigIntegerField(default=0)),
                ("came_at", models.DateTimeField(auto_now_add=True)),
                ("entered_at", models.DateTimeField(null=True)),
                ("said_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="visitors",
                        to="chat.channel",
                    ),
                ),
                (
                    "link",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="rights.link"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="message",
            name="visitor",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="messages",
                to="chat.visitor",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("visitor__isnull", False)), fields=["visitor", "id"], name="chat_message_visitor"
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(
                condition=models.Q(("visitor__isnull", False), models.Q(("key", ""), _negated=True)),
                fields=("visitor", "key"),
                name="chat_message_once_visitor",
            ),
        ),
        migrations.AddIndex(
            model_name="visitor",
            index=models.Index(fields=["channel", "state"], name="chat_visitor_state"),
        ),
    ]
