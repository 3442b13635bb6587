"""calendar-data: series expanded or cut, and parts of objects (RFC 4791, 9.6)."""

from datetime import UTC

import pytest

from calendars.ical.partial import answer, expand, limit_recurrence_set, read_data
from calendars.ical.reading import read
from calendars.ical.refusals import InvalidFilter
from calendars.ical.spans import Span
from collab.lib.safexml import parse
from tests.calendars.ical import PARIS, VTIMEZONE, at, calendar, events

JUNE = Span(at(2026, 6, 1), at(2026, 7, 1))

SERIES = events(
    """SUMMARY:Chœur
DTSTART;TZID=Europe/Berlin:20260526T190000
DTEND;TZID=Europe/Berlin:20260526T203000
RRULE:FREQ=WEEKLY
EXDATE;TZID=Europe/Berlin:20260609T190000
X-KEEP;A=b:as\\, is
BEGIN:VALARM
ACTION:DISPLAY
TRIGGER:-PT15M
END:VALARM""",
    """SUMMARY:Chœur\\, ailleurs
RECURRENCE-ID;TZID=Europe/Berlin:20260616T190000
DTSTART;TZID=Europe/Berlin:20260617T200000
DTEND;TZID=Europe/Berlin:20260617T213000""",
    """SUMMARY:Plus tard
RECURRENCE-ID;TZID=Europe/Berlin:20260901T190000
DTSTART;TZID=Europe/Berlin:20260902T200000""",
)


def _lines(data, *names):
    return [line for line in data.decode().splitlines() if line.split(":")[0].split(";")[0] in names]


def test_expanded_in_utc_without_rules_and_zones():
    found = expand(read(SERIES), JUNE, PARIS)
    assert not _lines(found, "RRULE", "EXDATE", "TZID")
    assert b"VTIMEZONE" not in found
    assert _lines(found, "DTSTART") == [
        "DTSTART:20260602T170000Z", "DTSTART:20260617T180000Z", "DTSTART:20260623T170000Z", "DTSTART:20260630T170000Z",
    ]  # fmt: skip
    assert _lines(found, "DTEND")[0] == "DTEND:20260602T183000Z"
    assert _lines(found, "RECURRENCE-ID")[:2] == ["RECURRENCE-ID:20260602T170000Z", "RECURRENCE-ID:20260616T170000Z"]
    assert found.count(b"X-KEEP;A=b:as\\, is\r\n") == 3
    assert found.count(b"TRIGGER:-PT15M") == 3
    again = read(found)
    assert again.master is None
    assert len(again.parts) == 4


def test_expanded_days_and_floating_times_stay_what_they_are():
    days = events("DTSTART;VALUE=DATE:20260601\nDTEND;VALUE=DATE:20260603\nRRULE:FREQ=MONTHLY")
    found = expand(read(days), JUNE, UTC)
    assert _lines(found, "DTSTART", "DTEND", "RECURRENCE-ID") == [
        "RECURRENCE-ID;VALUE=DATE:20260601", "DTSTART;VALUE=DATE:20260601", "DTEND;VALUE=DATE:20260603",
    ]  # fmt: skip
    floating = events("DTSTART:20260610T090000\nDTEND:20260610T100000\nRRULE:FREQ=MONTHLY")
    assert _lines(expand(read(floating), JUNE, PARIS), "DTSTART", "DTEND", "RECURRENCE-ID") == [
        "RECURRENCE-ID:20260610T090000", "DTSTART:20260610T090000", "DTEND:20260610T100000",
    ]  # fmt: skip


def test_expanded_alone_has_no_name():
    once = events("DTSTART;TZID=Europe/Berlin:20260610T090000\nDURATION:PT1H")
    found = expand(read(once), JUNE, PARIS)
    assert _lines(found, "DTSTART", "DURATION", "RECURRENCE-ID") == ["DTSTART:20260610T070000Z", "DURATION:PT1H"]


def test_expanded_todos():
    todo = events("DUE;TZID=Europe/Berlin:20260610T090000\nRRULE:FREQ=WEEKLY;COUNT=2", kind="VTODO")
    assert _lines(expand(read(todo), JUNE, PARIS), "DUE") == ["DUE:20260610T070000Z", "DUE:20260617T070000Z"]
    undated = events("SUMMARY:Some day", kind="VTODO")
    assert _lines(expand(read(undated), JUNE, PARIS), "SUMMARY") == ["SUMMARY:Some day"]


def test_cut_to_the_overrides_of_the_span():
    found = limit_recurrence_set(read(SERIES), JUNE, PARIS)
    assert _lines(found, "SUMMARY") == ["SUMMARY:Chœur", "SUMMARY:Chœur\\, ailleurs"]
    assert _lines(found, "RRULE")[-1:] == ["RRULE:FREQ=WEEKLY"]
    assert b"BEGIN:VTIMEZONE" in found
    whole = limit_recurrence_set(read(SERIES), Span(at(2026, 1, 1), at(2027, 1, 1)), PARIS)
    assert whole == SERIES


def _asked(inside):
    text = f'<c:calendar-data xmlns:c="urn:ietf:params:xml:ns:caldav">{inside}</c:calendar-data>'
    return read_data(parse(text.encode()))


def test_nothing_asked_is_all_as_it_was_sent():
    assert _asked("").verbatim
    assert answer(read(SERIES), _asked(""), UTC) == SERIES


def test_parts_of_an_object():
    found = answer(read(SERIES), _asked(
        '<c:comp name="VCALENDAR"><c:prop name="VERSION"/><c:comp name="VEVENT"><c:prop name="SUMMARY"/>'
        '<c:prop name="UID" novalue="yes"/></c:comp></c:comp>'
    ), UTC)  # fmt: skip
    assert found == calendar(
        "BEGIN:VEVENT\nUID:\nSUMMARY:Chœur\nEND:VEVENT",
        "BEGIN:VEVENT\nUID:\nSUMMARY:Chœur\\, ailleurs\nEND:VEVENT",
        "BEGIN:VEVENT\nUID:\nSUMMARY:Plus tard\nEND:VEVENT",
    ).replace(b"PRODID:-//Tests//EN\r\n", b"")
    everything = _asked('<c:comp name="VCALENDAR"><c:allprop/><c:allcomp/></c:comp>')
    assert answer(read(SERIES), everything, UTC) == SERIES


def test_parts_of_what_is_expanded():
    found = answer(read(SERIES), _asked(
        '<c:comp name="VCALENDAR"><c:comp name="VEVENT"><c:prop name="DTSTART"/></c:comp></c:comp>'
        '<c:expand start="20260601T000000Z" end="20260610T000000Z"/>'
    ), UTC)  # fmt: skip
    assert found == b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20260602T170000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


def test_busy_periods_of_the_span():
    busy = events("FREEBUSY:20260501T000000Z/PT1H\nFREEBUSY;FBTYPE=FREE:20260601T000000Z/PT1H", kind="VFREEBUSY")
    found = answer(read(busy), _asked('<c:limit-freebusy-set start="20260601T000000Z" end="20260701T000000Z"/>'), UTC)
    assert _lines(found, "FREEBUSY") == ["FREEBUSY;FBTYPE=FREE:20260601T000000Z/PT1H"]


@pytest.mark.parametrize("inside", [
    '<c:expand start="20260601T000000Z"/>', "<c:expand/>", '<c:comp/>',
    '<c:expand start="20260601T000000Z" end="20260701T000000Z"/>'
    '<c:limit-recurrence-set start="20260601T000000Z" end="20260701T000000Z"/>',
], ids=["half", "nothing", "nameless", "both"])  # fmt: skip
def test_refused(inside):
    with pytest.raises(InvalidFilter):
        _asked(inside)


def test_the_zone_of_the_file_alone():
    """A VTIMEZONE that bears no known name is read; expanded, it is gone."""
    own = VTIMEZONE.replace("Europe/Berlin", "Our own")
    data = events("DTSTART;TZID=Our own:20260610T090000", zones=own)
    found = expand(read(data), JUNE, PARIS)
    assert _lines(found, "DTSTART") == ["DTSTART:20260610T070000Z"]
    assert b"Our own" not in found
