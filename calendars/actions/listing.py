"""Writing down who is invited to an entry, so that no query reads its bytes."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from calendars import addresses
from calendars.ical import itip
from calendars.ical.parts import Item
from calendars.models import CalendarObject, Invitee

_SAID = ("user", "role", "kind", "partstat", "rsvp", "name", "status", "comment", "plus")


def invited_as(found: CalendarObject) -> tuple[str, ...]:
    """Return the addresses by which the owner of an entry's calendar is invited to it; none where they are not."""
    return addresses.of_calendar(found.calendar) if found.stance == CalendarObject.Stance.ATTENDEE else ()


def list_invited(found: CalendarObject, item: Item) -> None:
    """Write down who is invited to an entry; rows stay the same as long as their address does."""
    wanted = itip.invited(item, ZoneInfo(found.calendar.zone), addresses.normal)
    there = {(one.recurrence_id, one.address): one for one in Invitee.objects.filter(event=found)}
    people = addresses.users({address for _which, address in wanted})
    fresh: list[Invitee] = []
    changed: list[Invitee] = []
    for key, one in wanted.items():
        row = there.pop(key, None) or Invitee(event=found, recurrence_id=key[0], address=key[1])
        user = people.get(key[1])
        said = {
            "user_id": user.pk if user is not None else None, "role": one.role, "kind": one.kind,
            "partstat": one.partstat, "rsvp": one.rsvp, "name": one.name, "status": one.status,
            "comment": one.comment, "plus": one.plus,
        }  # fmt: skip
        if row.pk is None:
            fresh.append(row)
        elif any(getattr(row, name) != value for name, value in said.items()):
            changed.append(row)
        for name, value in said.items():
            setattr(row, name, value)
    if there:
        Invitee.objects.filter(pk__in=[row.pk for row in there.values()]).delete()
    if changed:
        Invitee.objects.bulk_update(changed, list(_SAID), batch_size=500)
    if fresh:
        Invitee.objects.bulk_create(fresh, batch_size=500)
