"""A calendar in one file: each zone once, each entry as sent, and only what its person may see."""

import pytest

from calendars.ical import reading
from collab.lib import contentlines
from collab.rights.right import Right
from tests import town as make
from tests.calendars.caldav import event, home, todo
from tests.calendars.ical import VTIMEZONE
from tests.dav.conftest import device

pytestmark = pytest.mark.django_db
ZONE = VTIMEZONE.replace("\n", "\r\n").encode()


def zoned(uid, *more):
    data = event(uid, f"About {uid}", "20261201T180000", "20261201T193000", *more, zone="Europe/Berlin")
    return data.replace(b"BEGIN:VEVENT", ZONE + b"BEGIN:VEVENT", 1)


def test_a_calendar_comes_in_one_file(town):
    alice = device(town.alice)
    alice.propfind(home(alice), ["d:displayname"])
    path = f"{home(alice)}personal/"
    for uid in ("a", "b"):
        assert alice.put(f"{path}{uid}.ics", zoned(uid)).status == 201
    answer = alice("GET", path)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert "Personal.ics" in answer.headers["content-disposition"]
    assert answer.body.count(b"BEGIN:VTIMEZONE") == answer.body.count(b"BEGIN:VCALENDAR") == 1
    found = contentlines.read(answer.body).components("VCALENDAR")[0]
    assert [one.value("SUMMARY") for one in found.components("VEVENT")] == ["About a", "About b"]
    assert answer.body.index(b"VTIMEZONE") < answer.body.index(b"VEVENT")
    assert alice("GET", f"{path}?export").body == answer.body
    assert alice("GET", path, If_None_Match=answer.headers["etag"]).status == 304
    assert (alice("HEAD", path).body, alice("HEAD", path).headers["etag"]) == (b"", answer.headers["etag"])
    alice("DELETE", f"{path}a.ics")
    assert b"About a" not in alice("GET", path, If_None_Match=answer.headers["etag"]).body
    assert alice("GET", home(alice)).status == 405
    assert alice.put(f"{home(alice)}tasks/t.ics", todo()).status == 201
    assert b"BEGIN:VTODO" in alice("GET", f"{home(alice)}tasks/").body


def test_who_sees_busy_times_gets_these(town):
    from calendars.actions import making

    alice, eve = device(town.alice), device(town.eve)
    calendar = making.make(make.act(town.alice), town.space, "Sport", name="sport")
    make.share(town.alice, calendar, town.eve, Right.RESPOND)
    alice.put(f"{home(alice)}shared-{calendar.pk}/a.ics", zoned("a", "LOCATION:Hall"))
    hers, his = alice("GET", f"{home(alice)}shared-{calendar.pk}/"), eve("GET", f"{home(eve)}shared-{calendar.pk}/")
    assert (b"About a" in hers.body, b"About a" in his.body, b"Hall" in his.body) == (True, False, False)
    assert b"DTSTART;TZID=Europe/Berlin:20261201T180000" in his.body
    assert hers.headers["etag"] != his.headers["etag"]
    assert reading.read(his.body).parts[0].summary == "Busy"
