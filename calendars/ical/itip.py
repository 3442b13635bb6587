"""Messages of scheduling (RFC 5546): what each attendee sees of an event, what of it changed, and the messages of it.

All work on bytes and parsed items alone; addresses are normal (`addresses.normal`). An occurrence is named as
`Occurrence.recurrence_id` names it, "" names the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from calendars.ical.component import Reader
from calendars.ical.expanding import anchor_of, find, local_of, name_of
from calendars.ical.moments import Moment, stamp
from calendars.ical.opened import Opened, open_object
from calendars.ical.parts import Item, Part
from calendars.ical.writing import PRODUCT, put_moment, written
from calendars.ical.zones import Zones
from collab.lib import contentlines, numerals
from collab.lib.contentlines import Component, Line, Params

Normal = Callable[[str], str]
_OWN_PARAMS = frozenset({"SCHEDULE-STATUS", "SCHEDULE-FORCE-SEND", "SCHEDULE-AGENT", "X-RESPONSE-COMMENT"})
"""Between organizer and server alone (RFC 6638, 7), and what somebody said to the organizer."""
COMMENT = frozenset({"X-RESPONSE-COMMENT"})
PRIVATE_COMMENTS = ("X-CALENDARSERVER-ATTENDEE-COMMENT", "X-CALENDARSERVER-PRIVATE-COMMENT")
"""The same as Apple's programs write it: properties, of the organizer's event and of an attendee's copy."""
_NOT_SENT = ("REQUEST-STATUS", "X-MOZ-LASTACK", "X-MOZ-SNOOZE-TIME", "X-MOZ-GENERATION", "X-LIC-ERROR",
             *PRIVATE_COMMENTS)  # fmt: skip
_NOT_TOLD = frozenset(
    {
        "DTSTAMP",
        "LAST-MODIFIED",
        "CREATED",
        "SEQUENCE",
        "TRANSP",
        "REQUEST-STATUS",
        "ATTENDEE",
        "EXDATE",
        "COMMENT",
        "ORGANIZER",
    }
)
"""What of an event may change without a word to those invited; attendees and dates are compared apart."""


def names(item: Item, zone: tzinfo) -> list[str]:
    """Return for each part which occurrence it is, in their order."""
    anchor = anchor_of(item.master) if item.master else None
    anchor = anchor or next((part.recurrence_id for part in item.overrides), None)
    found = []
    for part in item.parts:
        own = part.recurrence_id
        found.append("" if own is None or anchor is None else name_of(anchor, local_of(own, anchor, zone)))
    return found


def organizers(item: Item, normal: Normal) -> set[str]:
    """Return the organizers that the parts name, "" for a part that names none."""
    return {normal(part.organizer.address) if part.organizer else "" for part in item.parts}


@dataclass(frozen=True, slots=True)
class Invited:
    """One attendee of one part; `forced`: SCHEDULE-FORCE-SEND."""

    address: str
    recurrence_id: str
    name: str
    partstat: str
    role: str
    kind: str
    rsvp: bool
    agent: str
    status: str
    forced: str
    comment: str
    plus: int


def invited(item: Item, zone: tzinfo, normal: Normal) -> dict[tuple[str, str], Invited]:
    """Return {(which occurrence, address): attendee} of all parts; of an address twice in a part, the first."""
    found: dict[tuple[str, str], Invited] = {}
    for part, which in zip(item.parts, names(item, zone), strict=True):
        for line in part.tree.all("ATTENDEE") if part.attendees else ():
            address = normal(line.value)
            if address and (which, address) not in found:
                found[which, address] = _invited(line, address, which)
    return found


def _invited(line: Line, address: str, which: str) -> Invited:
    plus = line.param("X-NUM-GUESTS")
    return Invited(
        address,
        which,
        line.param("CN")[:200],
        line.param("PARTSTAT", "NEEDS-ACTION").upper()[:20],
        line.param("ROLE", "REQ-PARTICIPANT").upper()[:20],
        line.param("CUTYPE", "INDIVIDUAL").upper()[:20],
        line.param("RSVP").upper() == "TRUE",
        line.param("SCHEDULE-AGENT", "SERVER").upper(),
        line.param("SCHEDULE-STATUS")[:20],
        line.param("SCHEDULE-FORCE-SEND").upper(),
        line.param("X-RESPONSE-COMMENT")[:1000],
        numerals.whole(plus, 3) or 0,
    )


def view(item: Item, address: str, zone: tzinfo, normal: Normal) -> bytes | None:
    """Return what one attendee gets to see: the parts to which they are invited, without what is the organizer's own.

    Occurrences to which they are not invited are taken out of the series by EXDATE. None where nothing is left.
    """
    opened = open_object(bytes(item.tree))
    left = 0
    for part in opened.item.parts:
        if any(normal(one.address) == address for one in part.attendees):
            left += 1
            _private(part.tree)
            continue
        opened.calendar.discard(part.tree)
        master = opened.item.master
        if part.recurrence_id is not None and master is not None:
            value, params = written(part.recurrence_id)
            master.tree.add("EXDATE", value, params)
    opened.calendar.remove("METHOD")
    return opened.close() if left else None


def _private(tree: Component) -> None:
    for alarm in tree.components("VALARM"):
        tree.discard(alarm)
    for name in _NOT_SENT:
        tree.remove(name)
    for name in ("ATTENDEE", "ORGANIZER"):
        change_lines(tree, name, lambda line: without(line.params, _OWN_PARAMS))


def without(params: Params, names: Iterable[str]) -> Params:
    """Return the parameters but for these."""
    return tuple(one for one in params if one[0] not in names)


def with_params(params: Params, said: Mapping[str, str]) -> Params:
    """Return the parameters with these said; "" takes one out."""
    return (*without(params, said), *((name, (value,)) for name, value in said.items() if value))


def change_lines(tree: Component, name: str, params_of: Callable[[Line], Params]) -> bool:
    """Give each line of this property other parameters; lines that stay the same stay byte for byte."""
    changed = False
    for at, one in enumerate(tree.inside):
        if type(one) is Line and one.name == name and (params := params_of(one)) != one.params:
            tree.inside[at] = contentlines.make(name, one.value, params, group=one.group, newline=tree.newline)
            changed = True
    return changed


@dataclass(frozen=True, slots=True)
class Told:
    """What a view tells: what is `said` of each occurrence, which are `gone` (EXDATE), which `people` are invited."""

    said: Mapping[str, Any] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()
    people: frozenset[Any] = frozenset()


def told(data: bytes | None, zone: tzinfo, normal: Normal) -> Told:
    """Return what a view tells, in a form in which two can be compared."""
    if data is None:
        return Told()
    item = open_object(data).item
    said = {
        which: sorted(
            (line.name, line.value.strip(), tuple(sorted(line.params)))
            for line in part.tree.lines
            if line.name not in _NOT_TOLD and not line.name.startswith("X-")
        )
        for part, which in zip(item.parts, names(item, zone), strict=True)
    }
    people = {(which, one.address, one.role) for (which, _who), one in invited(item, zone, normal).items()}
    return Told(said, exceptions(item, zone), frozenset(people))


def exceptions(item: Item, zone: tzinfo) -> frozenset[str]:
    """Return the occurrences that were taken out of a series (EXDATE)."""
    master = item.master
    anchor = anchor_of(master) if master is not None else None
    if master is None or anchor is None:
        return frozenset()
    return frozenset(name_of(anchor, local_of(one, anchor, zone)) for one in master.exceptions)


def significant(old: Item | None, new: Item, zone: tzinfo) -> list[tuple[Part, int]]:
    """Return the parts of `new` that take place at another time, another way or place, with the SEQUENCE of before."""
    if old is None:
        return []
    before = dict(zip(names(old, zone), old.parts, strict=True))
    found = []
    for part, which in zip(new.parts, names(new, zone), strict=True):
        was = before.get(which)
        if was is not None:
            if essence(was) != essence(part):
                found.append((part, was.sequence))
        elif old.master is not None and which and (at := find(old, which, zone)) is not None:
            same = part.starts is not None and at.starts.local == part.starts.local
            if not same or at.part.lasts.total != part.lasts.total or at.part.location != part.location:
                found.append((part, at.part.sequence))
    return found


def essence(part: Part) -> Any:
    """Return when, how often and where a part takes place."""

    def moment(one: Moment | None) -> Any:
        return (one.value, str(one.zone)) if one is not None else None

    dates = sorted(line.value for line in part.tree.all("RDATE"))
    rules = sorted(";".join(sorted(line.value.upper().split(";"))) for line in part.tree.all("RRULE"))
    return moment(part.starts), moment(part.due), part.lasts.total, dates, rules, part.location


def bump(part: Part, sequence: int, keep: Iterable[str], normal: Normal) -> None:
    """Raise SEQUENCE above what it was, and ask again all who are invited but for these."""
    if part.sequence <= sequence:
        part.tree.put("SEQUENCE", str(sequence + 1))
    kept = set(keep)
    change_lines(
        part.tree,
        "ATTENDEE",
        lambda line: (
            line.params
            if normal(line.value) in kept or line.param("SCHEDULE-AGENT", "SERVER").upper() != "SERVER"
            else with_params(line.params, {"PARTSTAT": "NEEDS-ACTION", "X-NUM-GUESTS": "", "X-RESPONSE-COMMENT": ""})
        ),
    )


def message(method: str, data: bytes, now: datetime) -> bytes:
    """Return a stored object as a message: with METHOD, sent now."""
    opened = open_object(data)
    return _message(opened.calendar, opened.item.parts, method, now, bytes_of=opened.close)


def _message(
    calendar: Component, parts: Iterable[Part], method: str, now: datetime, *, bytes_of: Callable[[], bytes]
) -> bytes:
    calendar.put("METHOD", method)
    for part in parts:
        part.tree.put("DTSTAMP", stamp(now))
    return bytes_of()


def cancelled(data: bytes, address: str, now: datetime, normal: Normal) -> bytes:
    """Return the message that cancels all of a view for one attendee."""
    opened = open_object(data)
    for part in opened.item.parts:
        part.tree.put("STATUS", "CANCELLED")
        part.tree.put("SEQUENCE", str(part.sequence + 1))
        part.tree.remove("ATTENDEE", lambda line: normal(line.value) != address)
    return _message(opened.calendar, opened.item.parts, "CANCEL", now, bytes_of=opened.close)


def cancelled_at(data: bytes, which: Iterable[str], address: str, now: datetime, zone: tzinfo, normal: Normal) -> bytes:
    """Return the message that cancels some occurrences of a view for one attendee."""
    opened = open_object(data)
    kept = dict(zip(names(opened.item, zone), opened.item.parts, strict=True))
    for part in opened.item.parts:
        opened.calendar.discard(part.tree)
    for name in sorted(which):
        found = find(opened.item, name, zone)
        source = kept.get(name) or (found.part if found else None)
        if source is None or found is None:
            continue
        made = _short(source, newline=opened.calendar.newline)
        made.put("SEQUENCE", str(source.sequence + 1))
        made.put("STATUS", "CANCELLED")
        made.add("DTSTAMP", stamp(now))
        put_moment(made, "RECURRENCE-ID", _moment_of(name, opened))
        put_moment(made, "DTSTART", found.starts)
        made.remove("ATTENDEE", lambda line: normal(line.value) != address)
        opened.calendar.append(made)
    opened.calendar.put("METHOD", "CANCEL")
    return opened.close()


def reply(data: bytes, which: Iterable[str], address: str, now: datetime, zone: tzinfo, normal: Normal, *,
          declined: bool = False) -> bytes:  # fmt: skip
    """Return an attendee's answer for these occurrences ("" for all of it), as their own copy says it.

    `declined`: whatever the copy says, they do not come (it was deleted, or these occurrences were).
    """
    opened = open_object(data)
    kept = dict(zip(names(opened.item, zone), opened.item.parts, strict=True))
    for part in opened.item.parts:
        opened.calendar.discard(part.tree)
    for name in sorted(which):
        found = find(opened.item, name, zone) if name else None
        source = kept.get(name) or (found.part if found else opened.item.parts[0])
        made = _short(source, newline=opened.calendar.newline)
        made.add("DTSTAMP", stamp(now))
        if source.sequence:
            made.put("SEQUENCE", str(source.sequence))
        if name:
            put_moment(made, "RECURRENCE-ID", _moment_of(name, opened))
        if found is not None:
            put_moment(made, "DTSTART", found.starts)
        made.remove("ATTENDEE", lambda line: normal(line.value) != address)
        change_lines(made, "ATTENDEE", lambda line: _answer(line, declined))
        comment = next((line.param("X-RESPONSE-COMMENT") for line in made.all("ATTENDEE")), "")
        if comment:
            made.put("COMMENT", contentlines.escape(comment))
        made.add("REQUEST-STATUS", "2.0;Success")
        opened.calendar.append(made)
    opened.calendar.put("METHOD", "REPLY")
    opened.calendar.put("PRODID", PRODUCT)
    return opened.close()


def _answer(line: Line, declined: bool) -> Params:
    params = without(line.params, {"SCHEDULE-STATUS", "SCHEDULE-FORCE-SEND", "SCHEDULE-AGENT", "RSVP"})
    return with_params(params, {"PARTSTAT": "DECLINED"}) if declined else params


_SHORT = ("UID", "SUMMARY", "ORGANIZER", "ATTENDEE", "DTSTART", "SEQUENCE")


def _short(part: Part, newline: bytes) -> Component:
    made = contentlines.component(part.component, newline)
    made.inside = [line for name in _SHORT for line in part.tree.all(name)]
    change_lines(made, "ORGANIZER", lambda line: without(line.params, _OWN_PARAMS))
    return made


def _moment_of(name: str, opened: Opened) -> Moment | None:
    """Return the moment that an occurrence's name says, in the form of its series where that has a zone."""
    line = Line("", "RECURRENCE-ID", (), name, b"")
    try:
        return Reader(Zones(opened.calendar), []).moment(line)
    except ValueError:
        return None
