"""What of an event somebody gets who only reads it, by whatever door: nothing that was said to its organizer."""

from datetime import UTC, timedelta

import pytest
from django.test import Client as Visitor
from django.urls import reverse
from django.utils import timezone

from calendars.actions import storing
from calendars.actions.answering import answer
from calendars.ical import reading, splitting
from calendars.models import CalendarObject
from collab.rights.links import token_of
from collab.rights.right import EDITOR, READER, Right
from tests import town as make
from tests.calendars import calendaring
from tests.calendars.caldav import data_of, home, multiget, query, sync, token, told
from tests.calendars.scheduling import attendee, event, organizer, phone, text
from tests.calendars.test_inviting_together import addressed
from tests.dav.client import Client
from tests.files.web import signed_in

pytestmark = pytest.mark.django_db
APPLE = "X-CALENDARSERVER-ATTENDEE-COMMENT;X-CALENDARSERVER-ATTENDEE-REF=bob:My knee hurts"
PARAM = (
    '<cal:prop-filter name="ATTENDEE"><cal:param-filter name="X-RESPONSE-COMMENT"><cal:text-match>{}</cal:text-match>'
    "</cal:param-filter></cal:prop-filter>"
)


@pytest.fixture
def meeting(town):
    """An event of the space, to which bob and a stranger are invited and said no with a word each; eve reads it."""
    addressed(town)
    team = calendaring.calendar(town.alice, town.space, "Team")
    make.share(town.alice, team, town.eve, READER.mask)
    alice, _bob, _eve = phone(town.alice), phone(town.bob), phone(town.eve)
    lines = (organizer(town.alice), attendee(town.bob), attendee("zoe@example.net"), APPLE)
    assert alice.put(f"{home(alice)}shared-{team.pk}/meet.ics", event(*lines)).status == 201
    found = CalendarObject.objects.get(calendar=team)
    answer(make.act(town.bob), found, "DECLINED", comment="My back aches")
    answer(found.invitees.get(address="zoe@example.net"), found, "DECLINED", comment="On holiday in Peru")
    return found


def doors(who, calendar):
    """What the person's device and browser get of the calendar, by the name of the door."""
    client = Client(who.username)
    base = f"{home(client)}shared-{calendar.pk}/"
    return {
        "get": client("GET", f"{base}meet.ics").body,
        "export": client("GET", base).body,
        "multiget": b"".join(data_of(multiget(client, base, [f"{base}meet.ics"]))),
        "query": b"".join(data_of(query(client, base, props="<cal:calendar-data/>"))),
        "page": signed_in(who).get(f"/calendars/events/{CalendarObject.objects.get(calendar=calendar).pk}/").content,
    }


def test_what_somebody_wrote_with_an_answer_is_read_by_who_may_change_the_event(town, meeting):
    for door, said in doors(town.alice, meeting.calendar).items():
        plain = said.replace(b"\r\n ", b"")
        assert b"My back aches" in plain, door
        assert b"On holiday in Peru" in plain, door
        assert b"My knee hurts" in plain or door == "page"
    for door, said in doors(town.eve, meeting.calendar).items():
        plain = said.replace(b"\r\n ", b"")
        assert b"Budget" in plain, door
        assert not any(word in plain for word in (b"aches", b"Peru", b"knee")), door
    assert b"PARTSTAT=DECLINED" in doors(town.eve, meeting.calendar)["get"].replace(b"\r\n ", b"")


def test_who_was_invited_and_only_reads_has_their_own_words_back(town, meeting):
    make.restrict(town.alice, meeting.calendar)
    make.share(town.alice, meeting.calendar, town.bob, READER.mask)
    for door, said in doors(town.bob, meeting.calendar).items():
        plain = said.replace(b"\r\n ", b"")
        assert b"My back aches" in plain, door
        assert b"Peru" not in plain, door


def test_a_device_begins_anew_when_its_person_hears_more(town, meeting):
    """Or an editor's device would write back what it never heard, over what was answered."""
    eve = Client(town.eve.username)
    base = f"{home(eve)}shared-{meeting.calendar_id}/"
    assert told(query(eve, base, PARAM.format("Peru"))) == {}, "nor is it found by asking"
    before = eve("GET", f"{base}meet.ics").headers["etag"]
    assert eve.propfind(base, ["d:getetag"], "1").value("d:getetag", f"{base}meet.ics") == before
    mark = token(sync(eve, base))
    make.share(town.alice, meeting.calendar, town.eve, EDITOR.mask)
    assert sync(eve, base, mark).status == 403
    now = eve("GET", f"{base}meet.ics")
    assert now.headers["etag"] != before
    assert told(query(eve, base, PARAM.format("Peru"))) == {"meet.ics": 200}
    assert eve.put(f"{base}meet.ics", now.body, If_Match=before).status == 412
    assert "Peru" in text(meeting)


SECRET = "Zorglub"
NASTY = f"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//{SECRET}//EN
X-WR-CALNAME:{SECRET}
COMMENT:{SECRET}
BEGIN:VTIMEZONE
TZID:{SECRET} time
TZURL:https://example.org/{SECRET}
BEGIN:STANDARD
COMMENT:{SECRET}
TZNAME:{SECRET}
DTSTART;X-NOTE={SECRET}:19700101T000000
TZOFFSETFROM:+0300
TZOFFSETTO:+0300
END:STANDARD
END:VTIMEZONE
BEGIN;X-NOTE={SECRET}:VEVENT
UID:{SECRET.lower()}@example.org
DTSTAMP;X-NOTE={SECRET}:20260101T000000Z
CREATED:{SECRET}
item1.DTSTART;X-NOTE="{SECRET}";TZID={SECRET} time:{{day}}T180000
DTEND;TZID=/{SECRET}/Europe/Paris:{{day}}T190000
RRULE;X-NOTE={SECRET}:FREQ=DAILY;COUNT=3
EXRULE:FREQ=DAILY;X-NOTE={SECRET}
RECURRENCE-ID;RANGE={SECRET}:{SECRET}
STATUS:{SECRET}
TRANSP:{SECRET}
CLASS:CONFIDENTIAL
X-{SECRET}:1
SUMMARY:{SECRET}
LOCATION:{SECRET}
DESCRIPTION:{SECRET}
CATEGORIES:{SECRET}
GEO:1;2
URL:https://example.org/{SECRET}
ORGANIZER;CN={SECRET}:mailto:{SECRET}@example.org
ATTENDEE;CN={SECRET};X-RESPONSE-COMMENT={SECRET}:mailto:{SECRET}@example.org
ATTACH;FILENAME={SECRET}.pdf;VALUE=BINARY;ENCODING=BASE64:WmFvcmdsdWI=
CONFERENCE;VALUE=URI;LABEL={SECRET}:https://example.org/{SECRET}
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:{SECRET}
TRIGGER:-PT5M
END:VALARM
BEGIN:VLOCATION
NAME:{SECRET}
END:VLOCATION
END:VEVENT
END:VCALENDAR
"""


@pytest.mark.parametrize("mask", [Right.RESPOND, READER.mask], ids=["busy times alone", "confidential"])
def test_who_sees_only_when_sees_nothing_else_by_any_door(town, mask):
    """A list of what passes, and in what form: all else stays, whatever programs write where."""
    team = calendaring.calendar(town.alice, town.space, "Team")
    make.restrict(town.alice, team)
    make.share(town.alice, team, town.eve, mask)
    phone(town.eve)
    day = timezone.localdate() + timedelta(days=1)
    data = NASTY.format(day=f"{day:%Y%m%d}")
    storing.put(make.act(town.alice), team, "meet.ics", data.replace("RECURRENCE-ID", "X-AT").encode())
    said = doors(town.eve, team)
    link = make.make_link(town.alice, team, mask)
    url = reverse("shell:link", args=[token_of(make.act(town.alice), link, make.fresh(team))])
    for name, path in {"feed": f"{url}calendar.ics", "public": url, "next": f"{url}next/"}.items():
        answer_ = Visitor().get(path)
        said[name] = b"".join(answer_.streaming_content) if answer_.streaming else answer_.content
    browser = signed_in(town.eve)
    pages = [f"/calendars/?view={view}&day={day}" for view in ("week", "month", "list")]
    for path in (*pages, f"/calendars/print/?day={day}&calendar={team.pk}", "/"):
        said[path] = browser.get(path, follow=True).content
    for door, text_ in said.items():
        plain = text_.replace(b"\r\n ", b"").decode()
        if door in {"get", "export", "multiget", "query"}:  # their addresses hold the UID, too
            plain = plain.replace(f"UID:{SECRET.lower()}@example.org", "")
        assert SECRET.lower() not in plain.lower(), door
    assert [page for page in pages if b"is-busy" not in said[page]] == [], "it is there, as busy"
    assert b"/events/" not in browser.get(f"/search/?q={SECRET}").content, "nor is it found"
    assert b"BEGIN:VALARM" not in said["get"]
    part = reading.read(said["get"]).parts[0]
    assert (part.starts.utc(UTC).hour, part.ends.zone.key, part.rules[0].count) == (15, "Europe/Paris", 3)
    shown = reading.read(next(iter(splitting.Split(said["feed"])))).parts[0]
    assert shown.starts.utc(UTC).hour == 15
    assert told(query(Client("eve"), f"{home(Client('eve'))}shared-{team.pk}/", PROP)) == {}


PROP = f'<cal:prop-filter name="CATEGORIES"><cal:text-match>{SECRET}</cal:text-match></cal:prop-filter>'
