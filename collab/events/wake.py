"""Tell the relay, after the commit, that something waits in the outbox; without Redis its own clock finds it."""

from __future__ import annotations

import time
from functools import cache

import redis
from django.conf import settings
from django.db import transaction

CHANNEL = "collab:wake"
HUSH = 0.01
"""Seconds after a call in which others are not needed: the relay waits longer than this before it looks."""
_AWAY = 5.0

_next = 0.0


def after_commit() -> None:
    """Call the relay once the transaction at hand is committed; at once outside of one."""
    transaction.on_commit(call)


def call() -> None:
    """Call the relay, at most once in `HUSH` seconds per process; while Redis is away, rarely and in vain."""
    global _next
    now = time.monotonic()
    if now < _next or not settings.REDIS_URL:
        return
    _next = now + HUSH
    try:
        client().publish(CHANNEL, b"")
    except redis.RedisError:
        _next = now + _AWAY


@cache
def client() -> redis.Redis:
    """Return this process's connection for short messages: it waits for nothing longer than a blink."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.2, socket_connect_timeout=0.2)
