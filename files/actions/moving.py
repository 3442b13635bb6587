"""Moving and copying, within a space and between two."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from collab.dav import dead
from collab.lib.errors import Conflict, Forbidden, NameTaken, NotFound
from collab.lib.text import check_name, sort_key
from collab.marks import following
from collab.rights.actor import Actor
from collab.rights.right import Right
from files.actions import homing, optimistic, recording, subtree, trashing, tree
from files.entry import Entry
from files.models import Node
from files.queries import entry

_AT_ONCE = 5_000
_PLACE = """placed AS (UPDATE files_node SET parent_id = %(parent)s, name = %(name)s::text, sort = %(sort)s::text
 FROM verified WHERE id = %(node)s RETURNING id), """

_CHANGE_SPACE = """UPDATE files_node SET space_id = %(there)s, change_seq = %(seq)s
 WHERE id = ANY(%(ids)s) AND space_id <> %(there)s"""

_COPY_FILE = """made AS (INSERT INTO files_node (space_id, parent_id, name, sort, kind, acl_id, blob_id, size, mtime,
  etag, change_seq, created_at, created_by_id, modified_by_id)
 SELECT %(space)s, %(parent)s, %(name)s::text, %(sort)s::text, 2, %(acl)s, blob_id, size, mtime, %(etag)s::text,
  %(seq)s, now(), %(actor)s, %(actor)s FROM files_node WHERE id = %(node)s RETURNING id),
 kept AS (INSERT INTO dav_property (kind, ref_id, name, value) SELECT p.kind, made.id, p.name, p.value
  FROM dav_property p, made WHERE p.kind = 'node' AND p.ref_id = %(node)s),
 withheld AS (INSERT INTO files_withheld (node_id, marked_by_id, marked_at) SELECT made.id, w.marked_by_id, now()
  FROM files_withheld w, made WHERE w.node_id = %(node)s), """

_COPIES = """WITH u AS (SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[],
  %s::int[], %s::bigint[], %s::bigint[], %s::bigint[]) AS copied (old, id, parent_id, name, sort, kind, blob_id, size,
  mtime)),
 made AS (INSERT INTO files_node (id, parent_id, name, sort, kind, blob_id, size, mtime, space_id, acl_id, etag,
   change_seq, created_at, created_by_id, modified_by_id)
  SELECT u.id, u.parent_id, u.name, u.sort, u.kind, u.blob_id, u.size, u.mtime, %s, %s,
   replace(gen_random_uuid()::text, '-', ''), %s, now(), %s, %s FROM u)
 INSERT INTO files_withheld (node_id, marked_by_id, marked_at) SELECT u.id, w.marked_by_id, now() FROM u
  CROSS JOIN LATERAL (SELECT * FROM files_withheld w WHERE w.node_id = u.old OFFSET 0) w"""
"""A copy of a picture that is not for publication is not either."""


class Moved(NamedTuple):
    """`created` is false when something had the name and went to the trash; `copies`: {old id: new id} of a copy.

    `left`: labels that the space it went to does not have.
    """

    entry: Entry
    created: bool
    copies: dict[int, int]
    left: tuple[str, ...] = ()


class _Way(NamedTuple):
    """Both ends of a move, read under the lock."""

    spaces: dict[int, tree.Locked]
    source: tree.State
    origin: tree.State
    into: tree.State
    taken: tree.State | None


def move(
    actor: Actor, node: Any, parent: Any, name: str, *, overwrite: bool = False, tokens: Collection[str] = (),
    guard: tree.Guard | None = None,
) -> Moved:  # fmt: skip
    """Move the node (keeping its id, contents, versions, shares) into `parent` as `name`.

    Within one circle of people it needs EDIT; out of it DELETE here, on all below, and ADD there.
    Raises BadInput, NameTaken (without `overwrite`), Conflict, NotFound, Forbidden, Locked, Stale, OverQuota.
    """
    check_name(name)
    return _move_alone(actor, node, parent, name, guard) or _move_held(
        actor, node, parent, name, overwrite=overwrite, tokens=tokens, guard=guard
    )


def _move_alone(actor: Actor, node: Any, parent: Any, name: str, guard: tree.Guard | None) -> Moved | None:
    """Move within one circle of people, where nothing has the name; None for everything else."""
    if node.space_id != parent.space_id or node.acl_id != parent.acl_id:
        return None
    moved: list[Entry] = []

    def plan(seen: tree.Look) -> optimistic.Plan | None:
        way = _way(node, parent, {seen.space.id: seen.space}, seen.found, seen.child)
        source, into = way.source.entry, way.into.entry
        deeper = source.is_folder and len(way.into.up) > len(way.origin.up)
        if way.taken or deeper or into.is_root or not source.acl_id == way.origin.entry.acl_id == into.acl_id:
            return None
        way.source.require(Right.SEE)
        if guard:
            guard(None)
        _require_move(actor, way)
        moved.append(source._replace(parent_id=into.id, name=name))
        return optimistic.Plan(_placing(actor, way, name), whole=[source.id])  # its size moves from one line to another

    try:
        done = optimistic.attempt(actor, node.space_id, _ids(node, parent), parent.pk, name, plan)
    except NotFound:
        return None  # it went elsewhere a moment ago: to another space, perhaps
    return Moved(moved[-1], True, {}) if done else None


@transaction.atomic
def _move_held(
    actor: Actor, node: Any, parent: Any, name: str, *, overwrite: bool, tokens: Collection[str],
    guard: tree.Guard | None,
) -> Moved:  # fmt: skip
    way = _read(actor, node, parent, name, tree.lock(node.space_id, parent.space_id))
    way.source.require(Right.SEE)
    if guard:
        guard(way.taken.entry if way.taken else None)
    if way.taken and way.taken.entry.id == way.source.entry.id:
        return Moved(way.source.entry, False, {})
    _require_move(actor, way)
    home, there = way.spaces[way.source.entry.space_id], way.spaces[way.into.entry.space_id]
    tree.check_locks(home, actor, way.source, way.origin, tokens, deep=True)
    tree.check_locks(there, actor, way.taken, way.into, tokens, deep=bool(way.taken))
    if way.taken and not overwrite:
        raise NameTaken
    tree.require_free_name(way.into, name)
    size, weight, left = way.source.entry.size, None, []
    if home.id != there.id:
        weight = subtree.weight(node.pk)
        there.require_room(weight.used)
    if way.taken:
        trashing.put_away(actor, way.taken)
    tree.unlock(home, node.pk)
    if weight is not None:
        before = {"name": way.source.entry.name, "parent": way.origin.entry.id}
        after = {"name": name, "parent": parent.pk}
        trashing.leave_behind(home.id, node.pk)
        Node.objects.filter(pk=node.pk).update(parent_id=parent.pk, name=name, sort=sort_key(name))
        homing.follow(homing.Held(node.pk, way.source.entry.acl_id), way.into.entry.acl_id)
        left = _change_space(node.pk, there)
        _record(actor, home.id, way.origin.up, "leave", node.pk, before, after, grown=-size, used=-weight.used)
        _record(actor, there.id, way.into.up, "arrive", node.pk, before, after, grown=size, used=weight.used)
    else:
        _placing(actor, way, name).run()
        homing.follow(homing.Held(node.pk, way.source.entry.acl_id), way.into.entry.acl_id)
    moved = way.source.entry._replace(parent_id=parent.pk, name=name)
    if way.source.entry.acl_id != way.into.entry.acl_id:
        moved = entry(actor, node.pk) or moved
    return Moved(moved, way.taken is None, {}, tuple(left))


def _placing(actor: Actor, way: _Way, name: str) -> recording.Change:
    """Return the change that puts the source at its new place in the same space."""
    source, here, there = way.source.entry, set(way.origin.up), set(way.into.up)
    return recording.change(
        _PLACE, "(SELECT id FROM placed)",
        {"node": source.id, "parent": way.into.entry.id, "name": name, "sort": sort_key(name)},
        space_id=source.space_id, up=here | there, kind="move", actor=actor,
        before={"name": source.name, "parent": way.origin.entry.id}, after={"name": name, "parent": way.into.entry.id},
        grown=source.size, losing=here - there, same=here & there,
    )  # fmt: skip


@transaction.atomic
def copy(
    actor: Actor, node: Any, parent: Any, name: str, *, deep: bool = True, overwrite: bool = False,
    tokens: Collection[str] = (), guard: tree.Guard | None = None,
) -> Moved:  # fmt: skip
    """Copy what the actor sees of the node into `parent` as `name`; contents cost a row, rights are the new place's.

    Needs SEE here and ADD there. Raises as `move`.
    """
    check_name(name)
    way = _read(actor, node, parent, name, tree.lock(parent.space_id, reading=[node.space_id]))
    if guard:
        guard(way.taken.entry if way.taken else None)
    way.source.require(Right.SEE)
    if way.taken and way.taken.entry.id == way.source.entry.id:
        raise Forbidden(_("A thing cannot be copied onto itself."))
    tree.require_folder(way.into)
    way.into.require(Right.ADD)
    tree.require_free_name(way.into, name)
    there = way.spaces[way.into.entry.space_id]
    tree.check_locks(there, actor, way.taken, way.into, tokens, deep=bool(way.taken))
    if way.taken and not overwrite:
        raise NameTaken
    if not way.source.entry.is_folder:
        return _copy_file(actor, way, there, name)
    rows = subtree.seen(actor, node.pk) if deep else [row for row in subtree.seen(actor, node.pk) if row[8] == 0]
    tree.require_folder(way.into, height=rows[-1][8] + 1)
    size = sum(row[6] for row in rows if row[4] == Node.Kind.FILE)
    there.require_room(size)
    if way.taken:
        trashing.put_away(actor, way.taken)
    copies = insert_copies(actor, rows, there, parent.pk, way.into.entry.acl_id, name)
    dead.copy(Node.REF_KIND, list(copies.items()))
    _record(
        actor, there.id, way.into.up, "copy", copies[node.pk], {"from": node.pk}, {"name": name, "parent": parent.pk},
        grown=size, used=size,
    )  # fmt: skip
    made = entry(actor, copies[node.pk])
    return Moved(made or way.source.entry, way.taken is None, copies)


def _copy_file(actor: Actor, way: _Way, there: tree.Locked, name: str) -> Moved:
    """Copy one file and what clients stored on it, in one statement."""
    source, into = way.source.entry, way.into.entry
    there.require_room(source.size)
    if way.taken:
        trashing.put_away(actor, way.taken)
    etag = recording.fresh_etag()
    node_id = recording.write(
        _COPY_FILE, "(SELECT id FROM made)",
        {
            "node": source.id, "parent": into.id, "name": name, "sort": sort_key(name), "acl": into.acl_id,
            "seq": there.seq + 1,
        },
        space_id=there.id, up=way.into.up, kind="copy", actor=actor, etag=etag, grown=source.size, used=source.size,
        before={"from": source.id}, after={"name": name, "parent": into.id},
    )  # fmt: skip
    made = source._replace(
        id=node_id, parent_id=into.id, space_id=there.id, name=name, acl_id=into.acl_id, etag=etag, mask=into.mask,
        change_seq=there.seq + 1,
    )  # fmt: skip
    return Moved(made, way.taken is None, {source.id: node_id})


def _read(actor: Actor, node: Any, parent: Any, name: str, spaces: dict[int, tree.Locked]) -> _Way:
    found, taken = tree.state(actor, _ids(node, parent), spaces, parent=parent.pk, name=name)
    return _way(node, parent, spaces, found, taken)


def _ids(node: Any, parent: Any) -> set[int]:
    return {node.pk, node.parent_id or node.pk, parent.pk}


def _way(
    node: Any, parent: Any, spaces: dict[int, tree.Locked], found: dict[int, tree.State], taken: tree.State | None
) -> _Way:
    source = found[node.pk]
    if source.entry.parent_id is None:
        raise Forbidden(_("The folder of a space stays where it is."))
    origin = found.get(source.entry.parent_id)
    if origin is None:
        raise Conflict  # it was moved away between the request and the lock
    return _Way(spaces, source, origin, found[parent.pk], taken)


def _require_move(actor: Actor, way: _Way) -> None:
    tree.require_folder(way.into)
    if way.source.entry.id in way.into.up:
        raise Conflict(_("A folder cannot be moved into itself."))
    if way.source.entry.is_folder and len(way.into.up) > len(way.origin.up):
        tree.require_folder(way.into, height=subtree.height(way.source.entry.id))
    if way.taken and way.taken.entry.id in way.source.up:
        raise Conflict(_("A folder cannot replace the one it lies in."))
    if way.origin.entry.acl_id == way.into.entry.acl_id:
        way.source.require(Right.EDIT)
    else:
        way.source.require(Right.DELETE)
        way.into.require(Right.ADD)
        if way.source.entry.is_folder:
            subtree.require_all(actor, way.source.entry, Right.DELETE)
    trashing.require_seen(way.origin)


def _record(
    actor: Actor, space_id: int, up: Collection[int], kind: str, node_id: int, before: dict[str, Any],
    after: dict[str, Any], *, grown: int = 0, used: int = 0,
) -> None:  # fmt: skip
    recording.write(
        "", "%(ref)s::bigint", {"ref": node_id}, space_id=space_id, up=up, kind=kind, actor=actor, before=before,
        after=after, grown=grown, used=used,
    )  # fmt: skip


def _change_space(node_id: int, there: tree.Locked) -> list[str]:
    """Let the whole subtree live in the other space, and by its clock; return the labels that are not known there."""
    ids = subtree.ids(node_id)
    with connection.cursor() as cursor:  # those that `crossing` rewrote already are passed over
        cursor.execute(_CHANGE_SPACE, {"there": there.id, "seq": there.seq + 1, "ids": ids})
    return following.moved(Node.REF_KIND, ids, there.id)


def insert_copies(
    actor: Actor, rows: list[tuple[Any, ...]], there: tree.Locked, parent_id: int, acl_id: int, name: str, *,
    tell: Callable[[int], None] = lambda done: None,
) -> dict[int, int]:  # fmt: skip
    """Insert the copies and return {old id: new id}; folder sizes count what was copied.

    `tell` hears how many are there, some thousands at a time.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('files_node', 'id')) FROM generate_series(1, %s)", [len(rows)]
        )
        new = dict(zip([row[0] for row in rows], [row[0] for row in cursor.fetchall()], strict=True))
        sizes = {row[0]: row[6] if row[4] == Node.Kind.FILE else 0 for row in rows}
        for row in reversed(rows):
            if row[8] > 0:
                sizes[row[1]] += sizes[row[0]]
        top = rows[0][0]
        names = [name if row[0] == top else row[2] for row in rows]
        for start in range(0, len(rows), _AT_ONCE):
            some, called = rows[start : start + _AT_ONCE], names[start : start + _AT_ONCE]
            cursor.execute(
                _COPIES,
                [
                    *([row[0] for row in some], [new[row[0]] for row in some]),
                    [parent_id if row[0] == top else new[row[1]] for row in some],
                    called, [sort_key(item) for item in called], [row[4] for row in some], [row[5] for row in some],
                    [sizes[row[0]] for row in some], [row[7] for row in some],
                    there.id, acl_id, there.seq + 1, *[actor.user.pk if actor.user else None] * 2,
                ],
            )  # fmt: skip
            tell(start + len(some))
    return new
