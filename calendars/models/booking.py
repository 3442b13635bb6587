"""What makes a calendar bookable, what is taken of it, and what its managers answered those who asked."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from calendars.models.calendar import Calendar
from calendars.models.entry import CalendarObject

DAY = 24 * 60
FURTHEST = 730
"""Days: so far ahead every occurrence of a series is written down (`indexing.AFTER`), and none is booked beyond."""


class Bookable(models.Model):
    """How a room, a vehicle or the like is booked; who may is `Calendar.books`, 0 while nobody books it.

    `hours`: {day of the week ("0": Monday): [opens, closes]} in minutes from midnight on the clock of the calendar's
    zone, a day that is not named is closed; {} is always open. `notice`, `shortest`, `longest`, `before`, `after` are
    minutes (`longest` 0: as long as one likes), `ahead` days. `before` and `after` each booking nothing else is taken.
    """

    class Kind(models.TextChoices):
        ROOM = "room", _("A room")
        VEHICLE = "vehicle", _("A vehicle")
        OTHER = "other", pgettext_lazy("bookable thing", "Something else")

    calendar = models.OneToOneField(Calendar, models.CASCADE, primary_key=True, related_name="bookable")
    kind = models.CharField(_("What is it?"), max_length=8, choices=Kind, default=Kind.ROOM)
    capacity = models.PositiveIntegerField(_("For how many people?"), null=True, blank=True)
    equipment = models.CharField(_("What is in it?"), max_length=500, blank=True)
    approval = models.BooleanField(default=False)
    hours: models.JSONField[Any] = models.JSONField(default=dict)
    notice = models.PositiveIntegerField(default=0)
    ahead = models.PositiveIntegerField(default=365, validators=[MinValueValidator(1), MaxValueValidator(FURTHEST)])
    shortest = models.PositiveIntegerField(default=15)
    longest = models.PositiveIntegerField(default=0)
    before = models.PositiveIntegerField(default=0)
    after = models.PositiveIntegerField(default=0)

    def __str__(self):
        return str(self.calendar)


class Hold(models.Model):
    """A time that is taken: `starts` to `ends` of one occurrence; `span` with what is left free around it.

    The database lets no two of one calendar overlap, whoever writes them: a double booking cannot be stored.
    """

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="+", db_index=False)
    event = models.ForeignKey(CalendarObject, models.CASCADE, related_name="holds")
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    span = DateTimeRangeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="calendars_hold_alone",
                expressions=[("calendar", RangeOperators.EQUAL), ("span", RangeOperators.OVERLAPS)],
            )
        ]

    def __str__(self):
        return f"{self.calendar_id} {self.starts:%F %T}"


class Answer(models.Model):
    """What a manager answered a booking that had to be asked for. `etag`: of the bytes that were let pass."""

    event = models.OneToOneField(CalendarObject, models.CASCADE, related_name="answer")
    yes = models.BooleanField()
    word = models.CharField(max_length=500, blank=True)
    etag = models.CharField(max_length=32)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now=True)

    def __str__(self):
        return f"{self.event_id}: {self.yes}"
