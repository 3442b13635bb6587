"""What is mine to do, from all lists: the page, the block of the home page, for whom it is and in which order."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calendars.actions import making
from calendars.models import Calendar, Component
from collab.registry import registry
from collab.registry.duties import WHENEVER, Count, Duties, Duty
from tests import town as make
from tests.calendars.test_tasks_pages import now, post, put
from tests.files.web import HTMX, signed_in, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def plans(town):
    return making.make(make.act(town.alice), town.space, "Plans to do", components=[Component.TASK])


def due(days):
    return f"DUE;VALUE=DATE:{timezone.localdate() + timedelta(days=days):%Y%m%d}"


def person(who):
    return f"ATTENDEE;CN={who}:/remote.php/dav/principals/users/{who.username}/"


def shown(browser, url="/mine/"):
    return re.findall(r'class="item__title" href="/calendars/tasks/\d+/">(\w+)', text(browser.get(url)))


def test_mine_is_what_is_given_to_me_and_what_i_noted_for_myself(town, plans):
    making.furnish(make.act(town.bob))
    own = Calendar.objects.get(space__owner=town.bob, name="tasks")
    put(town.alice, plans, "Soon", due(3), person(town.bob))
    put(town.alice, plans, "Late", due(-3), person(town.bob))
    put(town.alice, plans, "Nobodys", due(0))
    put(town.alice, plans, "Secret", due(0), person(town.bob), "CLASS:PRIVATE")
    put(town.bob, own, "Own")
    put(town.bob, own, "Done", "STATUS:COMPLETED")
    bob = signed_in(town.bob)
    assert shown(bob) == ["Late", "Soon", "Own"]
    assert 'hx-get="/mine/"' in text(bob.get("/"))
    assert re.findall(r">(Late|Soon|Own)<", text(bob.get("/mine/", **HTMX))) == ["Late", "Soon"]
    page = text(bob.get("/mine/"))
    assert [page.index(label) for label in ("Overdue", "In the next seven days", "On no particular day")] == sorted(
        page.index(label) for label in ("Overdue", "In the next seven days", "On no particular day")
    )
    late = now("Late")
    assert f'action="/calendars/tasks/{late.pk}/tick/"' in page
    assert post(bob, f"{late.pk}/tick/", etag=late.etag).status_code == 200
    assert shown(bob) == ["Soon", "Own"]
    assert shown(signed_in(town.alice)) == []


def test_other_apps_join_by_declaration_and_all_is_paged(town, plans, monkeypatch):
    for number in range(5):
        put(town.alice, plans, f"T{number}", due(number), person(town.alice))
    midnight = timezone.now()

    def cards(actor, after, most):
        keys = {pk: midnight + timedelta(days=pk, hours=-1) for pk in range(1, 4)} | {9: WHENEVER}
        found = [Duty(pk, f"card{pk}", f"/calendars/tasks/{pk}/", key) for pk, key in keys.items()]
        return [one for one in found if after is None or (one.key, one.pk) > after][:most]

    calendars = next(one for one in registry.plugins() if one.slug == "calendars")
    boards = Duties("boards", "Boards", "board", cards, lambda actor: Count(0, 1, 4))
    monkeypatch.setattr("collab.shell.duties.sources", lambda actor: [*calendars.duties, boards])
    monkeypatch.setattr("collab.shell.duties.page.__defaults__", ("", 3))
    assert "2 things to do today." in text(signed_in(town.alice).get("/"))
    alice, url, seen = signed_in(town.alice), "/mine/", []
    while url:
        page = text(alice.get(url))
        seen += re.findall(r'href="/calendars/tasks/\d+/">(\w+)', page)
        more = re.search(r'href="(\?after=[^"]+)"', page)
        url = f"/mine/{more[1]}" if more else ""
    assert len(seen) == len(set(seen)) == 9
    assert seen[-1] == "card9"
    assert alice.get("/mine/?after=e30").status_code == 400


def test_the_greeting_counts_what_is_for_today_and_what_is_late(town, plans):
    bob = signed_in(town.bob)

    def said():
        return re.search(r"</h1>\s*<p>(.*?)</p>", text(bob.get("/")))[1]

    assert said() == "Nothing is waiting for you. Have a good day."
    put(town.alice, plans, "Soon", due(1), person(town.bob))
    put(town.alice, plans, "Others", due(0), person(town.alice))
    put(town.alice, plans, "Done", due(0), person(town.bob), "STATUS:COMPLETED")
    put(town.alice, plans, "Secret", due(0), person(town.bob), "CLASS:PRIVATE")
    assert said().startswith("1 thing to do, nothing of it today.")
    assert "Have a good day" not in said()
    put(town.alice, plans, "Now", due(0), person(town.bob))
    assert said().startswith("1 thing to do today.")
    put(town.alice, plans, "Late", due(-1), person(town.bob))
    put(town.alice, plans, "Later", due(-9), person(town.bob))
    assert said().startswith("1 thing to do today. 2 things to do are overdue.")


def test_it_asks_no_more_for_more(town, plans):
    alice = signed_in(town.alice)

    def count():
        with CaptureQueriesContext(connection) as found:
            alice.get("/mine/")
        return len(found)

    put(town.alice, plans, "one", person(town.alice))
    count()
    few = count()
    for number in range(10):
        put(town.alice, plans, f"more{number}", person(town.alice))
    assert count() == few
