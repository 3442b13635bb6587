"""One component (event, to-do, note, free-busy) read into a part; a property that is broken is left out and said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from django.utils.translation import gettext as _

from calendars.ical.moments import Duration, Moment, read_day, read_duration, read_time
from calendars.ical.parts import Alarm, Part, Period
from calendars.ical.refusals import TooManyInstances
from calendars.ical.rules import Rule, read_rule
from calendars.ical.values import (
    DAY,
    MOST_VALUES,
    Lines,
    alike,
    attachment,
    attendee,
    attendees,
    between,
    conference,
    later_by,
    plain_of,
    text_of,
    words,
)  # fmt: skip
from calendars.ical.zones import Zones
from collab.lib.contentlines import Component, Line, unescape

T = TypeVar("T")

MOST_ALARMS = 100
MOST_REPEATS = 100
MOST_DATES = 10_000
_NONE: list[Line] = []


class Reader:
    """Reads the components of one file: they share its zones and its list of problems."""

    def __init__(self, zones: Zones, problems: list[str]):
        self._zones = zones
        self._problems = problems

    def part(self, found: Component) -> Part:
        """Return the part that a component is."""
        lines: Lines = {}
        for one in found.inside:
            if type(one) is Line:
                if one.name:
                    lines.setdefault(one.name, []).append(one)
                elif one.value.strip():
                    self._say(one)
        starts = self._moment(lines, "DTSTART")
        todo = found.name == "VTODO"
        ends, lasts = self._end(lines, starts, "DUE" if todo else "DTEND", event=not todo)
        named = lines.get("RECURRENCE-ID", _NONE)
        recurrence_id = self._moment(lines, "RECURRENCE-ID")
        related = [(one.param("RELTYPE", "PARENT").upper(), unescape(one.value)) for one in lines.get("RELATED-TO", ())]
        return Part(
            component=found.name,
            tree=found,
            recurrence_id=recurrence_id,
            range_this_and_future=bool(named) and named[0].param("RANGE").upper() == "THISANDFUTURE",
            summary=text_of(lines, "SUMMARY"),
            description=text_of(lines, "DESCRIPTION"),
            location=text_of(lines, "LOCATION"),
            url=plain_of(lines, "URL"),
            categories=words(lines["CATEGORIES"]) if "CATEGORIES" in lines else (),
            resources=words(lines["RESOURCES"]) if "RESOURCES" in lines else (),
            comments=tuple(unescape(one.value) for one in lines.get("COMMENT", _NONE)[:MOST_VALUES]),
            status=plain_of(lines, "STATUS").upper(),
            klass=plain_of(lines, "CLASS").upper() or "PUBLIC",
            transp=plain_of(lines, "TRANSP").upper() or "OPAQUE",
            starts=starts,
            ends=None if todo else ends,
            due=ends if todo else None,
            lasts=lasts,
            completed=self._stamp(lines, "COMPLETED"),
            percent=self._number(lines, "PERCENT-COMPLETE", 0, 100),
            priority=self._number(lines, "PRIORITY", 0, 9) or 0,
            sequence=self._number(lines, "SEQUENCE", 0, 2**31 - 1) or 0,
            organizer=attendee(lines["ORGANIZER"][0]) if "ORGANIZER" in lines else None,
            attendees=attendees(lines["ATTENDEE"]) if "ATTENDEE" in lines else (),
            alarms=self._alarms(found),
            attachments=tuple(map(attachment, lines.get("ATTACH", _NONE)[:MOST_VALUES])),
            related_to=tuple(related[:MOST_VALUES]),
            created=self._stamp(lines, "CREATED"),
            modified=self._stamp(lines, "LAST-MODIFIED"),
            stamped=self._stamp(lines, "DTSTAMP"),
            conference=conference(lines),
            color=plain_of(lines, "COLOR"),
            sort_order=self._number(lines, "X-APPLE-SORT-ORDER", -(2**62), 2**62),
            rules=self._rules(lines, "RRULE") if recurrence_id is None else (),
            exception_rules=self._rules(lines, "EXRULE") if recurrence_id is None else (),
            dates=self._periods(lines, "RDATE") if "RDATE" in lines and recurrence_id is None else (),
            exceptions=self._dates(lines) if "EXDATE" in lines and recurrence_id is None else (),
            periods=self._periods(lines, "FREEBUSY") if "FREEBUSY" in lines else (),
        )

    def moment(self, line: Line, value: str | None = None) -> Moment:
        """Return the date or time that a line says. Raise ValueError when it says none."""
        text = (line.value if value is None else value).strip()
        if len(text) == 8:
            return Moment(read_day(text))
        moment, utc = read_time(text)
        if utc:
            return Moment(moment, UTC)
        tzid = line.param("TZID") if line.params else ""
        return Moment(moment, self._zones.find(tzid) if tzid else None, tzid)

    def _say(self, line: Line) -> None:
        said = f"{line.name}:{line.value}" if line.name else line.value
        self._problems.append(_("A line could not be read: %(line)s") % {"line": said.strip()[:60]})

    def _try(self, line: Line, read: Callable[[Line], T]) -> T | None:
        try:
            return read(line)
        except (ValueError, OverflowError):
            self._say(line)
            return None

    def _moment(self, lines: Lines, name: str) -> Moment | None:
        found = lines.get(name)
        return self._try(found[0], self.moment) if found else None

    def _stamp(self, lines: Lines, name: str) -> datetime | None:
        """Return a moment that is always in UTC (one written without “Z” is taken so)."""
        found = lines.get(name)
        moment = self._try(found[0], self.moment) if found else None
        return None if moment is None else moment.utc(UTC)

    def _number(self, lines: Lines, name: str, low: int, high: int) -> int | None:
        found = lines.get(name)
        if not found:
            return None
        return self._try(found[0], lambda line: min(max(int(line.value[:40]), low), high))

    def _end(self, lines: Lines, starts: Moment | None, name: str, *, event: bool) -> tuple[Moment | None, Duration]:
        """Return the end (or due) and the length; an end before the start counts as none."""
        ends = self._moment(lines, name)
        if starts is None:
            return ends, Duration()
        lasts = None
        if ends is not None:
            ends = alike(ends, starts)
            lasts = between(starts, ends)
            if lasts.total < timedelta(0):
                self._say(lines[name][0])
                ends = lasts = None
            elif not lasts.total and starts.is_date and event:
                ends = lasts = None
        elif "DURATION" in lines:
            lasts = self._try(lines["DURATION"][0], lambda line: read_duration(line.value))
            if lasts is not None and lasts.total < timedelta(0):
                self._say(lines["DURATION"][0])
                lasts = None
            if lasts is not None and starts.is_date and lasts.exact:
                lasts = Duration(max(1, -(-lasts.total // DAY)))
        if lasts is None:
            if not event:
                return ends, Duration()
            lasts = Duration(1 if starts.is_date else 0)
        if ends is None:
            ends = self._try(lines["DTSTART"][0], lambda line: later_by(starts, lasts))
        return ends, lasts

    def _rules(self, lines: Lines, name: str) -> tuple[Rule, ...]:
        found = [self._try(line, lambda line: read_rule(line.value)) for line in lines.get(name, _NONE)[:4]]
        return tuple(one for one in found if one is not None)

    def _dates(self, lines: Lines) -> tuple[Moment, ...]:
        found: list[Moment] = []
        for line in lines["EXDATE"]:
            values = _values(line, MOST_DATES - len(found))
            found += [one for one in (self._one(line, value) for value in values) if one is not None]
        return tuple(found)

    def _one(self, line: Line, value: str) -> Moment | None:
        try:
            return self.moment(line, value)
        except (ValueError, OverflowError):
            self._say(line._replace(value=value))
            return None

    def _periods(self, lines: Lines, name: str) -> tuple[Period, ...]:
        found: list[Period] = []
        for line in lines[name]:
            kind = line.param("FBTYPE", "BUSY").upper()
            for value in _values(line, MOST_DATES - len(found)):
                first, _slash, last = value.partition("/")
                try:
                    lasts = read_duration(last) if last[:1] in {"P", "p", "+", "-"} else None
                    ends = self.moment(line, last) if last and lasts is None else None
                    found.append(Period(self.moment(line, first), ends, lasts, kind))
                except (ValueError, OverflowError):
                    self._say(line._replace(value=value))
        return tuple(found)

    def _alarms(self, found: Component) -> tuple[Alarm, ...]:
        alarms = found.components("VALARM")
        read = [self.alarm(one) for one in alarms[:MOST_ALARMS]] if alarms else ()
        return tuple(one for one in read if one is not None)

    def alarm(self, found: Component) -> Alarm | None:
        """Return the reminder that a VALARM is, None when it does not say when."""
        lines: Lines = {}
        for one in found.lines:
            lines.setdefault(one.name, []).append(one)
        if "TRIGGER" not in lines:
            return None
        trigger = lines["TRIGGER"][0]
        absolute = trigger.value.strip()[:1].isdigit()
        offset = None if absolute else self._try(trigger, lambda line: read_duration(line.value))
        at = self._try(trigger, self.moment) if absolute else None
        if offset is None and at is None:
            return None
        every = self._try(lines["DURATION"][0], lambda line: read_duration(line.value)) if "DURATION" in lines else None
        repeat = self._number(lines, "REPEAT", 0, MOST_REPEATS) or 0
        return Alarm(
            action=plain_of(lines, "ACTION").upper() or "DISPLAY",
            offset=offset,
            at=at,
            from_end=trigger.param("RELATED").upper() == "END",
            description=text_of(lines, "DESCRIPTION"),
            summary=text_of(lines, "SUMMARY"),
            repeat=repeat if every is not None and every.total > timedelta(0) else 0,
            every=every.total if every is not None else timedelta(0),
            uid=plain_of(lines, "UID"),
            acknowledged=self._stamp(lines, "ACKNOWLEDGED"),
        )


def _values(line: Line, room: int) -> list[str]:
    if line.value.count(",") >= room:
        raise TooManyInstances
    return [one for one in line.value.split(",") if one.strip()]
