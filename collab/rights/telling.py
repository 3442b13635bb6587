"""What changes of rights say in the audit log: who gave what to whom, on which thing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection

from collab.events import audit
from collab.registry import registry
from collab.rights import sql
from collab.rights.actor import Actor
from collab.rights.guarded import Guarded
from collab.rights.models import Link, Principal
from collab.rights.right import Right


def tell(kind: str, actor: Actor, thing: Guarded, principal: Principal | None = None, **details: Any) -> None:
    """Write the entry, in the transaction of the change."""
    audit.record(
        kind, actor.user, (thing.REF_KIND, thing.pk), title_of(thing), whom=named(principal) if principal else None,
        **details,
    )  # fmt: skip


def title_of(thing: Any) -> str:
    """Return what the thing is called, "" for a kind that nobody declares."""
    declared = registry.shareable(thing.REF_KIND)
    return str(declared.title(thing)) if declared else ""


def named(principal: Principal) -> tuple[str, int, str] | None:
    """Return kind, id and name of the person or group; None for a link, which its own entries tell of."""
    if principal.user is not None:
        return ("user", principal.user.pk, str(principal.user))
    if principal.group is not None:
        return ("group", principal.group.pk, principal.group.name)
    return None


def tried(link: Link) -> tuple[str, int, str]:
    """Return the thing whose link somebody tries to open: its kind, id and name."""
    thing = registry.thing(link.kind, link.object_id)
    return (link.kind, link.object_id, title_of(thing) if thing is not None else "")


def day(moment: datetime | None) -> str | None:
    """Return the end of a grant as the log keeps it."""
    return moment.isoformat() if moment else None


def seen(actor: Actor, things: Iterable[tuple[str, int]]) -> set[tuple[str, int]]:
    """Return those of the things that the actor may see now: by one query those on which something was given, by two
    more a kind those on which nothing is any more.
    """
    asked = set(things)
    if not asked or actor.is_nobody:
        return set()
    kinds, ids = zip(*asked, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.kind, a.object_id FROM unnest(%s::text[], %s::bigint[]) t(kind, object_id)"
            f" JOIN rights_acl a USING (kind, object_id) WHERE a.id IN ({sql.ALLOWED_ACLS})",
            [list(kinds), list(ids), list(actor.principals), int(Right.SEE)],
        )
        found = set(cursor.fetchall())
    for kind in {kind for kind, _id in asked - found}:
        declared = registry.shareable(kind)
        if declared is not None and declared.many is not None:
            rest = declared.many([pk for one, pk in asked - found if one == kind])
            actor.look(rest.values())
            found |= {(kind, pk) for pk, thing in rest.items() if actor.can(thing, Right.SEE)}
    return found
