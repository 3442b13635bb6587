"""Two servers that start at once: one brings the schema up to date, the other waits for it."""

import threading

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from collab.lib.management.commands import migrate

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_waits_for_another_one_on_the_same_database(monkeypatch):
    asked = threading.Event()
    monkeypatch.setattr(migrate.time, "sleep", lambda _seconds: asked.set() or threading.Event().wait(0.01))
    done = []

    def run():
        call_command("migrate", verbosity=0, interactive=False)
        done.append(True)
        connection.close()

    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}) as other:
        other.execute(f"SELECT pg_advisory_lock({migrate.LOCK})")
        other.commit()
        thread = threading.Thread(target=run)
        thread.start()
        assert asked.wait(60)
        assert not done
        other.execute(f"SELECT pg_advisory_unlock({migrate.LOCK})")
        other.commit()
        thread.join(60)
    assert done
    with connection.cursor() as cursor:  # and it is given back
        cursor.execute(f"SELECT pg_try_advisory_lock({migrate.LOCK}), pg_advisory_unlock({migrate.LOCK})")
        assert cursor.fetchone() == (True, True)
