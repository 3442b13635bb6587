"""Files of other programs cut into entries and brought in: nothing lost, nothing twice, every failure told."""

import contextlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from calendars import queries
from calendars.actions import importing, making, storing
from calendars.actions.importing import There
from calendars.ical import reading
from calendars.ical.splitting import Split
from calendars.models import Brought, CalendarObject, Occurrence
from collab.events import jobs
from collab.events.models import Job
from collab.lib.errors import BadInput, Forbidden
from collab.rights.right import CONTRIBUTOR, READER
from tests import town as make
from tests.calendars.caldav import event, todo

ZONE = (
    b"BEGIN:VTIMEZONE\r\nTZID:Ours\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0100\r\n"
    b"TZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
)


def inner(data):
    return data[data.index(b"BEGIN:V", 10) : data.index(b"END:VCALENDAR")]


def file(*parts, head=b"VERSION:2.0\r\nPRODID:-//other//EN\r\nMETHOD:PUBLISH\r\nX-WR-CALNAME:Ours\r\n"):
    return b"BEGIN:VCALENDAR\r\n" + head + b"".join(parts) + b"END:VCALENDAR\r\n"


def test_a_file_is_cut_by_uid_with_the_zones_that_each_names():
    whole = file(
        ZONE,
        inner(event("a", "A", zone="Ours")),
        inner(event("b", "B")),
        inner(event("a", "A moved", "20261208T180000", "20261208T190000", "RECURRENCE-ID;TZID=Ours:20261208T170000")),
        inner(todo("c")),
    )
    found = list(Split(whole))
    assert [reading.read(one).uid for one in found] == ["a", "b", "c"]
    assert [b"VTIMEZONE" in one for one in found] == [True, False, False]
    assert len(reading.read(found[0]).parts) == 2
    assert all(b"METHOD" not in one and b"PRODID:-//other//EN" in one for one in found)
    assert inner(event("b", "B")) in found[1], "each component as it stands in the file"


def test_a_large_zone_or_head_does_not_fill_the_memory():
    zone = ZONE.replace(b"TZID:Ours", b"TZID:Ours\r\nX-LONG:" + b"x" * 100_000)
    head = b"VERSION:2.0\r\nPRODID:" + b"y" * 100_000 + b"\r\n"
    found = Split(file(zone, *(inner(event(str(n), "A", zone="Ours")) for n in range(50)), head=head))
    assert len(found) == 50
    assert sum(map(len, found)) < 50 * 1000
    assert reading.read(next(iter(found))).problems, "the zone is not known: it is said"


def test_files_without_uids_with_lf_and_several_calendars():
    bare = inner(event("x", "X")).replace(b"UID:x\r\n", b"")
    twice = (file(bare) + file(inner(event("y", "Y")))).replace(b"\r\n", b"\n")
    first, second = (reading.read(one) for one in Split(twice))
    assert (len(first.uid), second.uid) == (32, "y")
    one, other = (reading.read(next(iter(Split(file(bare))))) for _try in range(2))
    assert one.uid == other.uid


@pytest.mark.parametrize(
    "data",
    [b"", b"hello", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n",
     b"BEGIN:A\r\n" * 100],
    ids=["empty", "text", "crossed", "open", "deep"],
)  # fmt: skip
def test_what_is_no_calendar_is_refused(data):
    with pytest.raises(BadInput):
        list(Split(data))


LINES = [b"BEGIN:VCALENDAR\n", b"END:VCALENDAR\n", b"BEGIN:VEVENT\n", b"END:VEVENT\n", b"UID:\n", b" x\n"]


@given(st.binary(max_size=400), st.lists(st.sampled_from(LINES), max_size=20))
def test_nothing_but_a_refusal_comes_of_anything(junk, lines):
    for data in (junk, b"".join(lines) + junk):
        with contextlib.suppress(BadInput):
            list(Split(data))


@pytest.fixture
def sport(town):
    return making.make(make.act(town.alice), town.space, "Sport", zone="Europe/Paris")


def bring(user, calendar, *parts, there=There.SKIP):
    return importing.bring(make.act(user), calendar, Split(file(*parts)), there)


def titles(calendar):
    rows = CalendarObject.objects.filter(calendar=calendar, deleted_at=None)
    return sorted(rows.values_list("summary", flat=True))


def test_what_is_there_is_skipped_replaced_or_copied(town, sport):
    storing.put(make.act(town.alice), sport, "mine.ics", event("a", "Old"))
    new = inner(event("a", "New")), inner(event("b", "B"))
    report = bring(town.alice, sport, *new)
    assert (report.added, report.skipped, titles(sport)) == (1, 1, ["B", "Old"])
    report = bring(town.alice, sport, *new, there=There.REPLACE)
    assert (report.added, report.replaced, titles(sport)) == (0, 2, ["B", "New"])
    assert CalendarObject.objects.get(uid="a").name == "mine.ics"
    report = bring(town.alice, sport, *new, there=There.COPY)
    assert (report.added, titles(sport)) == (2, ["B", "B", "New", "New"])
    sport.refresh_from_db()
    assert sport.members == 4
    assert Occurrence.objects.filter(calendar=sport).count() == 4
    assert max(CalendarObject.objects.values_list("seq", flat=True)) == sport.seq


def test_failures_are_told_and_hinder_nothing(town, sport):
    bad = inner(event("bomb", "Bomb", "20261201T180000", "20261201T190000", "RRULE:FREQ=SECONDLY"))
    sport.components = ["VEVENT"]
    sport.save()
    report = bring(town.alice, sport, bad, inner(todo("t", "Task")), inner(event("ok", "Fine")))
    assert (report.added, report.refused) == (1, 2)
    assert [title for title, _why in report.failed] == ["Bomb", "Task"]
    assert all(why for _title, why in report.failed)


def test_only_who_may_brings_in(town, sport):
    make.share(town.alice, sport, town.eve, READER.mask)
    with pytest.raises(Forbidden):
        bring(town.eve, sport, inner(event("a", "A")))
    make.share(town.alice, sport, town.eve, CONTRIBUTOR.mask)
    sport.refresh_from_db()
    assert bring(town.eve, sport, inner(event("a", "A"))).added == 1
    with pytest.raises(Forbidden):
        bring(town.eve, sport, inner(event("a", "B")), there=There.REPLACE)


def test_a_step_takes_few_queries(town, sport, django_assert_max_num_queries):
    rule = "RRULE:FREQ=WEEKLY;COUNT=5"
    parts = [inner(event(str(n), f"E{n}", "20261201T180000", "20261201T190000", rule)) for n in range(200)]
    with django_assert_max_num_queries(16):
        assert bring(town.alice, sport, *parts).added == 200


def sent(data, name="ours.ics"):
    return SimpleUploadedFile(name, data, "text/calendar")


def test_the_page_brings_a_file_in_and_says_what_could_not_be(town, sport, client):
    client.force_login(town.bob)
    bad = inner(event("bomb", "Bomb", "20261201T180000", "20261201T190000", "RRULE:FREQ=SECONDLY"))
    form = {"calendar": sport.pk, "there": "skip", "file": sent(file(inner(event("a", "A")), bad))}
    page = client.post("/calendars/bring/", form, follow=True, headers={"accept-language": "en"})
    assert "1 entry came in. 1 could not be brought in: “Bomb”" in page.content.decode()
    page = client.post("/calendars/bring/", form | {"file": sent(b"hello")}, headers={"accept-language": "en"})
    assert (page.status_code, "This is no calendar file" in page.content.decode()) == (400, True)
    assert client.post("/calendars/bring/", form | {"calendar": "7", "file": sent(b"x")}).status_code == 400
    client.force_login(town.eve)
    assert f'value="{sport.pk}"' not in client.get("/calendars/bring/").content.decode()


@pytest.mark.parametrize("there", ["skip", "copy"])
def test_a_large_file_is_a_job_that_may_break_and_begin_again(town, sport, client, monkeypatch, there):
    monkeypatch.setattr(jobs, "_queue", lambda pk: None)
    monkeypatch.setattr(importing, "STEP", 50)
    storing.put(make.act(town.alice), sport, "mine.ics", event("3", "Old"))
    parts = [inner(event(str(number), f"E{number}")) for number in range(120)]
    client.force_login(town.bob)
    answer = client.post("/calendars/bring/", {"calendar": sport.pk, "there": there, "file": sent(file(*parts))})
    job = Job.objects.get()
    assert answer.url.endswith(f"/jobs/{job.pk}/")
    step, steps = importing._step, []

    def breaks(*arguments):
        if len(steps) == 2:
            raise SystemExit
        steps.append(step(*arguments))

    monkeypatch.setattr(importing, "_step", breaks)
    with pytest.raises(SystemExit):
        jobs.run(str(job.pk))
    assert len(titles(sport)) > 50
    monkeypatch.setattr(importing, "_step", step)
    Job.objects.update(state="waiting")
    jobs.run(str(job.pk))
    job.refresh_from_db()
    assert job.state == "done"
    assert len(titles(sport)) == (121 if there == "copy" else 120)
    assert not Brought.objects.exists()


def test_what_came_at_one_moment_is_synced_in_pages_without_loss_or_double(town, sport):
    bring(town.alice, sport, *(inner(event(str(number), f"E{number}")) for number in range(25)))
    actor = make.act(town.alice)
    found = queries.mine(actor, sport.pk)
    seq, last, told = 0, 0, []
    for _page in range(5):
        changes = queries.changes(actor, found, seq, last, 7, old=found.calendar.seq)
        told += [row[queries.ROW.index("name")] for row in changes.rows]
        seq, last = changes.seq, changes.last
        if changes.whole:
            break
    assert changes.whole
    assert sorted(told) == sorted(CalendarObject.objects.values_list("name", flat=True))
