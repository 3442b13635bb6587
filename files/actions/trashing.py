"""Throwing away, bringing back, and removing for good."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from collab.lib.errors import Conflict, Forbidden, NotFound
from collab.lib.text import check_name, free_name
from collab.marks import following
from collab.rights.actor import Actor
from collab.rights.erasing import forget_things
from collab.rights.right import Right
from files import mounts
from files.actions import creating, homing, recording, subtree, tree
from files.entry import Entry
from files.models import Node, Trash
from files.queries import entry, free_name_in

_PUT_AWAY = f"""{subtree.BELOW},
 row AS (INSERT INTO files_trash (space_id, node_id, parent_id, path, deleted_by_id, deleted_at, device, things)
  SELECT %(space)s, %(node)s, %(parent)s, (SELECT string_agg(n.name, '/' ORDER BY step.place)
    FROM unnest(%(path)s::bigint[]) WITH ORDINALITY AS step (id, place) JOIN files_node n ON n.id = step.id),
   %(actor)s::bigint, now(), %(device)s::text, (SELECT count(*) FROM down) FROM verified
  RETURNING id, space_id, node_id, parent_id, path, deleted_by_id, deleted_at, device, things),
 unlocked AS (DELETE FROM dav_lock WHERE space_id = %(space)s AND kind = 'node'
  AND ref_id = ANY(ARRAY(SELECT id FROM down))),
 gone AS (UPDATE files_node SET trash_id = row.id FROM row WHERE files_node.id = ANY(ARRAY(SELECT id FROM down))), """
_ROW = ", " + ", ".join(f"(SELECT {name} FROM row)" for name in (
    "id", "space_id", "node_id", "parent_id", "path", "deleted_by_id", "deleted_at", "device", "things"
))  # fmt: skip

_THROWN_INSIDE = f"""WITH RECURSIVE {subtree.BELOW} SELECT thrown.id FROM down CROSS JOIN LATERAL (
 SELECT id FROM files_node inside WHERE inside.parent_id = down.id AND inside.trash_id IS NOT NULL OFFSET 0) thrown"""


@transaction.atomic
def trash(actor: Actor, node: Any, *, tokens: Collection[str] = (), guard: tree.Guard | None = None) -> Trash:
    """Put the node with all below it into its space's trash; returns the trash row (for Undo).

    Needs DELETE on the node and on everything below. Raises NotFound, Forbidden, Locked, Stale.
    """
    space = tree.lock(node.space_id)[node.space_id]
    found, _child = tree.state(actor, {node.pk, node.parent_id or node.pk}, [space.id])
    state = found[node.pk]
    if guard:
        guard(state.entry)
    if state.entry.parent_id is None:
        raise Forbidden(_("The folder of a space cannot be deleted. Archive the space instead."))
    if state.entry.parent_id not in found:
        raise Conflict  # it was moved between the request and the lock
    state.require(Right.DELETE)
    require_seen(found[state.entry.parent_id])
    tree.check_locks(space, actor, state, None, tokens, deep=True)
    return put_away(actor, state)


def require_seen(folder: tree.State) -> None:
    """Raise Forbidden for what lies in a folder that one does not see: a share stays where its owners put it."""
    if not folder.entry.mask & Right.SEE:
        raise Forbidden(
            _("This was shared with you: it lies in a place of others. Hide it from your files, or ask them.")
        )


def put_away(actor: Actor, state: tree.State) -> Trash:
    """Do what `trash` says, rights included, for callers that hold the lock (a MOVE that overwrites)."""
    state.require(Right.DELETE)
    if state.entry.is_folder:
        subtree.require_all(actor, state.entry, Right.DELETE)
    entry = state.entry
    change = recording.change(
        _PUT_AWAY, "(SELECT node_id FROM row)",
        {"node": entry.id, "trash": None, "parent": entry.parent_id, "path": state.up[1:], "device": actor.device},
        space_id=entry.space_id, up=state.up[:-1], kind="trash", actor=actor, grown=-entry.size,
        before={"name": entry.name, "parent": entry.parent_id},
    )  # fmt: skip
    return Trash(*change._replace(more=_ROW).run()[2:])


@transaction.atomic
def restore(actor: Actor, row: Trash, *, parent: Any = None, name: str | None = None) -> Entry:
    """Bring a thrown-away thing back to where it was (or into `parent`), under a free name.

    If its folder is gone, it comes back at the top of the space. Needs SEE on it and ADD there.
    """
    space = tree.lock(row.space_id)[row.space_id]
    row = _again(actor, row)
    if name is not None:
        check_name(name)
    node = Node.objects.select_related("acl", "space").get(pk=row.node_id)
    target = parent.pk if parent is not None else _living_home(row)
    if parent is not None and parent.space_id != row.space_id:
        raise Forbidden(_("Restore it in its own space first, then move it."))
    found, _child = tree.state(actor, [target], [space.id])
    into = found[target]
    into.require(Right.ADD)
    tree.require_folder(into, height=subtree.height(node.pk, trash_id=row.pk))
    tree.check_locks(space, actor, None, into, ())
    before = {"name": node.name, "parent": node.parent_id}
    node.name = free_name(
        name or node.name,
        lambda wish: (
            Node.objects.inside(target).filter(name=wish).exists()
            or (into.entry.is_root and mounts.holds(space.id, wish))
        ),
    )
    node.parent_id = target
    node.save(update_fields=["name", "sort", "parent"])
    homing.follow(node, into.entry.acl_id)
    Node.objects.filter(trash=row).update(trash=None)
    row.delete()
    recording.write(
        "", "%(ref)s::bigint", {"ref": node.pk}, space_id=row.space_id, up=into.up, kind="restore", actor=actor,
        grown=node.size, before=before, after={"name": node.name, "parent": target},
    )  # fmt: skip
    restored = entry(actor, node.pk)
    if restored is None:
        raise NotFound
    return restored


@transaction.atomic
def purge(actor: Actor, row: Trash) -> None:
    """Remove a thrown-away thing for good, its versions too. Needs DELETE on it and on everything below."""
    tree.lock(row.space_id)
    row = _again(actor, row)
    node = Node.objects.select_related("acl").get(pk=row.node_id)
    actor.require(node, Right.DELETE)
    subtree.require_all(actor, node, Right.DELETE, trash_id=row.pk)
    erase(row, actor)


def erase(row: Trash, actor: Actor) -> None:
    """Remove the rows of one trash entry; blobs go later, when nothing has referred to them for a week.

    The space's lock is held by the caller; rights are checked by it too (or it is the nightly expiry).
    """
    weight = subtree.weight(row.node_id, trash_id=row.pk)
    ids = list(Node.objects.filter(trash=row).values_list("pk", flat=True))
    root = Node.objects.get(space_id=row.space_id, parent=None)
    _lift(Node.objects.filter(parent_id__in=ids).exclude(trash=row).exclude(trash=None), root)
    Trash.objects.filter(parent_id__in=ids).update(parent=None)
    name, node_id = row.node.name, row.node_id
    delete_rows(ids)
    row.delete()
    recording.write(
        "", "%(ref)s::bigint", {"ref": node_id}, space_id=row.space_id, up=[root.pk], kind="purge", actor=actor,
        used=-weight.used, before={"name": name},
    )  # fmt: skip


def leave_behind(space_id: int, node_id: int) -> None:
    """Before the node moves to another space: what was thrown away inside stays in the trash of this one."""
    with connection.cursor() as cursor:
        cursor.execute(_THROWN_INSIDE, {"node": node_id, "trash": None})
        thrown = [row[0] for row in cursor.fetchall()]
    root = Node.objects.get(space_id=space_id, parent=None)
    _lift(Node.objects.filter(pk__in=thrown), root)
    Trash.objects.filter(node__in=thrown).update(parent=None)


def _lift(thrown: Iterable[Node], root: Node) -> None:
    """Keep things thrown away earlier in the trash, at the top of the space, when their folder goes."""
    for node in thrown:
        homing.detach(node.pk, node.acl_id)
        Node.objects.filter(pk=node.pk).update(parent=root)


def empty(actor: Actor, space_id: int, *, limit: int = 1000) -> int:
    """Remove for good all that the actor may delete in the space's trash; returns how many entries went."""
    count = 0
    for row in Trash.objects.allowing(actor, Right.DELETE).filter(space_id=space_id).order_by("pk")[:limit]:
        try:
            purge(actor, row)
        except (Forbidden, NotFound):
            continue  # something inside is not the actor's to delete: that entry stays
        count += 1
    return count


def _again(actor: Actor, row: Trash) -> Trash:
    """Read the row again under the lock; gone or invisible is NotFound."""
    found = Trash.objects.visible_to(actor).select_related("node").filter(pk=row.pk).first()
    if found is None:
        raise NotFound
    return found


def has_place(row: Trash, together: Collection[Trash] = ()) -> bool:
    """Whether the folder it lay in lives, or comes back `together` with it, one of these entries by itself."""
    lives = row.parent_id is not None and Node.objects.living().filter(pk=row.parent_id, space_id=row.space_id).exists()
    return lives or any(other.node_id == row.parent_id for other in together)


@transaction.atomic
def make_place(actor: Actor, row: Trash) -> Any:
    """Make the folders again that the entry lay in, as far as they are not there; return the last. Needs ADD.

    A file that bears one of the names is passed by. Raises as `make_folder`.
    """
    folder: Any = Node.objects.get(space_id=row.space_id, parent=None)
    for name in row.path.split("/")[:-1]:
        seen = Node.objects.inside(folder.pk).visible_to(actor).filter(kind=Node.Kind.FOLDER)
        folder = seen.filter(name=name).first() or creating.make_folder(actor, folder, free_name_in(folder.pk, name))
    return folder


def _living_home(row: Trash) -> int:
    """Return the folder it lay in, while that lives, else the space's root."""
    living = Node.objects.living().filter(pk=row.parent_id, space_id=row.space_id).exists()
    if living and row.parent_id is not None:
        return row.parent_id
    return Node.objects.get(space_id=row.space_id, parent=None).pk


def delete_rows(ids: list[int]) -> None:
    """Delete the rows and all that hangs on them; foreign keys are checked at the commit."""
    hanging = (
        ("files_draft", "node_id"), ("files_version", "node_id"), ("files_mount", "node_id"),
        ("files_photo", "node_id"), ("files_albumitem", "node_id"), ("files_withheld", "node_id"), ("files_node", "id"),
    )  # fmt: skip
    following.forget(Node.REF_KIND, ids)
    with connection.cursor() as cursor:
        # the parts of an upload lie on disk: the row stays until they are collected
        cursor.execute("UPDATE files_upload SET parent_id = NULL WHERE parent_id = ANY(%s)", [ids])
        cursor.execute(
            "DELETE FROM files_draftupdate WHERE draft_id IN (SELECT id FROM files_draft WHERE node_id = ANY(%s))",
            [ids],
        )
        for table, column in hanging:
            cursor.execute(f"DELETE FROM {table} WHERE {column} = ANY(%s)", [ids])
        cursor.execute("DELETE FROM dav_property WHERE kind = 'node' AND ref_id = ANY(%s)", [ids])
    forget_things(Node.REF_KIND, ids)
