"""Entries and questions made to cost the house its time: refused or kept, always soon, as devices understand it."""

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from calendars import indexing
from calendars.ical import expanding, reading
from calendars.models import CalendarObject, Occurrence
from tests.calendars.caldav import SPACES, event, home, query
from tests.dav.conftest import device

pytestmark = pytest.mark.django_db
WEEK = '<cal:time-range start="20261130T000000Z" end="20261207T000000Z"/>'
AT = ("20261201T180000Z", "20261201T190000Z")


@pytest.fixture
def personal(town):
    alice = device(town.alice)
    alice.propfind(home(alice), ["d:displayname"])
    return alice, f"{home(alice)}personal/"


def entry(*more):
    return event("bomb", "Boom", *AT, *more)


def numbers(most):
    return ",".join(map(str, range(most)))


ALARM = ["BEGIN:VALARM", "TRIGGER:-PT1M", "REPEAT:999999999", "DURATION:PT1S", "END:VALARM"]
FAR = ["BEGIN:VALARM", "TRIGGER:P366000D", "REPEAT:50", "DURATION:P366000D", "END:VALARM"]
ENTRIES = {
    "every second": (entry("RRULE:FREQ=SECONDLY"), 403, b"max-instances"),
    "every minute for ever": (entry("RRULE:FREQ=MINUTELY"), 403, b"max-instances"),
    "all dates": (entry("RDATE:" + ",".join(["20261201T180000Z"] * 10_001)), 403, b"max-instances"),
    "all exceptions": (entry("EXDATE:" + ",".join(["20261201T180000Z"] * 10_001)), 403, b"max-instances"),
    "all people": (entry(*[f"ATTENDEE:mailto:a{n}@x.org" for n in range(1_001)]), 403, b"max-attendees-per-instance"),
    "too many lines": (entry(*["X-A:1"] * 60_000), 403, b"valid-calendar-data"),
    "too deep": (entry(*["BEGIN:X"] * 500, *["END:X"] * 500), 403, b"valid-calendar-data"),
    "too large": (entry("ATTACH;VALUE=BINARY:" + "A" * (10 << 20)), 403, b"max-resource-size"),
    "no calendar": (b"\0\1\2" * 1000, 403, b"valid-calendar-data"),
    "a rule that never fits": (entry("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), 201, b""),
    "a count without end": (entry("RRULE:FREQ=DAILY;COUNT=999999999"), 201, b""),
    "all at once": (
        entry(f"RRULE:FREQ=DAILY;BYHOUR={numbers(24)};BYMINUTE={numbers(60)}"),
        None, b"",
    ),
    "one octet a line": (entry("DESCRIPTION:" + "\r\n ".join("x" * 40_000)), 201, b""),
    "far too late": (event("bomb", "Boom", "99991231T235959Z", "99991231T235959Z"), 403, b"max-date-time"),
    "alarms": (entry(*ALARM * 500), 201, b""),
    "alarms beyond all time": (entry(*FAR), 201, b""),
}  # fmt: skip


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_that_would_cost_too_much(personal, name):
    alice, path = personal
    data, status, condition = ENTRIES[name]
    began = time.process_time()
    answer = alice.put(f"{path}bomb.ics", data)
    assert answer.status in ({status} if status else {201, 403}), answer.body
    assert condition in answer.body
    asked = query(
        alice,
        path,
        WEEK,
        "<cal:calendar-data><cal:expand start='20261130T000000Z' end='20261207T000000Z'/></cal:calendar-data>",
    )
    assert asked.status == 207
    assert time.process_time() - began < 6
    assert CalendarObject.objects.count() == (answer.status == 201)
    assert Occurrence.objects.count() <= 1_200
    if answer.status == 201:
        assert alice("GET", f"{path}bomb.ics").body == data


INNER = '<cal:comp-filter name="VCALENDAR"><cal:comp-filter name="VEVENT">%s</cal:comp-filter></cal:comp-filter>'
MANY = INNER % ('<cal:prop-filter name="X"/>' * 200)
LAUGHS = '<!DOCTYPE a [<!ENTITY l "ha"><!ENTITY m "&l;&l;&l;&l;">]>'
QUESTIONS = {
    "entities": (f'{LAUGHS}<cal:calendar-query {SPACES}>&m;</cal:calendar-query>', {400}),
    "outside": (f'<!DOCTYPE a SYSTEM "file:///etc/passwd"><cal:calendar-query {SPACES}/>', {400}),
    "deep": (f"<cal:calendar-query {SPACES}>" + "<d:x>" * 200 + "</d:x>" * 200 + "</cal:calendar-query>", {400}),
    "wide": (f"<cal:calendar-multiget {SPACES}>" + "<d:href/>" * 30_000 + "</cal:calendar-multiget>", {400}),
    "large": (f"<cal:calendar-multiget {SPACES}>{' ' * (9 << 20)}</cal:calendar-multiget>", {413}),
    "conditions": (
        f"<cal:calendar-query {SPACES}><cal:filter>{MANY}</cal:filter>"
        "</cal:calendar-query>",
        {403},
    ),
    "broken": ("<a><b></a>", {400}),
    "nothing": ("", {400}),
}  # fmt: skip


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_that_would_cost_too_much(personal, name):
    alice, path = personal
    body, statuses = QUESTIONS[name]
    began = time.process_time()
    assert alice("REPORT", path, body, Depth="1").status in statuses
    assert time.process_time() - began < 3


def test_a_question_in_another_language_is_refused(personal):
    alice, path = personal
    assert alice("REPORT", path, "{}", Content_Type="application/json").status in {400, 415}


def test_a_picture_is_not_told_for_each_day_of_ten_years(personal):
    alice, path = personal
    data = entry("RRULE:FREQ=DAILY", "ATTACH;VALUE=BINARY:" + "A" * 100_000)
    assert alice.put(f"{path}bomb.ics", data).status == 201
    span = 'start="20261201T000000Z" end="20361201T000000Z"'
    props = f"<cal:calendar-data><cal:expand {span}/></cal:calendar-data>"
    answer = query(alice, path, f"<cal:time-range {span}/>", props)
    assert (answer.status, answer.body.count(b"BEGIN:VEVENT")) == (207, 1)
    assert len(answer.body) < 1 << 20


def test_one_time_rings_so_often_at_most():
    tree = reading.read(entry(*ALARM * 100))
    (one,) = expanding.occurrences(tree, datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 12, 3, tzinfo=UTC), UTC)
    assert len(indexing.rings(one, ZoneInfo("UTC"))) == indexing.MOST_RINGS
