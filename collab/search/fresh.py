"""What changed a moment ago and is not indexed yet is found by its name, at once: the change log says what that is."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from collab.search import words
from collab.search.kinds import Narrowed
from collab.search.language import Query

READER = "search"
_OF_A_SPACE, _IN_ALL = 500, 1000
_REFS = f"""SELECT DISTINCT c.ref_kind, c.ref_id FROM spaces_space s
 LEFT JOIN events_reading r ON r.space_id = s.id AND r.reader = '{READER}'
 CROSS JOIN LATERAL (SELECT ref_kind, ref_id FROM events_change e WHERE e.space_id = s.id
  AND e.seq > greatest(coalesce(r.seq, 0), s.seq - {_OF_A_SPACE}) ORDER BY e.seq DESC LIMIT {_OF_A_SPACE}) c
 WHERE s.seq > coalesce(r.seq, 0) LIMIT {_IN_ALL}"""


def found(kinds: Iterable[Narrowed], query: Query) -> list[tuple[str, int]]:
    """Return (kind, id) of what the index has not heard of yet and whose name fits. Mostly one query, which says none.

    How far the index has read is no secret, and what is found is found in the kind's own guarded queryset.
    """
    if not query.wanted or query.value("before"):
        return []
    indexed = [kind for kind in kinds if kind.search.everything is not None]
    if not indexed:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_REFS)
        changed: dict[str, list[int]] = {}
        for kind, ref in cursor.fetchall():
            changed.setdefault(kind, []).append(ref)
    hits = []
    for one in indexed:
        if ids := changed.get(one.search.kind):
            named = one.objects.filter(pk__in=ids).order_by("-pk").values_list("pk", one.search.name)
            hits += [(one.search.kind, pk) for pk, name in named if fits(query, name)]
    return hits


def fits(query: Query, name: str) -> bool:
    """Whether a name has the words of the query, the last of them perhaps not to its end."""
    there = words.tokens(name)
    joined = f" {' '.join(there)} "
    for term in query.terms:
        if len(term.tokens) > 1:
            has = f" {' '.join(term.tokens)}{'' if term.prefix else ' '}" in joined
        elif term.phrase or term.excluded:
            has = term.tokens[0] in there
        else:
            has = any(word.startswith(term.tokens[0]) for word in there)
        if has == term.excluded:
            return False
    return True
