"""How many statements the requests of devices cost: a number here is a promise of speed."""

import pytest

from tests.calendars.caldav import event, home, multiget, query, sync, token
from tests.dav.conftest import device
from tests.dav.test_query_counts import statements

pytestmark = pytest.mark.django_db
WEEK = '<cal:time-range start="20261130T000000Z" end="20261207T000000Z"/>'
DATA = "<d:getetag/><cal:calendar-data/>"
EXPAND = "<cal:calendar-data><cal:expand start='20261130T000000Z' end='20261207T000000Z'/></cal:calendar-data>"


@pytest.fixture
def alice(town):
    alice = device(town.alice)
    alice.propfind(home(alice), ["d:displayname"])
    for number in range(3):
        alice.put(f"{home(alice)}personal/{number}.ics", event(f"{number}"))
    return alice


def asks(alice):
    path = f"{home(alice)}personal/"
    before = token(sync(alice, path))
    alice.put(f"{path}0.ics", event("0", "Other"))
    named = [f"{path}{number}.ics" for number in range(3)]
    return {
        "ctag": (3, lambda: alice.propfind(path, ["cs:getctag", "d:sync-token"])),
        "home": (6, lambda: alice.propfind(home(alice), ["d:displayname", "cs:getctag"], "1")),
        "listing": (4, lambda: alice.propfind(path, ["d:getetag"], "1")),
        "get": (4, lambda: alice("GET", f"{path}0.ics")),
        "sync": (5, lambda: sync(alice, path, before)),
        "first sync": (5, lambda: sync(alice, path)),
        "sync with data": (6, lambda: sync(alice, path, props=DATA)),
        "multiget": (4, lambda: multiget(alice, path, named)),
        "week": (5, lambda: query(alice, path, WEEK)),
        "week with data": (6, lambda: query(alice, path, WEEK, DATA)),
        "week expanded": (6, lambda: query(alice, path, WEEK, EXPAND)),
        "put new": (12, lambda: alice.put(f"{path}new.ics", event("new"))),
        "put again": (13, lambda: alice.put(f"{path}0.ics", event("0", "Third"))),
        "delete": (12, lambda: alice("DELETE", f"{path}1.ics")),
    }


def test_statements(alice):
    told, over = [], []
    for name, (most, ask) in asks(alice).items():
        found = statements(ask)
        told.append(f"{name}: {len(found)} of {most}")
        print(told[-1])
        if len(found) > most:
            over.append(f"{name}: {len(found)} instead of {most}\n" + "\n".join(map(str, found)))
    assert not over, "\n\n".join(over)
    assert len(told) > 10


@pytest.mark.parametrize("name", ["listing", "first sync", "multiget", "week", "week with data", "home"])
def test_they_stay_as_many_however_much_there_is(alice, name):
    few = len(statements(asks(alice)[name][1]))
    for number in range(3, 30):
        alice.put(f"{home(alice)}personal/{number}.ics", event(f"{number}"))
    assert len(statements(asks(alice)[name][1])) == few
