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

    def _find(self, kind: Narrowed) -> list[int] | None:
        table = kind.objects.model._meta
        try:
            table.get_field("acl")
        except FieldDoesNotExist:
            return None
        if not self._asked:
            self._asked, self._circles = True, reach.circles(kind.actor, _CIRCLES)
        if self._circles is None:
            return None
        text = _IN_CIRCLES.format(table=table.db_table, most=_THINGS + 1)
        things = [row[0] for row in ask(text, {"circles": self._circles})]
        return things if len(things) <= _THINGS else None


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


_much = Lately()
