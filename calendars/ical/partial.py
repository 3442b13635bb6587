"""What of an object is asked in an answer (CALDAV:calendar-data, RFC 4791, 9.6): parts of it, a series expanded or cut.

Expanded, each occurrence is a component of its own in UTC, without rules and without VTIMEZONE (9.6.5); days and
floating times stay what they are. All other lines are handed out as they were sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from typing import Any

from calendars.ical.component import Reader
from calendars.ical.expanding import MOST, Occurrence, occurrences
from calendars.ical.moments import from_utc, plain, stamp
from calendars.ical.parts import Item, Part
from calendars.ical.refusals import NAMESPACE, InvalidFilter, TooManyInstances, UnsupportedFilter
from calendars.ical.spans import Span, read_span
from calendars.ical.zones import Zones
from collab.lib.contentlines import Component, Line, component, make

EXPANDED = 32 << 20
"""Bytes of one object expanded: each occurrence says all that its series does, pictures too."""
_RULES = {"RRULE", "EXRULE", "RDATE", "EXDATE"}
_MOMENTS = {"DTSTART", "DTEND", "DUE", "RECURRENCE-ID"}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which properties (None: all; True: without its value) and components (None: all) of a component."""

    name: str
    props: dict[str, bool] | None = None
    comps: tuple[Asked, ...] | None = None


@dataclass(frozen=True, slots=True)
class Data:
    """What a `calendar-data` element asks."""

    whole: Asked | None = None
    expand: Span | None = None
    limit: Span | None = None
    freebusy: Span | None = None

    @property
    def verbatim(self) -> bool:
        """Whether the stored bytes are the answer."""
        return self == VERBATIM


VERBATIM = Data()


_SPANS = {"expand": "expand", "limit-recurrence-set": "limit", "limit-freebusy-set": "freebusy"}


def read_data(element: Any) -> Data:
    """Return what is asked. Raise InvalidFilter when it cannot be read."""
    found: dict[str, Any] = {}
    for one in element:
        kind = one.tag.removeprefix("{" + NAMESPACE + "}")
        if kind == "comp":
            found["whole"] = _asked(one)
        elif kind in _SPANS:
            found[_SPANS[kind]] = read_span(one, closed=True)
    if "expand" in found and "limit" in found:
        raise InvalidFilter
    return Data(**found)


def _asked(element: Any) -> Asked:
    props: dict[str, bool] | None = {}
    comps: list[Asked] | None = []
    for one in element:
        kind = one.tag.removeprefix("{" + NAMESPACE + "}")
        if kind == "allprop":
            props = None
        elif kind == "allcomp":
            comps = None
        elif kind == "prop" and props is not None:
            props[one.get("name", "").upper()] = one.get("novalue") == "yes"
        elif kind == "comp" and comps is not None:
            comps.append(_asked(one))
        else:
            raise UnsupportedFilter
    name = element.get("name", "").upper()
    if not name:
        raise InvalidFilter
    return Asked(name, props, None if comps is None else tuple(comps))


def answer(item: Item, asked: Data, zone: tzinfo) -> bytes:
    """Return the object as it is asked; days and floating times are read in `zone`."""
    if asked.verbatim:
        return bytes(item.tree)
    tree = item.tree
    if asked.expand:
        tree = _expanded(item, asked.expand, zone)
    elif asked.limit:
        tree = _limited(item, asked.limit, zone)
    if asked.freebusy:
        tree = _less_busy(tree, asked.freebusy, zone)
    return bytes(_only(tree, asked.whole) if asked.whole else tree)


def expand(item: Item, span: Span, zone: tzinfo) -> bytes:
    """Return the occurrences in the span as one file (CALDAV:expand). Raises TooManyInstances for what is too long."""
    return bytes(_expanded(item, span, zone))


def limit_recurrence_set(item: Item, span: Span, zone: tzinfo) -> bytes:
    """Return the master and the overrides that the span concerns (RFC 4791, 9.6.6)."""
    return bytes(_limited(item, span, zone))


def _copied(found: Component, inside: Iterable[Line | Component]) -> Component:
    made = Component(found.name, found.begin, found.newline, found.end)
    made.inside = list(inside)
    return made


def _within(item: Item, inside: Iterable[Line | Component]) -> Component:
    """Return the file with these instead of what its calendar holds."""
    calendar = item.tree.components()[0]
    made = _copied(calendar, inside)
    return _copied(item.tree, [made if one is calendar else one for one in item.tree.inside])


def _expanded(item: Item, span: Span, zone: tzinfo) -> Component:
    calendar = item.tree.components()[0]
    kept: list[Line | Component] = [one for one in calendar.inside if isinstance(one, Line)]
    zones = Zones(calendar)
    room = max(1, EXPANDED // max(len(bytes(part.tree)) for part in item.parts))
    found = occurrences(item, span.since, span.until, zone, min(MOST, room + 1))
    if len(found) > room:
        raise TooManyInstances
    if not found and not item.recurring and not item.parts[0].starts and not item.parts[0].due:
        kept.append(item.parts[0].tree)  # a to-do without dates is always now
    return _within(item, [*kept, *(_instance(one, item, zones, zone) for one in found)])


def _instance(one: Occurrence, item: Item, zones: Zones, zone: tzinfo) -> Component:
    found = one.part.tree
    inside: list[Line | Component] = []
    for line in found.inside:
        if type(line) is not Line or line.name not in _RULES | _MOMENTS:
            inside.append(line if type(line) is Line else _alarm(line, zones))  # type: ignore[arg-type]
        elif line.name in {"DTSTART", "DUE", "DTEND"}:
            inside.append(_dated(line, one, found.newline, zone))
    if item.recurring and one.recurrence_id:
        value = (("VALUE", ("DATE",)),) if len(one.recurrence_id) == 8 else ()
        inside.insert(0, make("RECURRENCE-ID", one.recurrence_id, value, newline=found.newline))
    return _copied(found, inside)


def _dated(line: Line, one: Occurrence, newline: bytes, zone: tzinfo) -> Line:
    """Return the start or the end of an occurrence in UTC."""
    first = line.name == "DTSTART" or one.part.starts is None
    if one.all_day:
        days = timedelta(0) if first else timedelta(days=one.part.lasts.days)
        return make(line.name, plain(one.starts.day + days), (("VALUE", ("DATE",)),), newline=newline)
    if one.floating:
        local = one.starts.local if first else from_utc(one.ends_utc, zone)
        return make(line.name, plain(local), newline=newline)
    return make(line.name, stamp(one.starts_utc if first else one.ends_utc), newline=newline)


def _alarm(found: Component, zones: Zones) -> Component:
    """Return a component inside with its times in UTC: nothing may refer to a zone that is not told."""
    inside = [
        _in_utc(one, zones, found.newline) if type(one) is Line and one.param("TZID") else one for one in found.inside
    ]
    return _copied(found, inside)


def _in_utc(line: Line, zones: Zones, newline: bytes) -> Line:
    try:
        moment = Reader(zones, []).moment(line)
    except (ValueError, OverflowError):
        return line
    params = tuple(one for one in line.params if one[0] != "TZID")
    value = stamp(moment.utc(moment.zone)) if moment.zone else plain(moment.value)
    return make(line.name, value, params, newline=newline)


def _limited(item: Item, span: Span, zone: tzinfo) -> Component:
    calendar = item.tree.components()[0]
    left_out = {id(part.tree) for part in item.overrides if item.master and not _concerns(part, item, span, zone)}
    return _within(item, [one for one in calendar.inside if id(one) not in left_out])


def _concerns(part: Part, item: Item, span: Span, zone: tzinfo) -> bool:
    """Whether an override stands in the span, or stood in it before it was moved, or moves what follows."""
    if part.range_this_and_future or part.recurrence_id is None:
        return True
    now = part.starts or part.due or part.recurrence_id
    for moment, lasts in ((now, part.lasts), (part.recurrence_id, item.parts[0].lasts)):
        starts = moment.utc(zone)
        ends = lasts.after(moment.local, moment.zone or zone)
        if starts < span.until and (ends > span.since or starts >= span.since):
            return True
    return False


def _less_busy(tree: Component, span: Span, zone: tzinfo) -> Component:
    """Return the file with the FREEBUSY periods that touch the span (RFC 4791, 9.6.7)."""
    calendar = tree.components()[0]
    zones = Zones(calendar)

    def kept(line: Line) -> bool:
        alone = component("VFREEBUSY")
        alone.inside = [line]
        periods = Reader(zones, []).part(alone).periods
        return any(span.since < ends and span.until > starts for starts, ends in (one.span(zone) for one in periods))

    inside = [
        _copied(one, [each for each in one.inside if type(each) is not Line or each.name != "FREEBUSY" or kept(each)])
        if isinstance(one, Component) and one.name == "VFREEBUSY"
        else one
        for one in calendar.inside
    ]
    made = _copied(calendar, inside)
    return _copied(tree, [made if one is calendar else one for one in tree.inside])


def _only(tree: Component, asked: Asked) -> Component:
    """Return the file with the properties and components asked."""
    inside = [_picked(one, asked) for one in tree.inside if isinstance(one, Component) and one.name == asked.name]
    return _copied(tree, inside)


def _picked(found: Component, asked: Asked) -> Component:
    inside: list[Line | Component] = []
    for one in found.inside:
        if type(one) is Line:
            if asked.props is None or asked.props.get(one.name) is False:
                inside.append(one)
            elif one.name in asked.props:
                inside.append(make(one.name, "", one.params, group=one.group, newline=found.newline))
        elif asked.comps is None:
            inside.append(one)
        else:
            inside += [_picked(one, each) for each in asked.comps if each.name == one.name]  # type: ignore[union-attr, arg-type]
    return _copied(found, inside)
