"""A calendar that goes to another time zone: whole days and times of no zone keep their clock there.

What is written down of them are moments, which are others then. Nothing that devices see changes.
"""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, connection, transaction

from calendars.ical.moments import from_utc, to_utc
from calendars.models import Calendar, Hold
from calendars.refusals import Taken

_MOVED = "({0} AT TIME ZONE %(old)s) AT TIME ZONE %(new)s"
_TIMES = f"""UPDATE calendars_occurrence SET starts = {_MOVED.format("starts")}, ends = {_MOVED.format("ends")}
 WHERE calendar_id = %(calendar)s AND floating"""
_FLOATS = """(e.all_day OR EXISTS (SELECT FROM calendars_occurrence o WHERE o.event_id = e.id AND o.floating)
  AND NOT EXISTS (SELECT FROM calendars_occurrence o WHERE o.event_id = e.id AND NOT o.floating))"""
_ENTRIES = f"""UPDATE calendars_calendarobject e SET
 {", ".join(f"{name} = {_MOVED.format(name)}" for name in ("starts", "ends", "due", "first", "last", "calls_at"))},
 rings_at = CASE WHEN rings_at > now() THEN greatest(least(rings_at, {_MOVED.format("rings_at")}), now())
  ELSE rings_at END
 WHERE e.calendar_id = %(calendar)s AND e.deleted_at IS NULL AND {_FLOATS}"""
"""An alarm at a moment of its own does not move: who is looked at too early is looked at again (`reminding`)."""
_HELD = f"SELECT h.id FROM calendars_hold h JOIN calendars_calendarobject e ON e.id = h.event_id WHERE {_FLOATS}"


def move(calendar: Calendar, old: str, new: str) -> None:
    """Write down anew what is in a calendar that was in the zone `old`. Raises Taken where bookings would meet.

    Under the lock of the space.
    """
    asked: dict[str, Any] = {"calendar": calendar.pk, "old": old, "new": new}
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES, asked)
        cursor.execute(_TIMES, asked)
        if not calendar.books:
            return
        cursor.execute(f"{_HELD} AND h.calendar_id = %(calendar)s", asked)
        held = [pk for (pk,) in cursor.fetchall()]
    before, after = ZoneInfo(old), ZoneInfo(new)
    rows = list(Hold.objects.filter(pk__in=held))
    for one in rows:
        begins, ends = (to_utc(from_utc(at, before), after) for at in (one.starts, one.ends))
        one.span = (one.span.lower + (begins - one.starts), one.span.upper + (ends - one.ends))
        one.pk, one.starts, one.ends = None, begins, ends
    Hold.objects.filter(pk__in=held).delete()
    try:
        with transaction.atomic():
            Hold.objects.bulk_create(rows, batch_size=500)
    except IntegrityError:
        raise Taken from None
