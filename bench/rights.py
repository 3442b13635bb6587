"""How long the rights board and “who has access” take, on a house with many groups, circles and nodes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from bench.rolled import rolled_back

GROUPS = 200
SPACES = 60
THINGS = 4
"""Things shared on their own in each space: with the space itself, 300 columns in all."""
NODES = 1_000_000


def rights(nodes: int = NODES) -> str:
    """Fill the house, measure, and return {name: [milliseconds, of them CPU here]} as JSON; nothing of it stays."""
    from django.db import connection

    with rolled_back():
        user = _fill(nodes)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE rights_grant, rights_lineage, rights_acl, rights_principal, files_node")
        figures = _measure(user)
    return json.dumps(figures)


def _fill(nodes: int) -> Any:
    from django.db import connection

    from collab.accounts.models import User
    from collab.groups.models import Group, Membership
    from collab.rights import lineage
    from collab.rights.actor import Actor
    from collab.rights.models import Grant
    from collab.spaces import actions as spaces
    from files.actions import creating
    from files.models import Node

    owner = User.objects.get(username="bench")
    people = [
        User.objects.create_user(f"person{number}", None, display_name=f"Person {number}") for number in range(100)
    ]
    groups = [Group.objects.create(name=f"Group {number:03}") for number in range(GROUPS)]
    Membership.objects.bulk_create(
        Membership(group=group, user=people[(place + step) % len(people)])
        for place, group in enumerate(groups) for step in range(5)
    )  # fmt: skip
    grants: list[Grant] = []
    actor = Actor.of(owner)
    for number in range(SPACES):
        space = spaces.create_for(owner, f"Space {number:03}")
        root = Node.objects.get(space=space, parent=None)
        grants += _grants(space.acl, groups, number * 7, 12, 1)
        for place in range(THINGS):
            made = creating.make_folder(actor, root, f"Folder {place}")
            acl = lineage.create_acl("node", made.id, space.acl_id)
            Node.objects.filter(pk=made.id).update(acl=acl)
            grants += _grants(acl, groups, number * 11 + place * 5, 6, 47)
    Grant.objects.bulk_create(grants)
    folder = Node.objects.get(pk=made.id)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # a million rows need no million look-ups
        cursor.execute(
            "INSERT INTO files_node (space_id, parent_id, name, sort, kind, acl_id, size, mtime, etag, change_seq,"
            " created_at) SELECT space_id, id, 'n' || g, 'n' || g, 1, acl_id, 0, 0, md5(g::text), 0, now()"
            " FROM files_node, generate_series(1, %s) g WHERE id = %s",
            [nodes, folder.pk],
        )
    return owner


def _grants(acl: Any, groups: list[Any], first: int, count: int, mask: int) -> list[Any]:
    """Return grants, not saved yet, of the mask to so many groups, beginning somewhere among them."""
    from collab.rights.models import Grant

    chosen = (groups[(first + step) % len(groups)] for step in range(count))
    return [Grant(acl=acl, principal=group.principal, rights=mask) for group in chosen]


def _measure(owner: Any) -> dict[str, tuple[float, float]]:
    from django.test import RequestFactory

    from collab.rights import explain
    from collab.rights.actor import Actor
    from collab.shell.board.columns import Scope
    from collab.shell.board.page import open_board, read
    from files.models import Node

    def board() -> None:
        found = open_board(Scope(Actor.of(owner)), read(RequestFactory().get("/").GET))
        assert len(found.columns) == SPACES * (THINGS + 1), len(found.columns)
        assert len(found.rows) == GROUPS, len(found.rows)
        assert len(found.body) > GROUPS * SPACES

    node = Node.objects.select_related("acl", "space", "parent").filter(name="n77").first()

    def access() -> None:
        assert explain.access(node)
        assert explain.audience(node).count() > 0

    return {"board": best(board), "access": best(access)}


def best(what: Callable[[], None], times: int = 25) -> tuple[float, float]:
    """Return the shortest time, and the CPU time of this process, in milliseconds; the first round fills caches."""
    what()
    taken, worked = [], []
    for _time in range(times):
        start, busy = time.perf_counter(), time.process_time()
        what()
        taken.append((time.perf_counter() - start) * 1e3)
        worked.append((time.process_time() - busy) * 1e3)
    return min(taken), min(worked)
