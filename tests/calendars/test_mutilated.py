"""Objects with pieces cut out, doubled and put in elsewhere: refused, or read and answered for, never an error."""

from datetime import UTC

from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.ical.expanding import bounds, find, occurrences
from calendars.ical.matching import matches
from calendars.ical.partial import expand, limit_recurrence_set
from calendars.ical.reading import read
from calendars.ical.refusals import CalendarRefusal
from calendars.ical.spans import Span
from tests.calendars.ical import PARIS, at, events
from tests.calendars.test_filters import EVENT, JUNE, within
from tests.calendars.test_partial import SERIES
from tests.calendars.test_reading import RICH

SEEDS = [
    EVENT, SERIES, RICH,
    events("DUE;VALUE=DATE:20260602\nRRULE:FREQ=MONTHLY;BYDAY=-1FR", kind="VTODO"),
    events("DTSTART:20260602T100000\nDURATION:PT1H\nRDATE;VALUE=PERIOD:20260603T100000/PT2H"),
]  # fmt: skip
PIECES = [
    b"0", b"9", b"-", b"Z", b";", b":", b",", b"\\", b'"', b"\r\n", b"\r\n ", b"T", b"P", b"\xff", b"VALUE=DATE",
    b"99991231T235959Z", b"00010101T000000", b"20260230", b"COUNT=0;", b"INTERVAL=0;", b"UNTIL=99991231;",
    b"BYDAY=53MO;", b"P9999999D", b"PT9999999999S", b"RANGE=THISANDFUTURE;", b"END:VEVENT\r\n", b"BEGIN:VEVENT\r\n",
    b"RRULE:FREQ=DAILY\r\n", b"EXRULE:FREQ=DAILY\r\n", b"RECURRENCE-ID:20260609T170000Z\r\n",
    b"DTSTART:99981231T235959Z\r\n", b"DTSTART;VALUE=DATE:00020101\r\n", b"DTEND:20260101T000000Z\r\n",
]  # fmt: skip
WITHIN = [within(JUNE, kind) for kind in ("VEVENT", "VTODO")]


@st.composite
def mutilated(draw):
    data = draw(st.sampled_from(SEEDS))
    for _number in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(data)))
        data = data[:place] + draw(st.sampled_from(PIECES) | st.just(b"")) + data[place + draw(st.integers(0, 9)) :]
    return data


@settings(max_examples=150, deadline=None)
@given(mutilated())
def test_nothing_breaks(data):
    try:
        item = read(data)
    except CalendarRefusal:
        return
    assert bytes(item.tree) == data
    assert "\0" not in item.text
    year = Span(at(2026, 1, 1), at(2027, 1, 1))
    found = occurrences(item, year.since, year.until, PARIS, 50)
    first, last = bounds(item, PARIS)
    for one in found:
        assert one.starts_utc <= one.ends_utc
        assert first is not None
        assert first <= one.starts_utc
        assert last is None or one.ends_utc <= last
    if found and found[0].recurrence_id:
        assert find(item, found[0].recurrence_id, PARIS) is not None
    for asked in WITHIN:
        matches(item, asked, PARIS)
    expand(item, year, UTC)
    limit_recurrence_set(item, year, UTC)
