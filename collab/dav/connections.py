"""Database connections are few, and never wait for a client."""

from __future__ import annotations

from django.db import connections


def release_connections() -> None:
    """Give database connections back to the pool: before a body is waited for, before an answer streams, at the end.

    A connection inside a transaction is a test's own; ours never are by now.
    """
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()
