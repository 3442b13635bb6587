"""One range of bytes (RFC 9110, 14). Several at once, and what is no range, get the whole file."""

from __future__ import annotations

import re

_ONE = re.compile(r"\s*bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.IGNORECASE)


class Unsatisfiable(Exception):
    """416: the range begins behind the end."""


def parse(header: str, size: int) -> tuple[int, int] | None:
    """Return (first, last) position, or None for the whole. Raise Unsatisfiable."""
    match = _ONE.fullmatch(header)
    if not match or match[1] == match[2] == "":
        return None
    if match[1] == "":
        length = int(match[2])
        if length == 0 or size == 0:
            raise Unsatisfiable
        return max(size - length, 0), size - 1
    first = int(match[1])
    last = int(match[2]) if match[2] else size - 1
    if match[2] and last < first:
        return None
    if first >= size:
        raise Unsatisfiable
    return first, min(last, size - 1)
