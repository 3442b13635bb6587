"""Locks as properties: lockdiscovery and supportedlock (RFC 4918, 15.8 and 15.10)."""

from __future__ import annotations

from collections.abc import Iterable

from collab.dav.hrefs import text
from collab.dav.locks import Held
from collab.dav.properties import Listing, Value, live, plain

SUPPORTED = "".join(
    f"<d:lockentry><d:lockscope><d:{scope}/></d:lockscope><d:locktype><d:write/></d:locktype></d:lockentry>"
    for scope in ("exclusive", "shared")
)


def active(locks: Iterable[Held], user_id: int | None, href: str) -> str:
    """Return the `d:activelock` elements. A token is shown to its owner alone."""
    return "".join(
        "<d:activelock><d:locktype><d:write/></d:locktype>"
        f"<d:lockscope><d:{'exclusive' if lock.exclusive else 'shared'}/></d:lockscope>"
        f"<d:depth>{'infinity' if lock.deep else '0'}</d:depth>{lock.owner_xml}"
        f"<d:timeout>Second-{max(lock.seconds, 1)}</d:timeout>"
        + (f"<d:locktoken><d:href>{text(lock.token)}</d:href></d:locktoken>" if lock.user_id == user_id else "")
        + f"<d:lockroot><d:href>{href}</d:href></d:lockroot></d:activelock>"
        for lock in locks
    )


def covering(listing: Listing) -> Value:
    """Return the value of d:lockdiscovery for the rows of a listing; one query for each space in it."""
    request, chain = listing.request, tuple(listing.resource.chain)
    user = request.actor.user
    user_id = user.pk if user else None

    def value(row: object) -> str:
        space = getattr(row, "space_id", None)
        node: int = getattr(row, "id", 0)
        if space is None:
            return ""
        held = [lock for lock in request.locks_in(space) if lock.covers((*chain, node))]
        return active(held, user_id, listing.resource.href) if held else ""

    return value


def register(kind: str) -> None:
    """Give a kind of thing its lock properties."""
    live("d:lockdiscovery", kind, all=True)(covering)
    plain("d:supportedlock", kind, all=True)(lambda _row: SUPPORTED)
