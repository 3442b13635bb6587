"""A folder as somebody else finds it, for whoever looks beside them: what both see, by both one's own rights."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from collab.lib import paging
from collab.lib.errors import NotFound
from collab.registry.plugin import Inside, Within
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.rights.sql import ALLOWED_ACLS, mask_of
from files.models import Node

PAGE = 100

_BOTH = f"""SELECT n.id, n.name, n.kind, n.sort, {mask_of("n.acl_id")} FROM files_node n
 WHERE n.parent_id = %s AND n.trash_id IS NULL AND n.acl_id IN ({ALLOWED_ACLS}) AND n.acl_id IN ({ALLOWED_ACLS})
 AND (n.kind, n.sort, n.id) > (%s, %s, %s) ORDER BY n.kind, n.sort, n.id LIMIT %s"""

_HIDDEN = f"""SELECT count(*) FROM files_node n WHERE n.parent_id = %s AND n.trash_id IS NULL
 AND n.acl_id IN ({ALLOWED_ACLS}) AND n.acl_id NOT IN ({ALLOWED_ACLS})"""


def inside(viewer: Actor, person: Actor, node: Any, after: str) -> Inside:
    """List what the person finds in the folder, in their order; what the viewer does not see is only counted."""
    if not node.is_folder:
        raise NotFound
    start = _start(after)
    hers: list[Any] = [list(person.principals), int(Right.SEE)]
    mine: list[Any] = [list(viewer.principals), int(Right.SEE)]
    with connection.cursor() as cursor:
        cursor.execute(_BOTH, [hers[0], node.pk, *hers, *mine, *start, PAGE + 1])
        found = cursor.fetchall()
        cursor.execute(_HIDDEN, [node.pk, *hers, *mine])
        hidden = cursor.fetchone()[0] if start[0] == 0 else 0
    rows = [_row(pk, name, kind, mask) for pk, name, kind, _sort, mask in found[:PAGE]]
    more = paging.seal([found[PAGE - 1][2], found[PAGE - 1][3], found[PAGE - 1][0]]) if len(found) > PAGE else ""
    return Inside(rows, _above(viewer, person, node), hidden, more)


def _row(pk: int, name: str, kind: int, mask: int) -> Within:
    folder = kind == Node.Kind.FOLDER
    return Within(pk, name, "folder" if folder else "file", mask, folder, "" if folder else _("not opened here"))


def _start(after: str) -> list[Any]:
    """Return what the first row comes after; a cursor that somebody made up begins anew."""
    kept = paging.unseal(after, 3)
    if kept and [type(one) for one in kept] == [int, str, int] and "\0" not in kept[1]:
        return list(kept)
    return [0, "", 0]


def _above(viewer: Actor, person: Actor, node: Any) -> list[tuple[int, str]]:
    """Return the way down to the folder, from the highest that both see without a gap."""
    ids = node.ancestor_ids()
    seen = Node.objects.living().visible_to(viewer).filter(pk__in=Node.objects.visible_to(person).filter(pk__in=ids))
    names = dict(seen.values_list("pk", "name"))
    way: list[tuple[int, str]] = []
    for pk in reversed(ids):
        if pk not in names:
            break
        way.append((pk, names[pk] or node.space.name))
    return way[::-1]
