"""Calendars through the DAV door: what a device puts in comes out byte for byte, and only where it may."""

from datetime import timedelta

import pytest
from django.utils import timezone

from calendars.actions import storing, written
from calendars.models import Calendar, CalendarObject, Gone, Occurrence
from collab.rights.right import CONTRIBUTOR, EDITOR, MANAGER, READER, Right
from tests import town as make
from tests.calendars.caldav import event, home, privileges, todo
from tests.dav.conftest import device

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(town):
    return device(town.alice)


@pytest.fixture
def bob(town):
    return device(town.bob)


def put(client, path, data, status=201, **headers):
    answer = client.put(path, data, **headers)
    assert answer.status == status, answer.body
    return answer


def test_a_new_person_has_a_calendar_and_a_list_of_tasks(alice):
    answer = alice.propfind(
        home(alice), ["d:displayname", "d:resourcetype", "cal:supported-calendar-component-set"], "1"
    )
    assert answer.hrefs == [home(alice), f"{home(alice)}personal/", f"{home(alice)}tasks/"]
    assert answer.value("d:displayname", f"{home(alice)}personal/") == "Personal"
    kinds = answer.props(f"{home(alice)}tasks/")[200]["{urn:ietf:params:xml:ns:caldav}supported-calendar-component-set"]
    assert [one.get("name") for one in kinds] == ["VTODO"]


def test_an_entry_comes_out_byte_for_byte(alice):
    data = event().replace(b"SUMMARY:R", b'X-ODD;A="b;c":1\r\nSUMMARY:R\r\n ') + b"\r\n"
    path = f"{home(alice)}personal/a%40b.ics"
    made = put(alice, path, data, If_None_Match="*")
    got = alice("GET", path)
    assert (got.body, got.headers["etag"]) == (data, made.headers["etag"])
    assert got.headers["content-type"] == "text/calendar; charset=utf-8; component=vevent"
    put(alice, path, data, 412, If_None_Match="*")
    put(alice, path, event(summary="Autre"), 204, If_Match=made.headers["etag"])
    put(alice, path, data, 412, If_Match=made.headers["etag"])
    found = CalendarObject.objects.get()
    assert (found.summary, found.component, found.name) == ("Autre", "VEVENT", "a@b.ics")
    assert found.calendar.seq == found.seq
    assert Occurrence.objects.count() == 1
    assert alice("DELETE", path).status == 204
    assert (alice("GET", path).status, Gone.objects.get().name) == (404, "a@b.ics")
    put(alice, path, data)
    assert not Gone.objects.exists()
    assert Calendar.objects.get(name="personal").members == 1


def test_one_uid_lies_once_in_a_calendar(alice):
    put(alice, f"{home(alice)}personal/a.ics", event())
    refused = put(alice, f"{home(alice)}personal/b.ics", event(), 409)
    assert b"<cal:no-uid-conflict" in refused.body
    assert f"<d:href>{home(alice)}personal/a.ics</d:href>".encode() in refused.body
    put(alice, f"{home(alice)}tasks/a.ics", todo())
    assert b"supported-calendar-component" in put(alice, f"{home(alice)}tasks/c.ics", event("x"), 403).body


def test_an_object_that_is_replaced_by_another_is_kept_in_the_trash(alice):
    put(alice, f"{home(alice)}personal/a.ics", event())
    put(alice, f"{home(alice)}personal/a.ics", event("two@test", "Autre"), 204)
    assert CalendarObject.objects.filter(deleted_at=None).get().uid == "two@test"
    assert CalendarObject.objects.exclude(deleted_at=None).get().uid == "one@test"


def test_a_calendar_is_made_named_and_thrown_away(alice):
    body = (
        b'<cal:mkcalendar xmlns:d="DAV:" xmlns:cal="urn:ietf:params:xml:ns:caldav" xmlns:i="http://apple.com/ns/ical/">'
        b"<d:set><d:prop><d:displayname>Ch\xc3\xa2teau</d:displayname><i:calendar-color>#FF0000FF</i:calendar-color>"
        b'<cal:supported-calendar-component-set><cal:comp name="VEVENT"/></cal:supported-calendar-component-set>'
        b"</d:prop></d:set></cal:mkcalendar>"
    )
    path = f"{home(alice)}castle/"
    assert alice("MKCALENDAR", path, body).status == 201
    assert alice("MKCALENDAR", path, body).status == 405
    answer = alice.propfind(path, ["d:displayname", "ical:calendar-color", "cs:getctag", "d:sync-token"])
    assert (answer.value("d:displayname"), answer.value("ical:calendar-color")) == ("Château", "#FF0000FF")
    assert answer.value("cs:getctag") == answer.value("d:sync-token")
    patch = (
        b'<d:propertyupdate xmlns:d="DAV:" xmlns:i="http://apple.com/ns/ical/" xmlns:x="urn:x"><d:set><d:prop>'
        b"<d:displayname>Tour</d:displayname><i:calendar-order>3</i:calendar-order><x:y>z</x:y></d:prop></d:set>"
        b"</d:propertyupdate>"
    )
    assert b"200 OK" in alice("PROPPATCH", path, patch).body
    answer = alice.propfind(path, ["d:displayname", "ical:calendar-order"])
    assert (answer.value("d:displayname"), answer.value("ical:calendar-order")) == ("Tour", "3")
    assert (
        b">z</"
        in alice(
            "PROPFIND",
            path,
            b'<d:propfind xmlns:d="DAV:" xmlns:x="urn:x"><d:prop><x:y/></d:prop></d:propfind>',
            Depth="0",
        ).body
    )
    assert alice("DELETE", path).status == 204
    assert alice.propfind(path, ["d:displayname"]).status == 404
    assert alice("MKCALENDAR", path, body).status == 201


@pytest.fixture
def sport(town):
    from calendars.actions import making

    return making.make(make.act(town.alice), town.space, "Sport", name="sport")


@pytest.mark.parametrize(
    ("role", "may"),
    [(Right.RESPOND, set()), (READER.mask, set()), (CONTRIBUTOR.mask, {"bind", "write-content", "unbind"}),
     (EDITOR.mask, {"bind", "write-content", "unbind", "write"}), (MANAGER.mask, {"write", "write-acl", "bind"})],
    ids=["busy", "reader", "contributor", "editor", "manager"],
)  # fmt: skip
def test_the_ladder_of_a_shared_calendar(town, sport, alice, role, may):
    eve = device(town.eve)
    path = f"{home(eve)}shared-{sport.pk}/"
    assert eve.propfind(path, ["d:displayname"]).status == 404
    make.share(town.alice, sport, town.eve, role)
    put(alice, f"{home(alice)}shared-{sport.pk}/a.ics", event("a", "Secret plan"))
    held = privileges(eve.propfind(path, ["d:current-user-privilege-set"]))
    assert may <= held
    assert ("write-properties" in held) == bool(may)
    seen = eve("GET", f"{path}a.ics")
    assert (b"Secret plan" in seen.body) == bool(role & Right.SEE)
    assert b"DTSTART:20261201T180000" in seen.body
    new = eve("PUT", f"{path}b.ics", event("b"))
    assert new.status == (201 if "bind" in may else 403)
    change = eve("PUT", f"{path}a.ics", event("a", "Changed"))
    assert change.status == (204 if role & Right.EDIT else 403)
    if change.status == 403:
        assert b"need-privileges" in change.body
    if "bind" in may:
        assert eve("PUT", f"{path}b.ics", event("b", "Mine")).status == 204
        assert eve("DELETE", f"{path}b.ics").status == 204
    assert eve("DELETE", f"{path}a.ics").status == (204 if role & Right.DELETE else 403)


@pytest.mark.parametrize(("secrecy", "status"), [("PRIVATE", 404), ("CONFIDENTIAL", 200), ("X-OURS", 404)])
def test_what_is_private_is_not_seen_by_who_only_reads(town, sport, alice, bob, secrecy, status):
    visit = event("a", "Doctor", "20261201T180000", "20261201T190000", f"CLASS:{secrecy}")
    put(alice, f"{home(alice)}shared-{sport.pk}/a.ics", visit)
    answer = bob("GET", f"{home(bob)}shared-{sport.pk}/a.ics")
    assert answer.status == status
    assert b"Doctor" not in answer.body
    listed = bob.propfind(f"{home(bob)}shared-{sport.pk}/", ["d:getetag"], "1").hrefs
    assert len(listed) == (2 if status == 200 else 1)
    assert bob("PUT", f"{home(bob)}shared-{sport.pk}/a.ics", event("a", "Mine")).status == 403


def test_an_entry_moves_between_calendars(town, sport, alice):
    put(alice, f"{home(alice)}personal/a.ics", event())
    target = f"{home(alice)}shared-{sport.pk}/z.ics"
    moved = alice("MOVE", f"{home(alice)}personal/a.ics", Destination=target)
    assert moved.status == 201
    assert alice("GET", f"{home(alice)}personal/a.ics").status == 404
    assert alice("GET", target).body == event()
    assert not CalendarObject.objects.exclude(deleted_at=None).exists()


def test_the_conditions_of_a_move_hold_under_its_locks(town, sport, alice, monkeypatch):
    source, target = f"{home(alice)}personal/a.ics", f"{home(alice)}shared-{sport.pk}/z.ics"
    put(alice, source, event())
    etag = alice("GET", source).headers["etag"]
    move, others = storing.move, []

    def meanwhile(*args, **how):  # after the conditions were looked at without the locks
        storing.put(*others.pop())
        return move(*args, **how)

    monkeypatch.setattr(storing, "move", meanwhile)
    mine = CalendarObject.objects.get()
    others.append((make.act(town.alice), sport, "z.ics", event("other@test", "Theirs")))
    assert alice("MOVE", source, Destination=target, Overwrite="F").status == 412
    assert b"Theirs" in alice("GET", target).body
    others.append((make.act(town.alice), mine.calendar, "a.ics", event("one@test", "Newer")))
    free = f"{home(alice)}shared-{sport.pk}/free.ics"
    assert alice("MOVE", source, Destination=free, If=f"([{etag}])").status == 412
    assert b"Newer" in alice("GET", source).body


def test_a_calendar_and_a_space_hold_so_many_bytes_and_no_more(town, alice, monkeypatch):
    def limits(clock):
        monkeypatch.setattr(written, "_CLOCK", clock)

    here = f"{home(alice)}personal/"
    big = event("big@test", "x" * 900)
    put(alice, f"{here}a.ics", event())
    put(alice, f"{here}b.ics", big)
    calendar = Calendar.objects.get(pk=CalendarObject.objects.get(name="a.ics").calendar_id)
    assert calendar.size == len(event()) + len(big)
    clock = written._CLOCK
    for most in (written.MOST_BYTES, written.MOST_BYTES_OF_SPACE):  # of the calendar, then of its space
        limits(clock.replace(str(most), str(calendar.size)))
        full = alice.put(f"{here}c.ics", event("c@test"))
        assert full.status == 507
        assert b"quota-not-exceeded" in full.body
        assert alice.put(f"{here}a.ics", event(summary="Much longer than it was before")).status == 507
        assert alice.put(f"{here}a.ics", event(summary="Short")).status == 204
        assert alice.put(f"{here}a.ics", event()).status == 204
    assert make.fresh(calendar).size == calendar.size
    assert alice("DELETE", f"{here}b.ics").status == 204
    assert make.fresh(calendar).size == calendar.size  # it lies in the trash
    CalendarObject.objects.filter(name="b.ics").update(deleted_at=timezone.now() - timedelta(days=31))
    storing.forget_old()
    assert make.fresh(calendar).size == len(event())
    put(alice, f"{here}c.ics", event("c@test"))


def test_a_name_may_hold_what_addresses_can_say_and_a_colour_may_be_taken_off(alice):
    """vdirsyncer makes names of UIDs, and UIDs of other programs end with anything."""
    path = f"{home(alice)}personal/line%0Aend%3F%23.ics"
    put(alice, path, event())
    assert alice("GET", path).body == event()
    assert alice.propfind(f"{home(alice)}personal/", ["d:getetag"], "1").hrefs[1] == path
    own = f"{home(alice)}personal/"
    patch = '<d:propertyupdate xmlns:d="DAV:" xmlns:i="http://apple.com/ns/ical/"><d:{0}><d:prop><i:calendar-color>{1}</i:calendar-color></d:prop></d:{0}></d:propertyupdate>'
    for how, value, told in (("remove", "", None), ("set", "#00FF00", "#00FF00"), ("remove", "", None)):
        assert set(alice("PROPPATCH", own, patch.format(how, value)).props()) == {200}
        assert alice.propfind(own, ["ical:calendar-color"]).value("ical:calendar-color") == told
