"""The inbox, the outbox and busy times as devices ask for them (RFC 6638, 2, 4 and 5; RFC 7953)."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calendars.dav import mailboxes
from calendars.models import Calendar, Message, WorkingHours
from tests.calendars.caldav import data_of, home, multiget, query, told
from tests.calendars.scheduling import DAY, at, attendee, copy_of, event, organizer, partstat, path, phone, post, text
from tests.dav.client import NS

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(town):
    for one in (town.alice, town.bob, town.eve):
        one.email = f"{one.username}@example.org"
        one.save()
    return town


@pytest.fixture
def phones(people):
    return phone(people.alice), phone(people.bob)


def test_where_they_are_and_what_is_said_of_them(people, phones):
    alice, _bob = phones
    answer = alice.propfind(
        "/remote.php/dav/principals/users/alice/", ["cal:schedule-inbox-URL", "cal:schedule-outbox-URL"]
    )
    found = answer.props()[200]
    assert [one[0].text for one in found.values()] == [f"{home(alice)}inbox/", f"{home(alice)}outbox/"]
    assert "calendar-auto-schedule" in alice("OPTIONS", home(alice)).headers["dav"]
    answer = alice.propfind(
        f"{home(alice)}inbox/", ["cal:schedule-default-calendar-URL", "d:current-user-privilege-set", "d:resourcetype"]
    )
    found = answer.props()[200]
    assert found[f"{{{NS['cal']}}}schedule-default-calendar-URL"][0].text == f"{home(alice)}personal/"
    assert f"{{{NS['cal']}}}schedule-deliver" in {one[0].tag for one in found["{DAV:}current-user-privilege-set"]}
    assert f"{{{NS['cal']}}}schedule-inbox" in {one.tag for one in found["{DAV:}resourcetype"]}
    assert alice.put(f"{home(alice)}inbox/x.ics", event()).status in {403, 404, 405}
    # and whoever is somebody else finds nothing
    assert alice.propfind("/remote.php/dav/calendars/bob/inbox/", ["d:displayname"]).status == 404


def test_a_message_is_listed_read_and_taken_out(people, phones):
    alice, bob = phones
    alice.put(path(alice), event(organizer(people.alice), attendee(people.bob)))
    box = f"{home(bob)}inbox/"
    before = bob.propfind(box, ["cs:getctag"]).value("cs:getctag")
    post()
    assert bob.propfind(box, ["cs:getctag"]).value("cs:getctag") != before
    name = Message.objects.get().name
    listed = bob.propfind(box, ["d:getetag", "d:getcontenttype"], "1")
    assert told(listed)[name] == 200
    assert [b"METHOD:REQUEST" in one for one in data_of(multiget(bob, box, [box + name, box + "no.ics"]))] == [True]
    assert list(told(query(bob, box))) == [name]
    assert told(query(bob, box, kind="VTODO")) == {}
    assert b"METHOD:REQUEST" in bob("GET", box + name).body
    assert alice("GET", box + name).status == 404
    assert bob("DELETE", box + name).status == 204
    assert not Message.objects.exists()
    assert copy_of(people.bob) is not None


def test_where_invitations_land_is_chosen(people, phones):
    alice, bob = phones
    bob("MKCALENDAR", f"{home(bob)}work/")
    href = f"<d:href>{home(bob)}work/</d:href>"
    tag = "cal:schedule-default-calendar-URL"
    props = f"<d:set><d:prop><{tag}>{href}</{tag}></d:prop></d:set>"
    body = f'<d:propertyupdate xmlns:d="DAV:" xmlns:cal="{NS["cal"]}">{props}</d:propertyupdate>'
    assert bob("PROPPATCH", f"{home(bob)}inbox/", body).status == 207
    alice.put(path(alice), event(organizer(people.alice), attendee(people.bob)))
    post()
    assert copy_of(people.bob).calendar == Calendar.objects.get(name="work")


def ask(client, who, *whom, since="", until=""):
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//t//EN", "METHOD:REQUEST", "BEGIN:VFREEBUSY", "UID:ask",
        "DTSTAMP:20260101T000000Z",
        f"DTSTART:{since or at(-1)}", f"DTEND:{until or at(1)}", f"ORGANIZER:mailto:{who}",
        *(f"ATTENDEE:mailto:{one}" for one in whom),
        "END:VFREEBUSY", "END:VCALENDAR", "",
    ]  # fmt: skip
    return client("POST", f"{home(client)}outbox/", "\r\n".join(lines), Content_Type="text/calendar")


def test_devices_ask_when_others_are_busy(people, phones):
    alice, bob = phones
    bob.put(path(bob, "secret.ics"), event(summary="Doctor", uid="doctor"))
    bob.put(path(bob, "free.ics"), event("TRANSP:TRANSPARENT", uid="free", starts=at(hours=3), ends=at(hours=4)))
    answer = ask(alice, "alice@example.org", "bob@example.org", "nobody@example.net")
    assert answer.status == 200
    said = [one.text for one in answer.xml.iter(f"{{{NS['cal']}}}request-status")]
    assert said == ["2.0;Success", "3.7;Invalid calendar user"]
    (busy,) = data_of(answer)
    assert f"FREEBUSY;FBTYPE=BUSY:{at()}/{at(hours=1)}".encode() in busy.replace(b"\r\n ", b"")
    assert busy.count(b"FREEBUSY;") == 1
    assert b"Doctor" not in answer.body
    # who invited and was declined keeps nobody busy, who has not answered may be
    alice.put(path(alice), event(organizer(people.alice), attendee(people.bob), starts=at(hours=5), ends=at(hours=6)))
    post()
    assert b"BUSY-TENTATIVE" in ask(alice, "alice@example.org", "bob@example.org").body
    mine = copy_of(people.bob)
    bob.put(f"{home(bob)}personal/{mine.name}", text(mine).replace("NEEDS-ACTION", "DECLINED").encode())
    assert b"BUSY-TENTATIVE" not in ask(alice, "alice@example.org", "bob@example.org").body
    post()
    assert partstat(copy_of(people.alice), people.bob) == "DECLINED"
    assert b"organizer-allowed" in ask(alice, "bob@example.org", "bob@example.org").body
    assert (
        b"valid-scheduling-message"
        in alice("POST", f"{home(alice)}outbox/", event(), Content_Type="text/calendar").body
    )
    WorkingHours.objects.create(user=people.bob, zone="UTC", told_to="shared")
    assert b"3.7;" in ask(alice, "alice@example.org", "bob@example.org").body


HOURS = "\r\n".join([
    "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Apple//EN", "BEGIN:VAVAILABILITY", "UID:a", "DTSTAMP:20260101T000000Z",
    "BEGIN:AVAILABLE", "UID:b", "DTSTAMP:20260101T000000Z", "DTSTART;TZID=Europe/Paris:20260105T090000",
    "DTEND;TZID=Europe/Paris:20260105T170000", "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "END:AVAILABLE",
    "END:VAVAILABILITY", "END:VCALENDAR", "",
])  # fmt: skip


def test_hours_said_by_a_device_are_the_ones_of_the_page(people, phones):
    alice, bob = phones
    value = HOURS.replace("\r", "&#13;")
    body = (
        f'<d:propertyupdate xmlns:d="DAV:" xmlns:cal="{NS["cal"]}"><d:set><d:prop><cal:calendar-availability>{value}'
        "</cal:calendar-availability></d:prop></d:set></d:propertyupdate>"
    )
    assert bob("PROPPATCH", f"{home(bob)}inbox/", body).status == 207
    row = WorkingHours.objects.get(user=people.bob)
    assert (row.zone, row.spans) == ("Europe/Paris", [[day, 540, 1020] for day in range(5)])
    box = f"{home(bob)}inbox/"
    assert bob.propfind(box, ["cal:calendar-availability"]).value("cal:calendar-availability") == HOURS.strip()
    row.spans = [[0, 600, 720], [2, 600, 720]]
    row.save()
    said = bob.propfind(box, ["cal:calendar-availability"]).value("cal:calendar-availability")
    assert "RRULE:FREQ=WEEKLY;BYDAY=MO,WE" in said
    assert "DURATION:PT120M" in said
    answer = ask(
        alice, "alice@example.org", "bob@example.org", since=f"{DAY:%Y%m%d}T000000Z", until=f"{DAY:%Y%m%d}T235900Z"
    )
    assert b"BUSY-UNAVAILABLE" in answer.body
    bad = body.replace("BEGIN:AVAILABLE", "BEGIN:BROKEN")
    assert b"409" in bob("PROPPATCH", box, bad).body or b"400" in bob("PROPPATCH", box, bad).body


def test_no_bytes_are_read_unless_asked_and_then_in_steps(people, phones, monkeypatch):
    _alice, bob = phones
    box = f"{home(bob)}inbox/"
    Message.objects.bulk_create(
        Message(user=people.bob, name=f"{number}.ics", uid="x", method="REQUEST", data=event(), etag=str(number))
        for number in range(12)
    )
    monkeypatch.setattr(mailboxes, "STEP", 5)
    whole = re.compile(r"(?<!\()\"calendars_message\"\.\"data\"")
    props = ["d:getetag", "d:getcontentlength", "cal:calendar-data"]
    with CaptureQueriesContext(connection) as asked:
        listed = bob.propfind(box, props, "1")
    assert told(listed)["3.ics"] == 200
    assert listed.props(box + "3.ics")[200]["{DAV:}getcontentlength"].text == str(len(event()))
    assert not [one["sql"] for one in asked if whole.search(one["sql"])]
    hrefs = [f"{box}{number}.ics" for number in range(12)]
    for answer_of in (
        lambda: multiget(bob, box, [*hrefs, *hrefs]),
        lambda: query(bob, box, props="<cal:calendar-data/>"),
    ):
        with CaptureQueriesContext(connection) as asked:
            answer = answer_of()
        assert len(data_of(answer)) == 12
        assert len([one for one in asked if whole.search(one["sql"])]) == 3
    assert bob("GET", hrefs[3]).body == event()
