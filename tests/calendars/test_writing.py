"""Events and tasks made and changed: what is said anew is right, and every other line stays byte for byte."""

from datetime import UTC, date, datetime, timedelta

import pytest

from calendars.ical.editing import change_all, change_following, change_one, of_series, without_following, without_one
from calendars.ical.expanding import find, occurrences
from calendars.ical.moments import Moment
from calendars.ical.reading import read
from calendars.ical.repeats import Repeat, said
from calendars.ical.writing import REOPENED, Changes, completed, new, zoned
from collab.lib.contentlines import fold
from collab.lib.errors import NotFound
from tests.calendars.ical import BERLIN, NEW_YORK, PARIS, VTIMEZONE, at, events

NOW = at(2026, 11, 26, 12)
SPAN = (at(2026, 1, 1), at(2027, 1, 1))


def _starts(data):
    found = occurrences(read(data), *SPAN, UTC)
    return [
        one.starts.value if one.all_day else one.starts_utc.astimezone(BERLIN).replace(tzinfo=None) for one in found
    ]


def _lines(data, *names):
    return [line for line in data.decode().split("\r\n") if line.split(":")[0].split(";")[0] in names]


def _paris(*parts):
    return zoned(datetime(*parts), PARIS)


def test_a_new_event():
    data = new("VEVENT", Changes(
        says={"SUMMARY": "Réunion du bureau; ordre du jour, et\nvin d’honneur", "LOCATION": "Salle 2"},
        times=(_paris(2026, 6, 2, 18), _paris(2026, 6, 2, 20)), categories=("CA", "Bureau, élargi"),
        alarms=(timedelta(minutes=-15), timedelta(days=-1)),
        repeat=Repeat("WEEKLY", 2, days=(1, 3), until=date(2026, 6, 30)),
    ), now=NOW, uid="abc@example.org")  # fmt: skip
    item = read(data)
    part = item.parts[0]
    assert item.problems == ()
    assert (item.uid, part.summary) == ("abc@example.org", "Réunion du bureau; ordre du jour, et\nvin d’honneur")
    assert part.categories == ("CA", "Bureau, élargi")
    assert [alarm.offset.total for alarm in part.alarms] == [timedelta(minutes=-15), timedelta(days=-1)]
    assert [line for line in _lines(data, "RRULE") if "WEEKLY" in line] == [
        "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;UNTIL=20260630T215959Z"
    ]
    assert _starts(data) == [datetime(2026, 6, day, 18) for day in (2, 4, 16, 18, 30)]
    assert data.index(b"BEGIN:VTIMEZONE") < data.index(b"BEGIN:VEVENT")
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert part.created == part.stamped == part.modified == NOW


def test_a_new_event_of_days_and_a_new_task():
    data = new("VEVENT", Changes(
        says={"SUMMARY": "Fête"}, times=(Moment(date(2026, 6, 6)), Moment(date(2026, 6, 8))),
        repeat=Repeat("YEARLY", count=3),
    ), now=NOW)  # fmt: skip
    assert _lines(data, "DTSTART", "DTEND", "RRULE") == [
        "DTSTART;VALUE=DATE:20260606", "DTEND;VALUE=DATE:20260608", "RRULE:FREQ=YEARLY;COUNT=3",
    ]  # fmt: skip
    task = new(
        "VTODO",
        Changes(says={"SUMMARY": "x", "PRIORITY": "1"}, times=(None, _paris(2026, 6, 6, 12)), parent="p"),
        now=NOW,
    )
    part = read(task).parts[0]
    assert (part.due.local, part.starts, part.priority, part.parent) == (datetime(2026, 6, 6, 12), None, 1, "p")


SERIES = events(
    """SUMMARY;LANGUAGE=fr:Chœur
DTSTART;TZID=Europe/Berlin:20260602T190000
DTEND;TZID=Europe/Berlin:20260602T203000
RRULE:FREQ=WEEKLY;COUNT=6
EXDATE;TZID=Europe/Berlin:20260609T190000
SEQUENCE:3
X-KEEP;A=b:as\\, is
ATTENDEE;CN="Zoé";PARTSTAT=ACCEPTED:mailto:zoe@example.org
BEGIN:VALARM
ACTION:DISPLAY
TRIGGER:-PT15M
X-WR-ALARMUID:1
END:VALARM""",
    """SUMMARY;LANGUAGE=fr:Chœur
RECURRENCE-ID;TZID=Europe/Berlin:20260616T190000
DTSTART;TZID=Europe/Berlin:20260617T200000
DTEND;TZID=Europe/Berlin:20260617T213000""",
    """SUMMARY:Concert
RECURRENCE-ID;TZID=Europe/Berlin:20260623T190000
DTSTART;TZID=Europe/Berlin:20260623T190000
DTEND;TZID=Europe/Berlin:20260623T203000""",
)
LATER = ((6, 23), (6, 30), (7, 7))
EVERY = [datetime(2026, 6, 2, 19), datetime(2026, 6, 17, 20), *(datetime(2026, *day, 19) for day in LATER)]


def _unchanged(before, after, *names):
    """Whether the lines of other names are the same, in the same order."""

    def others(data):
        lines = data.replace(b"\r\n ", b"").split(b"\r\n")
        return [line for line in lines if line.split(b":")[0].split(b";")[0].decode() not in names]

    return others(before) == others(after)


def test_a_text_changes_and_nothing_else():
    data = change_all(SERIES, Changes(says={"SUMMARY": "Chorale"}), now=NOW)
    assert _unchanged(SERIES, data, "SUMMARY", "DTSTAMP", "LAST-MODIFIED")
    assert _lines(data, "SUMMARY") == ["SUMMARY;LANGUAGE=fr:Chorale", "SUMMARY;LANGUAGE=fr:Chorale", "SUMMARY:Concert"]
    assert _lines(data, "SEQUENCE") == ["SEQUENCE:3"]
    assert _lines(data, "DTSTAMP")[0] == "DTSTAMP:20261126T120000Z"
    assert change_all(data, Changes(says={"SUMMARY": "Chorale"}), now=NOW).count(b"LANGUAGE=fr") == 2


def test_the_old_form_of_a_text_goes_with_it():
    data = events(
        "SUMMARY:x\nLOCATION:Paris\nX-APPLE-STRUCTURED-LOCATION;VALUE=URI:geo:1,2\nX-ALT-DESC:<b>old</b>\nDTSTART:20260101T000000Z"
    )
    found = change_all(data, Changes(says={"LOCATION": "Lyon", "DESCRIPTION": "new"}), now=NOW)
    assert not _lines(found, "X-APPLE-STRUCTURED-LOCATION", "X-ALT-DESC")


def test_the_time_of_a_series_changes_with_all_that_hangs_on_it():
    moved = Changes(times=(zoned(datetime(2026, 6, 2, 20), BERLIN), zoned(datetime(2026, 6, 2, 21), BERLIN)))
    data = change_all(SERIES, moved, now=NOW)
    assert _starts(data) == [
        datetime(2026, 6, 2, 20), datetime(2026, 6, 17, 20), *(datetime(2026, *day, 20) for day in LATER),
    ]  # fmt: skip
    assert _lines(data, "EXDATE", "RECURRENCE-ID") == [
        "EXDATE;TZID=Europe/Berlin:20260609T200000", "RECURRENCE-ID;TZID=Europe/Berlin:20260616T200000",
        "RECURRENCE-ID;TZID=Europe/Berlin:20260623T200000",
    ]  # fmt: skip
    assert _lines(data, "SEQUENCE")[0] == "SEQUENCE:4"
    assert _unchanged(
        SERIES, data, "DTSTART", "DTEND", "EXDATE", "RECURRENCE-ID", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED"
    )


def test_a_series_moves_to_another_day_and_zone():
    weekly = events("DTSTART;TZID=Europe/Berlin:20260602T190000\nRRULE:FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20260611T170000Z")
    data = change_all(weekly, Changes(times=(_paris(2026, 6, 3, 9), None)), now=NOW)
    assert _starts(data) == [datetime(2026, 6, day, 9) for day in (3, 5, 10, 12)]
    assert b"TZID:Europe/Paris" in data
    later = change_all(weekly, Changes(times=(zoned(datetime(2026, 6, 2, 22), BERLIN), None)), now=NOW)
    assert _starts(later) == [datetime(2026, 6, day, 22) for day in (2, 4, 9, 11)]
    days = change_all(weekly, Changes(times=(Moment(date(2026, 6, 2)), None)), now=NOW)
    assert _starts(days) == [date(2026, 6, day) for day in (2, 4, 9, 11)]


def test_a_series_that_ends_with_the_calendar_moves():
    forever = events("DTSTART;TZID=Europe/Berlin:20260602T190000\nRRULE:FREQ=WEEKLY;UNTIL=99991231T235959Z")
    data = change_all(forever, Changes(times=(_paris(2026, 6, 3, 9), None)), now=NOW)
    assert _starts(data)[:2] == [datetime(2026, 6, 3, 9), datetime(2026, 6, 10, 9)]


def test_what_is_changed_on_one_is_meant_for_all():
    """Somebody takes the fifth of a series, moves it to the next day at 20:30 for an hour, and says: all."""
    times = (zoned(datetime(2026, 7, 1, 20, 30), BERLIN), zoned(datetime(2026, 7, 1, 21, 30), BERLIN))
    changes = of_series(SERIES, "20260630T170000Z", Changes(times=times))
    data = change_all(SERIES, changes, now=NOW)
    later = [datetime(2026, *day, 20, 30) for day in ((6, 24), (7, 1), (7, 8))]
    assert _starts(data) == [datetime(2026, 6, 3, 20, 30), datetime(2026, 6, 17, 20), *later]
    assert read(data).master.lasts.total == timedelta(hours=1)
    unmoved = of_series(SERIES, "20260616T170000Z", Changes(times=(zoned(datetime(2026, 6, 17, 20), BERLIN), None)))
    assert unmoved.times[0] == read(SERIES).master.starts
    days = of_series(SERIES, "20260630T170000Z", Changes(times=(Moment(date(2026, 6, 30)), Moment(date(2026, 7, 1)))))
    assert days.times == (Moment(date(2026, 6, 2)), Moment(date(2026, 6, 3)))


def test_a_series_becomes_one():
    data = change_all(SERIES, Changes(repeat=None), now=NOW)
    assert _starts(data) == EVERY[:1]
    assert not _lines(data, "EXDATE", "RECURRENCE-ID")


def test_one_occurrence_changes():
    name = "20260630T170000Z"
    data = change_one(SERIES, name, Changes(says={"SUMMARY": "Répétition générale"}, times=(
        zoned(datetime(2026, 6, 30, 18), BERLIN), zoned(datetime(2026, 6, 30, 22), BERLIN))), now=NOW)  # fmt: skip
    assert data.startswith(SERIES.removesuffix(b"END:VCALENDAR\r\n"))
    found = find(read(data), name)
    assert found.part.summary == "Répétition générale"
    assert (found.starts_utc, found.ends_utc) == (at(2026, 6, 30, 16), at(2026, 6, 30, 20))
    assert found.part.recurrence_id.tzid == "Europe/Berlin"
    assert [one.address for one in found.part.attendees] == ["mailto:zoe@example.org"]
    assert len(_starts(data)) == 5
    again = change_one(data, name, Changes(says={"SUMMARY": "Concert"}), now=NOW)
    assert len(read(again).parts) == 4
    plainly = change_one(SERIES, name, Changes(says={"SUMMARY": "x"}), now=NOW)
    assert find(read(plainly), name).ends_utc == at(2026, 6, 30, 18, 30)
    moved = change_one(SERIES, "20260616T170000Z", Changes(says={"LOCATION": "Mairie"}), now=NOW)
    assert _unchanged(SERIES, moved, "LOCATION", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED")


def test_one_of_days_and_one_of_tasks():
    days = events("DTSTART;VALUE=DATE:20260601\nDTEND;VALUE=DATE:20260603\nRRULE:FREQ=MONTHLY")
    data = change_one(days, "20260701", Changes(says={"SUMMARY": "x"}), now=NOW)
    found = find(read(data), "20260701")
    assert (found.part.summary, found.part.starts.value, found.part.ends.value) == (
        "x",
        date(2026, 7, 1),
        date(2026, 7, 3),
    )
    todos = events("DUE;TZID=Europe/Berlin:20260601T120000\nRRULE:FREQ=WEEKLY", kind="VTODO")
    done = change_one(todos, "20260608T100000Z", completed(NOW), now=NOW)
    part = read(done).parts[1]
    assert (part.status, part.percent, part.completed, part.due.local) == (
        "COMPLETED",
        100,
        NOW,
        datetime(2026, 6, 8, 12),
    )
    assert read(change_one(done, "20260608T100000Z", REOPENED, now=NOW)).parts[1].completed is None


def test_this_and_following_become_a_series_of_their_own():
    times = (zoned(datetime(2026, 6, 23, 18), BERLIN), zoned(datetime(2026, 6, 23, 19), BERLIN))
    old, more = change_following(SERIES, "20260623T170000Z", Changes(times=times), now=NOW, uid="new")
    assert _starts(old) == EVERY[:2]
    assert _starts(more) == [datetime(2026, *day, 18) for day in LATER]
    assert (read(old).uid, read(more).uid) == ("1@tests", "new")
    assert _lines(old, "RRULE")[-1] == "RRULE:FREQ=WEEKLY;UNTIL=20260623T165959Z"
    assert _lines(more, "RRULE")[-1] == "RRULE:FREQ=WEEKLY;COUNT=3"
    assert not _lines(more, "EXDATE", "RECURRENCE-ID")
    assert b"X-KEEP;A=b:as\\, is" in more
    early, later = change_following(
        SERIES, "20260609T170000Z".replace("09", "02"), Changes(says={"SUMMARY": "y"}), now=NOW
    )
    assert later is None
    assert read(early).parts[0].summary == "y"
    before, after = change_following(SERIES, "20260616T170000Z", Changes(says={"SUMMARY": "z"}), now=NOW)
    assert _starts(before) == EVERY[:1]
    assert _starts(after) == [datetime(2026, 6, 16, 19), *EVERY[2:]]


def test_one_is_taken_out():
    data = without_one(SERIES, "20260630T170000Z", now=NOW)
    assert _starts(data) == EVERY[:3] + EVERY[4:]
    assert _lines(data, "EXDATE")[1:] == ["EXDATE;TZID=Europe/Berlin:20260630T190000"]
    assert _lines(data, "SEQUENCE")[0] == "SEQUENCE:4"
    moved = without_one(SERIES, "20260616T170000Z", now=NOW)
    assert _starts(moved) == EVERY[:1] + EVERY[2:]
    assert len(read(moved).parts) == 2


def test_this_and_following_are_taken_out():
    data = without_following(SERIES, "20260623T170000Z", now=NOW)
    assert _starts(data) == EVERY[:2]
    assert len(read(data).parts) == 2
    assert without_following(SERIES, "20260602T170000Z", now=NOW) is None
    days = events("DTSTART;VALUE=DATE:20260601\nRRULE:FREQ=DAILY\nRDATE;VALUE=DATE:20260101,20260910")
    assert _starts(without_following(days, "20260604", now=NOW)) == [
        date(2026, 1, 1),
        *(date(2026, 6, day) for day in (1, 2, 3)),
    ]


def test_an_invitation_to_one_occurrence_alone():
    alone = events("RECURRENCE-ID;TZID=Europe/Berlin:20260608T090000\nDTSTART;TZID=Europe/Berlin:20260609T140000")
    data = change_one(alone, "20260608T070000Z", Changes(says={"SUMMARY": "x"}), now=NOW)
    assert read(data).parts[0].summary == "x"
    assert without_one(alone, "20260608T070000Z", now=NOW) is None


def test_what_is_not_there_is_not_found():
    for change in (without_one, without_following):
        with pytest.raises(NotFound):
            change(SERIES, "20260609T170000Z", now=NOW)
    with pytest.raises(NotFound):
        change_one(SERIES, "nonsense", Changes(), now=NOW)


def test_alarms_that_are_not_ours_stay():
    data = events(
        "DTSTART:20260601T000000Z\nBEGIN:VALARM\nACTION:DISPLAY\nTRIGGER;VALUE=DATE-TIME:20260501T000000Z\nEND:VALARM\n"
        "BEGIN:VALARM\nACTION:AUDIO\nTRIGGER:-PT10M\nX-SOUND:bell\nEND:VALARM\n"
        "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT20M\nEND:VALARM"
    )
    found = change_all(data, Changes(alarms=(timedelta(minutes=-10), timedelta(hours=-1))), now=NOW)
    assert _lines(found, "TRIGGER") == ["TRIGGER;VALUE=DATE-TIME:20260501T000000Z", "TRIGGER:-PT10M", "TRIGGER:-PT1H"]
    assert b"X-SOUND:bell" in found


SAID = [
    ("FREQ=DAILY", Repeat("DAILY")),
    ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH", Repeat("WEEKLY", 2, (1, 3))),
    ("FREQ=MONTHLY;BYDAY=-1TU", Repeat("MONTHLY", nth=(-1, 1))),
    ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=1", Repeat("MONTHLY", nth=(1, 1))),
    ("FREQ=MONTHLY;BYMONTHDAY=2;COUNT=3", Repeat("MONTHLY", count=3)),
    ("FREQ=YEARLY;BYMONTH=6;BYDAY=1TU", Repeat("YEARLY", nth=(1, 1))),
    ("FREQ=DAILY;UNTIL=20260630T215959Z", Repeat("DAILY", until=date(2026, 6, 30))),
    ("FREQ=MONTHLY;BYMONTHDAY=15,30", None),
    ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", None),
    ("FREQ=HOURLY", None),
    ("FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=TU,SU", None),
]


@pytest.mark.parametrize(("rule", "expected"), SAID)
def test_a_rule_as_people_say_it(rule, expected):
    part = read(events(f"DTSTART;TZID=Europe/Paris:20260602T190000\nRRULE:{rule}")).parts[0]
    found = said(part.rules[0], part.starts)
    assert found == expected
    if found:
        again = read(events(f"DTSTART;TZID=Europe/Paris:20260602T190000\nRRULE:{found.rule(part.starts)}")).parts[0]
        assert said(again.rules[0], again.starts) == expected


def test_line_ends_stay_as_they_are():
    data = SERIES.replace(b"\r\n", b"\n")
    for changed in (
        change_all(data, Changes(says={"SUMMARY": "é" * 100}, alarms=(timedelta(0),)), now=NOW),
        change_one(data, "20260630T170000Z", Changes(times=(_paris(2026, 6, 30, 9), None)), now=NOW),
        without_one(data, "20260630T170000Z", now=NOW),
    ):
        assert b"\r" not in changed
        assert read(changed).problems == ()
    assert fold("é" * 50, b"\n").count(b"\n") == 2


def test_the_zone_of_the_file_is_described_once():
    for zone, count in ((BERLIN, 1), (NEW_YORK, 2)):
        data = change_all(SERIES, Changes(times=(zoned(datetime(2026, 6, 2, 8), zone), None)), now=NOW)
        assert data.count(b"BEGIN:VTIMEZONE") == count
    assert VTIMEZONE.replace("\n", "\r\n").encode() in change_all(SERIES, Changes(repeat=None), now=NOW)
