"""What single lines of a component say: people, attachments, words, and how ends and lengths go together."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from calendars.ical.moments import Duration, Moment, to_utc
from calendars.ical.parts import Attachment, Attendee
from calendars.ical.refusals import TooManyAttendees
from collab.lib import numerals
from collab.lib.contentlines import Line, listed, unescape

Lines = dict[str, list[Line]]
MOST_VALUES = 1_000
DAY = timedelta(days=1)


def alike(ends: Moment, starts: Moment) -> Moment:
    """Return the end in the kind of the start: a day and a time of day do not go together."""
    if starts.is_date and not ends.is_date:
        return Moment(ends.day + DAY if ends.local != datetime.combine(ends.day, datetime.min.time()) else ends.day)
    if ends.is_date and not starts.is_date:
        return Moment(ends.local, starts.zone, starts.tzid)
    return ends


def between(starts: Moment, ends: Moment) -> Duration:
    if starts.is_date:
        return Duration((ends.day - starts.day).days)
    zone = starts.zone or ends.zone or UTC
    return Duration(0, to_utc(ends.local, ends.zone or zone) - to_utc(starts.local, starts.zone or zone))


def later_by(starts: Moment, lasts: Duration) -> Moment:
    if starts.is_date:
        day: date = starts.day + timedelta(days=lasts.days)
        return Moment(day)
    zone = starts.zone or UTC
    moment = lasts.after(starts.local, zone)
    return Moment(moment.astimezone(zone).replace(tzinfo=None, fold=0), starts.zone, starts.tzid)


def plain_of(lines: Lines, name: str) -> str:
    found = lines.get(name)
    return found[0].value.strip() if found else ""


def text_of(lines: Lines, name: str) -> str:
    found = lines.get(name)
    return unescape(found[0].value) if found else ""


def words(lines: list[Line]) -> tuple[str, ...]:
    """Return the words of lines that are lists (CATEGORIES), each once."""
    found = [word.strip() for line in lines for word in listed(line.value)]
    return tuple(dict.fromkeys(word for word in found if word))[:MOST_VALUES]


def conference(lines: Lines) -> str:
    for name in ("CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL"):
        if found := plain_of(lines, name):
            return found
    return ""


def attendees(lines: list[Line]) -> tuple[Attendee, ...]:
    if len(lines) > 10 * MOST_VALUES:
        raise TooManyAttendees
    return tuple(map(attendee, lines))


def attendee(line: Line) -> Attendee:
    said = {key: values for key, values in line.params if values}

    def first(name: str, default: str = "") -> str:
        return said[name][0] if name in said else default

    return Attendee(
        line.value.strip(),
        first("CN"),
        first("PARTSTAT", "NEEDS-ACTION").upper(),
        first("ROLE", "REQ-PARTICIPANT").upper(),
        first("CUTYPE", "INDIVIDUAL").upper(),
        first("RSVP").upper() == "TRUE",
        first("SENT-BY"),
        first("SCHEDULE-AGENT", "SERVER").upper(),
        said.get("DELEGATED-TO", ()),
        said.get("DELEGATED-FROM", ()),
    )


def attachment(line: Line) -> Attachment:
    size = line.param("SIZE")
    inline = line.param("VALUE").upper() == "BINARY"
    return Attachment(
        "" if inline else line.value.strip()[:4_000],
        line.param("FMTTYPE"),
        line.param("FILENAME") or line.param("X-FILENAME"),
        numerals.whole(size, 15),
        line.param("MANAGED-ID"),
        inline,
    )
