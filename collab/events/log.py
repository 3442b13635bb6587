"""Write what happened: the change log row and the outbox row, in the transaction of their cause."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from typing import Any

from django.db import connection, transaction

from collab.events import wake
from collab.events.models import Outbox


def record(
    space_id: int,
    kind: str,
    ref: tuple[str, int],
    actor_id: int | None,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    at: Collection[int] = (),
) -> int:
    """Write one change of a space and announce it; returns its `seq`. Takes the space's row lock.

    `at`: things of the same kind in which it lies: the pages that show those hear of it too.

    Must run inside a transaction: the number is only given back if everything else is.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a change is recorded in the transaction that makes it")
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH clock AS (UPDATE spaces_space SET seq = seq + 1 WHERE id = %s RETURNING seq),"
            " change AS (INSERT INTO events_change (space_id, seq, kind, ref_kind, ref_id, before, after, actor_id, at)"
            " SELECT %s, seq, %s, %s, %s, %s, %s, %s, now() FROM clock RETURNING seq)"
            " INSERT INTO events_outbox (topic, payload, created_at)"
            " SELECT %s, jsonb_build_object('space', %s, 'seq', seq, 'kind', %s::text, 'ref', %s::text,"
            " 'at', to_jsonb(%s::bigint[])), now()"
            " FROM change RETURNING (payload->>'seq')::bigint",
            [
                space_id, space_id, kind, *ref, _json(before), _json(after), actor_id,
                f"space:{space_id}", space_id, kind, f"{ref[0]}:{ref[1]}", list(at),
            ],
        )  # fmt: skip
        row = cursor.fetchone()
    if row is None:
        raise RuntimeError(f"space {space_id} is gone")
    wake.after_commit()
    seq: int = row[0]
    return seq


def announce(topic: str, payload: dict[str, Any]) -> None:
    """Put a message in the outbox; it leaves after the commit, even if Redis is away now."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an announcement belongs to a transaction")
    Outbox.objects.create(topic=topic, payload=payload)
    wake.after_commit()


def announce_all(messages: Iterable[tuple[str, dict[str, Any]]]) -> None:
    """Put many messages in the outbox at once."""
    Outbox.objects.bulk_create([Outbox(topic=topic, payload=payload) for topic, payload in messages], batch_size=500)
    wake.after_commit()


def _json(value: dict[str, Any] | None) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
