"""Objects as programs write them, broken ones, and those made to do harm."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from django.utils import translation

from calendars.ical import refusals
from calendars.ical.expanding import bounds, ends_never, occurrences
from calendars.ical.reading import MAX_ATTENDEES, read
from calendars.ical.zones import GivenZone, Zones, named
from calendars.ical.zonewriting import described
from collab.lib.contentlines import component
from tests.calendars.ical import BERLIN, NEW_YORK, PARIS, VTIMEZONE, at, calendar, events
from tests.effort import at_most

RICH = events("""\
SUMMARY:Réunion\\, salle 2
DESCRIPTION:Ordre du jour\\n- budget\\; vote
LOCATION:Mairie
URL:https://example.org/a?b=c
CATEGORIES:CA,Bureau\\, élargi
CATEGORIES:CA
STATUS:tentative
CLASS:CONFIDENTIAL
TRANSP:TRANSPARENT
DTSTART;TZID=Europe/Berlin:20260602T180000
DTEND;TZID=Europe/Berlin:20260602T200000
SEQUENCE:4
PRIORITY:12
CREATED:20260101T100000Z
LAST-MODIFIED:20260102T100000Z
COLOR:turquoise
CONFERENCE;VALUE=URI;FEATURE=VIDEO:https://meet.example.org/x
RELATED-TO:other@example.org
RELATED-TO;RELTYPE=SIBLING:brother@example.org
ORGANIZER;CN="Martin, Zoé";SENT-BY="mailto:bureau@example.org":mailto:Zoe@Example.org
ATTENDEE;CN=Paul;PARTSTAT=ACCEPTED;ROLE=OPT-PARTICIPANT;RSVP=TRUE:MAILTO:Paul@Example.org
ATTENDEE;CUTYPE=ROOM;SCHEDULE-AGENT=NONE:urn:uuid:1
ATTACH;FMTTYPE=application/pdf;FILENAME=a.pdf;SIZE=12:https://example.org/a.pdf
ATTACH;VALUE=BINARY;ENCODING=BASE64:AAAA
BEGIN:VALARM
ACTION:DISPLAY
TRIGGER;RELATED=END:-PT15M
REPEAT:1000000000
DURATION:PT5M
ACKNOWLEDGED:20260602T100000Z
END:VALARM
BEGIN:VALARM
ACTION:EMAIL
TRIGGER;VALUE=DATE-TIME:20260601T080000Z
END:VALARM""")


def test_what_an_event_says():
    item = read(RICH)
    part = item.master
    assert item.problems == ()
    assert not item.recurring
    assert (part.summary, part.description) == ("Réunion, salle 2", "Ordre du jour\n- budget; vote")
    assert part.categories == ("CA", "Bureau, élargi")
    assert (part.status, part.klass, part.transp) == ("TENTATIVE", "CONFIDENTIAL", "TRANSPARENT")
    assert (part.sequence, part.priority, part.color) == (4, 9, "turquoise")
    assert part.conference == "https://meet.example.org/x"
    assert (part.parent, part.related_to[1]) == ("other@example.org", ("SIBLING", "brother@example.org"))
    assert (part.organizer.name, part.organizer.email) == ("Martin, Zoé", "zoe@example.org")
    assert part.organizer.sent_by == "mailto:bureau@example.org"
    paul, room = part.attendees
    assert (paul.email, paul.status, paul.role, paul.rsvp) == ("paul@example.org", "ACCEPTED", "OPT-PARTICIPANT", True)
    assert (room.kind, room.email, room.agent) == ("ROOM", "", "NONE")
    first, second = part.attachments
    assert (first.filename, first.size, first.inline) == ("a.pdf", 12, False)
    assert (second.uri, second.inline) == ("", True)
    assert part.starts.utc(UTC) == at(2026, 6, 2, 16)
    assert part.created == at(2026, 1, 1, 10)
    for word in ("Réunion", "Mairie", "budget; vote", "Paul", "Martin, Zoé", "élargi"):
        assert word in item.text


def test_alarms():
    part = read(RICH).master
    first, second = part.alarms
    rings = first.moments(at(2026, 6, 2, 16), at(2026, 6, 2, 18), UTC)
    assert rings[:2] == [at(2026, 6, 2, 17, 45), at(2026, 6, 2, 17, 50)]
    assert len(rings) == 101
    assert first.acknowledged == at(2026, 6, 2, 10)
    assert second.moments(at(2026, 6, 2, 16), at(2026, 6, 2, 18), UTC) == [at(2026, 6, 1, 8)]


LENGTHS = {
    "to an end": ("DTSTART:20260602T100000Z\nDTEND:20260602T113000Z", timedelta(minutes=90)),
    "for a length": ("DTSTART:20260602T100000Z\nDURATION:P1DT1H", timedelta(hours=25)),
    "neither": ("DTSTART:20260602T100000Z", timedelta(0)),
    "ends before it begins": ("DTSTART:20260602T100000Z\nDTEND:20260602T090000Z", timedelta(0)),
    "a length below zero": ("DTSTART:20260602T100000Z\nDURATION:-PT1H", timedelta(0)),
    "a day": ("DTSTART;VALUE=DATE:20260602", timedelta(days=1)),
    "a day that ends on itself": ("DTSTART;VALUE=DATE:20260602\nDTEND;VALUE=DATE:20260602", timedelta(days=1)),
    "two days": ("DTSTART;VALUE=DATE:20260602\nDTEND;VALUE=DATE:20260604", timedelta(days=2)),
    "a day that ends at a time": ("DTSTART;VALUE=DATE:20260602\nDTEND:20260602T120000Z", timedelta(days=1)),
    "over the change of clocks": (
        "DTSTART;TZID=Europe/Berlin:20260328T120000\nDTEND;TZID=Europe/Berlin:20260329T120000", timedelta(hours=23)),
    "a day of the calendar over the change of clocks": (
        "DTSTART;TZID=Europe/Berlin:20260328T120000\nDURATION:P1D", timedelta(hours=23)),
    "24 hours over the change of clocks": (
        "DTSTART;TZID=Europe/Berlin:20260328T120000\nDURATION:PT24H", timedelta(hours=24)),
    "between zones": ("DTSTART;TZID=Europe/Berlin:20260602T100000\nDTEND:20260602T100000Z", timedelta(hours=2)),
}  # fmt: skip


@pytest.mark.parametrize(("body", "length"), LENGTHS.values(), ids=LENGTHS)
def test_lengths(body, length):
    (found,) = occurrences(read(events(body)), at(2026, 1, 1), at(2027, 1, 1), UTC)
    assert found.ends_utc - found.starts_utc == length


def test_a_series_keeps_its_exact_length_or_its_days():
    """RFC 5545, 3.8.5.3: an end says the exact length of each occurrence; days of DURATION follow the clocks."""
    for body, hours in (("DTEND;TZID=Europe/Berlin:20260328T120000", 24), ("DURATION:P1D", 23)):
        data = events(f"DTSTART;TZID=Europe/Berlin:20260327T120000\n{body}\nRRULE:FREQ=DAILY;COUNT=3")
        found = occurrences(read(data), at(2026, 1, 1), at(2027, 1, 1), UTC)
        assert (found[1].ends_utc - found[1].starts_utc) == timedelta(hours=hours)


BROKEN = {
    "a zone without an offset": events(
        "DTSTART;TZID=X:20260602T100000", zones=VTIMEZONE.replace("Europe/Berlin", "X").replace("TZOFFSETFROM", "TZX")),
    "a zone that nobody knows": events("DTSTART;TZID=Nowhere/Land:20260602T100000"),
    "a date": events("DTSTART:20260602T100000Z\nDTEND:2026-06-03"),
    "a rule": events("DTSTART:20260602T100000Z\nRRULE:FREQ=OFTEN"),
    "a rule with a part of its own": events("DTSTART:20260602T100000Z\nRRULE:FREQ=YEARLY;BYEASTER=1"),
    "a rule of another calendar": events("DTSTART:20260602T100000Z\nRRULE:RSCALE=CHINESE;FREQ=YEARLY"),
    "a number": events("DTSTART:20260602T100000Z\nSEQUENCE:many"),
    "a line": events("DTSTART:20260602T100000Z\nnothing at all"),
    "an exception": events("DTSTART:20260602T100000Z\nRRULE:FREQ=YEARLY\nEXDATE:tomorrow,20270602T100000Z"),
    "an alarm": events("DTSTART:20260602T100000Z\nBEGIN:VALARM\nTRIGGER:soon\nEND:VALARM"),
    "an end before the start": events("DTSTART:20260602T100000Z\nDTEND:20260601T100000Z"),
}  # fmt: skip


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_what_is_broken_is_left_out_and_said(data):
    item = read(data)
    assert len(item.problems) == (2 if b"TZX" in data else 1)
    (found,) = occurrences(item, at(2026, 6, 1), at(2026, 7, 1), UTC)
    assert found.starts_utc == at(2026, 6, 2, 10)
    assert bytes(item.tree) == data


ONE = "BEGIN:VEVENT\nUID:1\nDTSTART:20260602T100000Z\nEND:VEVENT"
MOVED = ONE.replace("DTSTART", "RECURRENCE-ID:20260602T100000Z\nDTSTART")
REFUSED = {
    "nothing": (b"", refusals.InvalidData),
    "something else": (b"BEGIN:VCARD\r\nEND:VCARD\r\n", refusals.InvalidData),
    "a sentence": (b"Bonjour !\r\n", refusals.InvalidData),
    "two calendars": (calendar(ONE) * 2, refusals.InvalidData),
    "half": (calendar(ONE)[:-10], refusals.InvalidData),
    "NUL": (calendar(ONE.replace("UID:1", "UID:\0")), refusals.InvalidData),
    "Latin-1": (calendar(ONE.replace("UID:1", "UID:1\nSUMMARY:Noël")).decode().encode("latin-1"), refusals.InvalidData),
    "an empty calendar": (calendar(), refusals.InvalidObject),
    "two things": (calendar(ONE, ONE.replace("UID:1", "UID:2")), refusals.InvalidObject),
    "two kinds": (calendar(ONE, ONE.replace("VEVENT", "VTODO")), refusals.InvalidObject),
    "no UID": (calendar(ONE.replace("UID:1\n", "")), refusals.InvalidObject),
    "a message": (calendar("METHOD:REQUEST", ONE), refusals.InvalidObject),
    "a master twice": (calendar(ONE, ONE), refusals.InvalidObject),
    "an override twice": (calendar(ONE, MOVED, MOVED), refusals.InvalidObject),
    "a poll": (calendar(ONE.replace("VEVENT", "VPOLL")), refusals.UnsupportedComponent),
    "each second": (events("DTSTART:20260602T100000Z\nRRULE:FREQ=SECONDLY"), refusals.TooManyInstances),
    "each minute": (events("DTSTART:20260602T100000Z\nRRULE:FREQ=MINUTELY;COUNT=2"), refusals.TooManyInstances),
    "each minute in disguise": (
        events("DTSTART:20260602T100000Z\nRRULE:FREQ=HOURLY;BYSECOND=0,30;BYMINUTE=" + ",".join(map(str, range(60)))),
        refusals.TooManyInstances),
    "100,000 further days": (
        events("DTSTART:20260602T100000Z\nRDATE:" + ",".join(["20260603T100000Z"] * 100_000)),
        refusals.TooManyInstances),
    "100,000 exceptions": (
        events("DTSTART:20260602T100000Z\nEXDATE:" + ",".join(["20260603T100000Z"] * 100_000)),
        refusals.TooManyInstances),
    "too many people": (
        events("DTSTART:20260602T100000Z\n" + "ATTENDEE:mailto:a@b\n" * (MAX_ATTENDEES + 1)),
        refusals.TooManyAttendees),
    "the first day of all": (events("DTSTART;VALUE=DATE:00010101"), refusals.TooEarly),
    "the last day of all": (events("DTSTART;VALUE=DATE:99991231"), refusals.TooLate),
    "11 MB": (events("DTSTART:20260602T100000Z\nX:" + "x" * (11 << 20)), refusals.TooLargeObject),
    "too deep": (calendar("BEGIN:VEVENT\n" * 5_000 + "END:VEVENT\n" * 5_000), refusals.InvalidData),
}  # fmt: skip


@pytest.mark.parametrize(("data", "refusal"), REFUSED.values(), ids=REFUSED)
def test_refused(data, refusal):
    with at_most(100_000), pytest.raises(refusal) as refused:
        read(data)
    assert refused.value.status == 403
    assert f"<cal:{refused.value.code} " in refused.value.condition
    with translation.override("fr"):
        assert str(refused.value.message) != str(refused.value.code)


NUMBERS = ",".join(map(str, range(1, 367)))
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
BOMBS = [
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=31",
    "FREQ=WEEKLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30;BYHOUR=9",
    "FREQ=HOURLY;INTERVAL=7;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=DAILY;BYYEARDAY=366;BYMONTH=1",
    "FREQ=DAILY;INTERVAL=999999999999",
    "FREQ=DAILY;INTERVAL=36500",
    "FREQ=WEEKLY;INTERVAL=5200",
    "FREQ=HOURLY;INTERVAL=800000",
    "FREQ=DAILY;COUNT=1000000000;BYMONTH=2;BYMONTHDAY=30",
    f"FREQ=YEARLY;BYYEARDAY={NUMBERS};BYMONTH=2;BYMONTHDAY=30;BYSETPOS={NUMBERS}",
    f"FREQ=YEARLY;BYWEEKNO={','.join(map(str, range(1, 54)))};BYSETPOS=366",
    "FREQ=MONTHLY;BYDAY=" + ",".join(f"{n}{day}" for n in range(6, 54) for day in WEEKDAYS),
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;BYDAY=" + ",".join(f"{n}{day}" for n in range(1, 54) for day in WEEKDAYS),
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;BYSETPOS=366;BYHOUR=" + ",".join(map(str, range(24))),
    "FREQ=MONTHLY;INTERVAL=96000",
]
WINDOWS = [(2026, 2027), (2026, 9000), (9000, 9001), (2, 9999)]


@pytest.mark.parametrize("rule", BOMBS, ids=range(len(BOMBS)))
def test_rules_that_never_fit_end_soon(rule):
    """40 ms of work here, whatever is asked."""
    item = read(events(f"DTSTART;TZID=Europe/Berlin:20200101T090000\nDURATION:PT1H\nRRULE:{rule}"))
    for first, last in WINDOWS:
        with at_most(400_000):
            found = occurrences(item, at(first, 1, 1), at(last, 1, 1), UTC)
            bounds(item, UTC)
        assert len(found) <= 100


def test_many_occurrences_are_cut_and_cheap():
    item = read(events("DTSTART;TZID=Europe/Berlin:20200101T090000\nRRULE:FREQ=HOURLY"))
    with at_most(1_000_000):
        assert len(occurrences(item, at(2026, 1, 1), at(9000, 1, 1), UTC)) == 10_000
    assert len(occurrences(item, at(2026, 1, 1), at(9000, 1, 1), UTC, 5)) == 5
    assert len(occurrences(item, at(2026, 1, 1), at(2027, 1, 1), UTC)) == 8760


def test_exceptions_to_everything_end_soon():
    item = read(events("DTSTART:20200101T090000Z\nRRULE:FREQ=DAILY\nEXRULE:FREQ=DAILY"))
    with at_most(400_000):
        assert occurrences(item, at(2026, 1, 1), at(9000, 1, 1), UTC) == []


def test_bounds():
    def of(body):
        return bounds(read(events(body)), UTC)

    assert of("DTSTART:20260602T100000Z\nDURATION:PT1H") == (at(2026, 6, 2, 10), at(2026, 6, 2, 11))
    assert of("DTSTART:20260602T100000Z\nRRULE:FREQ=DAILY;COUNT=3") == (at(2026, 6, 2, 10), at(2026, 6, 4, 10))
    assert of("DTSTART:20260602T100000Z\nRRULE:FREQ=DAILY") == (at(2026, 6, 2, 10), None)
    assert of("DTSTART:20260602T100000Z\nRDATE:20200101T000000Z")[0] == at(2020, 1, 1)
    assert of("SUMMARY:x") == (None, None)
    assert ends_never(read(events("DTSTART:20260602T100000Z\nRRULE:FREQ=DAILY")))
    assert not ends_never(read(events("DTSTART:20260602T100000Z\nRRULE:FREQ=DAILY;COUNT=2")))
    assert of("DTSTART;VALUE=DATE:16040229\nRRULE:FREQ=YEARLY")[0] == at(1604, 2, 29)


def test_todos_and_notes():
    def found(body, kind):
        return occurrences(read(events(body, kind=kind)), at(2026, 1, 1), at(2027, 1, 1), PARIS)

    (due,) = found("DUE;VALUE=DATE:20260602", "VTODO")
    assert (due.starts_utc, due.ends_utc, due.all_day) == (at(2026, 6, 1, 22), at(2026, 6, 1, 22), True)
    (span,) = found("DTSTART:20260602T100000Z\nDUE:20260603T100000Z", "VTODO")
    assert span.ends_utc == at(2026, 6, 3, 10)
    assert len(found("DUE:20260602T100000Z\nRRULE:FREQ=WEEKLY;COUNT=3", "VTODO")) == 3
    assert found("SUMMARY:x", "VTODO") == []
    (note,) = found("DTSTART;VALUE=DATE:20260602", "VJOURNAL")
    assert note.ends_utc - note.starts_utc == timedelta(days=1)
    (floating,) = found("DTSTART:20260602T100000\nDURATION:PT1H", "VEVENT")
    assert (floating.floating, floating.starts_utc) == (True, at(2026, 6, 2, 8))


def test_names_of_zones():
    assert named("Europe/Paris") == named("/mozilla.org/20050126_1/Europe/Paris") == named("europe/paris") == PARIS
    assert named("Romance Standard Time") == PARIS
    assert named("Etc/UTC") is UTC
    for hostile in ("", "/", "../../etc/passwd", "Europe", "/etc/localtime", "x" * 1000, "Europe/Paris\0"):
        assert named(hostile) is None


def test_a_name_that_says_its_offset():
    for name, hour in (("GMT+0200", 8), ("UTC-0530", 15), ("GMT+2", 8)):
        item = read(events(f"DTSTART;TZID={name}:20260602T100000", zones=""))
        assert item.master.starts.utc(UTC).hour == hour
        assert item.problems == ()


def test_the_name_wins_over_what_the_file_says():
    wrong = VTIMEZONE.replace("+0200", "+0700")
    item = read(events("DTSTART;TZID=Europe/Berlin:20260602T100000", zones=wrong))
    assert item.master.starts.utc(UTC) == at(2026, 6, 2, 8)


def test_zones_that_files_describe_are_those_that_are_meant():
    """What is written for a zone is read as the zone, each hour of the years around."""
    names = """Europe/Paris America/New_York Australia/Lord_Howe Asia/Tehran Africa/Casablanca Asia/Kolkata
        America/Sao_Paulo Pacific/Apia Europe/Dublin America/Santiago"""
    for name in names.split():
        given = _given(name, 2026)
        zone = ZoneInfo(name)
        for hour in range(0, 24 * 365 * 3, 11):
            moment = at(2026, 1, 1) + timedelta(hours=hour, minutes=30)
            theirs = moment.astimezone(zone)
            ours = moment.astimezone(given)
            assert (ours.replace(tzinfo=None), ours.fold) == (theirs.replace(tzinfo=None), theirs.fold), name
            assert ours.utcoffset() == theirs.utcoffset()


def _given(name, year):
    found = component("VCALENDAR")
    zone = described(name, year)
    zone.put("TZID", "Ours")
    found.append(zone)
    given = Zones(found).find("Ours")
    assert isinstance(given, GivenZone)
    return given


def test_every_zone_can_be_described():
    for name in sorted(available_timezones())[::40]:
        assert bytes(described(name, 2026)).startswith(b"BEGIN:VTIMEZONE\r\nTZID:")


def test_gaps_and_overlaps_of_a_given_zone():
    given = _given("Europe/Berlin", 2026)
    for local in (datetime(2026, 3, 29, 2, 30), datetime(2026, 10, 25, 2, 30), datetime(2026, 10, 25, 2, 30, fold=1)):
        assert local.replace(tzinfo=given).utcoffset() == local.replace(tzinfo=BERLIN).utcoffset()


ZONE_BOMBS = {
    "each second": VTIMEZONE.replace("FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "FREQ=SECONDLY"),
    "each hour": VTIMEZONE.replace("FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "FREQ=HOURLY"),
    "never": VTIMEZONE.replace("BYMONTH=3;BYDAY=-1SU", "BYMONTH=2;BYMONTHDAY=30"),
    "many dates": VTIMEZONE.replace("TZNAME:CET", "RDATE:19970101T000000\n" * 40_000 + "TZNAME:CET"),
    "a day": VTIMEZONE.replace("+0100", "+9900"),
    "a thousand": VTIMEZONE.replace("END:VTIMEZONE", "BEGIN:STANDARD\nEND:STANDARD\n" * 1000 + "END:VTIMEZONE"),
}


@pytest.mark.parametrize("zone", ZONE_BOMBS.values(), ids=ZONE_BOMBS)
def test_zones_made_to_do_harm(zone):
    with at_most(1_200_000):
        item = read(events("DTSTART;TZID=X:20260602T100000", zones=zone.replace("Europe/Berlin", "X")))
        assert len(occurrences(item, at(2026, 1, 1), at(2027, 1, 1), UTC)) == 1


def test_many_zones_share_one_budget():
    never = VTIMEZONE.replace("BYMONTH=3;BYDAY=-1SU", "BYMONTH=2;BYMONTHDAY=30")
    zones = "".join(never.replace("Europe/Berlin", f"X{number}") for number in range(200))
    moments = [f"{number % 60:02d}{number // 60:02d}Z\nDTSTART;TZID=X{number}" for number in range(200)]
    named = [f"RECURRENCE-ID:20260101T00{moment}:20260602T100000" for moment in moments]
    with at_most(700_000):
        item = read(events(*named, zones=zones))
    assert len(item.parts) == 200
    assert 2 <= len(item.problems) <= 20


def test_an_ordinary_event_is_read_with_little_effort():
    with at_most(3_000):
        read(RICH)


def test_days_of_years_long_ago():
    (found,) = occurrences(read(events("DTSTART;VALUE=DATE:00030101")), at(2, 1, 1), at(4, 1, 1), NEW_YORK)
    assert found.starts.value == date(3, 1, 1)
