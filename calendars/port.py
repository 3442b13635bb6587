"""What other apps ask of calendars: keep a date that they fixed, and say what one has at a time (`registry.ports`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from calendars import addresses, queries, ranges
from calendars.actions import making, storing
from calendars.ical import attending, editing, writing
from calendars.ical.attending import Invitation, Wanted
from calendars.ical.moments import Moment
from calendars.models import Calendar, CalendarObject, Component, Occurrence
from calendars.ranges import Happens
from collab.accounts.models import User
from collab.registry.ports import Happening
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.spaces.models import Space

HOUR = timedelta(hours=1)
"""How long something takes of which only the beginning is known."""


class Port:
    """The calendars of this house, as other apps know them."""

    invites = True

    @transaction.atomic
    def put(self, actor: Actor, space: Space, happening: Happening) -> str:
        """Make or change the event in the space's calendar, made where there is none. Raises Forbidden."""
        found = _event(space, happening.uid)
        calendar = found.calendar if found is not None else _calendar(actor, space)
        changes = _changes(happening, ZoneInfo(calendar.zone))
        now = timezone.now()
        if found is None:
            data = writing.new(Component.EVENT, changes, now=now, uid=happening.uid)
            name = f"{happening.uid.partition('@')[0]}.ics"
        else:
            data = editing.change_all(bytes(found.data), changes, now=now, zone=ZoneInfo(calendar.zone))
            name = found.name
        if happening.people or happening.guests:
            data = attending.invite(data, _invitation(actor, calendar, happening), addresses.normal, now=now)
        stored = storing.put(actor, calendar, name, data)
        return reverse("calendars:event", args=[stored.found.pk])

    @transaction.atomic
    def drop(self, actor: Actor, space: Space, uid: str) -> None:
        """Put the event into the trash; nothing where there is none. Raises Forbidden."""
        found = _event(space, uid)
        if found is not None:
            storing.delete(actor, found)

    def clashes(self, actor: Actor, spans: Sequence[tuple[datetime, datetime]]) -> list[str]:
        """Return for each span what makes the actor busy then, "" for nothing: one look at their calendars.

        Of their own calendars and of those that they let make them busy, none that they hide.
        """
        if actor.user is None or not spans:
            return ["" for _span in spans]
        calendars = [
            one
            for one in queries.home(actor)
            if not one.is_busy_only and not one.hidden and not one.transparent and (one.is_own or one.preference)
        ]
        since, until = min(start for start, _end in spans), max(end for _start, end in spans)
        zone = timezone.get_current_timezone()
        found = [
            one for one in ranges.between(actor, calendars, since, until, zone) if one.busy != Occurrence.Busy.FREE
        ]
        return [next((_title(one) for one in found if _meets(one, start, end)), "") for start, end in spans]


def _meets(one: Happens, start: datetime, end: datetime) -> bool:
    return one.starts < end and one.ends > start


def _title(one: Happens) -> str:
    return one.title or _("Busy")


def _event(space: Space, uid: str) -> CalendarObject | None:
    rows = CalendarObject.objects.living().filter(calendar__space=space, uid=uid, component=Component.EVENT)
    return rows.select_related("calendar__space", "calendar__acl").order_by("pk").first()


def _calendar(actor: Actor, space: Space) -> Calendar:
    """Return the first calendar for events of the space to which the actor may add, else a new one."""
    rows = Calendar.objects.living().allowing(actor, Right.ADD).filter(space=space, fed=False)
    found = rows.filter(components__contains=[Component.EVENT]).select_related("space", "acl").order_by("pk").first()
    return found or making.make(actor, space, _("Calendar"), components=[Component.EVENT])


def _invitation(actor: Actor, calendar: Calendar, happening: Happening) -> Invitation:
    """Return who is invited: those of this house who said yes already come, all others are asked."""
    users = User.objects.filter(pk__in=happening.people, is_active=True).order_by("pk")
    wanted = [Wanted(addresses.address_of(one), str(one), comes=one.pk in happening.coming) for one in users]
    wanted += [Wanted(addresses.written(email.lower()), name) for name, email in happening.guests]
    organizer, title = addresses.organizer_of(calendar)
    own = actor.user is None or calendar.space.owner_id == actor.user.pk
    by = "" if own or actor.user is None else addresses.address_of(actor.user)
    return Invitation(wanted, Wanted(organizer, title), by)


def _changes(happening: Happening, zone: ZoneInfo) -> writing.Changes:
    times: tuple[Moment, Moment]
    if happening.starts is not None:
        ends = happening.ends or happening.starts + HOUR
        starts_at, ends_at = (moment.astimezone(zone).replace(tzinfo=None) for moment in (happening.starts, ends))
        times = writing.zoned(starts_at, zone), writing.zoned(ends_at, zone)
    else:
        day = happening.day or timezone.now().astimezone(UTC).date()
        times = Moment(day, None, ""), Moment(day + timedelta(days=1), None, "")
    says = {"SUMMARY": happening.title, "DESCRIPTION": happening.text, "STATUS": "CONFIRMED"}
    return writing.Changes(says=says, times=times)
