"""Calendars, and what each person makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from collab.rights.models import Acl
from collab.rights.querysets import GuardedQuerySet
from collab.rights.right import Right
from collab.spaces.models import Space
from collab.spaces.things import Thing

if TYPE_CHECKING:
    from collab.rights.actor import Actor


class Component(models.TextChoices):
    """What a calendar object may be (RFC 5545, 3.6)."""

    EVENT = "VEVENT", _("Events")
    TASK = "VTODO", _("Tasks")
    JOURNAL = "VJOURNAL", _("Notes")


class CalendarQuerySet(GuardedQuerySet["Calendar"]):
    def living(self):
        """Calendars that were not thrown away."""
        return self.filter(deleted_at=None)

    def found_by(self, actor: Actor):
        """Living calendars in which the actor sees entries, or at least when somebody is busy (RESPOND without SEE)."""
        return self.living().filter(
            Q(pk__in=Calendar.objects.allowing(actor, Right.SEE).values("pk"))
            | Q(pk__in=Calendar.objects.allowing(actor, Right.RESPOND).values("pk"))
        )


class Calendar(Thing):
    """A calendar collection (RFC 4791, 4.2). It lies in a space and has its circle, until it is shared further.

    `name`: its segment in addresses, for ever. `components`: which kinds it takes, fixed when it is made. `zone`: the
    IANA zone in which times without one are meant; `timezone`: the VTIMEZONE as a client gave it. `transparent`: it
    makes nobody busy (RFC 6638, 9.1). `seq`: the space's clock at the last change of a member: ctag and sync-token;
    deletions up to `floor` are no longer remembered. `members`: how many entries it holds. `size`: the bytes
    of all entries, those in the trash too, counted by a trigger. `fed`: its entries come from
    elsewhere (`Source`), so that nobody changes them here, whatever their role. `books`: any of these rights
    books it (`roles.booking`), 0 while nobody can.
    """

    ACL = "acl"
    REF_KIND = "calendar"

    space = models.ForeignKey(Space, models.CASCADE, related_name="calendars")
    acl = models.ForeignKey(Acl, models.PROTECT, related_name="calendars")
    name = models.CharField(max_length=255)
    title = models.CharField(_("name"), max_length=200)
    description = models.TextField(blank=True, max_length=4000)
    color = models.CharField(max_length=9, default="#2b5ea3")
    components = ArrayField(models.CharField(max_length=16, choices=Component))
    zone = models.CharField(max_length=60)
    timezone = models.TextField(blank=True)
    transparent = models.BooleanField(default=False)
    fed = models.BooleanField(default=False, db_default=False)
    seq = models.BigIntegerField(default=0)
    floor = models.BigIntegerField(default=0)
    members = models.PositiveIntegerField(default=0)
    size = models.BigIntegerField(default=0, db_default=0)
    books = models.PositiveSmallIntegerField(default=0)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True)

    is_full = False
    """Whether the last write left more bytes than may be (`written.require_room`)."""

    objects = CalendarQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        constraints = [
            # the name is free again at once when a calendar was thrown away
            models.UniqueConstraint(
                fields=["space", "name"], name="calendars_calendar_name", condition=Q(deleted_at=None)
            )
        ]

    def __str__(self):
        return self.title


class Preference(models.Model):
    """What one person makes of a calendar: its name, colour and place among theirs; whether it shows and makes busy.

    Null: as the calendar says itself. `reminders`: whether the house tells them when alarms in it are due; null: only
    in their own calendars. What else their devices store on it hangs on this row as dead properties.
    """

    REF_KIND = "calendar-preference"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_preferences")
    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="preferences")
    title = models.CharField(max_length=200, null=True)
    color = models.CharField(max_length=9, null=True)
    order = models.IntegerField(null=True)
    transparent = models.BooleanField(null=True)
    hidden = models.BooleanField(default=False)
    reminders = models.BooleanField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "calendar"], name="calendars_preference_once")]

    def __str__(self):
        return f"{self.user_id}: {self.calendar_id}"
