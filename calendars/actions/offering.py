"""Making a calendar bookable, changing how it is booked, ending that; and answering those who asked for a booking."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from calendars import indexing
from calendars.actions import arranging, booking, storing
from calendars.actions.arranging import Done
from calendars.actions.common import hold, tell
from calendars.ical import reading
from calendars.models import Answer, Bookable, Calendar, CalendarObject, Component, Hold
from calendars.refusals import FED, OutOfRules, Taken, WithoutEnd
from calendars.roles import CHOSEN, EDITORS, EVERYBODY
from collab.events import audit
from collab.lib.errors import BadInput, Conflict, Forbidden
from collab.rights.actor import Actor
from collab.rights.right import Right

FIELDS = frozenset({
    "kind", "capacity", "equipment", "approval", "hours", "notice", "ahead", "shortest", "longest", "before", "after",
})  # fmt: skip
MOST = 2000
"""A calendar with more entries to come is not made bookable: who would sort out what overlaps?"""


@transaction.atomic
def offer(actor: Actor, calendar: Calendar, books: int, **fields: Any) -> Bookable:
    """Let people book the calendar, or change how: `books` says who (`roles.EVERYBODY`, `CHOSEN`, `EDITORS`).

    What is in it already takes its times; raises Conflict, naming two, where some overlap or never end. Rules and free
    time around bookings hold for those made from now on. Needs MANAGE.
    """
    hold(actor, calendar, Right.MANAGE)
    calendar.refresh_from_db(fields=["books", "fed"])
    if calendar.fed:
        raise Forbidden(FED)
    if books not in {EVERYBODY, CHOSEN, EDITORS} or not fields.keys() <= FIELDS:
        raise BadInput
    if Component.EVENT not in calendar.components:
        raise BadInput(_("Only a calendar for events can be booked."))
    found = Bookable.objects.filter(calendar=calendar).first() or Bookable(calendar=calendar)
    for name, value in fields.items():
        setattr(found, name, value)
    found.full_clean(exclude=["calendar", "hours"])
    found.save()
    began = not calendar.books
    calendar.books = books
    calendar.save(update_fields=["books"])
    if began:
        _take_all(actor, calendar)
    tell(actor, calendar, "calendar-offer" if began else "calendar-change", title=calendar.title)
    if began:
        audit.record("calendar-offered", actor.user, (Calendar.REF_KIND, calendar.pk), calendar.title, books=books)
    return found


@transaction.atomic
def withdraw(actor: Actor, calendar: Calendar) -> None:
    """Let nobody book the calendar any more: what is in it stays, and may overlap again. Needs MANAGE."""
    hold(actor, calendar, Right.MANAGE)
    calendar.books = 0
    calendar.save(update_fields=["books"])
    Hold.objects.filter(calendar=calendar).delete()
    tell(actor, calendar, "calendar-withdraw", title=calendar.title)
    audit.record("calendar-withdrawn", actor.user, (Calendar.REF_KIND, calendar.pk), calendar.title)


@transaction.atomic
def answer(actor: Actor, found: CalendarObject, etag: str, *, yes: bool, word: str = "") -> Done:
    """Let a booking that waits pass, or refuse it, which frees its time; whoever asked is told, with the word.

    Needs MANAGE. Raises Conflict where it does not wait any more, Stale where it is another than was looked at.
    """
    word = " ".join(word.split())
    if len(word) > 500 or not word.isprintable():
        raise BadInput(_("Write at most 500 letters."))
    calendar = found.calendar
    hold(actor, calendar, Right.MANAGE)
    now = CalendarObject.objects.select_related("calendar").filter(pk=found.pk, deleted_at=None).first()
    if now is None or now.status != booking.PENDING or not calendar.books:
        raise Conflict(_("This booking does not wait for an answer any more."))
    before = bytes(now.data)
    data = booking.said(before, booking.CONFIRMED if yes else booking.CANCELLED)
    stored = storing.put(actor, calendar, now.name, data, guard=arranging.unchanged(etag)).found
    facts = {"yes": yes, "word": word, "etag": stored.etag, "by": actor.user}
    Answer.objects.update_or_create(event=stored, defaults=facts)
    arranging.remember(stored, before)
    return Done(stored)


def _take_all(actor: Actor, calendar: Calendar) -> None:
    """Take the times of all that is in a calendar which becomes bookable, in the order in which it was put in."""
    now = timezone.now()
    rows = CalendarObject.objects.filter(calendar=calendar, deleted_at=None, component=Component.EVENT)
    coming = rows.exclude(last__lt=now).order_by("created_at", "pk")
    if coming.count() > MOST:
        raise Conflict(_("There is too much in this calendar. Make a new one for bookings."))
    for row in coming.iterator(chunk_size=200):
        row.calendar = calendar
        index = indexing.index(reading.read(bytes(row.data)), calendar.zone)
        try:
            booking.take(actor, row, index)
        except WithoutEnd:
            text = _("“%(title)s” has no end within two years. Give it one, then let the calendar be booked.")
            raise Conflict(text % {"title": row.summary}) from None
        except (Taken, OutOfRules) as refusal:
            text = _("“%(title)s” overlaps something else in this calendar. Move one of them first. %(what)s")
            raise Conflict(text % {"title": row.summary, "what": refusal.message}) from None
