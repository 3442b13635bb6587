"""`migrate`, one at a time: two servers that start at once on one database would change it twice."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.commands import migrate
from django.db import connections

LOCK = "hashtext('collab.migrate')"
PAUSE = 0.2
"""Seconds. Asked again and again rather than waited for: whoever waits in a statement keeps an index that is built
beside the work (CREATE INDEX CONCURRENTLY) waiting for them."""


class Command(migrate.Command):
    """As Django's own; another one that runs on the same database is waited for."""

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        with connection.cursor() as cursor:
            while True:
                cursor.execute(f"SELECT pg_try_advisory_lock({LOCK})")
                if cursor.fetchone()[0]:
                    break
                time.sleep(PAUSE)
        try:
            super().handle(*args, **options)
        finally:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT pg_advisory_unlock({LOCK})")
