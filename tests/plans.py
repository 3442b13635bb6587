"""How PostgreSQL means to answer a statement whose plan it keeps."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from django.db import connection

from collab.lib.statements import placed


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
