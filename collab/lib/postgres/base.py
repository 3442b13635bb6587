"""Connections of the pool are looked at before they are used, without asking the server."""

from __future__ import annotations

import select
from functools import cache
from typing import Any

from django.db.backends.postgresql import base
from psycopg.adapt import AdaptersMap
from psycopg.types.numeric import Int8Dumper


class DatabaseWrapper(base.DatabaseWrapper):  # type: ignore[misc, name-defined]
    """After a restart of PostgreSQL no request meets a dead connection, and none pays a round trip for that.

    `CONN_HEALTH_CHECKS` sends an empty statement each time, a quarter of what a small request costs. A server that
    ended has closed its side, which the kernel knows: an idle connection with something to read is no good.
    """

    def get_connection_params(self) -> dict[str, Any]:
        """Send every whole number as bigint, so that one text is one prepared statement."""
        found: dict[str, Any] = super().get_connection_params()
        found["context"] = _with_bigint(found["context"])
        return found

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        while self.pool and not _is_open(connection):
            connection.close()
            self.pool.putconn(connection)
            connection = super().get_new_connection(conn_params)
        return connection


@cache
def _with_bigint(template: AdaptersMap) -> AdaptersMap:
    adapters = AdaptersMap(template)
    adapters.register_dumper(int, Int8Dumper)
    return adapters


def _is_open(connection: Any) -> bool:
    """Whether nothing waits to be read: neither the end of the stream nor the server's farewell."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN | select.POLLHUP)
    return not poll.poll(0)
