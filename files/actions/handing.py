"""Handing a file or folder to another person or to a team's space: it goes to the top of theirs, and is theirs.

A large one is a job (`hand_over_large`), prepared where nobody sees it, and handed over as a whole or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from collab.accounts.models import Rank, User
from collab.events import audit
from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound
from collab.rights import actions as rights
from collab.rights import lineage, links
from collab.rights.actor import Actor
from collab.rights.models import Acl
from collab.rights.right import BY_SLUG, Right
from collab.spaces.actions import personal_space
from collab.spaces.models import Space
from files import queries
from files.actions import crossing, moving, settling, tree
from files.models import Node

UNDO_FOR = 3600
"""Seconds in which what was handed over comes back by one press."""
Done = Callable[[str], None]
Back = Callable[[Node], None]

KEEPS = ("reader", "commenter", "writer", "editor")
"""The roles that whoever hands a thing over may keep on it."""


def top_of(to: User | Space) -> Node:
    """Return the folder where what is handed over arrives. Raises BadInput for who has no files of their own."""
    if isinstance(to, Space):
        return Node.objects.select_related("space", "acl").get(space=to, parent=None)
    if not to.is_active or to.rank == Rank.GUEST:
        raise BadInput(_("%(name)s has no files of their own here: share it instead.") % {"name": str(to)})
    return Node.objects.select_related("space", "acl").get(space=personal_space(to), parent=None)


def is_ones_to_give(actor: Actor, node: Node) -> bool:
    """Whether what lies here is a team's, or the actor's own: nobody gives away what is another person's."""
    return not node.space.is_personal or (actor.user is not None and node.space.owner_id == actor.user.pk)


def check(actor: Actor, node: Node, to: User | Space, keep: str = "") -> Node:
    """Return where the thing would go; raise what `hand_over` raises, as far as can be known without holding it."""
    if actor.user is None:
        raise Forbidden
    top = top_of(to)
    actor.require(node, Right.MANAGE)
    if not is_ones_to_give(actor, node):
        raise Forbidden(_("It lies in %(name)s’s own files: only they hand it over.") % {"name": str(node.space.owner)})
    if node.is_root:
        raise BadInput(_("The folder of a space stays where it is."))
    if keep and keep not in KEEPS:
        raise BadInput(_("Choose what you may still do with it."))
    if rights.owns_acl(node) and not (node.is_root or lineage.follows_place(node.acl)):
        raise Conflict(_("It is reserved to those named on it. Lift that first, so that the others can see it."))
    if top.space_id == node.space_id:
        raise Conflict(_("It lies there already: move it instead."))
    return top


@transaction.atomic
def hand_over(actor: Actor, node: Node, to: User | Space, keep: str = "", *, tokens: Collection[str] = ()) -> str:
    """Let the thing lie at the top of the person's own files or of the team's space, with its id, versions, shares.

    `keep`: the role that the actor keeps on it, none by default. Needs MANAGE here and, for a team, ADD there; what
    others hold within must be movable as for any move. Returns what `take_back` needs, sealed. Raises as `move`.
    """
    tree.lock(node.space_id, top_of(to).space_id)  # both, in their one order, before the rights are looked at
    rights.hold(actor, node)
    top = check(actor, node, to, keep)
    user: Any = actor.user
    before = {"name": node.name, "parent": node.parent_id, "given": _given(node, actor)}
    mask = BY_SLUG[keep].mask if keep else Right.NONE
    if keep or before["given"]:
        rights.share_all(actor, node, [rights.Given(user.principal, mask)])
    if not rights.owns_acl(node) and Acl.objects.filter(kind=Node.REF_KIND, object_id=node.pk).exists():
        rights.own_acl(node)  # what lies inside stays in the circle that was made for it
    _move(actor, node, top, to, tokens)
    audit.record("handed-over", user, ("node", node.pk), node.name, whom=_named(to), kept=keep)
    who = {"by": user.pk, "node": node.pk, "to": to.pk if isinstance(to, User) else None}
    return links.box().encrypt(json.dumps(before | who).encode()).decode()


def hand_over_large(
    actor: Actor, node: Node, to: User | Space, keep: str, *, work: UUID, done: Done, tell: settling.Tell
) -> None:
    """Do what `hand_over` does, and nobody waits for it; `done` ends the transaction in which it happens.

    `work`: what this is a part of. Broken off it has changed nobody's rights, and begun anew it goes on.
    """
    top = check(actor, node, to, keep)
    _by_steps(actor, node, top, work, lambda token: done(hand_over(actor, node, to, keep, tokens=[token])), tell)


@transaction.atomic
def take_back(actor: Actor, sealed: str, *, tokens: Collection[str] = ()) -> Node:
    """Undo: put the thing back where its giver had it. Raises Conflict when it is too late, or it went further."""
    node, place, state = given_away(actor, sealed)
    to = node.space.owner if state["to"] else None
    name = queries.free_name_in(place.pk, state["name"])
    moving.move(actor.beside(to) if to else actor, node, place, name, tokens=tokens)
    back = Node.objects.living().select_related("acl", "space", "parent").get(pk=node.pk)
    actor.forget()
    user: Any = actor.user
    rights.share_all(actor, back, [rights.Given(user.principal, state["given"])])
    audit.record("handed-back", user, ("node", back.pk), back.name, whom=_named(to or node.space))
    return back


def take_back_large(actor: Actor, sealed: str, *, work: UUID, done: Back, tell: settling.Tell) -> None:
    """Do what `take_back` does as `hand_over_large` does it."""
    node, place, _state = given_away(actor, sealed)
    _by_steps(actor, node, place, work, lambda token: done(take_back(actor, sealed, tokens=[token])), tell)


def _by_steps(actor: Actor, node: Node, to: Node, work: UUID, act: Callable[[str], None], tell: settling.Tell) -> None:
    """Prepare both what rights go by and in which space it lives, then `act`. Each is half of the way that is told."""
    if not rights.owns_acl(node):
        settling.settle(node, lambda done, of: tell(done, 2 * of))
    crossing.cross(actor, node, to.space_id, work, act, lambda done, of: tell(of + done, 2 * of))


def given_away(actor: Actor, sealed: str) -> tuple[Node, Node, dict[str, Any]]:
    """Return what an undo is about: the thing where it is now, the folder it came from, and how it was given."""
    try:
        state: dict[str, Any] = json.loads(links.box().decrypt(sealed.encode(), ttl=UNDO_FOR))
    except (InvalidToken, ValueError):
        raise Conflict(_("It is too late to undo this. Ask the person who has it now.")) from None
    if actor.user is None or state.get("by") != actor.user.pk:
        raise BadInput
    living = Node.objects.living().select_related("acl", "space__owner", "parent")
    node, place = living.filter(pk=state["node"]).first(), living.filter(pk=state["parent"]).first()
    if node is None or place is None or (state["to"] and node.space.owner_id != state["to"]):
        raise Conflict(_("It is no longer where it was put. Ask the person who has it now."))
    return node, place, state


def _named(to: User | Space) -> tuple[str, int, str]:
    return ("user" if isinstance(to, User) else "space", to.pk, str(to))


def _move(actor: Actor, node: Node, top: Node, to: User | Space, tokens: Collection[str]) -> None:
    """Move it: a person's consent to receive is taken for granted, as with a share; a team's takes the right to add."""
    fresh = Node.objects.living().select_related("space").filter(pk=node.pk).first()
    if fresh is None:
        raise NotFound
    mover = actor.beside(to) if isinstance(to, User) else actor
    moving.move(mover, fresh, top, queries.free_name_in(top.pk, fresh.name), tokens=tokens)


def _given(node: Node, actor: Actor) -> int:
    """Return what the giver has on the thing itself, 0 for nothing."""
    user: Any = actor.user
    return int(rights.given_on(node, [user.principal])[0].mask)
