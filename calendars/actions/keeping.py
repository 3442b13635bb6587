"""What the house itself writes into calendars: invitations that arrive, answers; nobody's rights are asked for them.

The caller holds a transaction; the lock of the calendar's space is taken here.
"""

from __future__ import annotations

import hashlib
import secrets

from calendars import addresses, indexing
from calendars.actions import listing, storing, written
from calendars.ical import itip, reading
from calendars.ical.parts import Item
from calendars.models import Calendar, CalendarObject
from collab.accounts.models import User
from collab.lib.errors import NotFound
from collab.rights.actor import Actor
from collab.spaces.models import Space


def lock(calendar: Calendar) -> int:
    """Lock the space of a calendar; return its clock. Raises NotFound where it is gone, or nothing changes there."""
    row = Space.objects.select_for_update().filter(pk=calendar.space_id, archived_at=None).values_list("seq").first()
    if row is None or not Calendar.objects.living().filter(pk=calendar.pk).exists():
        raise NotFound
    return int(row[0])


def again(found: CalendarObject) -> CalendarObject:
    """Return an entry as it is now, its space locked. Raises NotFound."""
    lock(found.calendar)
    rows = CalendarObject.objects.living().select_related("calendar__space__owner")
    now = rows.filter(pk=found.pk).first()
    if now is None:
        raise NotFound
    return now


def insert(calendar: Calendar, data: bytes, user: User, stance: int) -> CalendarObject:
    """Put an event into a calendar for its owner. The space is locked already. Raises Full."""
    item = reading.read(data)
    new = CalendarObject(calendar=calendar, name=f"{secrets.token_hex(16)}.ics", uid=item.uid, created_by=user)
    new.stance, new.schedule_tag = stance, secrets.token_hex(16)
    made = _write(new, item, data, "event-make", None)
    written.require_room(calendar)
    return made


def rewrite(found: CalendarObject, data: bytes, by: User | None = None) -> CalendarObject:
    """Let an entry say something else. The space is locked already, and `found` is as it is now."""
    return found if bytes(found.data) == data else _write(found, reading.read(data), data, "event-change", by)


def _write(found: CalendarObject, item: Item, data: bytes, kind: str, by: User | None) -> CalendarObject:
    calendar = found.calendar
    index = indexing.index(item, calendar.zone)
    seq = Space.objects.values_list("seq", flat=True).get(pk=calendar.space_id)
    found.organizer = next((one for one in itip.organizers(item, addresses.normal) if one), "")
    digest = hashlib.sha256(data).hexdigest()[:32]
    who = Actor(user=by)
    storing.write_row(who, found, data, digest, index, seq + 1)
    listing.list_invited(found, item)
    written.settle(who, calendar, kind, found)
    written.require_room(calendar)
    return found
