"""A calendar object read into columns: what is broken in it is left out and said, the rest is kept.

The bytes are the truth and stay as the client sent them; what is read here is only beside them. Refused is what
RFC 4791, 4.1 and 5.3.2.1 want refused, each with its precondition.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from calendars.ical.component import Reader
from calendars.ical.moments import EARLIEST, LATEST, Moment
from calendars.ical.parts import Alarm, Attachment, Attendee, Item, Part, Period
from calendars.ical.refusals import (
    InvalidData,
    InvalidObject,
    TooEarly,
    TooLargeObject,
    TooLate,
    TooManyAttendees,
    TooManyInstances,
    UnsupportedComponent,
)
from calendars.ical.zones import Zones
from collab.lib.contentlines import Bounds, Component, Unreadable
from collab.lib.contentlines import read as read_lines

__all__ = ["MAX_BYTES", "Alarm", "Attachment", "Attendee", "Item", "Moment", "Part", "Period", "read", "read_tree"]

COMPONENTS = ("VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY")
MAX_BYTES = 10 << 20
"""Of one object: attachments may stand in it (`max-resource-size`)."""
MAX_INSTANCES = 10_000
"""Dates that an object may name itself: RDATE, EXDATE and overrides (`max-instances`)."""
MAX_PARTS = 2_500
"""Overrides among them: each is read whole."""
MAX_ATTENDEES = 1_000
"""People of one component (`max-attendees-per-instance`)."""
MAX_UID = 1_000
MIN_DATE, MAX_DATE = EARLIEST, LATEST

_BOUNDS = Bounds(size=MAX_BYTES, lines=50_000, depth=10)


def read(data: bytes) -> Item:
    """Return what an object says. Raise a CalendarRefusal when it cannot be kept."""
    if len(data) > MAX_BYTES:
        raise TooLargeObject
    try:
        tree = read_lines(data, _BOUNDS)
    except Unreadable as refused:
        raise InvalidData(refused.message) from refused
    return read_tree(tree)


def read_tree(tree: Component) -> Item:
    """Return what an object says whose lines are read already."""
    calendars = tree.components()
    if len(calendars) != 1 or calendars[0].name != "VCALENDAR":
        raise InvalidData
    calendar = calendars[0]
    problems = [
        _("A line could not be read: %(line)s") % {"line": one.value.strip()[:60]}
        for place in (tree, calendar)
        for one in place.inside
        if not isinstance(one, Component) and (place is tree or not one.name) and one.value.strip()
    ][:10]
    found = [one for one in calendar.components() if one.name != "VTIMEZONE"]
    _check(calendar, found)
    zones = Zones(calendar)
    reader = Reader(zones, problems)
    parts = [reader.part(one) for one in found]
    for one in zones.broken:
        problems.append(_("The time zone “%(zone)s” is described wrongly in this file.") % {"zone": one[:60]})
    for one in zones.unknown:
        problems.append(_("The time zone “%(zone)s” is not known; times are taken as local.") % {"zone": one[:60]})
    parts.sort(key=lambda part: part.recurrence_id is not None)
    _check_parts(parts)
    return Item(
        uid=found[0].value("UID").strip(),
        component=parts[0].component,
        parts=tuple(parts),
        problems=tuple(dict.fromkeys(problems))[:20],
        tree=tree,
    )


def _check(calendar: Component, found: list[Component]) -> None:
    if not found:
        raise InvalidObject(_("There is no event, task or note in this file."))
    if calendar.first("METHOD"):
        raise InvalidObject(_("This is a message about an event, not the event itself. Open it in your mail program."))
    kinds = {one.name for one in found}
    if not kinds <= set(COMPONENTS):
        raise UnsupportedComponent
    if len(kinds) > 1 or len({one.value("UID").strip() for one in found}) > 1:
        raise InvalidObject
    uid = found[0].value("UID").strip()
    if not uid or len(uid) > MAX_UID:
        raise InvalidObject(_("This event or task has no name of its own (UID), or one that is too long."))
    if len(found) > MAX_PARTS:
        raise TooManyInstances


def _check_parts(parts: list[Part]) -> None:
    """Refuse what the parts together may not be (RFC 4791, 4.1; the limits of 5.3.2.1)."""
    named: set[object] = set()
    for part in parts:
        name = part.recurrence_id
        key = (name.local, name.zone, part.range_this_and_future) if name else None
        if key in named:
            raise InvalidObject(_("Two parts of this file describe the same occurrence."))
        named.add(key)
        if len(part.attendees) > MAX_ATTENDEES:
            raise TooManyAttendees
        for moment in (part.starts, part.ends, part.due, part.recurrence_id):
            if moment is not None and moment.local < EARLIEST:
                raise TooEarly
            if moment is not None and moment.local > LATEST:
                raise TooLate
    if sum(len(part.dates) + len(part.exceptions) for part in parts) + len(parts) > MAX_INSTANCES:
        raise TooManyInstances
