"""Carry the outbox to the world: Redis subscribers (live pages) and whoever consumes events by task.

At least once, in order of id: consumers are idempotent by the id that every frame carries. While Redis
is away rows wait; nothing is lost.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import redis
from django.conf import settings
from django.db import connection, transaction

from collab.events import pace, wake

BATCH = 200
KEPT = "3 days"
CHANNEL = "collab:live:"
"""Each topic has a channel of its own: this and its name."""


def publish_waiting(limit: int = 5000) -> int:
    """Publish what waits, batch by batch; returns how many left. Raises redis.RedisError when Redis is away."""
    client = _client(settings.REDIS_URL) if settings.REDIS_URL else None
    sent = 0
    while sent < limit:
        count = _publish_batch(client)
        sent += count
        if count < BATCH:
            break
    if sent and client is not None:
        pace.call(client)
    return sent


@cache
def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url)


@transaction.atomic
def _publish_batch(client: redis.Redis | None) -> int:
    """One batch in one transaction: rows are marked only if Redis took them all."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, topic, payload FROM events_outbox WHERE published_at IS NULL ORDER BY id LIMIT %s"
            " FOR UPDATE SKIP LOCKED",
            [BATCH],
        )
        rows = cursor.fetchall()
        if not rows:
            return 0
        # nobody waits for the disk: rows whose mark is lost in a crash are told again, under the same ids
        cursor.execute("SET LOCAL synchronous_commit = off")
        if client is not None:
            pipe = client.pipeline(transaction=False)
            for event_id, topic, payload in rows:
                payload = json.loads(payload) if isinstance(payload, str) else payload
                pipe.publish(CHANNEL + topic, json.dumps({"id": event_id, "topic": topic, **payload}))
            pipe.execute()
        cursor.execute("UPDATE events_outbox SET published_at = now() WHERE id = ANY(%s)", [[row[0] for row in rows]])
    return len(rows)


def publish_now(topic: str, payload: dict[str, Any]) -> bool:
    """Tell the other processes at once, past the outbox: what is lost while Redis is away must be found another way.

    Returns whether Redis took it.
    """
    if not settings.REDIS_URL:
        return False
    try:
        wake.client().publish(CHANNEL + topic, json.dumps(payload))
    except redis.RedisError:
        return False
    return True


def forget_published() -> int:
    """Delete rows that left more than three days ago. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM events_outbox WHERE id IN (SELECT id FROM events_outbox"
            " WHERE published_at < now() - %s::interval LIMIT 50000)",
            [KEPT],
        )
        return int(cursor.rowcount)


def compact_log(days: int = 90) -> int:
    """Delete changes older than sync tokens and “restore to a date” promise (90 days). Returns how many.

    The youngest of the old ones stays, so that `fsck` can tell a quiet space from a lost log.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM events_change c USING (SELECT space_id, max(seq) AS last FROM events_change"
            " WHERE at < now() - %s::interval GROUP BY space_id) old"
            " WHERE c.space_id = old.space_id AND c.seq < old.last",
            [f"{days} days"],
        )
        return int(cursor.rowcount)
