"""What scheduling makes of a write (RFC 6638, 3.2): what is stored, and who is told what.

Nothing is sent here: `Delivery` rows are written in the transaction of the change, and leave after it (`delivering`).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from django.db import transaction
from django.utils import timezone

from calendars.actions.organizing import Organizing
from calendars.actions.replying import Replying
from calendars.actions.writes import How, Outcome, Stance, Write
from calendars.addresses import normal
from calendars.ical import itip, reading
from calendars.ical.opened import open_object
from calendars.ical.parts import Item
from calendars.models import Calendar, CalendarObject, Component, Delivery
from calendars.refusals import AttendeeMayNot, OrganizerMayNot, OtherOrganizer
from collab.rights.actor import Actor

LOUD, QUIET = How(), How(quiet=True)


def concerns(item: Item | None, old: CalendarObject | None) -> bool:
    """Whether anybody is invited to an event, or was. Tasks are given to people by sharing, and nobody is invited."""
    invites = item is not None and item.component == Component.EVENT and any(part.organizer for part in item.parts)
    return invites or bool(old is not None and old.organizer)


def on_put(
    actor: Actor, calendar: Calendar, old: CalendarObject | None, item: Item, data: bytes, how: How = LOUD
) -> Outcome:
    """Return what is stored and who is told when these bytes are put into a calendar. Raises Refusal.

    Under the lock of the space; `old` is what lies at the name, of the same UID.
    """
    old = how.moved or old
    before = reading.read(_bytes(old)) if old is not None and old.organizer else None
    found = itip.organizers(item, normal)
    if len(found) > 1 and not how.quiet:
        raise OtherOrganizer
    organizer = next((one for one in found if one), "")
    facts = (actor, calendar, old, before, item, data, how)
    stance = Write(*facts).stance(organizer)
    was = Stance(old.stance) if old is not None else Stance.NONE
    if old is not None and not how.quiet and organizer != old.organizer:
        if was is Stance.ATTENDEE:
            raise AttendeeMayNot
        if was is Stance.ORGANIZER and organizer and stance is not Stance.ORGANIZER:
            raise OrganizerMayNot
    if stance is Stance.ORGANIZER or (not organizer and was is Stance.ORGANIZER):
        return Organizing(*facts).as_organizer(organizer)
    if stance is Stance.ATTENDEE:
        return Replying(*facts).as_attendee(organizer)
    return Outcome(data, item, stance, organizer)


def on_delete(actor: Actor, found: CalendarObject, how: How = LOUD) -> list[Delivery]:
    """Return who is told when an entry is thrown away."""
    if not found.organizer or found.stance == Stance.NONE or how.quiet:
        return []
    facts = (actor, found.calendar, found, reading.read(_bytes(found)), None, b"", how)
    if found.stance == Stance.ORGANIZER:
        return Organizing(*facts).cancels()
    return Replying(*facts).declines() if how.reply else []


def calendar_goes(actor: Actor, calendar: Calendar) -> None:
    """Tell all who are invited to what is still to come in a calendar that is thrown away, or whose owner is."""
    rows = CalendarObject.objects.filter(calendar=calendar, deleted_at=None).exclude(organizer="")
    rows = rows.exclude(stance=Stance.NONE).exclude(last__lt=timezone.now())
    for found in rows.order_by("pk").iterator(chunk_size=200):
        found.calendar = calendar
        send(found, on_delete(actor, found))


def stands_in_for(found: CalendarObject) -> CalendarObject | None:
    """Return the living event that invites in the place of this one, where a device put it elsewhere; else None.

    Programs move by putting there and deleting here: the same UID, of the same organizer, within one space.
    """
    if not found.organizer:
        return None
    rows = CalendarObject.objects.living().filter(
        uid=found.uid, organizer=found.organizer, stance=Stance.ORGANIZER, calendar__space=found.calendar.space_id
    )
    return rows.exclude(pk=found.pk).select_related("calendar__space__owner").order_by("pk").first()


def again(found: CalendarObject) -> bytes | None:
    """Return an organizer's event so that it invites anew after it was called off, None where nobody is to be told."""
    if found.stance != Stance.ORGANIZER:
        return None
    opened = open_object(_bytes(found))
    for part in opened.item.parts:
        part.tree.put("SEQUENCE", str(part.sequence + 2))  # above that of the message that called it off
        itip.change_lines(
            part.tree, "ATTENDEE", lambda line: itip.with_params(line.params, {"SCHEDULE-FORCE-SEND": "REQUEST"})
        )
    return opened.close()


def send(event: CalendarObject | None, news: Iterable[Delivery]) -> None:
    """Keep the messages in this transaction, and let them leave after it."""
    rows = list(news)
    if not rows:
        return
    for one in rows:
        one.event = event
    Delivery.objects.bulk_create(rows, batch_size=200)
    from calendars.actions import delivering  # it answers by this module

    transaction.on_commit(partial(delivering.queue, [one.pk for one in rows]))


def _bytes(found: CalendarObject) -> bytes:
    if "data" in found.get_deferred_fields():
        return bytes(CalendarObject.objects.values_list("data", flat=True).get(pk=found.pk))
    return bytes(found.data)
