"""What of RFC 3744 is told: which privileges there are, and which of them the asker has. Sharing gives them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from collab.dav import properties
from collab.dav.properties import Listing

RESTRICTIONS = "<d:grant-only/><d:no-invert/>"


def _supported(name: str, says: str, *inside: str) -> str:
    tag = name if ":" in name else f"d:{name}"
    return (
        f"<d:supported-privilege><d:privilege><{tag}/></d:privilege>"
        f'<d:description xml:lang="en">{says}</d:description>{"".join(inside)}</d:supported-privilege>'
    )


SUPPORTED = _supported(
    "all", "All of this",
    _supported("read", "Read what is here", _supported("cal:read-free-busy", "See when somebody is busy"),
               _supported("read-acl", "Read rights"),
               _supported("read-current-user-privilege-set", "Read one\u2019s own rights")),
    _supported("write", "Change what is here", _supported("write-properties", "Change properties"),
               _supported("write-content", "Change content"), _supported("bind", "Add"),
               _supported("unbind", "Remove")),
    _supported("write-acl", "Change rights"),
)  # fmt: skip
"""One tree for all resources (RFC 3744, 5.3; RFC 4791, 6.1.1 puts read-free-busy inside read)."""


def of_kind(kind: str, asker: str, listing: Listing) -> Callable[[Any], str | None]:
    """Return what an `acl` says of a row: what the asker has, and that this is not changed here (RFC 3744, 5.5).

    `asker`: the principal in XML.
    """
    held = properties.lookup(kind, "{DAV:}current-user-privilege-set")
    if held is None:
        return lambda _row: None
    value = held.bind(listing)
    head = f"<d:ace><d:principal>{asker}</d:principal><d:grant>"
    return lambda row: f"{head}{value(row)}</d:grant><d:protected/></d:ace>"
