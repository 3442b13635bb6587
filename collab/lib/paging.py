"""Keyset pages: the cursor names the last row seen, so depth costs nothing and rows are never skipped."""

import base64
import binascii
import json
from typing import Any

from collab.lib.errors import BadInput

PAGE = 100


def seal(values: list[Any]) -> str:
    """Return an opaque cursor for the values of the last row."""
    return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode().rstrip("=")


def unseal(cursor: str, size: int) -> list[Any] | None:
    """Return the values of a cursor, None for an empty one; raise BadInput for a foreign one."""
    if not cursor:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error):
        raise BadInput from None
    if not isinstance(values, list) or len(values) != size:
        raise BadInput
    return values
