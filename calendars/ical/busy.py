"""What remains of an entry where only its times may be seen: when somebody is busy, not with what or whom."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from collab.lib import contentlines
from collab.lib.contentlines import Component, Line

_KEPT = frozenset(
    {"UID", "DTSTAMP", "DTSTART", "DTEND", "DURATION", "DUE", "RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID",
     "SEQUENCE", "TRANSP", "STATUS", "CREATED", "LAST-MODIFIED", "COMPLETED"}
)  # fmt: skip
_OF_CALENDAR = frozenset({"VERSION", "PRODID", "CALSCALE"})
_PEOPLE = re.compile(rb"(?:ATTENDEE|ORGANIZER|\n[ \t])", re.IGNORECASE)
"""A name may be folded: such entries are read."""
_OUTER = frozenset({"VEVENT", "VTODO", "VJOURNAL", "VTIMEZONE"})


def only_busy(data: bytes) -> bytes:
    """Return the entry with its times, repetition and zones, named “Busy” in the language at hand."""
    tree = contentlines.read(data)
    for calendar in tree.components("VCALENDAR"):
        calendar.inside = [one for one in calendar.inside if _stays(one)]
        for part in calendar.components("VEVENT", "VTODO", "VJOURNAL"):
            part.inside = [one for one in part.inside if type(one) is Line and one.name in _KEPT]
            part.add("SUMMARY", contentlines.escape(_("Busy")))
            part.add("CLASS", "CONFIDENTIAL")
    tree.inside = tree.components("VCALENDAR")  # type: ignore[assignment]
    return bytes(tree)


def without_people(data: bytes) -> bytes:
    """Return the entry without who invites, who is invited and what they said: addresses are not for everybody."""
    if not _PEOPLE.search(data):
        return data
    tree = contentlines.read(data)
    for part in contentlines.walk(tree):
        part.remove("ATTENDEE")
        part.remove("ORGANIZER")
    return bytes(tree)


def _stays(one: Line | Component) -> bool:
    return one.name in (_OUTER if isinstance(one, Component) else _OF_CALENDAR)
