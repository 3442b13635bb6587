"""Connections of the pool: none that the server has ended is handed out, and looking costs no statement."""

import threading
import time

import pytest
from django.conf import settings
from django.db import connection

pytestmark = pytest.mark.django_db(transaction=True)


def in_a_thread(act):
    """Run with a connection of the thread's own, given back at the end."""
    found = []

    def run():
        try:
            found.append(act())
        except Exception as error:
            found.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(20)
    return found[0]


def backend():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def test_after_the_server_ended_connections_the_next_request_meets_none_of_them():
    mine = backend()  # it may come out of the pool, too
    ended = {in_a_thread(backend) for _ in range(3)} - {mine}
    assert ended
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) AS pid", [list(ended)])
        until = time.monotonic() + 20
        while time.monotonic() < until:  # the server ends them in its own time
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE pid = ANY(%s)", [list(ended)])
            if cursor.fetchone()[0] == 0:
                break
            time.sleep(0.05)
    for _ in range(5):
        found = in_a_thread(backend)
        assert isinstance(found, int), found
        assert found not in ended


def test_connections_are_used_again():
    most = settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"]
    assert len({in_a_thread(backend) for _ in range(3 * most)}) <= most
