import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TELL = [("visit", "after each visit"), ("day", "once a day"), ("never", "never")]


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("rights", "0002_link_pages"),
    ]

    operations = [
        migrations.AddField("link", "hide_download", models.BooleanField(default=False)),
        migrations.AddField("link", "ask_visitor", models.BooleanField(default=False)),
        migrations.AddField("link", "ask_mail", models.BooleanField(default=False)),
        migrations.AddField("link", "most_files", models.PositiveIntegerField(null=True)),
        migrations.AddField("link", "most_each", models.BigIntegerField(null=True)),
        migrations.AddField("link", "most_together", models.BigIntegerField(null=True)),
        migrations.AddField(
            "link",
            "kinds",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20), blank=True, default=list, size=None
            ),
        ),
        migrations.AddField("link", "tell", models.CharField(choices=TELL, default="visit", max_length=8)),
        migrations.CreateModel(
            name="Opening",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100)),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="openings", to="rights.link"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Drop",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("object_id", models.BigIntegerField()),
                ("title", models.CharField(max_length=300)),
                ("tell", models.CharField(choices=TELL, max_length=8)),
                ("visit", models.CharField(max_length=32)),
                ("name", models.CharField(blank=True, max_length=100)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("stored", models.JSONField(default=list)),
                ("refused", models.JSONField(default=list)),
                ("mailed", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("changed_at", models.DateTimeField(auto_now=True)),
                ("told_at", models.DateTimeField(null=True)),
                (
                    "link",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="drops",
                        to="rights.link",
                    ),
                ),
                (
                    "maker",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["link", "visit"], name="rights_drop_visit"),
                    models.Index(condition=models.Q(("told_at", None)), fields=["id"], name="rights_drop_untold"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("link", "Link"), ("receipt", "Receipt"), ("digest", "Digest")], max_length=8
                    ),
                ),
                ("email", models.EmailField(max_length=254)),
                ("sealed", models.BinaryField()),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("sent", "Sent"), ("failed", "Failed")],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("error", models.CharField(blank=True, max_length=300)),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "link",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="letters",
                        to="rights.link",
                    ),
                ),
                (
                    "sender",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", "waiting")), fields=["at"], name="rights_letter_waiting"),
                    models.Index(fields=["email", "created_at"], name="rights_letter_address"),
                ],
            },
        ),
    ]
