"""How much there is, before it is looked for: entries with a word, and what somebody sees."""

from __future__ import annotations

import json

from django.core.exceptions import FieldDoesNotExist
from django.db import connection

from collab.rights import reach
from collab.search.kinds import Narrowed

ALL = 2**62
"""Where no word is asked for, every entry fits."""
_CIRCLES, _THINGS = 2_000, 5_000
"""Whoever sees no more circles, and no more things of a kind in them, sees little."""


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
        it is quicker to look at that; the statement that finds asks for rights all the same.
        """
        name = kind.search.kind
        if name not in self._things:
            self._things[name] = self._find(kind)
        return self._things[name]

    def _find(self, kind: Narrowed) -> list[int] | None:
        try:
            kind.objects.model._meta.get_field("acl")
        except FieldDoesNotExist:
            return None
        if not self._asked:
            self._asked, self._circles = True, reach.circles(kind.actor, _CIRCLES)
        if self._circles is None:
            return None
        found = kind.objects.order_by().filter(acl__in=self._circles).values_list("pk", flat=True)[: _THINGS + 1]
        things = list(found)
        return things if len(things) <= _THINGS else None
