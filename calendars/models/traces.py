"""What is remembered beside the entries: names that are gone, what can be taken back, files being brought in."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from calendars.models.calendar import Calendar
from calendars.models.entry import CalendarObject


class Gone(models.Model):
    """A name under which an object was, for devices that ask what changed (RFC 6578, 3.5.2): gone since `seq`."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="gone", db_index=False)
    name = models.CharField(max_length=255)
    seq = models.BigIntegerField()
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["calendar", "name"], name="calendars_gone_once")]
        indexes = [models.Index(fields=["calendar", "seq", "name"], name="calendars_gone_seq")]

    def __str__(self):
        return self.name


class Former(models.Model):
    """What an entry was before it was changed on a page, so that this can be taken back for a while.

    `etag`: of the entry after the change: once it is another, somebody changed it since. `data`: the bytes of before;
    `calendar`: where it lay, if elsewhere; `made`: what came out of it besides (the rest of a series).
    """

    event = models.OneToOneField(CalendarObject, models.CASCADE, related_name="former")
    etag = models.CharField(max_length=32)
    data = models.BinaryField()
    calendar = models.ForeignKey(Calendar, models.CASCADE, null=True, related_name="+")
    made = models.ForeignKey(CalendarObject, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now=True, db_index=True)

    def __str__(self):
        return f"{self.event_id}"


class Brought(models.Model):
    """A file of another program, kept while a job brings it into a calendar; `there`: what becomes of known entries."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="+")
    data = models.BinaryField()
    there = models.CharField(max_length=8)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return f"{self.calendar_id}: {self.created_at:%F %T}"
