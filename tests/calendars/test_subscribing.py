"""Calendars of the web: what changes there changes here, nobody writes in them, hostile ones cost little."""

import contextlib
from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from calendars import looking, queries
from calendars.actions import feeding, fetching, importing, making, storing
from calendars.ical import feeding as feeds
from calendars.models import Calendar, CalendarObject, Gone, Occurrence, Source
from calendars.port import Port
from calendars.tasks import fetch
from collab.events import jobs
from collab.lib.errors import BadInput, Conflict, Forbidden, Refusal
from collab.registry import house
from collab.registry.ports import Happening
from collab.rights.right import EDITOR, MANAGER
from tests import town as make
from tests.calendars import caldav
from tests.calendars.caldav import event, todo
from tests.calendars.feeds import publishing
from tests.calendars.test_importing import file, inner
from tests.dav.conftest import device as device_of

pytestmark = pytest.mark.django_db
EN = {"headers": {"accept-language": "en"}}


@pytest.fixture
def web(town, monkeypatch):
    monkeypatch.setattr(jobs, "_queue", lambda pk: None)
    house.put("calendars.web_private", True)
    house.forget()
    with publishing() as found:
        yield found


def added(who, space, web, *parts, path="/club.ics", **options):
    address = web.publish(path, file(*parts))
    looked = looking.look(address)
    made = fetching.subscribe(make.act(who), space, address, looked, **options)
    fetching.refresh(made.source, looked)
    return made


def rows(calendar):
    found = CalendarObject.objects.filter(calendar=calendar)
    return {one.uid: (one.summary, one.etag, one.seq) for one in found}


def later(calendar):
    """Let it be due, and fetch what is due."""
    Source.objects.filter(pk=calendar.pk).update(due_at=timezone.now(), tried_at=None)
    fetch()
    calendar.refresh_from_db()
    return Source.objects.get(pk=calendar.pk)


def test_only_what_changed_is_written_and_what_went_is_gone(town, web):
    made = added(town.alice, town.space, web, inner(event("a", "A")), inner(event("b", "B")), inner(event("c", "C")))
    before, seq = rows(made), Calendar.objects.get(pk=made.pk).seq
    assert {uid: one[0] for uid, one in before.items()} == {"a": "A", "b": "B", "c": "C"}
    # the server writes DTSTAMP anew for everybody; B moved, C went, D came
    new = [inner(event(uid, title)) for uid, title in (("a", "A"), ("b", "B moved"), ("d", "D"))]
    web.publish("/club.ics", file(*new).replace(b"DTSTAMP:20261126T120000Z", b"DTSTAMP:20261127T080000Z"))
    source = later(made)
    after = rows(made)
    assert after["a"] == before["a"], "untouched: no device fetches it again"
    assert (after["b"][0], after["d"][0], "c" in after) == ("B moved", "D", False)
    assert Gone.objects.filter(calendar=made).count() == 1
    assert made.members == 3
    assert made.seq > seq
    assert Occurrence.objects.filter(calendar=made).count() == 3
    assert (source.trouble, source.failures, source.left_out) == ("", 0, 0)
    # nothing new at all: nothing moves, and the file is not even read
    seq = made.seq
    later(made)
    assert made.seq == seq
    # what comes back is there again under its name
    web.publish("/club.ics", file(*new, inner(event("c", "C"))))
    later(made)
    assert "c" in rows(made)
    assert not Gone.objects.filter(calendar=made).exists()


def test_validators_are_sent_and_302_leads_on(town, web):
    made = added(town.alice, town.space, web, inner(event("a", "A")))
    web.publish("/club.ics", b"", 301, Location="/moved.ics")
    web.publish(
        "/moved.ics", file(inner(event("a", "New"))), ETag='"v1"', Last_Modified="Wed, 25 Nov 2026 08:00:00 GMT"
    )
    later(made)
    assert rows(made)["a"][0] == "New"
    later(made)
    path, headers = web.asked[-1]
    assert (path, headers["If-None-Match"]) == ("/moved.ics", '"v1"')
    assert headers["If-Modified-Since"] == "Wed, 25 Nov 2026 08:00:00 GMT"


@pytest.mark.parametrize(
    ("answer", "word"),
    [((401, b""), "password"), ((404, b""), "missing"), ((500, b""), "failing"), ((200, b"<html>"), "unreadable"),
     ((200, b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"), "unreadable")],
    ids=["password", "missing", "failing", "page", "half"],
)  # fmt: skip
def test_what_goes_wrong_is_said_and_what_was_there_stays(town, web, client, answer, word):
    made = added(town.alice, town.space, web, inner(event("a", "A")))
    web.publish("/club.ics", answer[1], answer[0])
    waits = []
    for _try in range(3):
        source = later(made)
        waits.append(source.due_at - timezone.now())
    assert source.trouble == word
    assert source.failures == 3
    assert rows(made).keys() == {"a"}
    assert waits[0] < timedelta(minutes=16) < waits[1] < timedelta(minutes=31) < waits[2], "each time it waits longer"
    client.force_login(town.alice)
    page = client.get(f"/calendars/{made.pk}/", **EN).content.decode()
    assert str(looking.TROUBLES[word])[:30] in page
    web.publish("/club.ics", file(inner(event("a", "Back"))))
    assert later(made).failures == 0
    assert rows(made)["a"][0] == "Back"


def test_nobody_writes_in_it_whatever_their_role(town, web, client):
    made = added(town.alice, town.space, web, inner(event("a", "A")))
    row = CalendarObject.objects.get(calendar=made)
    act = make.act(town.alice)
    make.share(town.alice, made, town.eve, EDITOR.mask)
    for change in (
        lambda: storing.put(act, made, "new.ics", event("n")),
        lambda: storing.put(make.act(town.eve), made, row.name, event("a", "Mine")),
        lambda: storing.delete(act, row),
        lambda: importing.bring(act, made, [event("n")], importing.There.SKIP),
        lambda: storing.move(act, row, making.make(act, town.space, "Own"), "x.ics"),
    ):
        with pytest.raises(Forbidden):
            change()
    mine = queries.mine(act, made.pk)
    assert (mine.may_add, bool(mine.mask & MANAGER.mask)) == (False, True)
    client.force_login(town.alice)
    page = client.get(f"/calendars/events/{row.pk}/", **EN).content.decode()
    assert "come from elsewhere" in page
    assert f"/calendars/events/{row.pk}/edit/" not in page
    assert client.post(f"/calendars/events/{row.pk}/remove/", {"etag": row.etag}).status_code == 403
    assert f'<option value="{made.pk}"' not in client.get("/calendars/events/new/", **EN).content.decode()
    # what a poll has fixed goes elsewhere
    Calendar.objects.filter(space=town.space, fed=False).delete()
    happening = Happening("poll@test", "General meeting", "", 1, day=date(2026, 12, 3))
    Port().put(make.act(town.alice), town.space, happening)
    assert CalendarObject.objects.get(uid="poll@test").calendar_id != made.pk


def test_devices_see_a_calendar_that_is_read(town, web):
    made = added(town.alice, make.home(town.alice).space, web, inner(event("a", "A")))
    device = device_of(town.alice)
    path = f"{caldav.home(device)}{made.name}/"
    props = "<d:current-user-privilege-set/><d:resourcetype/><cs:source/>"
    spaces = 'xmlns:d="DAV:" xmlns:cs="http://calendarserver.org/ns/"'
    body = f"<d:propfind {spaces}><d:prop>{props}</d:prop></d:propfind>"
    answer = device("PROPFIND", path, body, Depth="0")
    assert f"{web.base}/club.ics".encode() in answer.body
    held = caldav.privileges(answer)
    assert {"read", "read-current-user-privilege-set"} <= held
    assert not held & {"write", "write-content", "bind", "unbind", "write-properties"}
    assert b"subscribed" not in answer.body, "DAVx5 would take it for an address to give to another program"
    assert device("PUT", path + "n.ics", event("n")).status == 403
    row = CalendarObject.objects.get(calendar=made)
    refused = device("DELETE", path + row.name)
    assert refused.status == 403
    assert b"need-privileges" in refused.body
    token = caldav.token(caldav.sync(device, path))
    web.publish("/club.ics", file(inner(event("b", "B"))))
    later(made)
    told = caldav.told(caldav.sync(device, path, token))
    assert told.pop(row.name) == 404
    assert list(told.values()) == [200]


def test_switches_leave_out_what_is_not_wanted(town, web):
    alarm = ("BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:x", "TRIGGER:-PT5M", "END:VALARM")
    parts = (
        inner(event("a", "A", "20261201T180000", "20261201T193000", *alarm, "ATTACH:https://x.example/a.pdf")),
        inner(todo("t", "T")),
    )
    made = added(town.alice, town.space, web, *parts)
    data = bytes(CalendarObject.objects.get(calendar=made).data)
    assert (b"VALARM" in data, b"ATTACH" in data, made.components) == (False, True, ["VEVENT"])
    source = fetching.change(
        make.act(town.alice), made, made.source.address, every=3600,
        without_alarms=False, without_tasks=False, without_attachments=True,
    )  # fmt: skip
    fetching.refresh(source)
    data = bytes(CalendarObject.objects.get(calendar=made, uid="a").data)
    assert (b"VALARM" in data, b"ATTACH" in data) == (True, False)
    assert rows(made).keys() == {"a", "t"}
    assert source.due_at - timezone.now() < timedelta(hours=1, minutes=1)
    with pytest.raises(BadInput):
        fetching.change(make.act(town.alice), made, made.source.address, every=1)
    with pytest.raises(Forbidden):
        fetching.change(make.act(town.bob), made, made.source.address, every=None)
    with pytest.raises(Conflict):
        fetching.again(make.act(town.alice), made)


def test_what_the_file_says_of_itself_is_taken_over(town, web):
    head = (
        b"VERSION:2.0\r\nPRODID:-//G//EN\r\nX-WR-CALNAME:Les\r\n  Lynx\r\nX-WR-TIMEZONE:Europe/Paris\r\n"
        b"X-APPLE-CALENDAR-COLOR:#C0392B\r\nX-PUBLISHED-TTL:PT12H\r\n"
    )
    weekly = inner(
        event("w", "W", "20260601T150000Z", "20260601T160000Z", "RRULE:FREQ=WEEKLY", "EXDATE:20260608T150000Z")
    )
    address = web.publish("/l.ics", file(weekly, inner(event("f", "F")), head=head))
    looked = looking.look(address)
    made = fetching.subscribe(make.act(town.alice), town.space, address, looked)
    fetching.refresh(made.source, looked)
    assert (made.title, made.color, made.zone, made.source.told) == ("Les Lynx", "#C0392B", "Europe/Paris", 43200)
    data = bytes(CalendarObject.objects.get(calendar=made, uid="w").data)
    assert b"DTSTART;TZID=Europe/Paris:20260601T170000" in data
    assert b"EXDATE;TZID=Europe/Paris:20260608T170000" in data
    assert b"BEGIN:VTIMEZONE" in data
    winter = Occurrence.objects.get(calendar=made, event__uid="w", starts__date="2026-12-07")
    assert winter.starts.hour == 16, "at five in Paris, in winter as in summer"
    assert b"DTSTART:20261201T180000" in bytes(CalendarObject.objects.get(calendar=made, uid="f").data)


def test_hostile_files_cost_little_and_break_nothing(town, web, monkeypatch):
    made = added(town.alice, town.space, web, inner(event("a", "A")))
    bad = inner(event("bomb", "B", "20261201T180000", "20261201T190000", "RRULE:FREQ=SECONDLY"))
    web.publish("/club.ics", file(bad, inner(event("a", "A2"))))
    assert later(made).left_out == 1
    assert rows(made).keys() == {"a"}
    monkeypatch.setattr(feeding, "MOST_TIMES", 100)
    web.publish("/club.ics", file(inner(event("d", "D", "20261201T180000", "20261201T190000", "RRULE:FREQ=DAILY"))))
    assert later(made).trouble == "much"
    assert rows(made).keys() == {"a"}
    monkeypatch.setattr(feeding, "MOST", 2)
    web.publish("/club.ics", file(*(inner(event(str(n))) for n in range(3))))
    assert later(made).trouble == "much"
    monkeypatch.setattr(looking, "LARGEST", 50)
    assert later(made).trouble == "large"
    assert rows(made).keys() == {"a"}


def test_addresses_are_written_as_people_know_them(town):
    assert looking.address_of(" webcal://club.example/a.ics#x ") == "https://club.example/a.ics"
    assert looking.address_of("http://club.example/a.ics?k=1") == "https://club.example/a.ics?k=1"
    assert looking.address_of("club.example/a.ics") == "https://club.example/a.ics"
    for wrong in ("file:///etc/passwd", "ftp://x.example/a", "https://u:p@x.example/", "", "https://", "a b"):
        with pytest.raises(BadInput):
            looking.address_of(wrong)
    with pytest.raises(looking.Trouble, match="address"):
        looking.look("https://127.0.0.1/a.ics")


def test_the_page_adds_one_refreshes_it_and_shows_its_address_to_managers_alone(town, web, client):
    address = web.publish("/club.ics", file(inner(event("a", "A"))))
    client.force_login(town.alice)
    form = {"address": address, "title": "", "space": town.space.pk, "every": "86400"}
    page = client.post("/calendars/new/web/", form, follow=True, **EN).content.decode()
    made = Calendar.objects.get(fed=True)
    assert "“Ours” is here." in page
    assert address in page
    assert (made.space, made.source.every, rows(made)["a"][0]) == (town.space, 86400, "A")
    source = Source.objects.filter(pk=made.pk)
    source.update(tried_at=None)
    web.publish("/club.ics", file(inner(event("a", "A2"))))
    client.post(f"/calendars/{made.pk}/fetch/", **EN)
    assert rows(made)["a"][0] == "A2"
    assert client.post(f"/calendars/{made.pk}/fetch/", **EN).status_code == 409
    page = client.post("/calendars/new/web/", form | {"address": address + "x"}, **EN)
    assert (page.status_code, "There is nothing at this address" in page.content.decode()) == (400, True)
    assert Calendar.objects.filter(fed=True).count() == 1
    client.force_login(town.bob)
    page = client.get(f"/calendars/{made.pk}/", **EN).content.decode()
    assert "Where it comes from" in page
    assert address not in page
    assert client.post(f"/calendars/{made.pk}/fetch/", **EN).status_code == 403
    client.force_login(town.eve)
    assert client.post(f"/calendars/{made.pk}/fetch/", **EN).status_code == 404


def test_another_address_is_fetched_as_a_job_that_says_what_was_wrong(town, web, client):
    made = added(town.alice, town.space, web, inner(event("a", "A")))
    other = web.publish("/other.ics", file(inner(event("b", "B"))))
    client.force_login(town.alice)
    client.post(f"/calendars/{made.pk}/source/", {"address": other, "every": "604800", "tasks": "on"})
    assert rows(made).keys() == {"a"}
    jobs.run(str(jobs.Job.objects.get().pk))
    source = Source.objects.get(pk=made.pk)
    assert (rows(made).keys(), source.address, source.every, source.without_tasks) == ({"b"}, other, 604800, False)
    client.post(f"/calendars/{made.pk}/source/", {"address": other + "x", "every": ""})
    job = jobs.Job.objects.exclude(state=jobs.Job.State.DONE).get()
    jobs.run(str(job.pk))
    job.refresh_from_db()
    assert job.state == jobs.Job.State.FAILED
    assert rows(made).keys() == {"b"}


HEADS = [
    b"NAME:", b"X-WR-TIMEZONE:Europe/Paris\n", b"REFRESH-INTERVAL:P", b"COLOR:#", b"DTSTART:20261201T180000Z\n",
    b"RRULE:FREQ=DAILY\n", b"EXDATE:", b"BEGIN:VALARM\n", b"END:VALARM\n", b"BEGIN:VEVENT\n", b"END:VEVENT\n",
]  # fmt: skip


@given(st.lists(st.one_of(st.sampled_from(HEADS), st.binary(max_size=30)), max_size=20))
def test_nothing_but_a_refusal_comes_of_anything(parts):
    head = b"BEGIN:VCALENDAR\nX-WR-TIMEZONE:Europe/Paris\n"
    whole = head + b"BEGIN:VEVENT\nUID:x\n" + b"".join(parts) + b"\nEND:VEVENT\nEND:VCALENDAR\n"
    for data in (head + b"".join(parts) + b"\nEND:VCALENDAR\n", whole, b"".join(parts)):
        with contextlib.suppress(Refusal):
            for one in feeds.Feed(data):
                feeds.prepared(one, feeds.Without(True, True), "Europe/Paris")


def test_a_large_one_comes_as_a_job_and_thrown_away_ones_rest(town, web, client, monkeypatch):
    monkeypatch.setattr(fetching, "AT_ONCE", 2)
    web.publish("/club.ics", file(*(inner(event(str(n))) for n in range(3))))
    client.force_login(town.alice)
    client.post("/calendars/new/web/", {"address": web.base + "/club.ics", "space": town.space.pk, "every": ""})
    made = Calendar.objects.get(fed=True)
    assert rows(made) == {}
    jobs.run(str(jobs.Job.objects.get().pk))
    assert len(rows(made)) == 3
    making.throw_away(make.act(town.alice), made)
    asked = len(web.asked)
    later(Calendar.objects.get(pk=made.pk))
    assert len(web.asked) == asked


def test_what_is_alike_but_for_the_hour_of_asking():
    one, other = event("a"), event("a").replace(b"DTSTAMP:20261126T120000Z", b"DTSTAMP;X=1:2027\r\n 0101T000000Z")
    assert feeds.alike(one, other)
    assert not feeds.alike(one, event("a", "Other"))
