"""Where devices look first for calendars and address books (RFC 6764, 5), and where Apple's look next."""

from __future__ import annotations

import re
from typing import Any

WELL_KNOWN = frozenset({"/.well-known/caldav", "/.well-known/carddav"})
_GUESSED = re.compile(r"/(?:principals/?|calendar/dav/[^/]+/user/?)?")
"""Where iOS asks when a house does not answer at the known places, and where a 404 makes it ask for ever."""
_ROOT = "/remote.php/dav/"


def leads_on(environ: dict[str, Any]) -> bool:
    """Whether the address only leads to the root of the DAV door, with whatever method, before anybody signs in."""
    path = environ.get("PATH_INFO", "")
    return path.rstrip("/") in WELL_KNOWN or (
        environ["REQUEST_METHOD"] == "PROPFIND" and _GUESSED.fullmatch(path) is not None
    )


def lead_on(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Answer 301, relative, so that it holds behind every proxy."""
    start_response("301 Moved Permanently", [("Location", _ROOT), ("Content-Length", "0")])
    return [b""]
