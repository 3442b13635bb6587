"""Who does what at an event: roles with places, and the people who took them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from calendars.models.entry import CalendarObject


class Shift(models.Model):
    """A role at an event with a number of places, three cooks: for each time of a series anew."""

    event = models.ForeignKey(CalendarObject, models.CASCADE, related_name="shifts")
    name = models.CharField(max_length=100)
    places = models.PositiveSmallIntegerField()
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["event", "name"], name="calendars_shift_name")]

    def __str__(self):
        return self.name


class Taking(models.Model):
    """Somebody at one time of an event (`at`, as `Occurrence.recurrence_id`): in a `place`, or waiting for one (null).

    Places are numbered, and none is held twice: a role cannot have more people than places, whoever writes.
    """

    shift = models.ForeignKey(Shift, models.CASCADE, related_name="takings")
    at = models.CharField(max_length=32, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="shift_takings")
    place = models.PositiveSmallIntegerField(null=True)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["shift", "at", "user"], name="calendars_taking_once"),
            models.UniqueConstraint(
                fields=["shift", "at", "place"], name="calendars_taking_place", condition=Q(place__isnull=False)
            ),
        ]

    def __str__(self):
        return f"{self.shift_id} {self.at}: {self.user_id}"
