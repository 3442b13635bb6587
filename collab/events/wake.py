"""Tell the relay, after the commit, that something waits in the outbox; what is not told, its own clock finds."""

from __future__ import annotations

import time
from functools import cache

import redis
from django.conf import settings
from django.db import transaction

CHANNEL = "collab:wake"
HUSH = 0.01
"""Seconds after a call in which others are not needed: the relay waits longer than this before it looks."""
_AWAY = (0.1, 0.5, 1.0, 2.0, 5.0)
"""Seconds without a call after one that failed, after the second in a row, …: a blink must not cost what follows."""

_next = 0.0
_failed = 0


def after_commit() -> None:
    """Call the relay once the transaction at hand is committed; at once outside of one."""
    transaction.on_commit(call)


def call() -> None:
    """Call the relay, at most once in `HUSH` seconds per process; while Redis is away, rarely and in vain."""
    global _next, _failed
    now = time.monotonic()
    if now < _next or not settings.REDIS_URL:
        return
    _next = now + HUSH
    try:
        client().publish(CHANNEL, b"")
        _failed = 0
    except redis.RedisError:
        _next = time.monotonic() + _AWAY[min(_failed, len(_AWAY) - 1)]
        _failed += 1


@cache
def client() -> redis.Redis:
    """Return this process's connection for short messages: it waits for nothing longer than a blink."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.2, socket_connect_timeout=0.2)
