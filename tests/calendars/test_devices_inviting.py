"""How devices invite and answer, in the order and with the lines of each (replays, `caldav.md` 3.8)."""

import pytest

from calendars.models import Message
from tests.calendars.caldav import data_of, home, multiget, sync, token, told
from tests.calendars.scheduling import at, attendee, copy_of, event, organizer, partstat, path, phone, post, text

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


def invite(people, client):
    client.put(path(client), event(organizer(people.alice, CN="Alice"), attendee(people.bob)))
    post()


def test_ios_looks_into_the_inbox_answers_and_empties_it(people, phones):
    alice, bob = phones
    invite(people, alice)
    principal = "/remote.php/dav/principals/users/bob/"
    assert "calendar-auto-schedule" in bob("OPTIONS", principal).headers["dav"]
    asked = [
        "cal:calendar-user-address-set",
        "cal:schedule-inbox-URL",
        "cal:schedule-outbox-URL",
        "cs:dropbox-home-URL",
    ]
    found = bob.propfind(principal, asked).props()
    assert len(found[200]) == 3
    box = found[200]["{urn:ietf:params:xml:ns:caldav}schedule-inbox-URL"][0].text
    assert bob.propfind(box, ["cs:getctag", "cal:calendar-availability"]).value("cs:getctag")
    (name,) = [one for one in told(bob.propfind(box, ["d:getetag"], "1")) if one.endswith(".ics")]
    assert b"METHOD:REQUEST" in data_of(multiget(bob, box, [box + name]))[0]
    mine = copy_of(people.bob)
    there = f"{home(bob)}personal/{mine.name}"
    got = bob("GET", there)
    # it writes its own alarms, and answers in the order of lines that it likes
    lines = text(mine).replace("PARTSTAT=NEEDS-ACTION", "PARTSTAT=ACCEPTED").split("\r\n")
    start = lines.index("BEGIN:VEVENT") + 1
    end = lines.index("END:VEVENT")
    alarm = ["BEGIN:VALARM", "UID:a", "TRIGGER:-PT15M", "ACTION:DISPLAY", "X-APPLE-DEFAULT-ALARM:TRUE", "END:VALARM"]
    lines = [*lines[:start], *reversed(lines[start:end]), *alarm, *lines[end:]]
    answer = bob.put(there, "\r\n".join(lines).encode(), If_Match=got.headers["etag"])
    assert answer.headers["etag"]
    assert bob("DELETE", box + name).status == 204
    post()
    assert partstat(copy_of(people.alice), people.bob) == "ACCEPTED"
    assert not Message.objects.filter(user=people.bob).exists()


def test_thunderbird_answers_with_words_of_its_own(people, phones):
    alice, bob = phones
    invite(people, alice)
    mine = copy_of(people.bob)
    there = f"{home(bob)}personal/{mine.name}"
    before = token(sync(alice, f"{home(alice)}personal/"))
    said = text(mine).replace("PARTSTAT=NEEDS-ACTION;RSVP=TRUE", "RSVP=FALSE;PARTSTAT=TENTATIVE;CUTYPE=INDIVIDUAL")
    said = said.replace(
        "END:VEVENT", "STATUS:CONFIRMED\r\nTRANSP:TRANSPARENT\r\nX-MOZ-LASTACK:20261201T000000Z\r\nEND:VEVENT"
    )
    assert bob.put(there, said.encode(), If_Match=bob("GET", there).headers["etag"]).status == 204
    post()
    assert partstat(copy_of(people.alice), people.bob) == "TENTATIVE"
    assert told(sync(alice, f"{home(alice)}personal/", before)) == {"meet.ics": 200}, (
        "the organizer's devices hear of it"
    )
    assert "X-MOZ-LASTACK" not in text(copy_of(people.alice))
    # it dismisses an alarm, which is an ordinary write that tells nobody
    again = text(copy_of(people.bob)).replace("LASTACK:20261201T000000Z", "LASTACK:20261202T000000Z")
    assert bob.put(there, again.encode()).status == 204
    assert post() == 0


def test_davx5_deletes_and_puts_by_schedule_tag(people, phones):
    alice, bob = phones
    invite(people, alice)
    mine = copy_of(people.bob)
    there = f"{home(bob)}personal/{mine.name}"
    tag = bob("GET", there).headers["schedule-tag"]
    # somebody else is invited meanwhile: the copy changes, its tag does not
    more = text(copy_of(people.alice)).replace("END:VEVENT", attendee(people.eve) + "\r\nEND:VEVENT")
    alice.put(path(alice), more.encode())
    post()
    assert "eve@" in text(copy_of(people.bob))
    said = text(copy_of(people.bob)).replace("CN=Bob;PARTSTAT=NEEDS-ACTION", "CN=Bob;PARTSTAT=ACCEPTED")
    assert bob.put(there, said.encode(), If_Schedule_Tag_Match=tag).headers["schedule-tag"] == tag
    post()
    assert partstat(copy_of(people.alice), people.bob) == "ACCEPTED"
    # a new time moves it, and what was meant for the old one is refused
    alice.put(path(alice), text(copy_of(people.alice)).replace(f"DTEND:{at(hours=1)}", f"DTEND:{at(hours=2)}").encode())
    post()
    assert bob.put(there, said.encode(), If_Schedule_Tag_Match=tag).status == 412
    assert bob("DELETE", there, If_Schedule_Tag_Match=tag).status == 412
    fresh = bob("GET", there).headers["schedule-tag"]
    assert bob("DELETE", there, If_Schedule_Tag_Match=fresh).status == 204
    post()
    assert partstat(copy_of(people.alice), people.bob) == "DECLINED"
