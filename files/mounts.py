"""A person's tree on devices: their own files, a folder per team space, and what others shared with them."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils import timezone

from collab.lib.errors import Forbidden, NameTaken, NotFound
from collab.lib.text import cut, free_name
from collab.rights.actor import Actor
from files.entry import Entry
from files.models import Mount
from files.queries import Found, entry, find, lines_up, root_rows


class Root(NamedTuple):
    """`etag`: over the mounts (name, etag, mask) and the home folder; `home`: the personal root (a guest has none);
    `rows`: its children, then the mounts under their own names (`mount` is set, `received` true for a share)."""

    etag: str
    home: Entry | None
    rows: list[Entry]


def root(actor: Actor, *, deep: bool = True) -> Root:
    """Return the person's DAV root, naming mounts that are new. One query when none is."""
    home, kids, entrances = root_rows(actor, deep=deep)
    if any(not name for _entry, name, _wish, _hidden in entrances):
        _name(actor, entrances)
        home, kids, entrances = root_rows(actor, deep=deep)
    mounts = [entry._replace(name=name, mount=name) for entry, name, _wish, hidden in entrances if name and not hidden]
    digest = hashlib.md5(f"{home.etag if home else None} {actor.epoch}".encode(), usedforsecurity=False)
    for mount in sorted(mounts, key=lambda item: item.id):
        digest.update(f"\0{mount.name}\0{mount.etag}\0{mount.mask}".encode())
    return Root(f'"{digest.hexdigest()}"', home, [*kids, *mounts])


def lookup(actor: Actor, parts: list[str], *, members: bool = False) -> Found:
    """Resolve a path of the person's tree; a space that was just shared is found before its mount has a name."""
    user_id = actor.user.pk if actor.user else None
    found = find(actor, user_id, parts, members=members)
    unknown = not found.virtual and not found.mounted and len(found.chain) <= 1 and found.entry is None
    if unknown and actor.user is not None:
        _home, _kids, entrances = root_rows(actor, deep=False)
        if any(not name for _entry, name, _wish, _hidden in entrances):
            _name(actor, entrances)
            found = find(actor, user_id, parts, members=members)
    return found


def path_to(actor: Actor, node_id: int) -> str | None:
    """Return the path (“Sport/Été/plan.pdf”) at which the node lies in the person's tree, None if nowhere."""
    return paths_to(actor, [node_id]).get(node_id)


def paths_to(actor: Actor, node_ids: list[int]) -> dict[int, str]:
    """Return {node: path} of those that lie in the person's tree. Two queries, however many nodes."""
    tree = root(actor, deep=False)
    mounted = {entry.id: entry.name for entry in tree.rows if entry.mount}
    found = {}
    for node_id, (up, names) in lines_up(node_ids).items():
        position = next((at for at in range(len(up) - 1, -1, -1) if up[at] in mounted), None)
        if position is not None:
            found[node_id] = "/".join([mounted[up[position]], *names[position + 1 :]])
        elif tree.home and up[:1] == [tree.home.id]:
            found[node_id] = "/".join(names[1:])
    return found


def hide(actor: Actor, node_id: int) -> None:
    """Take a received share out of one's own tree; the share itself stays. A space's folder cannot be hidden."""
    mount = Mount.objects.select_related("node").filter(user=actor.user, node_id=node_id).first()
    if mount is None:
        raise NotFound
    if mount.node.parent_id is None:
        raise Forbidden
    mount.hidden_at = timezone.now()
    mount.save(update_fields=["hidden_at"])


def require_free(space_id: int, name: str) -> None:
    """Raise NameTaken if in the root of the person whose own space this is something appears by that name."""
    if holds(space_id, name):
        raise NameTaken


def holds(space_id: int, name: str) -> bool:
    """Whether a mount bears the name in the root of the person whose own space this is.

    A mount of what is gone, archived, or not theirs to see any more, gives its name back.
    """
    named = Mount.objects.select_related("user", "node__space").filter(user__personal_space=space_id, name=name)
    mount = named.first()
    if mount is None:
        return False
    if mount.hidden_at is not None:
        Mount.objects.filter(pk=mount.pk).update(name=f"{cut(name, 230)} ({mount.pk})")  # it stays hidden
        return False
    if mount.node.space.archived_at is None and entry(Actor.of(mount.user), mount.node_id) is not None:
        return True
    mount.delete()
    return False


def _name(actor: Actor, entrances: list[tuple[Entry, str, str, bool]]) -> None:
    """Fix a name for every entrance that has none: its own, or with “ (2)” when one's own things bear it."""
    assert actor.user is not None
    taken = {name for _item, name, _wish, _hidden in entrances if name}
    for item, name, wish, _hidden in entrances:
        if name:
            continue
        chosen = free_name(
            wish.replace("/", "-"),
            lambda candidate: (
                candidate in taken
                or Mount.objects.filter(user=actor.user, name=candidate).exists()
                or find(actor, actor.user.pk if actor.user else None, [candidate]).entry is not None
            ),
        )
        taken.add(chosen)
        try:
            with transaction.atomic():
                Mount.objects.create(user=actor.user, node_id=item.id, name=chosen)
        except IntegrityError:
            continue  # another request of the same person named it just now
