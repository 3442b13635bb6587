"""A backup copies bytes long after it has read their names: until it is done, none of them is removed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from django.db import connection

_LOCK = 0x5EA1ED


@contextlib.contextmanager
def copying() -> Iterator[None]:
    """Hold back whoever removes bytes that were sealed anew."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock_shared(%s)", [_LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock_shared(%s)", [_LOCK])


def may_remove() -> bool:
    """Whether bytes may be removed until the end of the transaction at hand."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])
