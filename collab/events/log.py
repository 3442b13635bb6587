"""Write what happened: the change log row and the outbox row, in the transaction of their cause."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from typing import Any

from django.db import connection, transaction

from collab.events import wake
from collab.events.models import Outbox
from collab.lib.statements import Statement, together


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
    return record_with(space_id, kind, ref, actor_id, before=before, after=after, at=at)[0]


def record_with(
    space_id: int,
    kind: str,
    ref: tuple[str, int],
    actor_id: int | None,
    *then: Statement,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    at: Collection[int] = (),
) -> tuple[int, list[list[tuple[Any, ...]]]]:
    """Record a change and run statements after it in the same exchange (`statements.together`): returns their rows."""
    if not connection.in_atomic_block:
        raise RuntimeError("a change is recorded in the transaction that makes it")
    values = {
        "space": space_id, "kind": kind, "ref_kind": ref[0], "ref_id": ref[1], "before": _json(before),
        "after": _json(after), "actor": actor_id, "at": list(at),
    }  # fmt: skip
    rows, *others = together((_RECORD, values), *then)
    if not rows:
        raise RuntimeError(f"space {space_id} is gone")
    wake.after_commit()
    return rows[0][0], others


_RECORD = """WITH clock AS (UPDATE spaces_space SET seq = seq + 1 WHERE id = %(space)s RETURNING seq),
 change AS (INSERT INTO events_change (space_id, seq, kind, ref_kind, ref_id, before, after, actor_id, at)
  SELECT %(space)s, seq, %(kind)s::text, %(ref_kind)s::text, %(ref_id)s::bigint, %(before)s::jsonb, %(after)s::jsonb,
   %(actor)s::bigint, now() FROM clock RETURNING seq)
 INSERT INTO events_outbox (topic, payload, created_at)
 SELECT 'space:' || %(space)s::bigint, jsonb_build_object('space', %(space)s::bigint, 'seq', seq, 'kind',
  %(kind)s::text, 'ref', %(ref_kind)s::text || ':' || %(ref_id)s::bigint, 'at', to_jsonb(%(at)s::bigint[])), now()
 FROM change RETURNING (payload->>'seq')::bigint"""


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
