"""Making events on a page, changing one time of them or a series, taking them out; and taking back what was done.

The bytes are made by `ical.writing` and `ical.editing` and kept by `storing`, as those of any device.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from calendars import addresses
from calendars.actions import inviting, storing
from calendars.actions.inviting import LOUD, How
from calendars.ical import attending, editing, writing
from calendars.ical.attending import Invitation
from calendars.ical.writing import Changes
from calendars.models import Calendar, CalendarObject, Former
from collab.lib.errors import Conflict, NotFound, Stale
from collab.rights.actor import Actor

KEPT = timedelta(hours=1)
"""How long a change made on a page can be taken back."""


class Scope(StrEnum):
    """Of a series: this one time, it and all that follow, or all of them."""

    ONE = "one"
    FOLLOWING = "following"
    ALL = "all"


@dataclass(frozen=True)
class Done:
    """`event`: what was changed, as it is now; `can_undo`: that `undo` takes it back."""

    event: CalendarObject
    can_undo: bool = True


def make(actor: Actor, calendar: Calendar, changes: Changes, *, invitation: Invitation | None = None) -> CalendarObject:
    """Put a new event into a calendar, and invite to it. Needs ADD. Raises Refusal."""
    uid, now = str(uuid.uuid4()), timezone.now()
    data = writing.new("VEVENT", changes, now=now, uid=uid)
    if invitation is not None:
        data = attending.invite(data, invitation, addresses.normal, now=now)
    return storing.put(actor, calendar, f"{uid}.ics", data).found


@transaction.atomic
def change(
    actor: Actor, found: CalendarObject, etag: str, changes: Changes, *, scope: Scope = Scope.ALL, at: str = "",
    into: Calendar | None = None, invitation: Invitation | None = None, how: How = LOUD,
) -> Done:  # fmt: skip
    """Change an event, or some times of a series; with `into` it moves to that calendar as a whole.

    `invitation`: who is invited from now on, None: as before; those invited are told as `how` says.
    Raises Stale when it is not what `etag` names any more, else as `storing.put` and `storing.move`.
    """
    calendar, before, now = found.calendar, bytes(found.data), timezone.now()
    zone = ZoneInfo(calendar.zone)
    rest: bytes | None = None
    if scope is Scope.ONE and at:
        data = editing.change_one(before, at, changes, now=now, zone=zone)
    elif scope is Scope.FOLLOWING and at:
        data, rest = editing.change_following(before, at, changes, now=now, zone=zone, uid=(uid := str(uuid.uuid4())))
    else:
        data = editing.change_all(before, changes, now=now, zone=zone)
    if invitation is not None:
        one = at if scope is Scope.ONE and at else ""
        if rest is not None:
            rest = attending.invite(rest, invitation, addresses.normal, now=now)
        else:
            data = attending.invite(data, invitation, addresses.normal, now=now, at=one)
    stored = storing.put(actor, calendar, found.name, data, guard=unchanged(etag), how=how).found
    made = storing.put(actor, calendar, f"{uid}.ics", rest, how=how).found if rest is not None else None
    moved = into is not None and into.pk != calendar.pk
    if moved and into is not None:
        stored = storing.move(actor, stored, into, stored.name).found
    remember(stored, before, calendar if moved else None, made)
    return Done(stored)


@transaction.atomic
def remove(actor: Actor, found: CalendarObject, etag: str, *, scope: Scope = Scope.ALL, at: str = "") -> Done:
    """Put an event into the trash, or take some times out of a series. Raises Stale, Refusal."""
    before, now, zone = bytes(found.data), timezone.now(), ZoneInfo(found.calendar.zone)
    data: bytes | None = None
    if scope is Scope.ONE and at:
        data = editing.without_one(before, at, now=now, zone=zone)
    elif scope is Scope.FOLLOWING and at:
        data = editing.without_following(before, at, now=now, zone=zone)
    if data is None:
        storing.delete(actor, found, guard=unchanged(etag))
        return Done(found)
    stored = storing.put(actor, found.calendar, found.name, data, guard=unchanged(etag)).found
    remember(stored, before)
    return Done(stored)


@transaction.atomic
def undo(actor: Actor, found: CalendarObject, etag: str) -> CalendarObject:
    """Take back the change after which it was `etag`, or bring it back from the trash.

    Raises Conflict where somebody changed it since.
    """
    if found.deleted_at is not None:
        return _as_if_never_gone(actor, storing.bring_back(actor, found))
    former = Former.objects.select_related("calendar", "made", "made__calendar").filter(event=found.pk).first()
    if former is None or former.at < timezone.now() - KEPT:
        raise NotFound
    if not etag == found.etag == former.etag:
        raise Conflict(_("Somebody changed this event since. Nothing was taken back."))
    if former.made is not None and former.made.deleted_at is None:
        storing.delete(actor, former.made)
    data = bytes(former.data)
    if former.calendar is not None:
        found = storing.move(actor, found, former.calendar, found.name).found
    back = storing.put(actor, found.calendar, found.name, data, guard=unchanged(etag)).found
    Former.objects.filter(event=back.pk).delete()
    return back


def _as_if_never_gone(actor: Actor, found: CalendarObject) -> CalendarObject:
    """Invite again those who were told just now that it does not take place, or answer again as before."""
    data = inviting.again(found)
    return found if data is None else storing.put(actor, found.calendar, found.name, data).found


def unchanged(etag: str) -> storing.Guard:
    """Return the guard that lets a change pass only while the entry is what it was. Raises Stale."""

    def guard(there: CalendarObject | None) -> None:
        if there is None or there.etag != etag:
            raise Stale

    return guard


def forget_old() -> int:
    """Forget what cannot be taken back any more. Returns how much."""
    count, _each = Former.objects.filter(at__lt=timezone.now() - KEPT).delete()
    return count


def remember(
    found: CalendarObject, before: bytes, calendar: Calendar | None = None, made: CalendarObject | None = None
) -> None:
    """Keep what `undo` puts back: the bytes before, the calendar it came from, what was made beside it."""
    Former.objects.update_or_create(
        event=found, defaults={"etag": found.etag, "data": before, "calendar": calendar, "made": made}
    )
