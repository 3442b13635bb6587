"""How long the home page takes, and how many queries, for somebody in twenty spaces of a house with much in it."""

from __future__ import annotations

import json
from typing import Any

from bench.living import settle
from bench.rights import best

SPACES, MINE = 100, 20
NODES = 2000
"""Files in each space, each added and then changed once."""

_NODES = """INSERT INTO files_node (space_id, parent_id, name, sort, kind, acl_id, blob_id, size, mtime, etag,
  change_seq, created_at) SELECT %(space)s, %(root)s, 'n' || g, 'n' || g, 2, %(acl)s, %(blob)s, 0,
  extract(epoch FROM now())::bigint - g * 60, md5(g::text), 0, now() FROM generate_series(1, %(nodes)s) g"""
_CHANGES = """INSERT INTO events_change (space_id, seq, kind, ref_kind, ref_id, before, after, actor_id, at)
 SELECT n.space_id, 100 + row_number() OVER (ORDER BY n.id), (ARRAY['add', 'edit'])[1 + g], 'node', n.id, NULL,
  jsonb_build_object('parent', n.parent_id, 'name', n.name), (%(people)s::bigint[])[1 + n.id %% 20],
  now() - interval '80 days' + n.id %% %(nodes)s * interval '40 minutes' FROM files_node n, generate_series(0, 1) g
 WHERE n.space_id = %(space)s AND n.blob_id IS NOT NULL"""


def home() -> str:
    """Fill the house, measure, and return {"home": [milliseconds, of them CPU here, queries]}."""
    from django.db import transaction

    with transaction.atomic():
        person = _fill()
    settle()
    return json.dumps({"home": _measure(person)})


def _fill() -> Any:
    from django.db import connection

    from collab.accounts.models import User
    from collab.groups.models import Group, Membership
    from collab.registry import house
    from collab.rights.models import Grant
    from collab.spaces import actions as spaces
    from files.models import Blob, Node

    owner = User.objects.get(username="bench")
    people = [User.objects.create_user(f"person{n}", None, display_name=f"Person {n}") for n in range(20)]
    person = people[0]
    house.put("house.announcement", "The hall is closed from 21 December to 3 January.")
    blob = Blob.objects.create(sha256=bytes(32), key="bench", size=0)
    for number in range(SPACES):
        space = spaces.create_for(owner, f"Space {number:03}")
        if number < MINE:
            group = Group.objects.create(name=f"Group {number:03}")
            Membership.objects.create(group=group, user=person)
            Grant.objects.create(acl=space.acl, principal=group.principal, rights=47)
        root = Node.objects.get(space=space, parent=None)
        values = {
            "space": space.pk, "root": root.pk, "acl": space.acl_id, "blob": blob.pk, "nodes": NODES,
            "people": [one.pk for one in people],
        }  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(_NODES, values)
            cursor.execute(_CHANGES, values)
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    return person


def _measure(person: Any) -> tuple[float, float, int]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    browser = Client(HTTP_HOST="localhost")
    browser.force_login(person)

    def page() -> None:
        answer = browser.get("/")
        assert answer.status_code == 200, answer.status_code
        assert answer.content.count(b"feed__item") >= 5, "there is much to tell"

    taken, worked = best(page, 10)
    with CaptureQueriesContext(connection) as asked:
        page()
    frame = ("SAVEPOINT", "RELEASE")
    return taken, worked, sum(not one["sql"].startswith(frame) for one in asked)
