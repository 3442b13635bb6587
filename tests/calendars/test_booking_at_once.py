"""Two who want the same room at the same moment, over two connections: exactly one gets it. And devices are told."""

import threading

import pytest
from django.db import IntegrityError, OperationalError, connection, connections, transaction
from psycopg.errors import DeadlockDetected
from psycopg.types.range import TimestamptzRange

from calendars.models import CalendarObject, Hold
from tests import town as make
from tests.calendars.bookings import ahead, book, held, overlapping, room
from tests.calendars.caldav import event, home, privileges
from tests.calendars.test_two_writers import at_once
from tests.conftest import build_town
from tests.dav.client import NS, Client
from tests.dav.conftest import device

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5


@pytest.fixture
def town(transactional_db, store):
    return build_town()


def stamp(moment):
    return f"{moment:%Y%m%dT%H%M%S}Z"


def message(answer) -> str:
    return answer.xml.findtext("{http://sabredav.org/ns}message")


def test_of_two_who_book_the_same_time_one_does_and_the_other_is_told(town):
    hall = room(town.alice, town.space)
    device(town.alice)
    device(town.bob)

    def wants(who, number):
        data = event(f"{who}-{number}", f"{who}’s", stamp(ahead(7 + number, 18)), stamp(ahead(7 + number, 20)))
        return Client(who).put(f"{home(Client(who))}shared-{hall.pk}/{who}-{number}.ics", data)

    for number in range(ROUNDS):
        answers = at_once(lambda number=number: wants("alice", number), lambda number=number: wants("bob", number))
        assert sorted(one.status for one in answers) == [201, 409]
        lost = next(one for one in answers if one.status == 409)
        assert lost.xml.find("{urn:collab:booking}time-is-free") is not None
        assert "’s" in message(lost)
        assert "Taken already" in message(lost)
    assert len(held(hall)) == ROUNDS
    assert not overlapping(hall)


def test_the_database_itself_keeps_two_apart(town):
    """Without any lock of ours: two transactions that both looked before either wrote."""
    hall = room(town.alice, town.space)
    rows = [book(town.alice, hall, title, ahead(day, 10)) for title, day in (("One", 7), ("Two", 8))]
    Hold.objects.all().delete()
    looked, results = threading.Barrier(2), []

    def insert(row):
        try:
            with transaction.atomic():
                assert not Hold.objects.filter(calendar=hall).exists()
                looked.wait(20)
                span = TimestamptzRange(*sorted(rows[0].occurrences.values_list("starts", "ends"))[0])
                Hold.objects.create(calendar=hall, event=row, starts=span.lower, ends=span.upper, span=span)
            results.append("held")
        except IntegrityError:
            results.append("refused")
        except OperationalError as error:  # each had written before it looked for the other: PostgreSQL ends one
            results.append("refused" if isinstance(error.__cause__, DeadlockDetected) else str(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=insert, args=(row,)) for row in rows]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert sorted(results) == ["held", "refused"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM calendars_hold")
        assert cursor.fetchone() == (1,)


def test_a_device_books_waits_and_hears_why_not(town):
    """A booking that must be asked for comes back as TENTATIVE; no ETag is told of bytes that were not sent."""
    make.share(town.alice, town.space, town.eve, 1)
    hall = room(town.alice, town.space, approval=True, longest=180)
    eve = device(town.eve)
    path = f"{home(eve)}shared-{hall.pk}/"
    names = privileges(eve.propfind(path, ["d:current-user-privilege-set"]))
    assert {"bind", "write-content"} <= names
    put = eve.put(f"{path}a.ics", event("a", "Chess", stamp(ahead(7, 10)), stamp(ahead(7, 12))))
    assert (put.status, put.headers.get("etag")) == (201, None)
    got = eve("GET", f"{path}a.ics")
    assert b"STATUS:TENTATIVE" in got.body
    assert got.headers["etag"]
    same = eve.put(f"{path}a.ics", event("a", "Chess", stamp(ahead(7, 10)), stamp(ahead(7, 12))))
    assert same.status == 204  # what is sent again as it was changes nothing
    assert eve("GET", f"{path}a.ics").headers["etag"] == got.headers["etag"]
    long = eve.put(f"{path}b.ics", event("b", "Long", stamp(ahead(8, 10)), stamp(ahead(8, 14))))
    assert long.status == 403
    assert long.xml.find("{urn:collab:booking}booking-rules") is not None
    assert "3 hours" in message(long)
    endless = eve.put(f"{path}c.ics", event("c", "E", stamp(ahead(8, 10)), stamp(ahead(8, 11)), "RRULE:FREQ=DAILY"))
    assert (endless.status, endless.xml.find("{urn:collab:booking}booking-ends") is not None) == (403, True)
    over = eve.put(f"{path}d.ics", event("d", "Over", stamp(ahead(7, 11)), stamp(ahead(7, 13))))
    assert (over.status, "Chess" in message(over)) == (409, True)
    assert eve("DELETE", f"{path}a.ics").status == 204
    assert eve.put(f"{path}d.ics", event("d", "Over", stamp(ahead(7, 11)), stamp(ahead(7, 13)))).status == 201
    assert CalendarObject.objects.filter(deleted_at=None).count() == 1
    assert NS
