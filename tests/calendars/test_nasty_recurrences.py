"""Recurrences that programs get wrong: the expected days were worked out by hand from RFC 5545."""

from datetime import UTC, date

import pytest

from calendars.ical.expanding import occurrences
from calendars.ical.reading import read
from tests.calendars.ical import BERLIN, NEW_YORK, at, events


def _berlin(*parts):
    return at(*parts, zone=BERLIN)


CASES = {
    "the last workday of each month": (
        ["DTSTART;TZID=Europe/Berlin:20260130T170000\nRRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=4"],
        [_berlin(2026, 1, 30, 17), _berlin(2026, 2, 27, 17), _berlin(2026, 3, 31, 17), _berlin(2026, 4, 30, 17)],
    ),
    "a day more and a day less where clocks change": (
        ["""DTSTART;TZID=Europe/Berlin:20260326T090000
         RRULE:FREQ=DAILY;COUNT=5
         EXDATE;TZID=Europe/Berlin:20260329T090000
         RDATE;TZID=Europe/Berlin:20260405T110000"""],
        [_berlin(2026, 3, 26, 9), _berlin(2026, 3, 27, 9), _berlin(2026, 3, 28, 9), _berlin(2026, 3, 30, 9),
         _berlin(2026, 4, 5, 11)],
    ),
    "an exception in UTC of a series in a zone": (
        ["DTSTART;TZID=Europe/Berlin:20260326T090000\nRRULE:FREQ=DAILY;COUNT=5\nEXDATE:20260328T080000Z"],
        [_berlin(2026, 3, 26, 9), _berlin(2026, 3, 27, 9), _berlin(2026, 3, 29, 9), _berlin(2026, 3, 30, 9)],
    ),
    "an exception that names the day": (
        ["DTSTART;TZID=Europe/Berlin:20260326T090000\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE;VALUE=DATE:20260327"],
        [_berlin(2026, 3, 26, 9), _berlin(2026, 3, 28, 9)],
    ),
    "an end in UTC of a series in a zone": (
        ["DTSTART;TZID=Europe/Berlin:20260327T090000\nRRULE:FREQ=DAILY;UNTIL=20260330T070000Z"],
        [_berlin(2026, 3, 27, 9), _berlin(2026, 3, 28, 9), _berlin(2026, 3, 29, 9), _berlin(2026, 3, 30, 9)],
    ),
    "an end that names the day, which counts": (
        ["DTSTART;TZID=Europe/Berlin:20260327T090000\nRRULE:FREQ=DAILY;UNTIL=20260328"],
        [_berlin(2026, 3, 27, 9), _berlin(2026, 3, 28, 9)],
    ),
    "one moved": (
        ["DTSTART;TZID=Europe/Berlin:20260601T090000\nRRULE:FREQ=WEEKLY;COUNT=4",
         "RECURRENCE-ID;TZID=Europe/Berlin:20260608T090000\nDTSTART;TZID=Europe/Berlin:20260609T140000"],
        [_berlin(2026, 6, 1, 9), _berlin(2026, 6, 9, 14), _berlin(2026, 6, 15, 9), _berlin(2026, 6, 22, 9)],
    ),
    "one moved, named in UTC": (
        ["DTSTART;TZID=Europe/Berlin:20260601T090000\nRRULE:FREQ=WEEKLY;COUNT=2",
         "RECURRENCE-ID:20260608T070000Z\nDTSTART;TZID=Europe/Berlin:20260609T140000"],
        [_berlin(2026, 6, 1, 9), _berlin(2026, 6, 9, 14)],
    ),
    "one moved into the span from outside": (
        ["DTSTART;TZID=Europe/Berlin:20261227T090000\nRRULE:FREQ=WEEKLY;COUNT=3",
         "RECURRENCE-ID;TZID=Europe/Berlin:20270103T090000\nDTSTART;TZID=Europe/Berlin:20261230T140000"],
        [_berlin(2026, 12, 27, 9), _berlin(2026, 12, 30, 14)],
    ),
    "one moved out of the span": (
        ["DTSTART;TZID=Europe/Berlin:20261220T090000\nRRULE:FREQ=WEEKLY;COUNT=2",
         "RECURRENCE-ID;TZID=Europe/Berlin:20261227T090000\nDTSTART;TZID=Europe/Berlin:20270105T140000"],
        [_berlin(2026, 12, 20, 9)],
    ),
    "this and all that follow": (
        ["DTSTART;TZID=Europe/Berlin:20260601T090000\nRRULE:FREQ=WEEKLY;COUNT=4",
         """RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20260615T090000
         DTSTART;TZID=Europe/Berlin:20260615T110000"""],
        [_berlin(2026, 6, 1, 9), _berlin(2026, 6, 8, 9), _berlin(2026, 6, 15, 11), _berlin(2026, 6, 22, 11)],
    ),
    "an override without a master": (
        ["RECURRENCE-ID;TZID=Europe/Berlin:20260608T090000\nDTSTART;TZID=Europe/Berlin:20260609T140000"],
        [_berlin(2026, 6, 9, 14)],
    ),
    "29 February each year": (["DTSTART;VALUE=DATE:20240229\nRRULE:FREQ=YEARLY"], []),
    "the last of each month": (
        ["DTSTART;VALUE=DATE:20260131\nRRULE:FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3"],
        [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)],
    ),
    "the 53rd week": (
        ["DTSTART;TZID=Europe/Berlin:20201228T100000\nRRULE:FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO"],
        [_berlin(2026, 12, 28, 10)],
    ),
    "a start that does not fit the rule counts first": (
        ["DTSTART;TZID=Europe/Berlin:20260603T100000\nRRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3"],
        [_berlin(2026, 6, 3, 10), _berlin(2026, 6, 8, 10), _berlin(2026, 6, 15, 10)],
    ),
    "a time that does not exist": (
        ["DTSTART;TZID=Europe/Berlin:20260328T023000\nRRULE:FREQ=DAILY;COUNT=3"],
        [_berlin(2026, 3, 28, 2, 30), at(2026, 3, 29, 1, 30), _berlin(2026, 3, 30, 2, 30)],
    ),
    "a span more": (
        ["DTSTART:20260601T090000Z\nDURATION:PT1H\nRDATE;VALUE=PERIOD:20260603T090000Z/PT2H"],
        [at(2026, 6, 1, 9), at(2026, 6, 3, 9)],
    ),
}  # fmt: skip

WITHOUT_ZONES = {
    "a zone by its name alone": (
        ["DTSTART;TZID=America/New_York:20260307T090000\nRRULE:FREQ=DAILY;COUNT=2"],
        [at(2026, 3, 7, 9, zone=NEW_YORK), at(2026, 3, 8, 9, zone=NEW_YORK)],
    ),
    "a zone by its name in Windows": (
        ["DTSTART;TZID=W. Europe Standard Time:20260607T090000\nRRULE:FREQ=DAILY;COUNT=2"],
        [_berlin(2026, 6, 7, 9), _berlin(2026, 6, 8, 9)],
    ),
}


def _found(data):
    found = occurrences(read(data), at(2026, 1, 1), at(2027, 1, 1), UTC)
    return [one.starts.value if one.all_day else one.starts_utc for one in found]


@pytest.mark.parametrize(("bodies", "expected"), CASES.values(), ids=CASES)
def test_recurrence(bodies, expected):
    assert _found(events(*[body.replace("\n         ", "\n") for body in bodies])) == expected


@pytest.mark.parametrize(("bodies", "expected"), WITHOUT_ZONES.values(), ids=WITHOUT_ZONES)
def test_zone_that_the_file_does_not_describe(bodies, expected):
    assert _found(events(*bodies, zones="")) == expected


def test_a_span_more_has_its_own_length():
    bodies = CASES["a span more"][0]
    found = occurrences(read(events(*bodies)), at(2026, 1, 1), at(2027, 1, 1), UTC)
    assert [(one.ends_utc - one.starts_utc).seconds // 3600 for one in found] == [1, 2]
