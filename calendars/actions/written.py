"""Writing an entry, what is written down of it, and that it changed: with kept plans, for devices write many."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from calendars.models import Calendar, CalendarObject, Occurrence
from calendars.refusals import Full
from collab.events.log import record, record_with
from collab.lib.errors import TooLarge
from collab.lib.statements import Statement, ask
from collab.rights.actor import Actor

MOST = 100_000
"""So many entries lie in one calendar at most."""
MOST_BYTES, MOST_BYTES_OF_SPACE = 1 << 30, 4 << 30
"""So many bytes the entries of a calendar hold, and those of all calendars of a space, with what is in their trash."""

_FIELDS = [field for field in CalendarObject._meta.concrete_fields if not field.primary_key]
_NAMES = [(field.attname, str(field.column)) for field in _FIELDS]
_WHEN = ("starts", "ends", "all_day", "floating", "recurrence_id", "busy", "summary")
_KINDS = ("timestamptz", "timestamptz", "bool", "bool", "text", "smallint", "text")
_OCCURRENCES = f"""INSERT INTO calendars_occurrence (event_id, calendar_id, {", ".join(_WHEN)})
 SELECT e.id, %(calendar_id)s::bigint, {", ".join(f"o.{name}" for name in _WHEN)}
 FROM e, unnest({", ".join(f"%(all_{name})s::{kind}[]" for name, kind in zip(_WHEN, _KINDS, strict=True))})
  AS o ({", ".join(_WHEN)})"""
_INSERT = f"""WITH e AS (INSERT INTO calendars_calendarobject (id, {", ".join(column for _name, column in _NAMES)})
  VALUES (coalesce(%(id)s::bigint, nextval(pg_get_serial_sequence('calendars_calendarobject', 'id'))),
   {", ".join(f"%({name})s" for name, _column in _NAMES)}) RETURNING id),
 o AS ({_OCCURRENCES}) SELECT id FROM e"""
_UPDATE = f"""WITH e AS (UPDATE calendars_calendarobject
  SET {", ".join(f"{column} = %({name})s" for name, column in _NAMES)} WHERE id = %(id)s RETURNING id),
 gone AS (DELETE FROM calendars_occurrence WHERE event_id = %(id)s),
 o AS ({_OCCURRENCES}) SELECT id FROM e"""


def write(found: CalendarObject, occurrences: list[Occurrence]) -> None:
    """Write the row, new where it has no id, and these occurrences in place of those that it had."""
    rows = ask(*statement(found, occurrences))
    if not rows:
        raise CalendarObject.DoesNotExist
    found.pk = rows[0][0]
    is_written(found)


def statement(found: CalendarObject, occurrences: list[Occurrence], *, fresh: int | None = None) -> Statement:
    """Return what writes the row (a new one as `fresh`) and its occurrences: its id, nothing where it is gone."""
    is_new = found.pk is None
    values: dict[str, Any] = {field.attname: field.pre_save(found, is_new) for field in _FIELDS}
    values |= {f"all_{name}": [getattr(one, name) for one in occurrences] for name in _WHEN}
    return _INSERT if is_new else _UPDATE, values | {"id": fresh if is_new else found.pk}


def is_written(found: CalendarObject) -> None:
    """Let Django know that the row is there."""
    found._state.adding, found._state.db = False, "default"


def move_clock(calendar: Calendar, seq: int, more: int, *, gone: str = "") -> None:
    """Note the moment of the space's clock at which members changed, and how many more there are. Raises TooLarge.

    `gone`: the name of one that is there no more, to be told to devices.
    """
    (counts,) = ask(*clock(calendar, seq, more, gone=gone))
    moved(calendar, seq, more, *counts)


def clock(calendar: Calendar, seq: int, more: int, *, back: str = "", gone: str = "") -> Statement:
    """Return the statement of `move_clock`; `back`: the name of one that is there now."""
    text = (_BACK if back else _GONE if gone else "") + _CLOCK
    return text, {"calendar": calendar.pk, "seq": seq, "more": more} | ({"name": back or gone} if back or gone else {})


def moved(calendar: Calendar, seq: int, more: int, members: int, full: bool) -> None:
    """Note what the clock of a calendar says now. Raises TooLarge where it is full."""
    calendar.seq = seq
    calendar.is_full = full
    if more > 0 and members > MOST:
        raise TooLarge(_("This calendar is full. Make another one."))


def require_room(calendar: Calendar) -> None:
    """Raise Full where a write, after its clock moved, left more bytes than a calendar or its space may hold."""
    if calendar.is_full:
        raise Full


# few rows are summed: the calendars of one space; their entries are counted by a trigger
_CLOCK = (
    " UPDATE calendars_calendar c SET seq = %(seq)s, members = members + %(more)s WHERE id = %(calendar)s"
    f" RETURNING members, size > {MOST_BYTES} OR {MOST_BYTES_OF_SPACE}"
    " < (SELECT sum(o.size) FROM calendars_calendar o WHERE o.space_id = c.space_id)"
)
_BACK = "WITH back AS (DELETE FROM calendars_gone WHERE calendar_id = %(calendar)s AND name = %(name)s)"
_GONE = (
    "WITH gone AS (INSERT INTO calendars_gone (calendar_id, name, seq, at)"
    " VALUES (%(calendar)s, %(name)s, %(seq)s, now())"
    " ON CONFLICT (calendar_id, name) DO UPDATE SET seq = excluded.seq, at = excluded.at)"
)

_GROWS = {"event-make": 1, "event-restore": 1, "event-change": 0, "event-done": 0, "event-trash": -1}


def settle(
    actor: Actor, calendar: Calendar, kind: str, found: CalendarObject, more: dict[str, Any] | None = None,
    write: Statement | None = None,
) -> int:  # fmt: skip
    """Record the change, move the calendar's clock with it, and remember or forget that the name is gone.

    `write`: what writes the row, in the same exchange. Raises TooLarge where the calendar is full.
    """
    by = actor.user.pk if actor.user else None
    after: dict[str, Any] = {"calendar": calendar.pk, **(more or {})}
    if found.secrecy == CalendarObject.Secrecy.PUBLIC:
        after["title"] = found.summary[:200]
    ref = (CalendarObject.REF_KIND, found.pk)
    more_now = _GROWS[kind]
    if found.deleted_at is not None:
        seq = record(calendar.space_id, kind, ref, by, after=after)
        move_clock(calendar, seq, more_now, gone=found.name)
        return seq
    ticks = clock(calendar, found.seq, more_now, back=found.name if more_now else "")
    then = (write, ticks) if write is not None else (ticks,)
    seq, (*rows, (counts,)) = record_with(calendar.space_id, kind, ref, by, *then, after=after)
    if write is not None:
        if rows != [[(found.pk,)]]:
            raise CalendarObject.DoesNotExist
        is_written(found)
    if found.seq != seq:
        raise RuntimeError("the clock of the space moved under its lock")
    moved(calendar, seq, more_now, *counts)
    return seq
