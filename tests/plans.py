"""How PostgreSQL means to answer a statement whose plan it keeps."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from django.db import connection

from collab.lib.statements import placed

GROWING = {
    "accounts_user", "events_change", "files_blob", "files_mount", "files_node", "rights_acl", "rights_grant",
    "rights_lineage", "search_entry", "spaces_space",
}  # fmt: skip
"""Tables that have the more rows the larger a house is."""


def loose(text: str, without: str) -> list[str]:
    """Return which of them a statement enters other than by an index with a value."""
    return [
        f"{node['Node Type']} of {node['Relation Name']} ({node.get('Index Name')})"
        for node in nodes(plan(text, without))
        if node.get("Relation Name") in GROWING and "Index Cond" not in node and "Recheck Cond" not in node
    ]


def plan(text: str, without: str) -> Any:
    """Return the general plan of a statement; a table of three rows is read through an index like one of a million.

    Which join is cheap changes with the statistics of the moment: `without` nested loops, what is not forced is joined
    by reading it whole.
    """
    numbers: dict[str, int] = {}
    text = placed(text, ())[0]
    text = re.sub(r"%\((\w+)\)s", lambda found: f"${numbers.setdefault(found[1], len(numbers) + 1)}", text)
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL enable_seqscan = off; SET LOCAL enable_{without} = off")
        cursor.execute(f"EXPLAIN (GENERIC_PLAN, FORMAT JSON) {text}")
        (found,) = cursor.fetchone()
    return (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]


def nodes(node: Any) -> Iterator[Any]:
    """Yield a node of a plan and all below it."""
    yield node
    for part in node.get("Plans", ()):
        yield from nodes(part)
