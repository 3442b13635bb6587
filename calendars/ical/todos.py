"""To-dos: what of them is still to do, for whom they are, their place among others, and what changes these lines.

Assignees are ATTENDEE without ORGANIZER: no object of scheduling (RFC 6638, 3.1), so nobody is sent an invitation, and
every client shows for whom a task is. Places are those of Apple and Nextcloud Tasks: X-APPLE-SORT-ORDER, or without it
the seconds from 2001 to CREATED.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from calendars.ical.component import Reader
from calendars.ical.parts import Attendee, Part
from calendars.ical.writing import length
from calendars.ical.zones import Zones
from collab.lib.contentlines import Component, Line, component

_BEGAN = datetime(2001, 1, 1, tzinfo=UTC)
_MOST_PEOPLE = 100
DONE = frozenset({"COMPLETED", "CANCELLED"})
"""States in which nothing is left to do."""


@dataclass(frozen=True)
class Assignee:
    """Somebody a task is for: an address (RFC 5545, 3.3.3) and the name that clients show."""

    address: str
    name: str


def is_open(part: Part) -> bool:
    """Whether it is still to do."""
    return part.status not in DONE and part.completed is None


def order_of(part: Part) -> int:
    """Return its place among others: the smaller, the further up."""
    if part.sort_order is not None:
        return part.sort_order
    return int((part.created - _BEGAN).total_seconds()) if part.created is not None else 0


def key_of(one: Attendee) -> str:
    """Return the address by which somebody is known: small letters, that of mail without its scheme."""
    return one.email or one.address.strip().lower()


def assignees(part: Part) -> list[str]:
    """Return for whom it is, each once; rooms, and those who said no or passed it on, are not meant."""
    people = (one for one in part.attendees if one.kind in {"INDIVIDUAL", "GROUP", "UNKNOWN"})
    found = (key_of(one) for one in people if one.status not in {"DECLINED", "DELEGATED"})
    return list(dict.fromkeys(one for one in found if one))[:_MOST_PEOPLE]


def assign(found: Component, people: Sequence[Assignee], gone: Iterable[str]) -> bool:
    """Add those who are not there yet, take out those whose address (`key_of`) is in `gone`; other lines stay."""
    out = set(gone)

    def is_gone(line: Line) -> bool:
        return _key(line) in out

    changed = found.remove("ATTENDEE", is_gone) > 0 if out else False
    there = {_key(line) for line in found.all("ATTENDEE")}
    for one in people:
        if one.address.lower() not in there:
            params = ("CN", (one.name,)), ("PARTSTAT", ("NEEDS-ACTION",)), ("ROLE", ("REQ-PARTICIPANT",))
            found.add("ATTENDEE", one.address, params)
            changed = True
    return changed


def _key(line: Line) -> str:
    return line.value.strip().lower().removeprefix("mailto:")


def remind(found: Component, wanted: Iterable[timedelta], shown: Iterable[timedelta]) -> bool:
    """Set the reminders before it is due; those that `shown` does not name stay as they are (moments, after the end).

    TRIGGER is RELATED=END: without a start there is nothing else to count from (RFC 5545, 3.8.6.3).
    """
    reader, before = Reader(Zones(Component("")), []), set(shown)
    left = dict.fromkeys(wanted)
    for one in found.components("VALARM"):
        alarm = reader.alarm(one)
        if alarm is None or alarm.offset is None or alarm.offset.total not in before:
            continue
        if alarm.offset.total in left:
            del left[alarm.offset.total]
        else:
            found.discard(one)
    for offset in left:
        made = component("VALARM", found.newline)
        made.add("ACTION", "DISPLAY")
        made.add("DESCRIPTION", found.value("SUMMARY") or "-")
        made.add("TRIGGER", length(offset), (("RELATED", ("END",)),))
        found.append(made)
    return False
