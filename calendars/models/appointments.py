"""Pages on which people without an account take a time with somebody of this house, and what they took."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from calendars.models.calendar import Calendar
from calendars.models.entry import CalendarObject
from collab.rights.models import Acl, Link
from collab.rights.querysets import GuardedQuerySet
from collab.spaces.models import Space
from collab.spaces.things import Thing

PREFIX = "appointment-"
"""How the UIDs of events begin that are appointments: nothing is asked of all others."""


class AppointmentPageQuerySet(GuardedQuerySet["AppointmentPage"]):
    def living(self):
        """Pages that were not thrown away, of calendars that were not."""
        return self.filter(deleted_at=None, calendar__deleted_at=None)


class AppointmentPage(Thing):
    """A page of times with its `hosts`, all of whom are free then (`rotates`: one of whom is, in turn); what is taken
    goes into `calendar`.

    Times are within the hosts' working hours. `lengths`: minutes to choose from; `before`, `after`: minutes kept free
    around; `notice` minutes, `ahead` days; `per_day`: so many appointments on one day, null for any number.
    `questions`: [{"text", "needed"}]. `is_open`: whether times are given now. `proves`: so many minutes a time waits
    for its visitor to press the link in the mail before it counts, 0: it counts at once.
    """

    ACL = "acl"
    REF_KIND = "appointments"

    space = models.ForeignKey(Space, models.CASCADE, related_name="+")
    acl = models.ForeignKey(Acl, models.PROTECT, related_name="+")
    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="appointment_pages")
    title = models.CharField(max_length=200)
    text = models.TextField(max_length=4000, blank=True)
    place = models.CharField(max_length=500, blank=True)
    lengths = ArrayField(models.PositiveIntegerField())
    before = models.PositiveIntegerField(default=0)
    after = models.PositiveIntegerField(default=0)
    notice = models.PositiveIntegerField(default=24 * 60)
    ahead = models.PositiveIntegerField(default=60)
    per_day = models.PositiveIntegerField(null=True)
    questions: models.JSONField[Any] = models.JSONField(default=list)
    hosts = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    is_open = models.BooleanField(default=True)
    rotates = models.BooleanField(default=False, db_default=False)
    proves = models.PositiveIntegerField(default=0, db_default=0)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True)

    objects = AppointmentPageQuerySet.as_manager()

    def __str__(self):
        return self.title


class Appointment(models.Model):
    """A time that a visitor took: `event` in the calendar of the page says the same.

    `digest` finds it by their personal link, below the public `link` they came by; its token is kept sealed, to be
    mailed. `answers`: [[question, answer]]; `zone`: the clock on which they read times. `host`: whose turn it was, null
    where all hosts meet. `expires_at`: until when it waits for the address to be proved, null once it counts.
    `sequence`: SEQUENCE of what the visitor's calendar was sent.
    """

    page = models.ForeignKey(AppointmentPage, models.CASCADE, related_name="appointments")
    event = models.ForeignKey(CalendarObject, models.SET_NULL, null=True, related_name="+")
    uid = models.CharField(max_length=80, unique=True)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    name = models.CharField(max_length=100)
    email = models.EmailField()
    answers: models.JSONField[Any] = models.JSONField(default=list)
    language = models.CharField(max_length=8, blank=True)
    zone = models.CharField(max_length=60)
    link = models.ForeignKey(Link, models.SET_NULL, null=True, related_name="+")
    digest = models.BinaryField(max_length=32, unique=True)
    sealed = models.BinaryField(max_length=300)
    created_at = models.DateTimeField(auto_now_add=True)
    cancelled_at = models.DateTimeField(null=True)
    host = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField(null=True)
    sequence = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        indexes = [
            models.Index(fields=["page", "starts"], name="calendars_appointment_when"),
            models.Index(
                fields=["expires_at"],
                name="calendars_appointment_unproved",
                condition=Q(expires_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.name} {self.starts:%F %T}"


class HostHold(models.Model):
    """A time that one host gave, with what is kept free around it: the database lets no two of one person overlap."""

    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="holds")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    span = DateTimeRangeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="calendars_host_alone",
                expressions=[("user", RangeOperators.EQUAL), ("span", RangeOperators.OVERLAPS)],
            )
        ]

    def __str__(self):
        return f"{self.user_id}: {self.span}"
