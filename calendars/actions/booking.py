"""What a bookable calendar asks of each entry, whatever door it comes by: rules, approval, and that no two overlap.

`storing` calls this under the lock of the space: `ask` before an entry is written, `take` after. The bytes stay the
truth: TENTATIVE waits for an answer, CANCELLED frees its time, all else is confirmed, and free time (TRANSP) is taken,
too: what is booked is booked.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import IntegrityError, connection, transaction
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calendars import indexing, opening
from calendars.ical import reading
from calendars.ical.opened import open_object
from calendars.ical.parts import Item
from calendars.models import Answer, Bookable, Calendar, CalendarObject, Component, Hold
from calendars.opening import Span
from calendars.refusals import OutOfRules, Taken, WithoutEnd
from calendars.roles import Sight, sight
from collab.events import notices
from collab.rights import explain
from collab.rights.actor import Actor
from collab.rights.right import Right

PENDING, CONFIRMED, CANCELLED = "TENTATIVE", "CONFIRMED", "CANCELLED"
OVERLAPS = gettext_lazy("The times of this series overlap each other.")
ASKED, ANSWERED = "calendars.booking-asked", "calendars.booking-answered"


@dataclass(frozen=True)
class Asked:
    """What is stored of an entry: its bytes, and what is written down of them."""

    data: bytes
    index: indexing.Index


def ask(
    actor: Actor, mask: int, calendar: Calendar, old: CalendarObject | None, item: Item, data: bytes,
    index: indexing.Index,
) -> Asked:  # fmt: skip
    """Return the entry as it is to be stored: as sent, or marked as waiting for an answer. Raises BookingRefused.

    Only what is new of it is held against the rules: who renames what they booked long ago books nothing. Whoever
    manages the calendar is bound by the horizon and by what is taken alone.
    """
    if not calendar.books or item.component != Component.EVENT:
        return Asked(data, index)
    found = _bookable(calendar)
    times = spans(index)
    _within_horizon(index)
    known = _held(old)
    fresh = [one for one in times if (one.starts, one.ends) not in known]
    if any(one.starts >= one.ends for one in fresh):
        raise OutOfRules(_("Say until when: a booking takes some time."))
    if mask & Right.MANAGE:
        return Asked(data, index)
    now, zone = timezone.now(), ZoneInfo(calendar.zone)
    for one in fresh:
        opening.check(found, one, zone, now)
    status = _due(found, old, item, bool(fresh), data) if times else ""
    if not status:
        return Asked(data, index)
    data = said(data, status)
    return Asked(data, indexing.index(reading.read(data), calendar.zone))


def take(actor: Actor, found: CalendarObject, index: indexing.Index) -> bool:
    """Hold the times of the entry that was just written, for it alone. Return whether they are others than before.

    Raises Taken, with what is there as far as one may see it, WithoutEnd.
    """
    calendar = found.calendar
    if not calendar.books or found.component != Component.EVENT:
        return False
    _within_horizon(index)
    now, known = timezone.now(), _held(found)
    times = [one for one in spans(index) if one.ends > now or (one.starts, one.ends) in known]
    wanted = {(one.starts, one.ends): one for one in times}
    if len(wanted) < len(times):  # one of a series was moved onto another of it
        raise OutOfRules(OVERLAPS)
    if wanted.keys() == known.keys():
        return False
    Hold.objects.filter(pk__in=[pk for times, pk in known.items() if times not in wanted]).delete()
    _alone(_rows(_bookable(calendar), found, wanted.values()))
    rows = _rows(_bookable(calendar), found, [one for times, one in wanted.items() if times not in known])
    if not rows:
        return True
    if (other := _other(calendar, rows)) is not None:
        raise Taken(_taken(actor, calendar, other))
    try:
        with transaction.atomic():
            Hold.objects.bulk_create(rows, batch_size=500)
    except IntegrityError:  # the last word is the database's
        raise Taken from None
    return True


def free(found: CalendarObject) -> None:
    """Give back the times of an entry that goes."""
    if found.calendar.books:
        Hold.objects.filter(event=found).delete()


def tell(actor: Actor, found: CalendarObject, before: str | None, *, moved: bool) -> None:
    """Tell managers of a booking that waits for them, and who booked of what others did with it.

    `before`: its status before, None for what is new; `moved`: its times are others than before.
    """
    calendar = found.calendar
    if not calendar.books or found.component != Component.EVENT:
        return
    by = actor.user.pk if actor.user is not None else None
    ref = (CalendarObject.REF_KIND, found.pk)
    if found.status == PENDING:
        Answer.objects.filter(event=found).delete()
    if found.status == PENDING and found.deleted_at is None and (before != PENDING or moved):
        people = {*explain.people_with(calendar.acl_id, Right.MANAGE)} - {by}
        notices.tell(ASKED, people, ref, actor_id=by)
    if found.created_by_id not in {None, by} and (before != found.status or moved or found.deleted_at is not None):
        notices.tell(ANSWERED, [found.created_by_id], ref, actor_id=by)  # type: ignore[list-item]


def spans(index: indexing.Index) -> list[Span]:
    """Return the times that an entry takes: of what is cancelled none."""
    return [
        Span(one.starts_utc, one.ends_utc, one.all_day) for one in index.occurrences if one.part.status != CANCELLED
    ]


def said(data: bytes, status: str) -> bytes:
    """Return the entry with this STATUS in all its parts but those that are cancelled."""
    opened = open_object(data)
    for part in opened.item.parts:
        if part.status != CANCELLED:
            part.tree.put("STATUS", status)
    return opened.close()


def _due(found: Bookable, old: CalendarObject | None, item: Item, is_new: bool, data: bytes) -> str:
    """Return the status that an entry must bear which its maker, not a manager, writes; "" for whatever it says."""
    if not found.approval:
        return ""
    digest = hashlib.sha256(data).hexdigest()[:32]
    if old is not None and Answer.objects.filter(event=old, yes=True, etag=digest).exists():
        return ""  # what was let pass, as when a move is taken back
    if old is None or is_new or old.status in {PENDING, CANCELLED}:
        return PENDING
    return CONFIRMED if any(part.status == PENDING for part in item.parts) else ""


def _bookable(calendar: Calendar) -> Bookable:
    return Bookable.objects.get(calendar=calendar.pk)


def _within_horizon(index: indexing.Index) -> None:
    if index.columns["expanded_until"] is not None:
        raise WithoutEnd


def _held(old: CalendarObject | None) -> dict[tuple[datetime, datetime], int]:
    """Return {times: id of its hold} of what an entry takes."""
    if old is None:
        return {}
    return {(one.starts, one.ends): one.pk for one in Hold.objects.filter(event=old.pk)}


def _rows(found: Bookable, event: CalendarObject, times: Iterable[Span]) -> list[Hold]:
    return [
        Hold(
            calendar=event.calendar, event=event, starts=one.starts, ends=one.ends, span=opening.free_around(found, one)
        )
        for one in sorted(times)
    ]


def _alone(rows: list[Hold]) -> None:
    """Raise OutOfRules where times of one series meet."""
    if any(before.span[1] > after.span[0] for before, after in itertools.pairwise(rows)):
        raise OutOfRules(OVERLAPS)


_OTHER = """SELECT h.event_id, h.starts, h.ends FROM calendars_hold h
 JOIN unnest(%s::timestamptz[], %s::timestamptz[]) AS t (a, b) ON h.span && tstzrange(t.a, t.b)
 WHERE h.calendar_id = %s AND h.event_id <> %s ORDER BY h.starts LIMIT 1"""


def _other(calendar: Calendar, rows: list[Hold]) -> tuple[int, Span] | None:
    """Return what takes one of these times already, None when all are free."""
    with connection.cursor() as cursor:
        cursor.execute(
            _OTHER, [[one.span[0] for one in rows], [one.span[1] for one in rows], calendar.pk, rows[0].event_id]
        )
        row = cursor.fetchone()
    return None if row is None else (row[0], Span(row[1], row[2]))


def _taken(actor: Actor, calendar: Calendar, other: tuple[int, Span]) -> str:
    """Say when it is taken, for what and by whom as far as the actor sees it."""
    pk, span = other
    when = span_text(span)
    event = CalendarObject.objects.select_related("created_by").defer("data", "text").filter(pk=pk).first()
    if event is not None:
        seen = sight(actor.rights_on(calendar), actor.user, event.secrecy, event.created_by_id)
        if seen is Sight.WHOLE and event.created_by is not None:
            facts = {"when": when, "title": event.summary or _("(no title)"), "who": str(event.created_by)}
            return _("Taken already: %(when)s, “%(title)s” (%(who)s). Choose another time.") % facts
    return _("Taken already: %(when)s. Choose another time.") % {"when": when}


def span_text(span: Span) -> str:
    """“26 November 2026, 18:00 – 20:00”, on the clock of who reads."""
    starts, ends = timezone.localtime(span.starts), timezone.localtime(span.ends)
    day = formats.date_format(starts, "DATE_FORMAT")
    last = "" if ends.date() == starts.date() else f"{formats.date_format(ends, 'DATE_FORMAT')}, "
    return f"{day}, {starts.hour}:{starts.minute:02d} – {last}{ends.hour}:{ends.minute:02d}"
