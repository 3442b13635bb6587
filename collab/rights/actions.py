"""Giving and taking rights; nothing else writes grants, acls and their lineage."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from collab.lib.errors import BadInput, Conflict, Forbidden
from collab.rights import lineage
from collab.rights.actor import Actor
from collab.rights.guarded import Guarded
from collab.rights.models import Acl, Grant, Principal
from collab.rights.right import Right

LAST_MANAGER = _("A space always keeps at least one manager.")


@transaction.atomic
def share(
    actor: Actor,
    thing: Guarded,
    principal: Principal,
    mask: Right | int,
    *,
    expires_at: datetime | None = None,
    note: str = "",
) -> Grant:
    """Give the principal exactly this mask on the thing (replacing what it had here).

    Needs SHARE and every bit of the mask. Raises Forbidden, BadInput, Conflict (last manager).
    """
    mask = Right(mask)
    if not Right.NONE < mask <= Right.ALL:
        raise BadInput(_("Choose at least one right to give."))
    actor.require(thing, Right.SHARE)
    mine = actor.rights_on(thing)
    if mask & ~mine:
        raise Forbidden(_("You can pass on only what you may do yourself."))
    acl = own_acl(thing)
    before = Grant.objects.select_for_update().filter(acl=acl, principal=principal).first()
    if before and before.rights & ~mine:
        raise Forbidden(_("This person may do more here than you: ask a manager to change it."))
    grant, _created = Grant.objects.update_or_create(
        acl=acl,
        principal=principal,
        defaults={"rights": mask, "expires_at": expires_at, "granted_by": actor.user, "note": note[:500]},
    )
    keep_a_manager(thing)
    actor.forget()
    thing.rights_changed(actor, "share", {"principal": principal.pk, "rights": int(mask)})
    return grant


@transaction.atomic
def unshare(actor: Actor, thing: Guarded, principal: Principal) -> None:
    """Take away what was given to the principal on this very thing; what it inherits stays.

    Needs SHARE and every bit taken; anyone may give up their own. Raises Forbidden, Conflict.
    """
    grant = Grant.objects.select_for_update().filter(acl_id=thing.acl_id, principal=principal).first()
    if grant is None or not owns_acl(thing):
        return
    leaving = actor.user is not None and principal.user_id == actor.user.pk
    if not leaving:
        actor.require(thing, Right.SHARE)
        if grant.rights & ~actor.rights_on(thing):
            raise Forbidden(_("This person may do more here than you: ask a manager to change it."))
    grant.delete()
    keep_a_manager(thing)
    actor.forget()
    thing.rights_changed(actor, "unshare", {"principal": principal.pk})


@transaction.atomic
def stop_inheriting(actor: Actor, thing: Guarded) -> None:
    """Restrict the thing: only what is granted on it counts, plus the space's managers (copied, so never none)."""
    actor.require(thing, Right.MANAGE)
    if thing.inherited_acl_id() is None:
        raise Conflict(_("A space inherits from nothing: change its members instead."))
    acl = own_acl(thing)
    if acl.parent_id is None:
        return
    managers = Grant.objects.filter(acl__descent__acl_id=acl.pk, rights=int(Right.ALL), principal__link=None).exclude(
        acl=acl
    )
    for grant in managers.order_by("expires_at"):
        Grant.objects.update_or_create(
            acl=acl,
            principal_id=grant.principal_id,
            defaults={"rights": int(Right.ALL), "expires_at": grant.expires_at, "granted_by": actor.user},
        )
    lineage.inherit_from([acl.pk], None)
    actor.forget()
    thing.rights_changed(actor, "restrict", {"restricted": True})


@transaction.atomic
def inherit(actor: Actor, thing: Guarded) -> None:
    """Undo a restriction: rights from above add again. Needs MANAGE on the thing or on its space."""
    if not actor.can(thing, Right.MANAGE):
        actor.require(_Behind(thing.space_acl_id()), Right.MANAGE)
    parent = thing.inherited_acl_id()
    if parent is None or not owns_acl(thing) or thing.acl.parent_id == parent:
        return
    lineage.inherit_from([thing.acl_id], parent)
    thing.acl.refresh_from_db()
    actor.forget()
    thing.rights_changed(actor, "inherit", {"restricted": False})


@transaction.atomic
def transfer(actor: Actor, thing: Guarded, user: Any) -> None:
    """Make another person manager of the thing and give up one's own direct grant. Needs MANAGE."""
    actor.require(thing, Right.MANAGE)
    share(actor, thing, user.principal, Right.ALL)
    if actor.user is not None and actor.user.pk != user.pk:
        unshare(actor, thing, actor.user.principal)


def own_acl(thing: Guarded) -> Acl:
    """Return the acl made for this thing, splitting it off at the first share: rights then add to those above.

    Splitting changes nobody's rights: the new acl inherits the old one.
    """
    if owns_acl(thing):
        return thing.acl
    acl = Acl.objects.filter(kind=thing.REF_KIND, object_id=thing.pk).first()
    if acl is None:
        acl = lineage.create_acl(thing.REF_KIND, thing.pk, thing.acl_id)
    thing.take_acl(acl)
    return acl


def owns_acl(thing: Guarded) -> bool:
    """Whether the thing has an acl of its own."""
    return (thing.acl.kind, thing.acl.object_id) == (thing.REF_KIND, thing.pk)


def keep_a_manager(thing: Guarded) -> None:
    """Raise Conflict if nobody active would manage the thing's acl any more (checked for roots of rights)."""
    acl = Acl.objects.get(pk=thing.acl_id)
    if acl.parent_id is not None:
        return
    from collab.rights.explain import people_with

    if not people_with(acl.pk, Right.MANAGE, limit=1, lasting=True):
        raise Conflict(LAST_MANAGER)


class _Behind:
    """Something guarded by an acl of which only the id matters."""

    ACL = "acl"

    def __init__(self, acl_id: int):
        self.acl_id = acl_id
