"""What DAVx5 and iOS ask one after the other when an account is added and when they synchronise (from their logs)."""

import pytest

from calendars.models import Calendar
from tests import town as make
from tests.calendars.caldav import SPACES, data_of, event, home, multiget, privileges, query, sync, todo, token, told
from tests.dav.client import NS, Client
from tests.dav.conftest import device

pytestmark = pytest.mark.django_db
APPLE = 'xmlns:A="DAV:" xmlns:B="urn:ietf:params:xml:ns:caldav" xmlns:C="http://calendarserver.org/ns/" xmlns:D="http://apple.com/ns/ical/"'
ROOT = "/remote.php/dav/"


@pytest.fixture
def alice(town):
    town.alice.email = "alice@example.org"
    town.alice.save()
    return device(town.alice)


def asked(client, path, tags, depth="0", **headers):
    body = f"<A:propfind {APPLE}><A:prop>{''.join(f'<{tag}/>' for tag in tags)}</A:prop></A:propfind>"
    return client("PROPFIND", path, body, Depth=depth, **headers)


def followed(client, path, tags):
    """What a device does with a redirect."""
    answer = asked(client, path, tags)
    assert answer.status == 301
    return answer.headers["location"]


def href_in(answer, tag):
    prefix, _colon, local = tag.partition(":")
    return answer.props()[200][f"{{{NS[prefix]}}}{local}"].findtext("d:href", None, NS)


def test_ios_adds_an_account_and_keeps_it_up_to_date(town, alice):
    stranger = Client("")
    first = ["A:current-user-principal", "A:principal-URL", "A:resourcetype"]
    root = followed(stranger, "/.well-known/caldav", first)
    assert asked(stranger, root, first).status == 401, "it asks first without saying who it is"
    principal = href_in(asked(alice, root, first), "d:current-user-principal")
    assert "calendar-access" in alice("OPTIONS", principal).headers["dav"]
    fifteen = [
        "B:calendar-home-set", "B:calendar-user-address-set", "A:current-user-principal", "A:displayname",
        "C:dropbox-home-URL", "C:email-address-set", "B:max-attendees-per-instance", "C:notification-URL",
        "A:principal-collection-set", "A:principal-URL", "A:resource-id", "B:schedule-inbox-URL",
        "B:schedule-outbox-URL", "A:supported-report-set", "C:calendar-proxy-read-for",
    ]  # fmt: skip
    found = asked(alice, principal, fifteen)
    place = href_in(found, "cal:calendar-home-set")
    assert place == home(alice)
    assert href_in(found, "cal:calendar-user-address-set") == "mailto:alice@example.org"
    assert href_in(found, "d:principal-collection-set") == f"{ROOT}principals/users/"
    fifty = [
        "B:calendar-description", "B:calendar-free-busy-set", "D:calendar-color", "D:calendar-order",
        "B:calendar-timezone", "A:current-user-privilege-set", "B:default-alarm-vevent-date",
        "B:default-alarm-vevent-datetime", "A:displayname", "C:getctag", "D:language-code", "D:location-code",
        "A:owner", "C:pre-publish-url", "C:publish-url", "C:push-transports", "C:pushkey", "A:quota-available-bytes",
        "A:quota-used-bytes", "D:refreshrate", "A:resource-id", "A:resourcetype", "B:schedule-calendar-transp",
        "B:schedule-default-calendar-URL", "C:source", "C:subscribed-strip-alarms",
        "B:supported-calendar-component-set", "B:supported-calendar-component-sets",
        "A:supported-report-set", "A:sync-token", "C:xmpp-server",
        "A:add-member", "C:allowed-sharing-modes", "C:invite", "B:max-resource-size", "A:acl",
    ]  # fmt: skip
    listed = asked(alice, place, fifty, "1", Brief="t", Prefer="return=minimal")
    assert listed.hrefs == [place, f"{place}personal/", f"{place}tasks/"]
    assert not any(404 in listed.props(one) for one in listed.hrefs), "what is not there is not told"
    assert listed.headers["preference-applied"] == "return=minimal"
    kinds = listed.props(f"{place}tasks/")[200][f"{{{NS['cal']}}}supported-calendar-component-set"]
    assert [one.get("name") for one in kinds] == ["VTODO"], "Reminders wants lists of tasks alone"
    assert {"write", "bind", "unbind"} <= privileges(listed, f"{place}personal/")
    patch = (
        f"<A:propertyupdate {APPLE}><A:set><A:prop><D:calendar-order>2</D:calendar-order>"
        '<D:calendar-color symbolic-color="blue">#1BADF8FF</D:calendar-color>'
        "<B:default-alarm-vevent-date>BEGIN:VALARM&#13;\nEND:VALARM&#13;\n</B:default-alarm-vevent-date>"
        "</A:prop></A:set></A:propertyupdate>"
    )
    for path in (f"{place}personal/",):
        patched = alice("PROPPATCH", path, patch, Brief="t", Prefer="return=minimal")
        assert patched.status == 207
        assert set(patched.props()) == {200}
    again = asked(alice, f"{place}personal/", ["D:calendar-color", "B:default-alarm-vevent-date"])
    assert again.value("ical:calendar-color") == "#1BADF8FF"
    assert "VALARM" in again.value("cal:default-alarm-vevent-date")
    started = sync(alice, f"{place}personal/")
    name = f"{place}personal/8A1F-11.ics"
    made = alice.put(name, event("8A1F-11", "Dentist"), If_None_Match="*")
    assert (made.status, bool(made.headers["etag"])) == (201, True)
    changed = sync(alice, f"{place}personal/", token(started))
    assert told(changed) == {"8A1F-11.ics": 200}
    assert data_of(multiget(alice, f"{place}personal/", changed.hrefs)) == [event("8A1F-11", "Dentist")]
    assert alice.put(name, event("8A1F-11", "Moved"), If_Match=made.headers["etag"]).status == 204
    assert alice("DELETE", name, If_Match=made.headers["etag"]).status == 412
    assert told(sync(alice, f"{place}personal/", token(changed))) == {"8A1F-11.ics": 200}


def test_davx5_finds_what_is_shared_and_carries_changes_both_ways(town, alice):
    from calendars.actions import making

    sport = making.make(make.act(town.alice), town.space, "Sport", name="sport")
    bob = device(town.bob)
    root = followed(bob, "/.well-known/caldav", ["A:current-user-principal"])
    principal = href_in(asked(bob, root, ["A:current-user-principal"]), "d:current-user-principal")
    place = href_in(
        asked(bob, principal, ["B:calendar-home-set", "C:calendar-proxy-read-for"]), "cal:calendar-home-set"
    )
    tags = ["A:resourcetype", "A:displayname", "A:current-user-privilege-set", "D:calendar-color", "A:owner",
            "B:calendar-timezone", "B:supported-calendar-component-set", "C:source"]  # fmt: skip
    listed = asked(bob, place, tags, "1")
    shared = f"{place}shared-{sport.pk}/"
    assert shared in listed.hrefs
    assert listed.value("d:displayname", shared) == "Sport"
    assert "bind" in privileges(listed, shared), "he edits there"
    state = asked(bob, shared, ["C:getctag", "A:sync-token", "A:supported-report-set"])
    before = state.value("cs:getctag")
    own = f"{shared}own.ics"
    assert bob.put(own, event("own", "Mine"), If_None_Match="*").status == 201
    alice.put(f"{home(alice)}shared-{sport.pk}/hers.ics", event("hers", "Hers"))
    assert asked(bob, shared, ["C:getctag"]).value("cs:getctag") != before
    past = '<cal:time-range start="20260901T000000Z"/>'
    etags = query(bob, shared, past, "<d:getetag/>")
    assert told(etags) == {"own.ics": 200, "hers.ics": 200}
    batch = multiget(bob, shared, etags.hrefs, "<d:getcontenttype/><d:getetag/><cal:calendar-data/>")
    assert data_of(batch) == [event("own", "Mine"), event("hers", "Hers")]
    etag = batch.value("d:getetag", f"{shared}hers.ics")
    alice.put(f"{home(alice)}shared-{sport.pk}/hers.ics", event("hers", "Later"))
    assert bob.put(f"{shared}hers.ics", event("hers", "His"), If_Match=etag).status == 412, "the server wins"
    assert bob("DELETE", own, If_Match=etag).status == 412
    assert bob("DELETE", own).status == 204
    tasks = f"{place}tasks/"
    assert bob.put(f"{tasks}t.ics", todo("t", "Buy", "STATUS:NEEDS-ACTION")).status == 201
    assert told(query(bob, tasks, "", "<d:getetag/>", kind="VTODO")) == {"t.ics": 200}
    bits = [sync(bob, shared, "", 1)]
    while b"507" in bits[-1].body:
        bits.append(sync(bob, shared, token(bits[-1]), 1))
    assert {name for one in bits for name in told(one)} - {f"shared-{sport.pk}"} == {"hers.ics"}


def test_thunderbird_takes_a_read_only_calendar_for_one(town, alice):
    """It looks at the privileges alone; colour and name are one's own to set all the same."""
    from calendars.actions import making
    from collab.rights.right import READER

    calendar = making.make(make.act(town.alice), town.space, "Board", name="board")
    eve = device(town.eve)
    make.share(town.alice, calendar, town.eve, READER.mask)
    path = f"{home(eve)}shared-{calendar.pk}/"
    held = privileges(asked(eve, path, ["A:current-user-privilege-set"]))
    assert not held & {"write", "write-properties", "write-content", "all"}
    refused = eve.put(f"{path}a.ics", event())
    assert (refused.status, b"need-privileges" in refused.body) == (403, True)
    patch = f"<A:propertyupdate {APPLE}><A:set><A:prop><D:calendar-color>#00FF00</D:calendar-color></A:prop></A:set></A:propertyupdate>"  # noqa: E501
    assert set(eve("PROPPATCH", path, patch).props()) == {200}
    assert asked(eve, path, ["D:calendar-color"]).value("ical:calendar-color") == "#00FF00"
    assert Calendar.objects.get(pk=calendar.pk).color != "#00FF00"
    answer = eve("REPORT", path, f'<d:sync-collection {SPACES}><d:sync-token/><d:sync-level>1</d:sync-level><d:prop>'
                 "<d:getcontenttype/><d:getetag/></d:prop></d:sync-collection>", Depth="1")  # fmt: skip
    assert answer.status == 207


def test_a_device_that_asks_for_it_is_told_what_is_there_after_a_write(alice):
    path = f"{home(alice)}personal/prefer.ics"
    alice("PROPFIND", home(alice), Depth="0")
    first = alice("PUT", path, event("prefer"), Prefer="return=representation")
    assert (first.status, first.body, first.headers["preference-applied"]) == (
        201, event("prefer"), "return=representation",
    )  # fmt: skip
    assert first.headers["content-type"] == "text/calendar; charset=utf-8; component=vevent"
    again = alice("PUT", path, event("prefer"), Prefer="return=representation")
    assert (again.status, again.body, again.headers["etag"]) == (200, event("prefer"), first.headers["etag"])
    plain = alice("PUT", path, event("prefer", "Other"))
    assert (plain.status, plain.body) == (204, b"")
