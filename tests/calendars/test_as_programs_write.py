"""Objects in the manner of the programs that people use: their zones, their own properties, their habits."""

from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

from calendars.ical.editing import change_all, change_one
from calendars.ical.expanding import occurrences
from calendars.ical.reading import read
from calendars.ical.writing import Changes
from tests.calendars.ical import PARIS, at, calendar

NOW = at(2026, 11, 26, 12)
YEAR = (at(2026, 1, 1), at(2027, 1, 1))

OUTLOOK = calendar(
    """BEGIN:VTIMEZONE
TZID:Romance Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE""",
    """BEGIN:VEVENT
ORGANIZER;CN=Zoé Martin:MAILTO:zoe@example.org
ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN='paul@example.org':MAILTO:paul@example.org
DESCRIPTION;LANGUAGE=fr-FR:\\n
RRULE:FREQ=MONTHLY;UNTIL=20261001T160000Z;INTERVAL=1;BYDAY=1TH
UID:040000008200E00074C5B7101A82E00800000000
SUMMARY;LANGUAGE=fr-FR:Conseil d'administration
DTSTART;TZID=Romance Standard Time:20260604T180000
DTEND;TZID=Romance Standard Time:20260604T200000
CLASS:PUBLIC
PRIORITY:5
DTSTAMP:20260101T100000Z
TRANSP:OPAQUE
STATUS:CONFIRMED
SEQUENCE:0
X-MICROSOFT-CDO-APPT-SEQUENCE:0
X-MICROSOFT-CDO-BUSYSTATUS:BUSY
BEGIN:VALARM
DESCRIPTION:REMINDER
TRIGGER;RELATED=START:-PT15M
ACTION:DISPLAY
END:VALARM
END:VEVENT""",
)

APPLE = calendar(
    """BEGIN:VEVENT
CREATED:20260101T100000Z
UID:0A1B2C3D-4E5F-6789-ABCD-EF0123456789
DTEND;TZID=Europe/Paris:20260610T190000
SUMMARY:Répétition
X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC
LAST-MODIFIED:20260101T100000Z
DTSTAMP:20260101T100000Z
DTSTART;TZID=Europe/Paris:20260610T170000
LOCATION:Maison des associations\\n1 rue de la Paix\\, Lyon
SEQUENCE:1
X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-APPLE-RADIUS=70;X-TITLE="Maison des
  associations":geo:45.7,4.8
BEGIN:VALARM
X-WR-ALARMUID:1F2E
UID:1F2E
TRIGGER;VALUE=DATE-TIME:19760401T005545Z
ACTION:NONE
END:VALARM
BEGIN:VALARM
X-APPLE-DEFAULT-ALARM:TRUE
UID:3D4C
TRIGGER:-PT30M
ACKNOWLEDGED:20260610T143000Z
ACTION:DISPLAY
END:VALARM
END:VEVENT"""
)

GOOGLE = calendar(
    """BEGIN:VEVENT
DTSTART;TZID=America/New_York:20260105T090000
DTEND;TZID=America/New_York:20260105T093000
RRULE:FREQ=WEEKLY;WKST=SU;UNTIL=20260202T045959Z;BYDAY=FR,MO
EXDATE;TZID=America/New_York:20260112T090000
DTSTAMP:20260101T000000Z
UID:abc@google.com
SUMMARY:Stand-up
X-GOOGLE-CONFERENCE:https://meet.google.com/abc
END:VEVENT""",
    """BEGIN:VEVENT
DTSTART;TZID=America/New_York:20260119T110000
DTEND;TZID=America/New_York:20260119T113000
RECURRENCE-ID;TZID=America/New_York:20260119T090000
DTSTAMP:20260101T000000Z
UID:abc@google.com
SUMMARY:Stand-up\\, late
END:VEVENT""",
)

TASKS = calendar(
    """BEGIN:VTODO
DTSTAMP:20260101T000000Z
UID:4711
CREATED:20260101T000000Z
SUMMARY:Envoyer la convocation
PRIORITY:1
DUE;VALUE=DATE:20260601
RRULE:FREQ=MONTHLY;INTERVAL=1
STATUS:IN-PROCESS
PERCENT-COMPLETE:40
CATEGORIES:Bureau,Urgent
RELATED-TO;RELTYPE=PARENT:4710
X-APPLE-SORT-ORDER:712345678
END:VTODO"""
)

CONTACTS_BIRTHDAY = calendar(
    "BEGIN:VEVENT\nUID:b\nDTSTART;VALUE=DATE:16040229\nDTEND;VALUE=DATE:16040301\nRRULE:FREQ=YEARLY\nEND:VEVENT"
)


def _starts(data):
    return [one.starts_utc for one in occurrences(read(data), *YEAR, UTC)]


def test_outlook():
    item = read(OUTLOOK)
    assert item.problems == ()
    assert item.master.starts.zone == PARIS
    assert [one.day for one in _starts(OUTLOOK)] == [4, 2, 6, 3, 1]
    assert item.master.attendees[0].email == "paul@example.org"
    moved = change_one(OUTLOOK, "20260702T160000Z", Changes(says={"LOCATION": "Mairie"}), now=NOW)
    assert moved.count(b"BEGIN:VTIMEZONE") == 1
    assert b"RECURRENCE-ID;TZID=Romance Standard Time:20260702T180000\r\n" in moved


def test_apple():
    item = read(APPLE)
    assert item.problems == ()
    snoozed, usual = item.master.alarms
    assert snoozed.action == "NONE"
    assert usual.acknowledged == at(2026, 6, 10, 14, 30)
    assert item.master.location == "Maison des associations\n1 rue de la Paix, Lyon"
    changed = change_all(APPLE, Changes(alarms=(timedelta(minutes=-30),)), now=NOW)
    assert changed.replace(b"20261126T120000Z", b"20260101T100000Z") == APPLE


def test_google():
    item = read(GOOGLE)
    assert item.problems == ()
    assert [one.astimezone(ZoneInfo("America/New_York")).day for one in _starts(GOOGLE)] == [5, 9, 16, 19, 23, 26, 30]
    assert item.master.conference == "https://meet.google.com/abc"
    assert find_summary(item, date(2026, 1, 19)) == "Stand-up, late"


def find_summary(item, day):
    return next(one.part.summary for one in occurrences(item, *YEAR, UTC) if one.starts.day == day)


def test_tasks():
    part = read(TASKS).master
    assert (part.priority, part.percent, part.status, part.parent) == (1, 40, "IN-PROCESS", "4710")
    assert part.sort_order == 712345678
    assert len(_starts(TASKS)) == 7


def test_a_birthday_without_its_year():
    assert _starts(CONTACTS_BIRTHDAY) == []
    found = occurrences(read(CONTACTS_BIRTHDAY), at(2028, 1, 1), at(2029, 1, 1), UTC)
    assert [one.starts.value for one in found] == [date(2028, 2, 29)]
