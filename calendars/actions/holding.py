"""Taking the lock of a calendar's space, and looking again at all that a change depends on: in two exchanges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from calendars.models import Calendar, CalendarObject
from calendars.refusals import FED
from calendars.roles import booking
from collab.lib.errors import Forbidden, NotFound
from collab.lib.statements import ask, together
from collab.rights import sql
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.spaces.models import ARCHIVED


@dataclass(frozen=True)
class Held:
    """What is true under the lock: what the actor may do in the calendar (`mask`), the space's clock `seq`."""

    mask: Right
    seq: int
    fresh: int = 0
    """An id for an entry that may be made: what is new is written and recorded in one exchange."""


_LOCK = "SELECT seq, archived_at FROM spaces_space WHERE id = %(space)s FOR UPDATE"
_RIGHTS = f"""SELECT c.acl_id, c.fed, c.books, {sql.mask_of("c.acl_id").replace("%s", "%(principals)s")}
 FROM calendars_calendar c WHERE c.id = %(calendar)s AND c.deleted_at IS NULL"""
_SHORT = [field for field in CalendarObject._meta.concrete_fields if field.name not in {"data", "text"}]
_FRESH = "SELECT nextval(pg_get_serial_sequence('calendars_calendarobject', 'id'))"
_THERE = f"""SELECT {", ".join(str(field.column) for field in _SHORT)} FROM calendars_calendarobject
 WHERE calendar_id = %(calendar)s AND deleted_at IS NULL AND (name = %(name)s OR uid = %(uid)s)"""


def hold_space(pk: int) -> None:
    """Lock a space alone, where several are locked in their order. Raises NotFound."""
    if not ask(_LOCK, {"space": pk}):
        raise NotFound


def hold(actor: Actor, calendar: Calendar) -> Held:
    """Lock the space, see that the calendar is still there, and read the actor's rights on it again.

    Raises Forbidden where its entries come from elsewhere: nobody writes them here.

    In one exchange: the second statement begins when the lock is held, so that it sees what was committed before.
    """
    statements = _statements(actor, calendar)
    spaces, calendars = together(*statements)
    return _held(actor, calendar, spaces, calendars)


def hold_at(actor: Actor, calendar: Calendar, name: str, uid: str) -> tuple[Held, dict[str, CalendarObject]]:
    """Hold the calendar and return what is `there`, in one exchange too."""
    asked = (_THERE, {"calendar": calendar.pk, "name": name, "uid": uid})
    spaces, calendars, rows, ((fresh,),) = together(*_statements(actor, calendar), asked, (_FRESH, {}))
    return _held(actor, calendar, spaces, calendars, fresh), _objects(calendar, rows)


def _statements(actor: Actor, calendar: Calendar) -> list[tuple[str, dict[str, Any]]]:
    rights = {"calendar": calendar.pk, "principals": list(actor.principals)}
    return [(_LOCK, {"space": calendar.space_id}), (_RIGHTS, rights)]


def _held(actor: Actor, calendar: Calendar, spaces: list[Any], calendars: list[Any], fresh: int = 0) -> Held:
    if not spaces or not calendars:
        raise NotFound
    ((seq, archived),), ((acl, fed, books, mask),) = spaces, calendars
    if fed:
        raise Forbidden(FED)
    if archived:
        raise Forbidden(ARCHIVED)
    calendar.acl_id, calendar.books = acl, books
    actor.forget()
    actor.remember(calendar, mask)
    return Held(booking(mask, books), seq, fresh)


def there(calendar: Calendar, name: str, uid: str) -> dict[str, CalendarObject]:
    """Return {name: object} of what bears this name or this UID in the calendar: two at most."""
    return _objects(calendar, ask(_THERE, {"calendar": calendar.pk, "name": name, "uid": uid}))


def _objects(calendar: Calendar, rows: list[Any]) -> dict[str, CalendarObject]:
    names = [field.attname for field in _SHORT]
    found = [CalendarObject.from_db("default", names, row) for row in rows]
    for one in found:
        one.calendar = calendar
    return {one.name: one for one in found}
