"""Who is invited to what, what waits to be told to whom, and what a person set about being invited (RFC 6638)."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from calendars.models.calendar import Calendar
from calendars.models.entry import CalendarObject


class Invitee(models.Model):
    """One attendee of an object, or of one occurrence of it: written down from its bytes whenever it is written.

    `recurrence_id`: which one, as `Occurrence` names it, "" for the whole. `address`: as `addresses.normal` writes it;
    `user`: the person of this house whose address it is. `role`, `kind`, `partstat`, `rsvp`, `name`: ROLE, CUTYPE,
    PARTSTAT, RSVP, CN. `status`: SCHEDULE-STATUS (RFC 6638, 7.3). `comment`, `plus`: what they said with their answer,
    and how many they bring along. `replied_at`: the DTSTAMP of the last answer, so that an older one changes nothing.
    """

    event = models.ForeignKey(CalendarObject, models.CASCADE, related_name="invitees")
    recurrence_id = models.CharField(max_length=32, blank=True)
    address = models.CharField(max_length=320)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="invitations_to_events")
    role = models.CharField(max_length=20, default="REQ-PARTICIPANT")
    kind = models.CharField(max_length=20, default="INDIVIDUAL")
    partstat = models.CharField(max_length=20, default="NEEDS-ACTION")
    rsvp = models.BooleanField(default=False)
    name = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=20, blank=True)
    comment = models.CharField(max_length=1000, blank=True)
    plus = models.PositiveSmallIntegerField(default=0)
    replied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "recurrence_id", "address"], name="calendars_invitee_once")
        ]
        indexes = [models.Index(fields=["address"], name="calendars_invitee_address")]

    def __str__(self):
        return self.name or self.address


class Message(models.Model):
    """What lies in a person's scheduling inbox (RFC 6638, 2.2): a message as it came, until a device takes it out."""

    REF_KIND = "calendar-message"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_messages")
    name = models.CharField(max_length=80)
    uid = models.CharField(max_length=1000)
    method = models.CharField(max_length=20)
    data = models.BinaryField()
    etag = models.CharField(max_length=32)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="calendars_message_once")]

    def __str__(self):
        return f"{self.method} {self.uid}"


class Delivery(models.Model):
    """One message on its way to one recipient: into the calendar of a member, into an event, or by mail.

    `event`: where it came from. `user`: the member it goes to, null for mail; `into`: the event that an answer is
    written into. `data`: the message; `copy`: what the member's own copy of the event becomes. `quiet`: only the copy
    is brought up to date, nobody is told. `status`: SCHEDULE-STATUS as it stands.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        FAILED = "failed"

    event = models.ForeignKey(CalendarObject, models.SET_NULL, null=True, related_name="deliveries")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    into = models.ForeignKey(CalendarObject, models.SET_NULL, null=True, related_name="+")
    address = models.CharField(max_length=320)
    sender = models.CharField(max_length=320)
    uid = models.CharField(max_length=1000)
    method = models.CharField(max_length=20)
    data = models.BinaryField()
    copy = models.BinaryField(null=True)
    quiet = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    status = models.CharField(max_length=20, blank=True)
    error = models.CharField(max_length=300, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="calendars_delivery_due", condition=models.Q(state="waiting")),
            models.Index(fields=["address", "created_at"], name="calendars_delivery_to"),
        ]

    def __str__(self):
        return f"{self.method} {self.address}"


class Reception(models.Model):
    """What a person set about being invited.

    `calendar`: where invitations land, null: the first of their own. `availability`: a VCALENDAR with VAVAILABILITY
    (RFC 7953) as a device gave it, "" for none; their working hours are read from it.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="reception")
    calendar = models.ForeignKey(Calendar, models.SET_NULL, null=True, related_name="+")
    availability = models.TextField(blank=True, max_length=200_000)

    def __str__(self):
        return f"{self.user_id}"


class Received(models.Model):
    """How many messages of mail came to an end in one way on one day: what a house looks at when answers are missed."""

    day = models.DateField()
    outcome = models.CharField(max_length=30)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "outcome"], name="calendars_received_once")]

    def __str__(self):
        return f"{self.day:%F} {self.outcome}: {self.count}"
