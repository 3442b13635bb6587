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
_SIFTED = 40_000
"""Whoever sees no more things of a kind in so few circles has what fits sifted by them."""
_IN_CIRCLES = """SELECT t.id FROM ({circles}) c (id)
 CROSS JOIN LATERAL (SELECT id FROM {table} WHERE acl_id = c.id OFFSET 0) t"""
_LOOK = f"""WITH seen AS MATERIALIZED ({_IN_CIRCLES} LIMIT {{most}} + 1)
 SELECT count(*), CASE WHEN count(*) <= {{few}} THEN array_agg(id) END FROM seen"""
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
        it is quicker to look at that; the statement that finds asks for rights all the same. Who saw more a moment ago
        is not asked again: at worst that takes longer.
        """
        name = kind.search.kind
        if name not in self._things:
            who = (name, kind.actor.principals)
            self._things[name] = None if _much.has(who) or _some.has(who) else self._find(kind)
        return self._things[name]

    def sifts(self, kind: Narrowed) -> bool:
        """Whether the actor was found to see some, not much, a moment ago."""
        return _some.has((kind.search.kind, kind.actor.principals))

    def sieve(self, kind: Narrowed) -> tuple[str, list[Any]] | None:
        """Return (a condition that `e` fulfils if the actor sees it, its values); None for who sees much.

        It allows nothing. All that is seen is listed once for it, where rights are asked thing by thing of thousands.
        """
        who, table = (kind.search.kind, kind.actor.principals), _table(kind)
        if table is None or _much.has(who) or (self.little(kind) is None and not self.sifts(kind)):
            return None
        # IS TRUE: as a list that is made once, not as a join
        text = f"(e.ref_id IN ({_IN_CIRCLES.format(circles=ALLOWED_ACLS, table=table)})) IS TRUE"
        return text, [list(kind.actor.principals), int(Right.SEE)]

    def _find(self, kind: Narrowed) -> list[int] | None:
        """Return what the actor sees of a kind where that is little; else note whether it is some, or much."""
        who, table, count, things = (kind.search.kind, kind.actor.principals), _table(kind), None, None
        if not self._asked and table is not None:
            self._asked, self._circles = True, reach.circles(kind.actor, _CIRCLES)
        if table is not None and self._circles is not None:
            text = _LOOK.format(circles="SELECT unnest(%(circles)s::bigint[])", table=table, most=_SIFTED, few=_THINGS)
            ((count, things),) = ask(text, {"circles": self._circles})
            things = things if count else []
        if things is None:
            (_much if count is None or count > _SIFTED else _some).add(who)
        return things


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


_much, _some = Lately(), Lately()
