"""How much there is, before it is looked for: entries with a word, and what somebody sees."""

from __future__ import annotations

import json
import time
from collections import OrderedDict
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import connection

from collab.lib.statements import ask
from collab.rights import reach
from collab.rights.right import Right
from collab.rights.sql import ALLOWED_ACLS
from collab.search.kinds import Narrowed

ALL = 2**62
"""Where no word is asked for, every entry fits."""
_CIRCLES, _THINGS = 2_000, 5_000
"""Whoever sees no more circles, and no more things of a kind in them, sees little."""
_IN_CIRCLES = """SELECT t.id FROM unnest(%(circles)s::bigint[]) c (id)
 CROSS JOIN LATERAL (SELECT id FROM {table} WHERE acl_id = c.id OFFSET 0) t LIMIT {most}"""
_MINUTE, _KEPT = 60.0, 1_000


def expected(vector: str, wanted: str) -> int:
    """Return how many entries PostgreSQL expects to have these words, from the samples it keeps of the table."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"EXPLAIN (FORMAT JSON) SELECT FROM search_entry WHERE {vector} @@ %s::tsquery", [wanted]
        )  # fmt: skip
        (plan,) = cursor.fetchone()
    return int((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]["Plan Rows"])


class Seen:
    """What one actor sees where that is little; each question is asked once."""

    def __init__(self) -> None:
        self._circles: list[int] | None = None
        self._asked = False
        self._things: dict[str, list[int] | None] = {}

    def little(self, kind: Narrowed) -> list[int] | None:
        """Return what the actor sees of a kind, None when it is much.

        A word that many things have is met everywhere, but mostly in what others alone may see. For whoever sees little
        it is quicker to look at that; the statement that finds asks for rights all the same. Who saw much a moment ago
        is not asked again: at worst that takes longer.
        """
        name = kind.search.kind
        if name not in self._things:
            who = (name, kind.actor.principals)
            known = _much.has(who)
            self._things[name] = None if known else self._find(kind)
            if self._things[name] is None and not known:
                _much.add(who)
        return self._things[name]

    def sieve(self, kind: Narrowed) -> tuple[str, list[Any]] | None:
        """Return (a SELECT of `id` for one `e.ref_id`, empty where the actor surely sees nothing, its values), or None.

        It allows nothing. It asks once for the few circles of the actor, and then only what circle a thing is in, where
        the rights of each thing are read through the circles above it: half of the work, of thousands that fit.
        """
        table, principals = _table(kind), kind.actor.principals
        if table is None or not self._has_few(kind):
            return None
        # IS TRUE: as a table of all circles that is made once, not as a join
        text = f"SELECT s.id FROM {table} s WHERE s.id = e.ref_id AND (s.acl_id IN ({ALLOWED_ACLS})) IS TRUE OFFSET 0"
        return text, [list(principals), int(Right.SEE)]

    def _has_few(self, kind: Narrowed) -> bool:
        who = kind.actor.principals
        if _few_circles.has(who) or _many_circles.has(who):
            return _few_circles.has(who)
        return self._of(kind) is not None

    def _of(self, kind: Narrowed) -> list[int] | None:
        """Return the circles that the actor sees, None when they are many."""
        if not self._asked:
            self._asked, self._circles = True, reach.circles(kind.actor, _CIRCLES)
            (_many_circles if self._circles is None else _few_circles).add(kind.actor.principals)
        return self._circles

    def _find(self, kind: Narrowed) -> list[int] | None:
        table = _table(kind)
        if table is None or self._of(kind) is None:
            return None
        text = _IN_CIRCLES.format(table=table, most=_THINGS + 1)
        things = [row[0] for row in ask(text, {"circles": self._circles})]
        return things if len(things) <= _THINGS else None


def _table(kind: Narrowed) -> str | None:
    """Return the table of a kind whose rows say which circle they are in."""
    about = kind.objects.model._meta
    try:
        about.get_field("acl")
    except FieldDoesNotExist:
        return None
    return str(about.db_table)


class Lately:
    """What was said in the last minute, the newest thousand."""

    def __init__(self) -> None:
        self._said: OrderedDict[Any, float] = OrderedDict()

    def has(self, what: Any) -> bool:
        return time.monotonic() - self._said.get(what, -_MINUTE) < _MINUTE

    def add(self, what: Any) -> None:
        self._said.pop(what, None)  # to the end, whatever other threads take out meanwhile
        self._said[what] = time.monotonic()
        while len(self._said) > _KEPT:
            self._said.popitem(last=False)


_much, _few_circles, _many_circles = Lately(), Lately(), Lately()
