"""The change log of a space, as far as its reader may see what it tells of."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from collab.api import spaces, things, words
from collab.api.door import asking
from collab.api.words import BIGGEST
from collab.events.models import Change
from collab.lib.errors import Conflict
from collab.registry import registry
from collab.rights import switches
from collab.rights.actor import Actor

router = Router(tags=["spaces"])
TOLD = (
    "name", "parent", "folder", "size", "mtime", "principal", "rights", "link", "restricted", "description", "hue",
    "comment", "labels", "removed",
)  # fmt: skip
"""What an entry may tell; ids of blobs and the like are the house's own business."""


class Since(Schema):
    """From where to go on."""

    since: int = Field(0, ge=0, le=BIGGEST, description="The “next” of the call before; 0: from the start.")
    limit: int = Field(100, ge=1, le=500)


@router.get("/{int:space_id}/changes", response=words.Changes, summary="What changed in a space")
def changes(request: HttpRequest, space_id: int, asked: Query[Since]) -> Any:
    """After `since`, in order. What you may not see is left out: its names, its numbers, and that it changed."""
    actor = asking(request)
    space = spaces.find(actor, space_id)
    if asked.since > space.seq:
        raise Conflict(_("This space has fewer changes than that: it was restored from a backup. Begin again from 0."))
    found = Change.objects.filter(space_id=space.pk, seq__gt=asked.since).select_related("actor").order_by("seq")
    rows = list(found[: asked.limit])
    last = rows[-1].seq if rows else asked.since
    return {"items": list(_shown(actor, space.pk, rows)), "next": last, "more": last < space.seq}


def _shown(actor: Actor, space_id: int, rows: list[Change]) -> Any:
    seen = _seen(actor, space_id, rows)
    for row in rows:
        if (row.ref_kind, row.ref_id) in seen:
            yield {
                "seq": row.seq,
                "kind": row.kind,
                "thing": {"kind": row.ref_kind, "id": row.ref_id},
                "before": _side(seen, row, row.before),
                "after": _side(seen, row, row.after),
                "by": things.person(row.actor),
                "at": row.at,
            }


def _side(seen: set[tuple[str, int]], row: Change, told: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return what the reader may know; of a time when the thing lay where they see nothing, not even its name then."""
    if told is None or ("parent" in told and (row.ref_kind, told["parent"]) not in seen):
        return None
    return {name: value for name, value in told.items() if name in TOLD}


def _seen(actor: Actor, space_id: int, rows: list[Change]) -> set[tuple[str, int]]:
    """Return (kind, id) of all that these entries name and the actor sees: one query per kind of thing."""
    named: dict[str, set[int]] = {}
    for row in rows:
        above = [side["parent"] for side in (row.before, row.after) if side and isinstance(side.get("parent"), int)]
        named.setdefault(row.ref_kind, set()).update([row.ref_id, *above])
    seen = {("space", space_id)}
    for kind, ids in named.items():
        declared = registry.shareable(kind)
        if declared is not None and declared.seen is not None and switches.is_kind_on(kind, actor):
            seen |= {(kind, pk) for pk in declared.seen(actor, sorted(ids))}
    return seen
