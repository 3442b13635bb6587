"""People are told of tasks: those given to them, what others tick off, what is due; watchers of all that happens."""

from datetime import timedelta

import pytest
from django.utils import timezone

from calendars.actions import calling, making
from calendars.models import CalendarObject, Component
from collab.events import readers
from collab.notifications.models import Notification
from collab.rights.right import READER
from tests import town as make
from tests.calendars.test_tasks_pages import TASKS, now, post, put
from tests.files.web import signed_in, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def plans(town):
    return making.make(make.act(town.alice), town.space, "Plans to do", components=[Component.TASK])


def told(who):
    return sorted(Notification.objects.filter(person=who).exclude(kind="shared").values_list("kind", flat=True))


def person(who):
    return f"ATTENDEE;CN={who}:/remote.php/dav/principals/users/{who.username}/"


def test_whom_a_task_is_given_hears_of_it_and_who_put_it_in_that_it_is_done(town, plans):
    post(signed_in(town.alice), "quick/", line=f"Call @{town.bob.username}", list=plans.pk)
    readers.catch_up()
    assert told(town.bob) == ["calendars.given"]
    assert told(town.alice) == told(town.eve) == []
    bob = signed_in(town.bob)
    said = text(bob.get("/notifications/"))
    assert "gave you the task" in said
    note = Notification.objects.get(kind="calendars.given")
    assert bob.get(f"/notifications/{note.pk}/").headers["Location"] == f"{TASKS}{now('Call').pk}/"
    row = now("Call")
    post(bob, f"{row.pk}/tick/", etag=row.etag)
    readers.catch_up()
    assert told(town.alice) == ["calendars.done"]
    assert "ticked off" in text(signed_in(town.alice).get("/notifications/"))
    assert "ticked this off" in text(signed_in(town.alice).get("/activity/"))


def test_nobody_hears_of_what_they_may_not_see(town, plans):
    put(town.alice, plans, "Secret", "CLASS:PRIVATE", person(town.bob))
    put(town.alice, plans, "Open", person(town.eve))
    readers.catch_up()
    for who in (town.bob, town.eve):
        said = text(signed_in(who).get("/notifications/"))
        assert "Secret" not in said
        assert f"{TASKS}" not in said


def test_who_watches_a_task_hears_of_all_that_happens_to_it(town, plans):
    row = put(town.alice, plans, "Paint")
    make.share(town.alice, plans, town.eve, READER.mask)
    eve = signed_in(town.eve)
    readers.catch_up()
    assert post(eve, f"{row.pk}/follow/", level="follow").status_code == 200
    assert "Watched" in text(eve.get(f"{TASKS}{row.pk}/"))
    post(signed_in(town.alice), f"{row.pk}/status/", etag=row.etag, status="IN-PROCESS")
    readers.catch_up()
    assert "followed" in told(town.eve)
    post(eve, f"{row.pk}/follow/", level="")
    assert "Watched" not in text(eve.get(f"{TASKS}{row.pk}/"))


def test_what_is_due_is_told_once_to_those_it_is_for(town, plans):
    soon = timezone.now() + timedelta(minutes=5)
    put(town.alice, plans, "Due", f"DUE:{soon:%Y%m%dT%H%M%SZ}", person(town.bob))
    done = put(town.alice, plans, "Over", f"DUE:{soon:%Y%m%dT%H%M%SZ}", person(town.bob), "STATUS:COMPLETED")
    assert done.calls_at is None
    assert calling.call_all() == 0
    make.age(CalendarObject.objects.filter(summary="Due"), "calls_at", 1 / 24)
    assert calling.call_all() == 1
    assert calling.call_all() == 0
    assert told(town.bob) == ["calendars.due"]
    assert told(town.alice) == []
    assert "to be done now" in text(signed_in(town.bob).get("/notifications/"))


def test_what_is_found_by_words_leads_to_the_task(town, plans):
    put(town.alice, plans, "Zebra", "DUE;VALUE=DATE:20261224")
    found = text(signed_in(town.bob).get("/search/?q=zebra"))
    assert f"{TASKS}{now('Zebra').pk}/" in found
    assert "Zebra" not in text(signed_in(town.eve).get("/search/?q=zebra"))
