"""Whether an object fits a filter (RFC 4791, 9.7 to 9.9): decided on its lines and on its occurrences."""

from __future__ import annotations

import unicodedata
from datetime import timedelta, tzinfo

from calendars.ical.component import Reader
from calendars.ical.expanding import MOST, Occurrence, occurrences
from calendars.ical.filters import CompFilter, ParamFilter, PropFilter, TextMatch
from calendars.ical.moments import Moment
from calendars.ical.parts import Alarm, Item, Part
from calendars.ical.spans import Span
from calendars.ical.zones import Zones
from collab.lib.contentlines import Component, Line, unescape

_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)
_MOST_ALARMS = 1_000


def matches(item: Item, asked: CompFilter, zone: tzinfo) -> bool:
    """Whether the item fits the filter of its VCALENDAR; days and floating times are read in `zone`."""
    calendar = item.tree.components()[0]
    return _decide(
        asked.any_of,
        [_property(one, calendar, item, zone) for one in asked.props]
        + [_component(one, calendar, item, zone) for one in asked.comps],
    )


def _decide(any_of: bool, answers: list[bool]) -> bool:
    return any(answers) if any_of and answers else all(answers)


def _component(asked: CompFilter, calendar: Component, item: Item, zone: tzinfo) -> bool:
    """Whether one of the components of the calendar fits: the same one in all that is asked."""
    found = calendar.components(asked.name)
    if asked.absent or not found:
        return asked.absent and not found
    if asked.name != item.component:
        return any(_inner(asked, one, item, zone, None) for one in found)
    only = not asked.props and not asked.comps and not asked.any_of
    touched = _touched(item, asked.span, zone, only) if asked.span else None
    return any(_inner(asked, part.tree, item, zone, part, touched) for part in item.parts)


def _inner(
    asked: CompFilter, found: Component, item: Item, zone: tzinfo, part: Part | None, touched: set[int] | None = None
) -> bool:
    answers = [_property(one, found, item, zone) for one in asked.props]
    if asked.span:
        answers.append(part is not None and touched is not None and id(part) in touched)
    for one in asked.comps:
        inside = found.components(one.name)
        if one.absent or not inside:
            answers.append(one.absent and not inside)
        elif one.name == "VALARM" and part is not None:
            answers.append(_alarm(one, inside, part, item, zone))
        else:
            answers.append(any(_inner(one, each, item, zone, None) for each in inside))
    return _decide(asked.any_of, answers)


def _touched(item: Item, span: Span, zone: tzinfo, only: bool) -> set[int]:
    """Return the ids of the parts that take place in the span; `only`: whether one does is all that is asked."""
    if item.component == "VFREEBUSY":
        return {id(part) for part in item.parts if _freebusy(part, span, zone)}
    enough = only or len(item.parts) == 1
    if item.component != "VTODO":
        found = occurrences(item, span.since, span.until, zone, 1 if enough else MOST)
        return {id(one.part) for one in found}
    undated = {id(part) for part in item.parts if not part.starts and not part.due and _undated(part, span)}
    wide = occurrences(item, span.since - _SECOND, span.until + _SECOND, zone, 3 + len(item.parts) if enough else MOST)
    return undated | {id(one.part) for one in wide if _todo(one, span)}


def _todo(one: Occurrence, span: Span) -> bool:
    """Decide for a to-do with dates (the first four rows of the table for VTODO)."""
    starts, ends, since, until = one.starts_utc, one.ends_utc, span.since, span.until
    part = one.part
    if part.starts is None:
        return since < starts and until >= starts
    if part.due is None and not part.lasts.total:
        return since <= starts and until > starts
    if part.tree.first("DUE"):
        return (since < ends or since <= starts) and (until > starts or until >= ends)
    return since <= ends and (until > starts or until >= ends)


def _undated(part: Part, span: Span) -> bool:
    """Decide for a to-do without dates (the last four rows of the table for VTODO)."""
    made, done = part.created, part.completed
    if made and done:
        return (span.since <= made or span.since <= done) and (span.until >= made or span.until >= done)
    if done:
        return span.since <= done <= span.until
    return span.until > made if made else True


def _freebusy(part: Part, span: Span, zone: tzinfo) -> bool:
    if part.starts and part.tree.first("DTEND") and part.ends:
        return span.since <= part.ends.utc(zone) and span.until > part.starts.utc(zone)
    spans = [one.span(zone) for one in part.periods]
    return any(span.since < ends and span.until > starts for starts, ends in spans)


def _alarm(asked: CompFilter, found: list[Component], part: Part, item: Item, zone: tzinfo) -> bool:
    answers = []
    for one in found:
        alone = [_property(each, one, item, zone) for each in asked.props]
        if asked.span:
            read = Reader(Zones(item.tree.components()[0]), []).alarm(one)
            alone.append(read is not None and _rings(read, part, item, asked.span, zone))
        alone += [bool(one.components(each.name)) != each.absent for each in asked.comps]
        answers.append(_decide(asked.any_of, alone))
    return any(answers)


def _rings(alarm: Alarm, part: Part, item: Item, span: Span, zone: tzinfo) -> bool:
    if alarm.at is not None:
        return any(map(span.holds, alarm.moments(span.since, span.since, zone)))
    assert alarm.offset is not None
    first = alarm.offset.total
    last = first + alarm.every * alarm.repeat + (part.lasts.total + _DAY if alarm.from_end else timedelta(0))
    try:
        since, until = span.since - last, span.until - first + _SECOND
    except OverflowError:
        since, until = span.since, span.until
    return any(
        span.holds(moment)
        for one in occurrences(item, since, until, zone, _MOST_ALARMS)
        if one.part is part
        for moment in alarm.moments(one.starts_utc, one.ends_utc, zone)
    )


def _property(asked: PropFilter, found: Component, item: Item, zone: tzinfo) -> bool:
    lines = found.all(asked.name)
    if asked.absent or not lines:
        return asked.absent and not lines
    return any(_line(asked, line, item, zone) for line in lines)


def _line(asked: PropFilter, line: Line, item: Item, zone: tzinfo) -> bool:
    answers = [_param(one, line) for one in asked.params]
    if asked.match:
        answers.append(fits(asked.match, unescape(line.value)))
    if asked.span:
        answers.append(_dated(line, item, asked.span, zone))
    return _decide(asked.any_of, answers)


def _param(asked: ParamFilter, line: Line) -> bool:
    values = [value for name, found in line.params if name == asked.name for value in found or ("",)]
    if asked.absent or not values:
        return asked.absent and not values
    return asked.match is None or any(fits(asked.match, value) for value in values)


def _dated(line: Line, item: Item, span: Span, zone: tzinfo) -> bool:
    reader = Reader(Zones(item.tree.components()[0]), [])
    for value in line.value.split(",")[:MOST]:
        try:
            moment: Moment = reader.moment(line, value.partition("/")[0])
        except (ValueError, OverflowError):
            continue
        starts = moment.utc(zone)
        ends = starts + _DAY if moment.is_date else starts
        if span.holds(starts) or (starts < span.until and ends > span.since):
            return True
    return False


def fits(asked: TextMatch, text: str) -> bool:
    """Whether a text fits, under the collation asked (RFC 4790, 9; RFC 5051)."""
    fold = _FOLDS[asked.collation]
    said, wanted = fold(text), fold(asked.text)
    found = {
        "contains": wanted in said,
        "equals": wanted == said,
        "starts-with": said.startswith(wanted),
        "ends-with": said.endswith(wanted),
    }[asked.how]
    return bool(found != asked.negate)


_ASCII = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


def _unicode(text: str) -> str:
    return unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())


_FOLDS = {
    "i;octet": lambda text: text,
    "i;ascii-casemap": lambda text: text.translate(_ASCII),
    "i;unicode-casemap": _unicode,
}
