"""Several devices write into one calendar at the same moment, while another asks what changed: nothing is lost."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from calendars.models import Calendar, CalendarObject
from tests import town as make
from tests.calendars.caldav import event, home, sync, token, told
from tests.dav.client import Client
from tests.dav.conftest import device

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 3
ROUNDS = 8


@pytest.fixture
def personal():
    alice = device(make.make_user("alice"))
    alice.propfind(home(alice), ["d:displayname"])
    return f"{home(alice)}personal/"


def at_once(*works):
    """Run these in threads that begin together; return what they return."""
    gate = threading.Barrier(len(works))

    def begin(work):
        gate.wait(20)
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return [one.result(60) for one in [pool.submit(begin, work) for work in works]]


def test_of_two_that_change_the_same_version_one_is_refused(personal):
    """No update is lost: whoever wrote on what was not there any more is told so."""
    alice = Client("alice")
    path = f"{personal}a.ics"
    etag = alice.put(path, event("a", "0")).headers["etag"]
    for number in range(ROUNDS):
        answers = at_once(
            *(
                lambda who=who, at=number, etag=etag: Client("alice").put(
                    path, event("a", f"{who} {at}"), If_Match=etag
                )
                for who in range(WRITERS)
            )
        )
        assert sorted(one.status for one in answers) == [204, 412, 412]
        etag = next(one.headers["etag"] for one in answers if one.status == 204)
        assert alice("GET", path).headers["etag"] == etag


def test_of_two_that_make_the_same_thing_one_does(personal):
    for number in range(ROUNDS):
        one_name = f"{personal}new-{number}.ics"
        answers = at_once(
            lambda one_name=one_name, number=number: Client("alice").put(
                one_name, event(f"n{number}"), If_None_Match="*"
            ),
            lambda number=number: Client("alice").put(f"{personal}other-{number}.ics", event(f"n{number}")),
        )
        assert sorted(one.status for one in answers) == [201, 409]
    assert CalendarObject.objects.filter(deleted_at=None).count() == ROUNDS
    assert Calendar.objects.get(name="personal").members == ROUNDS


def test_who_follows_by_tokens_misses_nothing(personal):
    """A token is never ahead of what was committed before it: else the reader would lose a change for ever."""
    done = threading.Event()
    left = [WRITERS]

    def write(who):
        client = Client("alice")
        for number in range(ROUNDS):
            assert client.put(f"{personal}{who}-{number}.ics", event(f"{who}-{number}")).status == 201
            if number % 3 == 2:
                assert client("DELETE", f"{personal}{who}-{number - 1}.ics").status == 204
        left[0] -= 1
        if not left[0]:
            done.set()

    known: dict[str, str] = {}
    tokens: list[str] = []

    def follow():
        client = Client("alice")
        last = False
        while True:
            answer = sync(client, personal, tokens[-1] if tokens else "", props="<d:getetag/>")
            for name, status in told(answer).items():
                if status == 404:
                    known.pop(name, None)
                else:
                    known[name] = answer.value("d:getetag", f"{personal}{name}")
            tokens.append(token(answer))
            if last:
                return
            last = done.is_set()

    at_once(follow, *(lambda who=who: write(who) for who in range(WRITERS)))
    there = {one.name: f'"{one.etag}"' for one in CalendarObject.objects.filter(deleted_at=None)}
    assert known == there
    assert len(there) == WRITERS * (ROUNDS - ROUNDS // 3)
    seqs = [int(one.rpartition("-")[2]) for one in tokens]
    assert seqs == sorted(seqs)
