"""Questions that devices ask of a calendar: what takes place when, what is called how, and who is busy."""

import pytest

from calendars.models import CalendarObject
from collab.rights.right import READER, Right
from tests import town as make
from tests.calendars.caldav import SPACES, data_of, event, home, query, todo, told
from tests.dav.conftest import device

pytestmark = pytest.mark.django_db
WEEK = '<cal:time-range start="20261130T000000Z" end="20261207T000000Z"/>'
WEEKLY = event("weekly", "Weekly", "20260902T180000", "20260902T193000", "RRULE:FREQ=WEEKLY", zone="Europe/Paris")


@pytest.fixture
def alice(town):
    return device(town.alice)


@pytest.fixture
def personal(alice):
    path = f"{home(alice)}personal/"
    for name, data in {
        "in": event("in", "Réunion du CA", "20261201T180000Z", "20261201T193000Z", "LOCATION:Salle 2"),
        "out": event("out", "Assemblée", "20261207T000000Z", "20261207T010000Z"),
        "weekly": WEEKLY,
        "day": event("day", "All day", "20261206", "20261207")
        .replace(b"START:", b"START;VALUE=DATE:")
        .replace(b"DTEND:", b"DTEND;VALUE=DATE:"),
        "secret": event("secret", "Réunion secrète", "20261202T080000Z", "20261202T090000Z", "CLASS:CONFIDENTIAL"),
    }.items():
        assert alice.put(f"{path}{name}.ics", data).status == 201
    return path


def says(name, text):
    return f'<cal:prop-filter name="{name}"><cal:text-match>{text}</cal:text-match></cal:prop-filter>'


NO_PLACE = '<cal:prop-filter name="LOCATION"><cal:is-not-defined/></cal:prop-filter>'


def names(answer):
    return {name.removesuffix(".ics") for name, status in told(answer).items() if status == 200}


@pytest.mark.parametrize(
    ("inside", "found"),
    [
        (WEEK, {"in", "weekly", "day", "secret"}),
        ('<cal:time-range start="20261207T000000Z"/>', {"out", "weekly"}),
        ('<cal:time-range end="20260101T000000Z"/>', set()),
        ('<cal:time-range start="20350101T000000Z" end="20350201T000000Z"/>', {"weekly"}),
        (says("SUMMARY", "réunion"), {"in", "secret"}),
        (says("UID", "IN"), {"in"}),
        (NO_PLACE, {"out", "weekly", "day", "secret"}),
        (WEEK + says("LOCATION", "salle"), {"in"}),
        ("", {"in", "out", "weekly", "day", "secret"}),
    ],
    ids=["week", "from", "until", "far", "text", "uid", "absent", "both", "all"],
)  # fmt: skip
def test_what_fits_is_found(alice, personal, inside, found):
    assert names(query(alice, personal, inside)) == found


def test_the_kind_need_not_be_said(alice, personal):
    assert names(query(alice, personal, WEEK, kind="")) == {"in", "weekly", "day", "secret"}
    assert names(query(alice, personal, WEEK + says("LOCATION", "salle"), kind="")) == {"in"}
    assert names(query(alice, personal, says("SUMMARY", "assembl"), kind="")) == {"out"}
    assert len(names(query(alice, personal, "", kind=""))) == 5


def test_tasks_are_found_by_their_dates_or_without(alice):
    path = f"{home(alice)}tasks/"
    for name, more in {"none": [], "due": ["DUE:20261202T120000Z"], "later": ["DUE:20270102T120000Z"]}.items():
        assert alice.put(f"{path}{name}.ics", todo(name, name, *more)).status == 201
    assert names(query(alice, path, WEEK, kind="VTODO")) == {"none", "due"}
    assert names(query(alice, path, "", kind="VTODO")) == {"none", "due", "later"}
    open_ones = '<cal:prop-filter name="COMPLETED"><cal:is-not-defined/></cal:prop-filter>'
    assert names(query(alice, path, open_ones, kind="VTODO")) == {"none", "due", "later"}


def test_what_is_to_be_done_is_found_without_reading_what_is_done(alice, monkeypatch):
    from calendars.ical import reading

    path = f"{home(alice)}tasks/"
    again = "DUE:20261201T100000Z\r\nRRULE:FREQ=WEEKLY\r\nCOMPLETED:20261101T100000Z\r\nEND:VTODO\r\nBEGIN:VTODO"
    for name, lines in {
        "done": "COMPLETED:20261101T100000Z",
        "open": "SUMMARY:x",
        "again": f"{again}\r\nUID:again\r\nRECURRENCE-ID:20261208T100000Z\r\nDUE:20261208T100000Z",
    }.items():
        assert alice.put(f"{path}{name}.ics", todo(name, name, lines)).status == 201
    seen, whole = [], reading.read
    monkeypatch.setattr(reading, "read", lambda data: seen.append(data) or whole(data))
    undone = '<cal:prop-filter name="COMPLETED"><cal:is-not-defined/></cal:prop-filter>'
    assert names(query(alice, path, undone, kind="VTODO")) == {"open", "again"}
    assert len(seen) == 2


def test_times_without_a_zone_are_read_in_the_zone_asked(alice, personal):
    """A day in Auckland begins when it is noon of the day before in UTC."""
    night = '<cal:time-range start="20261205T113000Z" end="20261205T120000Z"/>'
    assert names(query(alice, personal, night)) == set()
    body = (
        f'<cal:calendar-query {SPACES}><d:prop><d:getetag/></d:prop><cal:filter><cal:comp-filter name="VCALENDAR">'
        f'<cal:comp-filter name="VEVENT">{night}</cal:comp-filter></cal:comp-filter></cal:filter>'
        "<cal:timezone-id>Pacific/Auckland</cal:timezone-id></cal:calendar-query>"
    )
    assert names(alice("REPORT", personal, body, Depth="1")) == {"day"}


def test_a_series_comes_whole_cut_or_expanded(alice, personal):
    span = 'start="20261130T000000Z" end="20261214T000000Z"'
    whole = data_of(query(alice, personal, WEEK, "<cal:calendar-data/>"))
    assert WEEKLY in whole
    expanded = data_of(query(alice, personal, WEEK, f"<cal:calendar-data><cal:expand {span}/></cal:calendar-data>"))
    series = next(one for one in expanded if b"UID:weekly" in one)
    assert series.count(b"BEGIN:VEVENT") == series.count(b"RECURRENCE-ID:20261") == 2
    assert b"DTSTART:20261202T170000Z" in series
    assert b"RRULE" not in series
    assert b"VTIMEZONE" not in series
    part = '<cal:comp name="VCALENDAR"><cal:comp name="VEVENT"><cal:prop name="SUMMARY"/></cal:comp></cal:comp>'
    part = f"<cal:calendar-data>{part}</cal:calendar-data>"
    assert b"DTSTART" not in b"".join(data_of(query(alice, personal, WEEK, part)))
    other = '<cal:calendar-data content-type="application/calendar+json"/>'
    assert b"supported-calendar-data" in query(alice, personal, WEEK, other).body


def test_what_an_entry_hides_is_not_found_by_asking(town, alice, personal):
    bob = device(town.bob)
    calendar = CalendarObject.objects.get(uid="secret").calendar
    make.share(town.alice, calendar, town.bob, READER.mask)
    path = f"{home(bob)}shared-{calendar.pk}/"
    asks = says("SUMMARY", "réunion")
    assert names(query(bob, path, asks)) == {"in"}
    assert "secret" in names(query(bob, path, WEEK))
    eve = device(town.eve)
    make.share(town.alice, calendar, town.eve, Right.RESPOND)
    path = f"{home(eve)}shared-{calendar.pk}/"
    assert names(query(eve, path, asks)) == set()
    assert names(query(eve, path, asks.replace("réunion", "busy"))) == {"in", "out", "weekly", "day", "secret"}


@pytest.mark.parametrize(
    ("body", "status", "condition"),
    [
        ("<cal:filter/>", 403, b"valid-filter"),
        ("", 403, b"valid-filter"),
        ('<cal:filter><cal:comp-filter name="VCALENDAR"><cal:near x="1"/></cal:comp-filter></cal:filter>', 403,
         b"supported-filter"),
        ('<cal:filter><cal:comp-filter name="VCALENDAR"><cal:comp-filter name="VEVENT"><cal:prop-filter name="SUMMARY">'
         '<cal:text-match collation="i;x">a</cal:text-match></cal:prop-filter></cal:comp-filter></cal:comp-filter>'
         "</cal:filter>", 403, b"supported-collation"),
    ],
    ids=["empty", "none", "unknown", "collation"],
)  # fmt: skip
def test_a_filter_that_is_not_understood_is_refused(alice, personal, body, status, condition):
    asked = f"<cal:calendar-query {SPACES}><d:prop><d:getetag/></d:prop>{body}</cal:calendar-query>"
    answer = alice("REPORT", personal, asked, Depth="1")
    assert answer.status == status
    assert condition in answer.body


def busy(client, path, span='start="20261130T000000Z" end="20261207T000000Z"'):
    return client("REPORT", path, f"<cal:free-busy-query {SPACES}><cal:time-range {span}/></cal:free-busy-query>")


def test_when_somebody_is_busy_is_told_and_nothing_else(town, alice, personal):
    free = event("free", "Holiday", "20261203T080000Z", "20261203T090000Z", "TRANSP:TRANSPARENT")
    maybe = event("maybe", "Perhaps", "20261204T080000Z", "20261204T090000Z", "STATUS:TENTATIVE")
    for name, data in {"free": free, "maybe": maybe}.items():
        alice.put(f"{personal}{name}.ics", data)
    answer = busy(alice, personal)
    assert (answer.status, answer.headers["content-type"].partition(";")[0]) == (200, "text/calendar")
    lines = answer.body.decode().split("\r\n")
    assert "FREEBUSY;FBTYPE=BUSY:20261201T180000Z/20261201T193000Z" in lines
    assert "FREEBUSY;FBTYPE=BUSY:20261202T170000Z/20261202T183000Z" in lines
    assert "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20261204T080000Z/20261204T090000Z" in lines
    assert not any("20261203" in line for line in lines)
    assert "Perhaps" not in answer.body.decode()
    eve = device(town.eve)
    calendar = CalendarObject.objects.get(uid="in").calendar
    make.share(town.alice, calendar, town.eve, Right.RESPOND)
    told_eve = busy(eve, f"{home(eve)}shared-{calendar.pk}/").body.decode().split("\r\n")
    assert [one for one in told_eve if one.startswith("FREE")] == [one for one in lines if one.startswith("FREE")]
    assert busy(alice, personal, 'start="20200101T000000Z" end="20400101T000000Z"').status == 403
    assert busy(alice, personal, 'start="20200101T000000Z"').status == 403
