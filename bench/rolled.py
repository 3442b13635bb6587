"""What is only filled in to be measured, and leaves nothing: neither rows, nor the room that they took."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def rolled_back() -> Iterator[None]:
    """Undo all that the block did, then clear it away, as the database does by itself in the minutes after."""
    from django.db import connection, transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
