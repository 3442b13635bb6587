import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("calendars", "0013_appointments"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("appointment", "expires_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "appointment",
            "host",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField("appointment", "sequence", models.PositiveIntegerField(db_default=0, default=0)),
        migrations.AddField("appointmentpage", "proves", models.PositiveIntegerField(db_default=0, default=0)),
        migrations.AddField("appointmentpage", "rotates", models.BooleanField(db_default=False, default=False)),
        migrations.AddIndex(
            "appointment",
            models.Index(
                condition=models.Q(("expires_at__isnull", False)),
                fields=["expires_at"],
                name="calendars_appointment_unproved",
            ),
        ),
    ]
