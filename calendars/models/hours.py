"""When people may be met: their working hours, days on which they are away, and who is told when they are busy."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class WorkingHours(models.Model):
    """What one person says of meetings; whoever has no row said nothing of it.

    `spans`: [weekday (0 for Monday), from, to] in minutes from midnight by the clock of `zone` (of IANA); none: they
    said no hours. `told_to`: who learns when they are busy, never with what, beside those who see their calendars.
    `declined_shown`: whether what they declined stays in their calendar, dimmed.
    """

    class ToldTo(models.TextChoices):
        HOUSE = "house", _("Everybody here who may find me")
        SHARED = "shared", _("Only those with whom I share my calendars")

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="working_hours")
    zone = models.CharField(max_length=60)
    spans = models.JSONField(default=list)
    told_to = models.CharField(max_length=8, choices=ToldTo, default=ToldTo.HOUSE)
    declined_shown = models.BooleanField(default=True)

    def __str__(self):
        return f"{self.user_id}: {self.zone}"


class Away(models.Model):
    """Days on which a person is away, both counting, in the zone of their working hours; `word`: for themselves."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="away")
    first = models.DateField()
    last = models.DateField()
    word = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["first", "pk"]
        constraints = [models.CheckConstraint(condition=Q(last__gte=F("first")), name="calendars_away_forward")]

    def __str__(self):
        return f"{self.user_id}: {self.first} – {self.last}"
