"""The iCalendar objects in a calendar, byte for byte, and when these take place."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.db import models
from django.db.models import Func, Q, Value
from django.db.models.functions import Upper

from calendars.models.calendar import Calendar, Component
from collab.lib.errors import NotFound
from collab.rights.querysets import GuardedQuerySet


class CalendarObjectQuerySet(GuardedQuerySet["CalendarObject"]):
    def living(self):
        """Objects that were not thrown away."""
        return self.filter(deleted_at=None, calendar__deleted_at=None)


class CalendarObject(models.Model):
    """A calendar object resource (RFC 4791, 4.1): all components of one UID, kept as the client sent them.

    `data` is the truth; the other columns are what queries need of it and can be made again from it. `etag`: of the
    bytes, in hexadecimal. `seq`: the space's clock when it last changed. `starts`, `ends`: of the master, or of the
    first component there is; `first`, `last`: of all that it repeats, null where it never ends. Occurrences are
    written down from `expanded_since` until `expanded_until`, null: from the first, to the last. `text`: its words.
    `rings_at`: when the next of its alarms is due.

    Of tasks: `sort_order`, their place among others (smaller first); `assignees`: for whom they are, by addresses in
    small letters, those of mail without their scheme; `calls_at`: when these are told that it is due.

    Of invitations: `organizer`, the address of who invites, "" where nobody is invited; `stance`: who the calendar's
    owner is in that; `sequence`: SEQUENCE, the highest; `schedule_tag` moves as RFC 6638, 3.2.10 says.
    """

    class Stance(models.IntegerChoices):
        """What its calendar's owner is to an event with an organizer (RFC 6638, 3.1)."""

        NONE = 0
        ORGANIZER = 1
        ATTENDEE = 2

    class Secrecy(models.IntegerChoices):
        """CLASS (RFC 5545, 3.8.1.3), of the strictest of its components."""

        PUBLIC = 0
        CONFIDENTIAL = 1
        PRIVATE = 2

    ACL = "calendar__acl"
    REF_KIND = "event"

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="objects_in")
    name = models.CharField(max_length=255)
    uid = models.CharField(max_length=1000)
    component = models.CharField(max_length=16, choices=Component)
    data = models.BinaryField()
    etag = models.CharField(max_length=32)
    size = models.PositiveIntegerField()
    seq = models.BigIntegerField()
    summary = models.CharField(max_length=1000, blank=True)
    location = models.CharField(max_length=500, blank=True)
    text = models.TextField(blank=True)
    status = models.CharField(max_length=16, blank=True)
    secrecy = models.PositiveSmallIntegerField(choices=Secrecy, default=Secrecy.PUBLIC)
    starts = models.DateTimeField(null=True)
    ends = models.DateTimeField(null=True)
    all_day = models.BooleanField(default=False)
    due = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    percent = models.PositiveSmallIntegerField(null=True)
    priority = models.PositiveSmallIntegerField(default=0)
    categories = ArrayField(models.CharField(max_length=200), default=list)
    parent_uid = models.CharField(max_length=1000, blank=True)
    repeats = models.BooleanField(default=False)
    rings_at = models.DateTimeField(null=True)
    sort_order = models.BigIntegerField(default=0)
    assignees = ArrayField(models.CharField(max_length=300), default=list)
    calls_at = models.DateTimeField(null=True)
    first = models.DateTimeField(null=True)
    last = models.DateTimeField(null=True)
    organizer = models.CharField(max_length=320, blank=True)
    stance = models.PositiveSmallIntegerField(choices=Stance, default=Stance.NONE)
    sequence = models.PositiveIntegerField(default=0)
    schedule_tag = models.CharField(max_length=32, blank=True)
    expanded_since = models.DateTimeField(null=True)
    expanded_until = models.DateTimeField(null=True)
    problems = ArrayField(models.CharField(max_length=300), default=list)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    objects = CalendarObjectQuerySet.as_manager()

    class Meta:
        constraints = [
            # what lies in the trash hinders neither its name nor its UID
            models.UniqueConstraint(
                fields=["calendar", "name"], name="calendars_object_name", condition=Q(deleted_at=None)
            ),
            models.UniqueConstraint(
                fields=["calendar", "uid"], name="calendars_object_uid", condition=Q(deleted_at=None)
            ),
        ]
        indexes = [
            models.Index(fields=["calendar", "seq", "id"], name="calendars_object_seq", condition=Q(deleted_at=None)),
            models.Index(
                fields=["calendar", "expanded_until"],
                name="calendars_object_later",
                condition=Q(deleted_at=None, expanded_until__isnull=False),
            ),
            models.Index(
                fields=["calendar", "expanded_since"],
                name="calendars_object_sooner",
                condition=Q(deleted_at=None, expanded_since__isnull=False),
            ),
            models.Index(
                fields=["calendar", "due"], name="calendars_object_due", condition=Q(deleted_at=None, component="VTODO")
            ),
            models.Index(fields=["deleted_at"], name="calendars_object_trash", condition=~Q(deleted_at=None)),
            models.Index(
                fields=["rings_at"], name="calendars_object_rings", condition=Q(deleted_at=None, rings_at__isnull=False)
            ),
            models.Index(
                fields=["calendar", "parent_uid"],
                name="calendars_object_parent",
                condition=Q(deleted_at=None, component="VTODO") & ~Q(parent_uid=""),
            ),
            models.Index(
                fields=["calls_at"], name="calendars_object_calls", condition=Q(deleted_at=None, calls_at__isnull=False)
            ),
            GinIndex(
                fields=["assignees"],
                name="calendars_object_people",
                condition=Q(deleted_at=None, component="VTODO") & ~Q(assignees=[]),
            ),
            models.Index(
                fields=["organizer", "uid"],
                name="calendars_object_organizer",
                condition=Q(deleted_at=None) & ~Q(organizer=""),
            ),
            models.Index(  # what a page of events leaves out: nothing in most calendars
                fields=["calendar"],
                name="calendars_object_odd",
                condition=Q(secrecy=2) | ~Q(component="VEVENT"),
            ),
            GinIndex(OpClass(Upper("text"), name="gin_trgm_ops"), name="calendars_object_text"),
        ]

    def __str__(self):
        return self.summary

    @property
    def mtime(self) -> int:
        """When it last changed, in unix seconds."""
        return int(self.changed_at.timestamp())

    @property
    def space_id(self) -> int:
        """The id of the space it lies in."""
        return self.calendar.space_id

    def inherited_acl_id(self) -> int:
        """Return the circle it has from its calendar."""
        return self.calendar.acl_id

    def hold(self) -> None:
        """Lock its space and read it again (`rights.guarded`). Raises NotFound."""
        self.calendar.hold()
        if not CalendarObject.objects.filter(pk=self.pk, deleted_at=None).exists():
            raise NotFound
        self.refresh_from_db()


class Occurrence(models.Model):
    """When an object takes place, once: from `starts` to `ends` (a moment when they are equal), written down.

    What has no zone of its own (`floating`, whole days included) is put into the calendar's. `recurrence_id`: which
    one of a series, as RECURRENCE-ID says it, "" where nothing repeats. `summary`: where it differs from the object's.
    """

    class Busy(models.IntegerChoices):
        """What it makes of those concerned (RFC 4791, 7.10)."""

        FREE = 0
        BUSY = 1
        TENTATIVE = 2

    event = models.ForeignKey(CalendarObject, models.CASCADE, related_name="occurrences")
    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="+", db_index=False)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    all_day = models.BooleanField(default=False)
    floating = models.BooleanField(default=False)
    recurrence_id = models.CharField(max_length=32, blank=True)
    busy = models.PositiveSmallIntegerField(choices=Busy, default=Busy.BUSY)
    summary = models.CharField(max_length=1000, null=True)

    class Meta:
        indexes = [
            GistIndex(
                "calendar",
                Func("starts", "ends", Value("[]"), function="tstzrange"),
                name="calendars_occurrence_when",
            )
        ]

    def __str__(self):
        return f"{self.event_id} {self.starts:%F %T}"
