"""How long a page of activity takes in a space whose log holds a million changes, for who sees all, little, or old."""

from __future__ import annotations

import json
from typing import Any

from bench.living import settle
from bench.rights import best

CHANGES = 1_000_000
NODES = 100_000
"""Things in the space; who sees little sees every hundredth, who sees what is old the oldest hundredth."""

_NODES = """INSERT INTO files_node (space_id, parent_id, name, sort, kind, acl_id, size, mtime, etag, change_seq,
  created_at) SELECT %(space)s, %(folder)s, 'n' || g, 'n' || g, 1, CASE WHEN g %% 100 = 0 THEN %(few)s
  WHEN g <= %(nodes)s / 100 THEN %(old)s ELSE %(all)s END, 0, 0, md5(g::text), 0, now()
 FROM generate_series(1, %(nodes)s) g"""
_CHANGES = """INSERT INTO events_change (space_id, seq, kind, ref_kind, ref_id, before, after, actor_id, at)
 SELECT %(space)s, g + 100, (ARRAY['add', 'edit', 'edit', 'move', 'share'])[1 + g %% 5], 'node',
  %(first)s + CASE WHEN g <= %(changes)s / 100 THEN g %% (%(nodes)s / 100)
   ELSE %(nodes)s / 100 + (g * 7919::bigint) %% (%(nodes)s * 99 / 100) END,
  NULL, jsonb_build_object('parent', %(folder)s, 'name', 'n'), (%(people)s::bigint[])[1 + (g / 40) %% 20],
  now() - (%(changes)s - g) * interval '7.776 seconds' FROM generate_series(1, %(changes)s) g"""


def activity(changes: int = CHANGES) -> str:
    """Fill the house, measure, and return {who: [milliseconds, of them CPU here]} as JSON."""
    from django.db import transaction

    with transaction.atomic():
        space, people = _fill(changes)
    settle()
    return json.dumps(_measure(space, people))


def _fill(changes: int) -> tuple[Any, dict[str, Any]]:
    from django.db import connection

    from collab.accounts.models import User
    from collab.rights import lineage
    from collab.rights.actor import Actor
    from collab.rights.models import Grant
    from collab.spaces import actions as spaces
    from files.actions import creating
    from files.models import Node

    owner = User.objects.get(username="bench")
    others = [User.objects.create_user(f"person{n}", None, display_name=f"Person {n}") for n in range(20)]
    people = {"all": owner, "few": others[0], "old": others[1]}
    space = spaces.create_for(owner, "Busy")
    folder = creating.make_folder(Actor.of(owner), Node.objects.get(space=space, parent=None), "Folder")
    acls = {name: lineage.create_acl("node", 10**9 + n, None) for n, name in enumerate(("few", "old"))}
    circle = lineage.create_acl("node", folder.id, None)
    Grant.objects.create(acl=circle, principal=owner.principal, rights=255)
    for name in ("few", "old"):
        Grant.objects.create(acl=acls[name], principal=people[name].principal, rights=1)
        Grant.objects.create(acl=acls[name], principal=owner.principal, rights=255)
        Grant.objects.create(acl=space.acl, principal=people[name].principal, rights=1)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # a million rows need no million look-ups
        cursor.execute("SELECT max(id) + 1 FROM files_node")
        first = cursor.fetchone()[0]
        values = {
            "space": space.pk, "folder": folder.id, "nodes": NODES, "changes": changes, "first": first,
            "few": acls["few"].pk, "old": acls["old"].pk, "all": circle.pk, "people": [one.pk for one in others],
        }  # fmt: skip
        cursor.execute(_NODES, values)
        cursor.execute(_CHANGES, values)
        cursor.execute("UPDATE spaces_space SET seq = %s WHERE id = %s", [changes + 100, space.pk])
    return space, people


def _measure(space: Any, people: dict[str, Any]) -> dict[str, tuple[float, float]]:
    from django.test import Client

    figures = {}
    for who, person in people.items():
        browser = Client(HTTP_HOST="localhost")
        browser.force_login(person)
        for name, address in (("space", f"/spaces/{space.pk}/activity/"), ("mine", "/activity/")):

            def page(browser: Any = browser, address: str = address) -> None:
                answer = browser.get(address)
                assert answer.status_code == 200, answer.status_code
                assert answer.content.count(b"feed__item") >= 5, answer.content

            figures[f"{name}, {who}"] = best(page, 10)
    return figures
