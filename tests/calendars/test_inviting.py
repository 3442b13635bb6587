"""Inviting, answering, changing and cancelling through the DAV door (RFC 6638, 3.2)."""

import pytest

from calendars.models import Delivery, Invitee, Message
from tests import town as make
from tests.calendars.caldav import home
from tests.calendars.scheduling import at, attendee, copy_of, event, organizer, part, partstat, path, phone, post, text
from tests.files.web import signed_in
from tests.files.web import text as words

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(town):
    for one in (town.alice, town.bob, town.eve):
        one.email = f"{one.username}@example.org"
        one.save()
    return town


@pytest.fixture
def alice_phone(people):
    return phone(people.alice)


@pytest.fixture
def bob_phone(people):
    return phone(people.bob)


def invite(people, client, *lines, guests=None, **how):
    guests = guests if guests is not None else [attendee(people.bob)]
    return client.put(path(client), event(organizer(people.alice), *guests, *lines, **how))


def test_an_invitation_lands_in_the_calendar_and_the_inbox(people, alice_phone):
    answer = invite(people, alice_phone, "BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT5M", "END:VALARM")
    assert answer.status == 201
    assert "etag" not in answer.headers, "it is not what was sent: SCHEDULE-STATUS stands in it"
    assert answer.headers["schedule-tag"]
    assert "SCHEDULE-STATUS=1.2" in text(copy_of(people.alice))
    assert copy_of(people.bob) is None
    post()
    mine = copy_of(people.bob)
    assert partstat(mine, people.bob) == "NEEDS-ACTION"
    assert "VALARM" not in text(mine)
    assert "SCHEDULE-STATUS" not in text(mine)
    (message,) = Message.objects.filter(user=people.bob)
    assert message.method == "REQUEST"
    assert b"METHOD:REQUEST" in bytes(message.data)


def test_what_happens_to_it_is_said_in_the_bell(people, alice_phone, bob_phone):
    invite(people, alice_phone)
    post()
    assert "invites you to" in words(signed_in(people.bob).get("/notifications/"))
    at_bob = f"{home(bob_phone)}personal/{copy_of(people.bob).name}"
    got = bob_phone("GET", at_bob)
    bob_phone.put(at_bob, got.body.replace(b"PARTSTAT=NEEDS-ACTION", b"PARTSTAT=ACCEPTED"))
    post()
    assert "answered your invitation to" in words(signed_in(people.alice).get("/notifications/"))


def test_an_answer_reaches_the_organizer(people, alice_phone, bob_phone):
    invite(people, alice_phone)
    post()
    mine = copy_of(people.bob)
    at_bob = f"{home(bob_phone)}personal/{mine.name}"
    got = bob_phone("GET", at_bob)
    accepted = got.body.replace(b"PARTSTAT=NEEDS-ACTION", b"PARTSTAT=ACCEPTED")
    tag = alice_phone("GET", path(alice_phone)).headers["schedule-tag"]
    assert bob_phone.put(at_bob, accepted, If_Match=got.headers["etag"]).headers["etag"], "kept as it was sent"
    post()
    assert partstat(copy_of(people.alice), people.bob) == "ACCEPTED"
    assert "SCHEDULE-STATUS=2.0" in text(copy_of(people.alice))
    assert alice_phone("GET", path(alice_phone)).headers["schedule-tag"] == tag
    assert Message.objects.filter(user=people.bob).count() == 1


def test_another_time_asks_everybody_again_and_keeps_what_is_their_own(people, alice_phone, bob_phone):
    invite(people, alice_phone, guests=[attendee(people.bob), attendee(people.eve)])
    post()
    mine = copy_of(people.bob)
    at_bob = f"{home(bob_phone)}personal/{mine.name}"
    alarm = b"X-MY-NOTE:x\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\nEND:VEVENT"
    bob_phone.put(
        at_bob,
        text(mine)
        .encode()
        .replace(b"END:VEVENT", alarm)
        .replace(b"CN=Bob;PARTSTAT=NEEDS-ACTION", b"CN=Bob;PARTSTAT=ACCEPTED"),
    )
    post()
    assert partstat(copy_of(people.eve), people.bob) == "ACCEPTED", "others see who comes"
    data = (
        text(copy_of(people.alice))
        .encode()
        .replace(at().encode(), at(1).encode())
        .replace(at(hours=1).encode(), at(1, 1).encode())
    )
    assert alice_phone.put(path(alice_phone), data).status == 204
    assert "SEQUENCE:1" in text(copy_of(people.alice))
    assert partstat(copy_of(people.alice), people.bob) == "NEEDS-ACTION"
    post()
    found = text(copy_of(people.bob))
    assert at(1) in found
    assert "TRIGGER:-PT5M" in found
    assert "X-MY-NOTE:x" in found
    assert partstat(copy_of(people.bob), people.bob) == "NEEDS-ACTION"
    # what changes but a word does not ask anew
    bob_phone.put(
        at_bob,
        text(copy_of(people.bob)).encode().replace(b"CN=Bob;PARTSTAT=NEEDS-ACTION", b"CN=Bob;PARTSTAT=TENTATIVE"),
    )
    post()
    alice_phone.put(
        path(alice_phone), text(copy_of(people.alice)).encode().replace(b"SUMMARY:Budget", b"SUMMARY:Money")
    )
    post()
    assert "SUMMARY:Money" in text(copy_of(people.bob))
    assert partstat(copy_of(people.bob), people.bob) == partstat(copy_of(people.alice), people.bob) == "TENTATIVE"


def test_who_is_taken_off_and_what_is_cancelled(people, alice_phone):
    invite(people, alice_phone, guests=[attendee(people.bob), attendee(people.eve)])
    post()
    lines = text(copy_of(people.alice)).split("\r\n")
    alice_phone.put(path(alice_phone), "\r\n".join(one for one in lines if "eve@" not in one).encode())
    post()
    assert "STATUS:CANCELLED" in text(copy_of(people.eve))
    assert "CANCELLED" not in text(copy_of(people.bob))
    assert alice_phone("DELETE", path(alice_phone)).status == 204
    post()
    assert "STATUS:CANCELLED" in text(copy_of(people.bob))
    told = Message.objects.filter(user=people.bob).order_by("pk")
    assert list(told.values_list("method", flat=True)) == ["REQUEST", "CANCEL"]
    assert copy_of(people.bob).occurrences.get().busy == 0


@pytest.mark.parametrize("says", ["F", "T"])
def test_throwing_it_away_declines_unless_asked_not_to(people, alice_phone, bob_phone, says):
    invite(people, alice_phone)
    post()
    assert (
        bob_phone("DELETE", f"{home(bob_phone)}personal/{copy_of(people.bob).name}", Schedule_Reply=says).status == 204
    )
    post()
    assert partstat(copy_of(people.alice), people.bob) == ("NEEDS-ACTION" if says == "F" else "DECLINED")


def test_one_time_of_a_series_has_its_own_people_answers_and_end(people, alice_phone, bob_phone):
    weekly = "RRULE:FREQ=WEEKLY;COUNT=4"
    second = part(organizer(people.alice), attendee(people.bob), attendee(people.eve), f"RECURRENCE-ID:{at(7)}",
                  starts=at(7), ends=at(7, 1))  # fmt: skip
    invite(people, alice_phone, weekly, others=(second,))
    post()
    eve = text(copy_of(people.eve))
    assert "RRULE" not in eve
    assert f"RECURRENCE-ID:{at(7)}" in eve
    # bob comes, but not the third time
    mine = copy_of(people.bob)
    third = part(
        organizer(people.alice),
        attendee(people.bob, "DECLINED"),
        f"RECURRENCE-ID:{at(14)}",
        starts=at(14),
        ends=at(14, 1),
    )
    data = (
        text(mine)
        .replace("PARTSTAT=NEEDS-ACTION", "PARTSTAT=ACCEPTED")
        .replace("END:VCALENDAR", "\r\n".join([*third, "END:VCALENDAR"]))
    )
    assert bob_phone.put(f"{home(bob_phone)}personal/{mine.name}", data.encode()).status == 204
    post()
    assert partstat(copy_of(people.alice), people.bob) == "ACCEPTED"
    assert partstat(copy_of(people.alice), people.bob, at(14)) == "DECLINED"
    assert [one.busy for one in copy_of(people.bob).occurrences.order_by("starts")] == [1, 1, 0, 1]
    # the last time is called off
    data = text(copy_of(people.alice)).replace(weekly, f"{weekly}\r\nEXDATE:{at(21)}")
    assert alice_phone.put(path(alice_phone), data.encode()).status == 204
    post()
    last = Message.objects.filter(user=people.bob).last()
    assert last.method == "CANCEL"
    assert f"RECURRENCE-ID:{at(21)}".encode() in bytes(last.data)
    assert f"EXDATE:{at(21)}" in text(copy_of(people.bob))
    assert partstat(copy_of(people.bob), people.bob, at(14)) == "DECLINED"


REFUSED = [
    ("SUMMARY:Budget", "SUMMARY:Mine", "allowed-attendee-scheduling-object-change"),
    ("ORGANIZER:mailto:alice@", "ORGANIZER:mailto:bob@", "allowed-attendee-scheduling-object-change"),
    (at(hours=1), at(hours=2), "allowed-attendee-scheduling-object-change"),
]


@pytest.mark.parametrize(("old", "new", "why"), REFUSED, ids=["title", "organizer", "time"])
def test_an_attendee_changes_only_what_is_theirs(people, alice_phone, bob_phone, old, new, why):
    invite(people, alice_phone)
    post()
    mine = copy_of(people.bob)
    answer = bob_phone.put(f"{home(bob_phone)}personal/{mine.name}", text(mine).replace(old, new).encode())
    assert answer.status == 403
    assert why.encode() in answer.body
    assert Delivery.objects.filter(state="waiting").count() == 0


def test_other_preconditions(people, alice_phone):
    invite(people, alice_phone)
    given = text(copy_of(people.alice)).replace("ORGANIZER:mailto:alice@", "ORGANIZER:mailto:eve@")
    answer = alice_phone.put(path(alice_phone), given.encode())
    assert answer.status == 403
    assert b"allowed-organizer-scheduling-object-change" in answer.body
    two = event(organizer(people.alice), attendee(people.bob), "RRULE:FREQ=DAILY;COUNT=3", uid="two@test", others=(
        part(organizer(people.eve), attendee(people.bob), f"RECURRENCE-ID:{at(1)}", uid="two@test"),
    ))  # fmt: skip
    answer = alice_phone.put(path(alice_phone, "two.ics"), two)
    assert answer.status == 403
    assert b"same-organizer-in-all-components" in answer.body
    alice_phone("MKCALENDAR", f"{home(alice_phone)}other/")
    again = event(organizer(people.alice), attendee(people.eve), summary="Else")
    answer = alice_phone.put(path(alice_phone, calendar="other"), again)
    assert answer.status == 403
    assert b"unique-scheduling-object-resource" in answer.body
    assert path(alice_phone).encode() in answer.body


def test_what_tells_nobody(people, alice_phone, bob_phone):
    past = {"starts": "20200101T100000Z", "ends": "20200101T110000Z"}
    alice_phone.put(
        path(alice_phone, "past.ics"), event(organizer(people.alice), attendee(people.bob), uid="past", **past)
    )
    hands_off = event(organizer(people.alice), attendee(people.bob, SCHEDULE_AGENT="CLIENT"), uid="off")
    alice_phone.put(path(alice_phone, "off.ics"), hands_off)
    assert not Delivery.objects.exists()
    invite(people, alice_phone)
    post()
    count = Delivery.objects.count()
    alice_phone("MKCALENDAR", f"{home(alice_phone)}other/")
    alice_phone.move(path(alice_phone), path(alice_phone, calendar="other"))
    assert Delivery.objects.count() == count
    # phones move by putting there and deleting here
    there = alice_phone("GET", path(alice_phone, calendar="other")).body
    assert alice_phone.put(path(alice_phone), there).status == 201
    assert alice_phone("DELETE", path(alice_phone, calendar="other")).status == 204
    assert Delivery.objects.count() == count
    bob_phone("MKCALENDAR", f"{home(bob_phone)}other/")
    bob_phone.move(f"{home(bob_phone)}personal/{copy_of(people.bob).name}", path(bob_phone, calendar="other"))
    assert Delivery.objects.count() == count
    # and it still is theirs to answer and to change
    mine = copy_of(people.bob)
    bob_phone.put(path(bob_phone, calendar="other"), text(mine).replace("NEEDS-ACTION", "ACCEPTED").encode())
    post()
    assert partstat(copy_of(people.alice), people.bob) == "ACCEPTED"


def test_the_same_again_on_request(people, alice_phone):
    invite(people, alice_phone)
    post()
    again = text(copy_of(people.alice)).replace("SCHEDULE-STATUS=1.2", "SCHEDULE-FORCE-SEND=REQUEST")
    alice_phone.put(path(alice_phone), again.encode())
    assert Delivery.objects.filter(state="waiting", method="REQUEST").count() == 1
    assert "FORCE-SEND" not in text(copy_of(people.alice))


def test_rows_say_who_is_invited(people, alice_phone):
    guest = attendee("out@example.net", X_NUM_GUESTS="2", ROLE="OPT-PARTICIPANT")
    invite(people, alice_phone, guests=[attendee(people.bob), guest])
    rows = Invitee.objects.filter(event=copy_of(people.alice)).order_by("address")
    assert [(one.address, one.user, one.plus, one.role) for one in rows] == [
        ("bob@example.org", people.bob, 0, "REQ-PARTICIPANT"), ("out@example.net", None, 2, "OPT-PARTICIPANT"),
    ]  # fmt: skip
    alice_phone.put(path(alice_phone), event())
    assert not Invitee.objects.filter(event=copy_of(people.alice)).exists()
    assert Delivery.objects.filter(method="CANCEL", state="waiting").count() == 2


def test_the_picker_finds_people_by_their_whole_address_alone(town):
    make.change(town.bob, email="robert@example.org")
    browser = signed_in(town.alice)

    def found(typed):
        return [one["name"] for one in browser.get("/calendars/events/people/", {"q": typed}).json()["found"]]

    assert found("Robert@Example.org") == ["Bob"]
    assert found("robert@") == found("@example.org") == []


def test_a_uid_alone_changes_nobodys_events(people, alice_phone, bob_phone):
    """UIDs are known to whoever sees that somebody is busy, and to all who are invited."""
    eve = phone(people.eve)
    assert bob_phone.put(path(bob_phone), event(uid="own@bob", summary="Doctor")).status == 201
    invite(people, alice_phone)
    post()
    for uid in ("own@bob", "meet@test"):
        forged = event(organizer(people.eve), attendee(people.bob), "SEQUENCE:7", uid=uid, summary="Forged")
        assert eve.put(path(eve, uid), forged).status == 201
        post()
        eve("DELETE", path(eve, uid))
        post()
    found = [copy_of(people.bob, uid) for uid in ("own@bob", "meet@test")]
    assert [(one.summary, one.status) for one in found] == [("Doctor", ""), ("Budget", "")]
    assert Message.objects.filter(user=people.bob).count() == 1, "nor are they told of it"
    # who invites goes on, by a new address and by another of theirs too
    principal = f"/remote.php/dav/principals/users/{people.alice.username}/"
    people.alice.email = "alice@example.net"
    people.alice.save()
    moved = text(copy_of(people.alice)).replace("alice@example.org", "alice@example.net").replace("Budget", "Accounts")
    assert alice_phone.put(path(alice_phone), moved.encode()).status == 204
    post()
    assert copy_of(people.bob).summary == "Accounts"
    Delivery.objects.all().delete()
    moved = text(copy_of(people.alice)).replace("ORGANIZER:mailto:alice@example.net", f"ORGANIZER:{principal}")
    assert principal in moved
    assert alice_phone.put(path(alice_phone), moved.replace("Accounts", "Plans").encode()).status == 204
    post()
    assert copy_of(people.bob).summary == "Plans"
