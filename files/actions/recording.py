"""One change of the tree as one statement: the rows, etags and sizes up to the root, the change log, the outbox."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection
from contextvars import ContextVar
from typing import Any, NamedTuple

from django.db import connection

from collab.events import wake
from collab.lib.statements import ask
from collab.rights.actor import Actor

_RECORD = """clock AS (UPDATE spaces_space SET seq = seq + 1, used = used + %(used)s WHERE id = %(space)s
  AND EXISTS (SELECT FROM verified) RETURNING seq),
 touched AS (UPDATE files_node SET etag = %(etag)s::text, change_seq = clock.seq, size = size + CASE
   WHEN files_node.id = ANY(%(losing)s) THEN -%(grown)s WHEN files_node.id = ANY(%(same)s) THEN 0 ELSE %(grown)s END
  FROM clock WHERE files_node.id = ANY(%(up)s)),
 change AS (INSERT INTO events_change (space_id, seq, kind, ref_kind, ref_id, before, after, actor_id, at)
  SELECT %(space)s, clock.seq, %(kind)s::text, 'node', {ref}, %(before)s::jsonb, %(after)s::jsonb,
   %(actor)s::bigint, now() FROM clock RETURNING seq, ref_id)
 INSERT INTO events_outbox (topic, payload, created_at) SELECT 'space:' || %(space)s::text,
  jsonb_build_object('space', %(space)s,
  'seq', change.seq, 'kind', %(kind)s::text, 'ref', 'node:' || change.ref_id, 'at', to_jsonb(%(up)s::bigint[])),
  now() FROM change
  RETURNING (SELECT ref_id FROM change), (SELECT seq FROM change)"""

HELD = "verified AS (SELECT)"
"""Under the lock there is nothing left to verify (files/actions/optimistic.py has the other way)."""

SEQ = "(SELECT seq + 1 FROM spaces_space WHERE id = %(space)s)"
"""The number that the change of this statement will have."""


act: ContextVar[str] = ContextVar("files.act", default="")
"""The act that the changes at hand are steps of: their rows bear its name as `after.act`, and it is undone whole."""


class Change(NamedTuple):
    """A statement that changes the tree and records it; `insert`: CTEs that begin at `verified` and end with a comma,
    `ref`: SQL that yields the node's id; `more`: further columns of its row, each after a comma."""

    insert: str
    ref: str
    values: dict[str, Any]
    more: str = ""

    def statement(self, verified: str = HELD) -> tuple[str, dict[str, Any]]:
        """Return text and values. It yields one row, (node id, number of the change); none if `verified` has none."""
        return f"WITH RECURSIVE {verified}, {self.insert}{_RECORD.format(ref=self.ref)}{self.more}", self.values

    def run(self) -> tuple[Any, ...]:
        """Carry it out under the lock; return (node id, number of the change, …)."""
        (row,) = ask(*self.statement())
        wake.after_commit()
        return row


def change(
    insert: str,
    ref: str,
    values: dict[str, Any],
    *,
    space_id: int,
    up: Collection[int],
    kind: str,
    actor: Actor,
    grown: int = 0,
    losing: Collection[int] = (),
    same: Collection[int] = (),
    used: int = 0,
    etag: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> Change:
    """Return the change of one node.

    `up`: nodes whose etag moves, the space's root among them; they grow by `grown` bytes, those `losing` shrink by
    it, the `same` keep their size. `used`: bytes that the space holds more.
    """
    return Change(insert, ref, values | {
        "space": space_id,
        "up": list(up),
        "kind": kind,
        "actor": actor.user.pk if actor.user else None,
        "grown": grown,
        "losing": list(losing),
        "same": list(same),
        "used": used,
        "etag": etag or fresh_etag(),
        "before": _json(before),
        "after": _json(after if not (whole := act.get()) else {**(after or {}), "act": whole}),
    })  # fmt: skip


def write(insert: str, ref: str, values: dict[str, Any], **details: Any) -> int:
    """Make and record a `change` under the lock, in one statement; return the node's id."""
    node_id: int = change(insert, ref, values, **details).run()[0]
    return node_id


def changed(
    node: Any,
    actor: Actor,
    kind: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Record a change of the node's visible metadata: its etag and its ancestors' move. Takes the space's lock."""
    from files.models.node import ancestor_ids

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM spaces_space WHERE id = %s FOR UPDATE", [node.space_id])
    up = ancestor_ids(node.pk)
    write(
        "", "%(ref)s::bigint", {"ref": node.pk}, space_id=node.space_id, kind=kind, actor=actor, before=before,
        up=up if node.is_folder else up[:-1],  # a file's etag stands for its bytes: devices would fetch it again
        after=after,
    )  # fmt: skip


def means(actor: Actor) -> dict[str, str]:
    """Return by what means the actor writes, for `after`: {"by": "a12"} an app password, "s" a browser, "l" a link."""
    by = actor.device if actor.device.startswith("a") else actor.device[:1]
    return {"by": by} if by else {}


def fresh_etag() -> str:
    """Return 32 new hex digits."""
    return uuid.uuid4().hex


def _json(value: dict[str, Any] | None) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
