"""Putting an entry into a calendar as a device sent it, taking it out, moving it, bringing it back from the trash.

The bytes are read before anything is locked; then the space is held, and all that is told or counted is told at once.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from calendars import indexing, roles
from calendars.actions import booking, holding, inviting, listing, telling, written
from calendars.actions.common import name_of
from calendars.actions.inviting import How
from calendars.ical import reading
from calendars.ical.refusals import UnsupportedComponent
from calendars.models import Answer, Appointment, Brought, Calendar, CalendarObject, Occurrence
from calendars.models.appointments import PREFIX
from calendars.refusals import UidTaken
from calendars.roles import Sight, may_change, may_delete, sight
from collab.lib.errors import Conflict, Forbidden, NotFound
from collab.lib.statements import Statement
from collab.rights.actor import Actor
from collab.rights.right import Right

Guard = Callable[[CalendarObject | None], None]
KEPT = timedelta(days=30)
"""How long a deleted entry can be brought back."""
REMEMBERED = timedelta(days=90)
"""How long devices that ask what changed are told what went (60 days are usual for a phone in a drawer)."""
TAKEN = _lazy("A visitor took this time: it stays in this calendar. Delete it to cancel the appointment.")
NOT_YOURS = _("You may change only what you put into this calendar yourself.")


@dataclass(frozen=True)
class Stored:
    """What a write left: the object as it is now, and whether it is new; `rewritten`: it is not what was sent."""

    found: CalendarObject
    created: bool
    rewritten: bool = False


def put(
    actor: Actor, calendar: Calendar, name: str, data: bytes, *, guard: Guard | None = None, how: How = inviting.LOUD
) -> Stored:
    """Keep the bytes under this name; nothing is changed of them but what scheduling must (`inviting`), which tells
    those invited as `how` says, and that a booking waits (`booking`). Raises Refusal, with a precondition.

    Needs ADD for what is new, EDIT (or ADD, where the actor put it in) for what is there. `guard(object or None)` holds
    a device's conditions against what is there, under the lock.
    """
    item = reading.read(data)
    if item.component not in calendar.components:
        raise UnsupportedComponent
    index = indexing.index(item, calendar.zone)
    with transaction.atomic():
        held, there = holding.hold_at(actor, calendar, name, item.uid)
        old = there.get(name)
        if guard is not None:
            guard(old)
        _require_change(actor, held.mask, old)
        for other in there.values():
            if other.uid == item.uid and other.name != name:
                raise UidTaken(other.name)
        asked = booking.ask(actor, held.mask, calendar, old if old and old.uid == item.uid else None, item, data, index)
        rewritten = asked.data is not data
        if rewritten:
            data, index, item = asked.data, asked.index, reading.read(asked.data)
        digest = hashlib.sha256(data).hexdigest()[:32]
        if old is not None and old.etag == digest:
            return Stored(old, created=False, rewritten=rewritten)
        seq = held.seq
        if old is not None and old.uid != item.uid:  # another thing under the same name: the old one is not lost
            inviting.send(old, inviting.on_delete(actor, old, how))
            seq = _set_aside(actor, calendar, old)
        new = old if old is not None and old.deleted_at is None else None
        told = None
        if inviting.concerns(item, new):
            told = inviting.on_put(actor, calendar, new, item, data, how)
            if told.data != data:
                data, item, index = told.data, told.item, indexing.index(told.item, calendar.zone)
                digest = hashlib.sha256(data).hexdigest()[:32]
        if new is None:
            name_of(name)
            new = how.moved or CalendarObject(uid=item.uid)
            new.calendar, new.name, new.created_by, new.deleted_at = calendar, name, actor.user, None
        grows = len(data) > (new.size if new is old else 0)
        is_old = new is old and old is not None  # or it comes from elsewhere, as the row that it is
        kind, status = ("event-change", new.status) if is_old else ("event-make", None)
        if told is not None:
            index.columns.update(told.columns)
        was, write, moved = telling.Was(new), None, False
        if told is None and not calendar.books:  # all of it in one exchange: nothing is asked of the row before
            write = _written_later(actor, new, data, digest, index, seq + 1, held.fresh)
        else:
            moved = write_row(actor, new, data, digest, index, seq + 1)
        if told is not None:
            listing.list_invited(new, item)
            inviting.send(new, told.news)
        written.settle(actor, calendar, was.kind(kind, new), new, was.more(new), write)
        if grows:
            written.require_room(calendar)
        booking.tell(actor, new, status, moved=moved)
        _follow(new, index)
    return Stored(new, created=old is None, rewritten=rewritten or (told is not None and told.rewritten))


def delete(actor: Actor, found: CalendarObject, *, guard: Guard | None = None, how: How = inviting.LOUD) -> None:
    """Put the entry into the trash; its name and UID are free at once, those invited are told as `how` says.

    Needs DELETE, or ADD where it is the actor's.
    """
    calendar = found.calendar
    with transaction.atomic():
        held = holding.hold(actor, calendar)
        now = _again(found)
        if guard is not None:
            guard(now)
        if not may_delete(held.mask, actor.user, now.created_by_id) or _hidden(actor, held.mask, now):
            raise Forbidden(NOT_YOURS if held.mask & Right.ADD else None)
        inviting.send(now, inviting.on_delete(actor, now, how))
        _set_aside(actor, calendar, now)
        _follow(now, None)


def move(
    actor: Actor, found: CalendarObject, calendar: Calendar, name: str, *, guard: Guard | None = None,
    source: Guard | None = None,
) -> Stored:  # fmt: skip
    """Move the entry to a name in this or another calendar, its bytes and UID as they are (RFC 4918, 9.9).

    It stays the row that it is: who was invited to it, its plan of who does what, what was said of it go with it.
    `guard` sees what lies at the new name, `source` the entry itself, both under the locks. Needs to delete there and
    to add here. Raises Conflict for what a visitor took in this calendar.
    """
    with transaction.atomic():
        for space in sorted({found.calendar.space_id, calendar.space_id}):
            holding.hold_space(space)
        held = holding.hold(actor, found.calendar)
        now = _again(found)
        if not may_delete(held.mask, actor.user, now.created_by_id) or _hidden(actor, held.mask, now):
            raise Forbidden(NOT_YOURS if held.mask & Right.ADD else None)
        if source is not None:
            source(now)
        there = holding.there(calendar, name, now.uid)
        old = there.get(name)
        if guard is not None:
            guard(old)
        if now.calendar_id != calendar.pk and _is_taken(now):
            raise Conflict(TAKEN)
        if old is not None and old.pk == now.pk:
            return Stored(now, created=False)
        data = bytes(now.data)
        _set_aside(actor, found.calendar, now)
        if now.calendar_id != calendar.pk:  # what was allowed there is not here
            Answer.objects.filter(event=now).delete()
        stored = put(actor, calendar, name, data, how=inviting.How(quiet=True, moved=now))
        if stored.found.pk != now.pk:  # it took the place of another: it lies there, not in the trash
            CalendarObject.objects.filter(pk=now.pk).delete()
    return Stored(stored.found, created=old is None, rewritten=stored.rewritten)


def bring_back(actor: Actor, found: CalendarObject) -> CalendarObject:
    """Take the entry out of the trash, under a new name where its own is taken. Raises Conflict where its UID is."""
    calendar = found.calendar
    with transaction.atomic():
        held = holding.hold(actor, calendar)
        now = CalendarObject.objects.select_related("calendar").filter(pk=found.pk).exclude(deleted_at=None).first()
        if now is None:
            raise NotFound
        if not may_change(held.mask, actor.user, now.created_by_id) or _hidden(actor, held.mask, now):
            raise Forbidden(NOT_YOURS if held.mask & Right.ADD else None)
        there = holding.there(calendar, now.name, now.uid)
        if any(other.uid == now.uid for other in there.values()):
            raise Conflict(UidTaken.default)
        if now.name in there:
            now.name = f"{secrets.token_hex(16)}.ics"
        gone, now.deleted_at = now.deleted_at, None
        if now.stance == CalendarObject.Stance.ORGANIZER and inviting.stands_in_for(now) is not None:
            now.stance = CalendarObject.Stance.NONE  # it was put elsewhere meanwhile, and invites from there
        data = bytes(now.data)
        index = indexing.index(reading.read(data), calendar.zone)
        write_row(actor, now, data, now.etag, index, held.seq + 1)
        written.settle(actor, calendar, "event-restore", now)
        _follow(now, None, gone)
        booking.tell(actor, now, None, moved=True)
    return now


def forget_old() -> int:
    """Delete what lay long in the trash, and the memory of names that went long ago. Returns how many entries went."""
    old = CalendarObject.objects.filter(deleted_at__lt=timezone.now() - KEPT).values_list("pk", flat=True)[:5000]
    count, _each = CalendarObject.objects.filter(pk__in=list(old)).delete()
    Brought.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH old AS (DELETE FROM calendars_gone WHERE at < %s RETURNING calendar_id, seq)"
            " UPDATE calendars_calendar c SET floor = greatest(floor, o.seq)"
            " FROM (SELECT calendar_id, max(seq) AS seq FROM old GROUP BY calendar_id) o WHERE c.id = o.calendar_id",
            [timezone.now() - REMEMBERED],
        )
    return count


def hold(actor: Actor, calendar: Calendar, right: Right) -> int:
    """Lock the space for several changes at once, and require the right. Return the clock of the space."""
    held = holding.hold(actor, calendar)
    require(actor, calendar, right)
    return held.seq


def require(actor: Actor, calendar: Calendar, right: Right) -> None:
    """Raise Forbidden unless the actor may do this in the calendar; in a bookable one, whoever books adds."""
    if roles.booking(actor.rights_on(calendar), calendar.books) & right != right:
        actor.require(calendar, right)
        raise Forbidden


def _again(found: CalendarObject) -> CalendarObject:
    now = CalendarObject.objects.select_related("calendar").filter(pk=found.pk, deleted_at=None).first()
    if now is None:
        raise NotFound
    return now


def _hidden(actor: Actor, mask: int, found: CalendarObject) -> bool:
    """Whether the actor does not see the whole of it: what one does not see one cannot change."""
    return sight(mask, actor.user, found.secrecy, found.created_by_id) is not Sight.WHOLE


def _require_change(actor: Actor, mask: int, old: CalendarObject | None) -> None:
    """Raise Forbidden unless the actor may put something in here, or change what is there."""
    if old is None:
        if not mask & Right.ADD:
            raise Forbidden
    elif not may_change(mask, actor.user, old.created_by_id) or _hidden(actor, mask, old):
        raise Forbidden(NOT_YOURS if mask & Right.ADD else None)


def write_row(actor: Actor, found: CalendarObject, data: bytes, digest: str, index: indexing.Index, seq: int) -> bool:
    """Write the row and its occurrences. Return whether a booking takes other times than before."""
    _fill(actor, found, data, digest, index, seq)
    written.write(found, index.rows(found, listing.invited_as(found)))
    return booking.take(actor, found, index)


def _written_later(
    actor: Actor, found: CalendarObject, data: bytes, digest: str, index: indexing.Index, seq: int, fresh: int
) -> Statement:
    """Return the statement that writes the row and its occurrences, and give a new one its id already."""
    _fill(actor, found, data, digest, index, seq)
    write = written.statement(found, index.rows(found, listing.invited_as(found)), fresh=fresh)
    found.pk = found.pk or fresh
    return write


def _fill(actor: Actor, found: CalendarObject, data: bytes, digest: str, index: indexing.Index, seq: int) -> None:
    for name, value in index.columns.items():
        setattr(found, name, value)
    found.data, found.etag, found.size, found.seq = data, digest, len(data), seq
    found.changed_by, found.changed_at = actor.user, timezone.now()


def _follow(found: CalendarObject, index: indexing.Index | None, gone: datetime | None = None) -> None:
    """Let an appointment that visitors took do what becomes of its event; `gone`: when that went which is back now."""
    if found.uid.startswith(PREFIX):
        from calendars.actions import following  # it stores events

        if gone is not None:
            return following.comes_back(found, gone)
        times = booking.spans(index) if index is not None else []
        following.follow(found, (times[0].starts, times[0].ends) if times else None)


def _is_taken(found: CalendarObject) -> bool:
    """Whether a visitor still counts on this event, which says in the calendar of a page what they took."""
    if not found.uid.startswith(PREFIX):
        return False
    standing = Appointment.objects.filter(uid=found.uid, cancelled_at=None, ends__gt=timezone.now())
    return standing.filter(page__calendar=found.calendar_id).exists()


def _set_aside(actor: Actor, calendar: Calendar, found: CalendarObject) -> int:
    """Put the row into the trash, where no query but the trash's finds it. Return the clock after it."""
    found.deleted_at = timezone.now()
    found.changed_by = actor.user
    found.save(update_fields=["deleted_at", "changed_by"])
    Occurrence.objects.filter(event=found).delete()
    booking.free(found)
    booking.tell(actor, found, found.status, moved=False)
    return written.settle(actor, calendar, "event-trash", found)
