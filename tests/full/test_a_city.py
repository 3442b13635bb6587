"""A million nodes, 45,000 circles, 95,000 grants: what a page or a device asks costs what it shows."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from collab.accounts.models import User
from collab.rights import explain
from collab.rights.actor import Actor
from collab.rights.models import Acl, Grant
from files import browsing, mounts, queries
from files.models import Node
from tests import town

pytestmark = pytest.mark.full

BASE = 10_000_000
NODES = 1_000_000
BUFFERS = {"recent": 12_000, "folder": 400, "path": 200, "who": 100, "put": 400}
"""Pages of 8 KiB that a question may touch; `files_node` alone has 30,000. The person asked for is in sixty groups and
has a grant of her own on 3,000 circles."""
PER_CIRCLE = 20
"""The root of her devices shows thousands of folders: pages per circle that she sees."""


@pytest.fixture
def city(transactional_db: Any) -> None:
    """Filled in by SQL alone, and committed: work that hangs in a transaction costs time of its own."""
    started = time.monotonic()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.42)")
        text = (Path(__file__).parent / "city.sql").read_text().partition("\nCREATE")
        for statement in ("CREATE" + text[2]).split(";\n"):
            if statement.strip():
                cursor.execute(statement, {"base": BASE, "nodes": NODES})
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute(
            "SELECT (SELECT count(*) FROM files_node), (SELECT count(*) FROM rights_acl),"
            " (SELECT count(*) FROM rights_grant), (SELECT count(*) FROM rights_lineage)"
        )
        print("\nnodes, circles, grants, lineage:", *cursor.fetchone(), f"made in {time.monotonic() - started:.0f} s")


def touched(act: Callable[[], Any]) -> tuple[int, float, Any]:
    """Return (pages touched, milliseconds of the best of five, result) of everything that `act` asks."""
    best, result = 1e9, None
    for _ in range(5):
        started = time.perf_counter()
        with transaction.atomic():
            result = act()
            transaction.set_rollback(True)
        best = min(best, (time.perf_counter() - started) * 1e3)
    pages = 0

    def count(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        nonlocal pages
        text = str(sql).lstrip()
        if text.startswith(("SELECT", "WITH", "INSERT", "UPDATE")):
            with connection.connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON, TIMING OFF) {sql}", params)
                plan = cursor.fetchone()[0]
            top = (plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]
            pages += top["Shared Hit Blocks"] + top["Shared Read Blocks"]
            if text.startswith(("INSERT", "UPDATE")) or " INSERT INTO " in text:
                raise Counted
        return execute(sql, params, many, context)

    with transaction.atomic():
        try:
            with connection.execute_wrapper(count):
                act()
        except Counted:
            pass
        transaction.set_rollback(True)
    return pages, best, result


class Counted(Exception):
    """A statement that writes was explained, and so carried out, once already."""


def test_a_city(city: None) -> None:
    questions_cost_what_they_show()
    what_is_found_is_what_is_allowed()


def questions_cost_what_they_show() -> None:
    actor = Actor.of(User.objects.get(pk=BASE + 1))
    assert len(actor.principals) > 60
    seen = Node.objects.living().visible_to(actor)
    folder = Node.objects.get(pk=seen.filter(kind=1, parent__acl__grants__principal_id=BASE + 1).first().pk)
    group = Actor.of(User.objects.filter(memberships__group_id=BASE + 5100).first())
    folders = Node.objects.filter(space_id=BASE + 5100, kind=1).order_by("pk")[:500]
    deep = max(folders, key=lambda node: len(node.ancestor_ids()))
    names = list(Node.objects.filter(pk__in=deep.ancestor_ids()[1:]).order_by("pk").values_list("name", flat=True))
    questions: dict[str, Callable[[], Any]] = {
        "recent": lambda: browsing.recent(actor, 50),
        "root": lambda: mounts.root(actor, deep=False) and None,
        "folder": lambda: queries.children(actor, folder.pk, sort="name", limit=100),
        "path": lambda: queries.find(group, group.user.pk, names, root=BASE + 5100),
        "who": lambda: explain.access(deep),
        "put": lambda: town.write(group, deep, "new.txt", b"new"),
    }
    mounts.root(actor, deep=False)  # names of mounts are given once
    found = {name: touched(question) for name, question in questions.items()}
    circles = Acl.objects.filter(pk__in=seen.values("acl")).count()
    print("circles that the person sees:", circles)
    for name, (pages, best, _result) in found.items():
        print(f"{name}: {best:.1f} ms, {pages} pages")
    assert len(found["recent"][2]) == 50
    assert found["path"][2].entry.id == deep.pk
    most = BUFFERS | {"root": PER_CIRCLE * circles}
    assert {name: pages for name, (pages, _best, _result) in found.items() if pages > most[name]} == {}


def what_is_found_is_what_is_allowed() -> None:
    """Two thousand pairs of person and node, held against rights added up by hand."""
    dice = random.Random(42)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, parent_id FROM rights_acl")
        parents = dict(cursor.fetchall())
    granted: dict[int, list[tuple[int, int]]] = {}
    live = Grant.objects.extra(where=["expires_at IS NULL OR expires_at > now()"])
    for acl, principal, mask in live.values_list("acl_id", "principal_id", "rights"):
        granted.setdefault(acl, []).append((principal, mask))

    def mask_by_hand(actor: Actor, acl: int | None) -> int:
        mask = 0
        while acl is not None:
            mask |= sum_of(mask for principal, mask in granted.get(acl, ()) if principal in actor.principals)
            acl = parents[acl]
        return mask

    nodes = list(Node.objects.filter(pk__in=[BASE + dice.randrange(1, NODES) for _ in range(200)]))
    for number in [1, *(dice.randrange(2, 5001) for _ in range(9))]:
        actor = Actor.of(User.objects.get(pk=BASE + number))
        expected = {node.pk: mask_by_hand(actor, node.acl_id) for node in nodes}
        visible = set(Node.objects.visible_to(actor).filter(pk__in=expected).values_list("pk", flat=True))
        assert visible == {pk for pk, mask in expected.items() if mask & 1}
        assert {node.pk: int(actor.rights_on(node)) for node in nodes} == expected


def sum_of(masks: Any) -> int:
    total = 0
    for mask in masks:
        total |= mask
    return total
