"""Marking pictures as not for publication, and taking the mark off."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from collab.lib.errors import BadInput, NotFound
from collab.rights.actor import Actor
from collab.rights.right import Right
from files.actions import recording, tree
from files.models import Node, Withheld
from files.previews.kinds import is_photo

MOST = 500


@transaction.atomic
def mark(actor: Actor, ids: Iterable[int], *, withheld: bool) -> list[int]:
    """Put the mark on these pictures, or take it off; return those on which that changed something. All or none.

    Needs EDIT on each. What lies above them gets new etags: a device that came by a link lists it again. Raises
    NotFound, Forbidden, BadInput (no picture among them, too many, or none).
    """
    wanted = set(ids)
    if not wanted or len(wanted) > MOST:
        raise BadInput(_("Choose pictures, 500 at most."))
    nodes = {node.pk: node for node in Node.objects.living().visible_to(actor).filter(pk__in=wanted)}
    if len(nodes) != len(wanted):
        raise NotFound
    spaces = {node.space_id for node in nodes.values()}
    held = [tree.lock(space)[space] for space in sorted(spaces)]
    for one in held:
        one.require_living()
    found, _child = tree.state(actor, wanted, spaces)
    for state in found.values():
        state.require(Right.EDIT)
        if state.entry.is_folder or not is_photo(state.entry.name):
            raise BadInput(_("Only pictures and films can be marked as not for publication."))
    before = set(Withheld.objects.filter(node__in=wanted).values_list("node_id", flat=True))
    fresh = sorted(wanted - before if withheld else wanted & before)
    if withheld:
        Withheld.objects.bulk_create([Withheld(node_id=pk, marked_by=actor.user) for pk in fresh])
    else:
        Withheld.objects.filter(node__in=fresh).delete()
    for pk in fresh:
        state = found[pk]
        recording.write(
            "", "%(ref)s::bigint", {"ref": pk}, space_id=state.entry.space_id, up=state.up[:-1], actor=actor,
            kind="withhold" if withheld else "publish", before={"parent": state.entry.parent_id},
        )  # fmt: skip
    return fresh
