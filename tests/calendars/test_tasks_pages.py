"""Tasks on pages: made in a line, ticked off, changed, put below each other, given to people, for who may see them."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calendars.actions import making, storing
from calendars.models import Calendar, CalendarObject, Component
from collab.rights.right import CONTRIBUTOR, READER, Right
from tests import town as make
from tests.calendars.ical import calendar as ics
from tests.files.web import signed_in, text

pytestmark = pytest.mark.django_db
TASKS = "/calendars/tasks/"


@pytest.fixture
def plans(town):
    """A list of tasks of alice's space, in which bob edits."""
    return making.make(make.act(town.alice), town.space, "Plans to do", components=[Component.TASK])


def put(who, into, title, *lines):
    uid = f"{title}@test".replace(" ", "-")
    data = ics(
        f"BEGIN:VTODO\nUID:{uid}\nDTSTAMP:20260101T000000Z\nSUMMARY:{title}\n" + "\n".join([*lines, "END:VTODO"])
    )
    return storing.put(make.act(who), into, f"{uid}.ics", data).found


def now(title):
    return CalendarObject.objects.get(summary=title, deleted_at=None)


def lines(title):
    return bytes(now(title).data).decode().replace("\r\n ", "").splitlines()


def post(browser, url, **data):
    return browser.post(f"{TASKS}{url}", data, headers={"Accept": "application/json"})


def undo(browser, answer):
    toast = answer.json()["toast"]
    return browser.post(toast["undo"], toast["fields"], headers={"Accept": "application/json"})


def test_a_line_makes_a_task_with_all_that_it_says(town, plans):
    alice = signed_in(town.alice)
    line = f"acheter du pain demain 18h !haute #courses @{town.bob.username}"
    answer = post(alice, "quick/", line=line, list=plans.pk)
    assert answer.status_code == 200, answer.content
    made = now("acheter du pain")
    assert made.calendar_id == plans.pk
    assert timezone.localtime(made.due).date() == timezone.localdate() + timedelta(days=1)
    assert (made.priority, made.categories, made.all_day) == (1, ["courses"], False)
    found = text(alice.get(f"{TASKS}list/{plans.pk}/"))
    assert "acheter du pain" in found
    assert f'aria-label="{town.bob}"' in found or str(town.bob) in found
    assert "style=" not in found
    assert "acheter du pain" in text(signed_in(town.bob).get(f"{TASKS}assigned/"))
    assert "acheter du pain" not in text(alice.get(f"{TASKS}assigned/"))
    assert not any("mailto" in one for one in lines("acheter du pain"))  # nobody's address is shown
    answer.json()["toast"]["fields"]["next"] = TASKS
    assert undo(alice, answer).status_code == 200
    assert not CalendarObject.objects.filter(summary="acheter du pain", deleted_at=None).exists()


def test_a_name_of_nobody_stays_in_the_title_and_of_who_does_not_see_the_list_it_is_said(town, plans):
    alice = signed_in(town.alice)
    said = post(alice, "quick/", line=f"call @nobody @{town.eve.username}", list=plans.pk).json()["toast"]["text"]
    assert f"{town.eve} does not see this list" in said
    assert now("call @nobody").assignees == []


def test_one_finds_only_what_one_may_see(town, plans):
    put(town.alice, plans, "Open")
    put(town.alice, plans, "Secret", "CLASS:PRIVATE")
    put(town.alice, plans, "Confidence", "CLASS:CONFIDENTIAL")
    eve, bob = signed_in(town.eve), signed_in(town.bob)
    assert "Open" not in text(eve.get(TASKS))
    assert eve.get(f"{TASKS}list/{plans.pk}/").status_code == 404
    found = text(bob.get(TASKS))
    assert "Open" in found
    assert "Secret" not in found
    assert "Confidence" not in found
    secret = now("Secret")
    assert bob.get(f"{TASKS}{secret.pk}/").status_code == 404
    assert post(bob, f"{secret.pk}/tick/", etag=secret.etag).status_code == 404
    make.share(town.alice, plans, town.eve, Right.RESPOND)  # busy times alone
    assert "Open" not in text(signed_in(town.eve).get(TASKS))
    assert signed_in(town.eve).get(f"{TASKS}list/{plans.pk}/").status_code == 404
    make.share(town.alice, plans, town.eve, READER.mask)
    eve = signed_in(town.eve)
    assert "Open" in text(eve.get(f"{TASKS}list/{plans.pk}/"))
    opened = now("Open")
    refused = post(eve, f"{opened.pk}/tick/", etag=opened.etag)
    assert refused.status_code == 403
    assert "not change it" in refused.json()["detail"]
    assert post(eve, "quick/", line="mine", list=plans.pk).status_code == 403


def test_a_contributor_changes_what_is_their_own(town, plans):
    make.share(town.alice, plans, town.eve, CONTRIBUTOR.mask)
    put(town.alice, plans, "Hers")
    eve = signed_in(town.eve)
    post(eve, "quick/", line="Mine", list=plans.pk)
    mine, hers = now("Mine"), now("Hers")
    assert post(eve, f"{mine.pk}/tick/", etag=mine.etag).status_code == 200
    assert post(eve, f"{hers.pk}/tick/", etag=hers.etag).status_code == 403


def test_ticked_off_it_goes_to_what_is_completed_and_comes_back(town, plans):
    alice = signed_in(town.alice)
    row = put(town.alice, plans, "Paint", "X-OTHER:stays")
    answer = post(alice, f"{row.pk}/tick/", etag=row.etag)
    assert "is done" in answer.json()["toast"]["text"]
    assert {"STATUS:COMPLETED", "PERCENT-COMPLETE:100", "X-OTHER:stays"} <= set(lines("Paint"))
    here = f"{TASKS}list/{plans.pk}/"
    assert "Paint" not in text(alice.get(here))
    assert "Paint" in text(alice.get(f"{here}?done=1"))
    assert "Paint" in text(alice.get(f"{TASKS}done/"))
    assert post(alice, f"{row.pk}/tick/", etag=row.etag).status_code == 412  # somebody looked at what it was
    undo(alice, answer)
    assert bytes(now("Paint").data) == bytes(row.data)
    assert "Paint" in text(alice.get(here))


def test_one_that_repeats_goes_on_with_its_next_time(town, plans):
    alice = signed_in(town.alice)
    row = put(
        town.alice, plans, "Water", "DUE;VALUE=DATE:20261201", "RRULE:FREQ=WEEKLY;COUNT=3", "CREATED:20260101T000000Z"
    )
    part = put(town.alice, plans, "Fern", "RELATED-TO:Water@test", "STATUS:COMPLETED", "COMPLETED:20260101T000000Z")
    answer = post(alice, f"{row.pk}/tick/", etag=row.etag)
    assert "next one waits" in answer.json()["toast"]["text"]
    said = set(lines("Water"))
    assert {"DUE;VALUE=DATE:20261208", "RRULE:FREQ=WEEKLY;COUNT=2", "CREATED:20260101T000000Z"} <= said
    assert now("Fern").completed_at is None
    undo(alice, answer)
    assert bytes(now("Water").data) == bytes(row.data)
    assert bytes(now("Fern").data) == bytes(part.data)
    for _time in range(3):
        row = now("Water")
        assert post(alice, f"{row.pk}/tick/", etag=row.etag).status_code == 200
    assert now("Water").completed_at is not None


def test_what_lies_below_goes_along(town, plans):
    alice = signed_in(town.alice)
    top = put(town.alice, plans, "Feast")
    put(town.alice, plans, "Hall", "RELATED-TO;RELTYPE=PARENT:Feast@test")
    put(town.alice, plans, "Keys", "RELATED-TO:Hall@test")
    put(town.alice, plans, "Mirror", "RELATED-TO:Glass@test")
    put(town.alice, plans, "Glass", "RELATED-TO:Mirror@test")  # below each other: both are shown, once
    found = text(alice.get(f"{TASKS}list/{plans.pk}/"))
    assert found.count(">Keys</a>") == found.count(">Glass</a>") == found.count(">Mirror</a>") == 1
    assert re.search(r'id="below-\d+".*>Hall</a>.*id="below-\d+".*>Keys</a>', found, re.S)
    keys = now("Keys")
    refused = post(alice, f"{top.pk}/move/", etag=top.etag, below=keys.pk)
    assert refused.status_code == 409
    assert "part of itself" in refused.json()["detail"]
    answer = post(alice, f"{top.pk}/tick/", etag=top.etag)
    assert now("Keys").completed_at is not None
    undo(alice, answer)
    assert now("Keys").completed_at is None
    other = making.make(make.act(town.alice), town.space, "Elsewhere", components=[Component.TASK])
    answer = post(alice, "several/", task=f"{top.pk}:{now('Feast').etag}", do="move", list=other.pk)
    assert answer.status_code == 200, answer.content
    assert {one.calendar_id for one in map(now, ("Feast", "Hall", "Keys"))} == {other.pk}
    undo(alice, answer)
    assert {one.calendar_id for one in map(now, ("Feast", "Hall", "Keys"))} == {plans.pk}


def test_subtasks_lie_ten_deep_at_most(town, plans):
    alice = signed_in(town.alice)
    above = put(town.alice, plans, "0")
    for number in range(1, 10):
        above = put(town.alice, plans, str(number), f"RELATED-TO:{number - 1}@test")
    one = put(town.alice, plans, "deep")
    assert post(alice, f"{one.pk}/move/", etag=one.etag, below=above.pk).status_code == 409
    last = now("8")
    assert post(alice, f"{one.pk}/move/", etag=one.etag, below=last.pk).status_code == 200


def test_the_order_is_that_of_the_devices(town, plans):
    alice = signed_in(town.alice)
    for number, title in enumerate("ABCD"):
        put(town.alice, plans, title, f"X-APPLE-SORT-ORDER:{10 + number}")

    def order():
        return re.findall(r"data-open>(\w)</a>", text(alice.get(f"{TASKS}list/{plans.pk}/")))

    assert order() == list("ABCD")
    one = now("D")
    answer = post(alice, f"{one.pk}/move/", etag=one.etag, before=now("B").pk)
    assert answer.status_code == 200, answer.content
    assert order() == list("ADBC")
    undo(alice, answer)
    assert order() == list("ABCD")
    one = now("A")
    post(alice, f"{one.pk}/move/", etag=one.etag, to="down")
    assert order() == list("BACD")
    one = now("C")
    post(alice, f"{one.pk}/move/", etag=one.etag, to="in")
    assert now("C").parent_uid == "A@test"
    post(alice, f"{one.pk}/move/", etag=now("C").etag, to="out")
    assert now("C").parent_uid == ""


def test_the_form_changes_only_what_is_changed(town, plans):
    alice = signed_in(town.alice)
    row = put(town.alice, plans, "Call", "X-KEPT;X-Y=1:as it was", "DESCRIPTION:Some **words**", "PRIORITY:3")
    page = text(alice.get(f"{TASKS}list/{plans.pk}/?open={row.pk}"))
    assert 'id="panel"' in page
    fields = form_of(page)
    fields |= {
        "title": "Call them", "last": "2026-12-24", "ends": "18:00", "categories": "x, y", "reminders": ["60"],
        "repeat": "WEEKLY", "days": ["3"], "status": "IN-PROCESS", "percent": "40",
        "people": f"{town.bob} ({town.bob.username})", "place": "Hall",
    }  # fmt: skip
    answer = alice.post(f"{TASKS}{row.pk}/", fields, headers={"Accept": "application/json"})
    assert answer.status_code == 200, text(answer)
    said = lines("Call them")
    assert {"X-KEPT;X-Y=1:as it was", "DESCRIPTION:Some **words**", "PRIORITY:3", "STATUS:IN-PROCESS",
            "PERCENT-COMPLETE:40", "CATEGORIES:x,y", "LOCATION:Hall", "RRULE:FREQ=WEEKLY;BYDAY=TH",
            "TRIGGER;RELATED=END:-PT1H"} <= set(said)  # fmt: skip
    assert any(one.startswith("ATTENDEE;CN=") and one.endswith(f"/users/{town.bob.username}/") for one in said)
    again = form_of(text(alice.get(f"{TASKS}{row.pk}/")))
    kept = bytes(now("Call them").data)
    alice.post(f"{TASKS}{row.pk}/", again, headers={"Accept": "application/json"})
    assert bytes(now("Call them").data) == kept  # nothing said otherwise changes nothing
    stale = alice.post(f"{TASKS}{row.pk}/", fields, headers={"Accept": "application/json"})
    assert stale.status_code == 412
    assert "while you were writing" in text(stale)
    undo(alice, answer)
    fields["people"] = str(town.eve)
    fields["etag"] = now("Call them").etag if CalendarObject.objects.filter(summary="Call them").exists() else row.etag
    refused = alice.post(f"{TASKS}{row.pk}/", fields)
    assert refused.status_code == 400
    assert "does not see this list" in text(refused)


def form_of(page):
    """What the form of the task holds, as a browser would send it."""
    form = re.search(r"<task-form>(.*?)</task-form>", page, re.S)[1]
    fields = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and ("checkbox" not in tag or "checked" in tag) and name[1] != "csrfmiddlewaretoken":
            fields[name[1]] = value[1] if value else ""
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields[name] = chosen[1] if chosen else ""
    for name, value in re.findall(r'<textarea name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form, re.S):
        fields[name] = value
    return fields


def test_several_are_changed_at_once_and_all_is_taken_back(town, plans):
    alice = signed_in(town.alice)
    rows = [put(town.alice, plans, title) for title in ("One", "Two", "Three")]
    page = text(alice.get(f"{TASKS}list/{plans.pk}/?select=1"))
    keys = [f"{row.pk}:{row.etag}" for row in rows]
    assert all(key in page for key in keys)
    for do, data, said in (
        ("due", {"due": "2026-12-24"}, "DUE;VALUE=DATE:20261224"), ("priority", {"priority": "1"}, "PRIORITY:1"),
        ("tag", {"tag": "feast"}, "CATEGORIES:feast"), ("done", {}, "STATUS:COMPLETED"),
    ):  # fmt: skip
        answer = post(alice, "several/", task=keys, do=do, **data)
        assert answer.status_code == 200, answer.content
        assert all(said in lines(title) for title in ("One", "Two", "Three"))
        undo(alice, answer)
        assert [bytes(now(row.summary).data) for row in rows] == [bytes(row.data) for row in rows]
    answer = post(alice, "several/", task=keys, do="trash")
    assert not CalendarObject.objects.filter(calendar=plans, deleted_at=None).exists()
    undo(alice, answer)
    assert CalendarObject.objects.filter(calendar=plans, deleted_at=None).count() == 3
    assert post(alice, "several/", task=[*keys[:2], f"{rows[2].pk}:0000"], do="tag", tag="x").status_code == 412
    assert now("One").categories == []  # all or none


def test_the_lists_that_fill_themselves(town, plans):
    alice, today = signed_in(town.alice), timezone.localdate()
    for title, days in (("Late", -2), ("Now", 0), ("Soon", 3), ("Far", 30)):
        put(town.alice, plans, title, f"DUE;VALUE=DATE:{today + timedelta(days=days):%Y%m%d}")
    put(town.alice, plans, "Big", "PRIORITY:2")

    def shown(which):
        return set(re.findall(r"data-open>(\w+)</a>", text(alice.get(f"{TASKS}{which}"))))

    assert shown("today/") == {"Late", "Now"}
    assert shown("week/") == {"Late", "Now", "Soon"}
    assert shown("overdue/") == {"Late"}
    assert shown("important/") == {"Big"}
    assert shown("") == {"Late", "Now", "Soon", "Far", "Big"}
    assert shown(f"in/{town.space.slug}/") == shown("")
    assert alice.get(f"{TASKS}nonsense/").status_code == 404


def test_columns_and_pages(town, plans, monkeypatch):
    alice = signed_in(town.alice)
    for number in range(5):
        put(town.alice, plans, f"t{number}", f"X-APPLE-SORT-ORDER:{number}")
    row = now("t0")
    assert post(alice, f"{row.pk}/status/", etag=row.etag, status="IN-PROCESS").status_code == 200
    found = text(alice.get(f"{TASKS}list/{plans.pk}/?view=lanes"))
    assert re.search(r'data-lane="IN-PROCESS".*>t0</a>', found, re.S)
    assert post(alice, f"{row.pk}/status/", etag=now("t0").etag, status="NONSENSE").status_code == 400
    monkeypatch.setattr("calendars.tasklists.queries.PAGE", 2)
    for sort in ("", "?sort=due", "?sort=priority", "?sort=title"):
        url, seen = f"{TASKS}list/{plans.pk}/{sort}", []
        while url:
            page = text(alice.get(url))
            seen += re.findall(r"data-open>(\w+)</a>", page)
            more = re.search(r'href="([^"]+)">Show more', page)
            url = more[1].replace("&amp;", "&") if more else ""
        assert seen == [f"t{number}" for number in range(5)], sort
    assert alice.get(f"{TASKS}list/{plans.pk}/?after=e30").status_code == 400


def test_queries_do_not_grow_with_the_tasks(town, plans):
    alice = signed_in(town.alice)

    def count():
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert alice.get(f"{TASKS}list/{plans.pk}/").status_code == 200
        with CaptureQueriesContext(connection) as smart:
            assert alice.get(TASKS).status_code == 200
        return len(found), len(smart)

    person = f"ATTENDEE;CN=Bob:/remote.php/dav/principals/users/{town.bob.username}/"
    put(town.alice, plans, "first", person)
    put(town.alice, plans, "below", person, "RELATED-TO:first@test")
    count()
    few = count()
    for number in range(20):
        put(town.alice, plans, f"more{number}", person, *(["RELATED-TO:first@test"] if number % 2 else []))
    assert count() == few


def test_a_list_is_made_beside_its_tasks(town):
    alice = signed_in(town.alice)
    assert "New list of tasks" in text(alice.get("/calendars/new/?kind=tasks"))
    answer = alice.post(
        "/calendars/new/", {"kind": "tasks", "title": "Shopping", "color": "#2b5ea3", "space": town.space.pk}
    )
    made = Calendar.objects.get(title="Shopping")
    assert made.components == [Component.TASK]
    assert answer.headers["Location"] == f"{TASKS}list/{made.pk}/"
    assert "Shopping" in text(alice.get(TASKS))


def test_days_are_due_on_the_clock_of_who_looks(town, plans):
    make.change(town.alice, time_zone="Pacific/Auckland")
    put(town.alice, plans, "Day", f"DUE;VALUE=DATE:{date(2026, 12, 24):%Y%m%d}")
    assert 'datetime="2026-12-24"' in text(signed_in(town.alice).get(TASKS))


@pytest.mark.parametrize("view", ["day", "week", "month", "list", "year"])
def test_what_is_due_stands_in_the_calendar_unless_switched_off(town, plans, view):
    put(town.alice, plans, "Posters", "DUE;VALUE=DATE:20261224")
    put(town.alice, plans, "Secret", "DUE;VALUE=DATE:20261224", "CLASS:PRIVATE")
    put(town.alice, plans, "Begun", "DTSTART;VALUE=DATE:20261201", "DUE;VALUE=DATE:20270301")
    bob, row = signed_in(town.bob), now("Posters")
    page = f"/calendars/?view={view}&day=2026-12-24"
    found = text(bob.get(page))
    if view == "year":
        assert 'aria-label="24 December, 1 event"' in found
    else:
        assert f'href="{TASKS}{row.pk}/?' in found
        assert "is-task" in found
    assert "Secret" not in found
    assert "Begun" not in found
    assert "Posters" not in text(bob.get(f"{page}&tasks=0"))
    assert "Posters" not in text(bob.get(page))  # the choice is kept
    assert bob.cookies["calendar-tasks"].value == "0"
    card = text(bob.get(f"{TASKS}{row.pk}/?next=/calendars/", HTTP_HX_REQUEST="true"))
    assert f'action="{TASKS}{row.pk}/tick/"' in card
    assert "<html" not in card
    make.share(town.alice, plans, town.eve, Right.RESPOND)
    assert "Posters" not in text(signed_in(town.eve).get(page))
