"""Giving and taking rights; nothing else writes grants, acls and their lineage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from collab.lib.errors import BadInput, Conflict, Forbidden
from collab.rights import lineage
from collab.rights.actor import Actor
from collab.rights.guarded import Guarded
from collab.rights.models import Acl, Grant, Principal
from collab.rights.right import LINK_MAX, Right
from collab.rights.telling import day, tell

LAST_MANAGER = _("A space always keeps at least one manager.")
NOT_YOURS = _("You can pass on only what you may do yourself.")
ENDS_SOONER = _("You may do this here for a time only: share it until then at most.")


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

    Needs SHARE and every bit of the mask, for as long as it is given. Raises Forbidden, BadInput,
    Conflict (last manager).
    """
    mask = Right(mask)
    if not Right.NONE < mask <= Right.ALL:
        raise BadInput(_("Choose at least one right to give."))
    hold(actor, thing)
    require_passing_on(actor, thing, mask, expires_at)
    if (bound := getattr(thing, "before_share", None)) is not None:
        bound(actor, principal)
    acl = own_acl(thing)
    if principal.user_id is None and principal.group_id is None:
        _check_link(principal, acl, mask)
    before = Grant.objects.select_for_update().filter(acl=acl, principal=principal).first()
    if before and before.rights & ~actor.rights_on(thing):
        raise Forbidden(_("This person may do more here than you: ask a manager to change it."))
    grant, _created = Grant.objects.update_or_create(
        acl=acl,
        principal=principal,
        defaults={"rights": mask, "expires_at": expires_at, "granted_by": actor.user, "note": note[:500]},
    )
    keep_a_manager(thing)
    actor.forget()
    thing.rights_changed(actor, "share", {"principal": principal.pk, "rights": int(mask)})
    _tell_share(actor, thing, principal, before, grant)
    return grant


@transaction.atomic
def unshare(actor: Actor, thing: Guarded, principal: Principal) -> None:
    """Take away what was given to the principal on this very thing; what it inherits stays.

    Needs SHARE and every bit taken; anyone may give up their own. Raises Forbidden, Conflict.
    """
    hold(actor, thing)
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
    tell("unshare", actor, thing, principal, before=grant.rights)


def make_ready(thing: Guarded) -> None:
    """Prepare a first share of something large, outside of its transaction: then nobody waits for it long.

    Changes nobody's rights; whether the actor may share is asked before and again by the share. Does nothing where the
    thing has its acl, or a transaction is open.
    """
    ready = getattr(thing, "make_ready", None)
    if ready is not None and not connection.in_atomic_block and not owns_acl(thing):
        ready()


def is_large(thing: Guarded) -> bool:
    """Whether preparing the first share of this takes so long that a page makes it a job."""
    large = getattr(thing, "is_large", None)
    return large is not None and not owns_acl(thing) and bool(large())


class Given(NamedTuple):
    """What one principal has, or shall have, on a thing itself; a mask of 0: nothing."""

    principal: Principal
    mask: Right | int
    expires_at: datetime | None = None
    note: str = ""


@transaction.atomic
def share_all(actor: Actor, thing: Guarded, wanted: Iterable[Given]) -> None:
    """Set each of these on the thing, or none of them: as `share`, or as `unshare` where the mask is 0."""
    for given in wanted:
        if given.mask:
            share(actor, thing, given.principal, given.mask, expires_at=given.expires_at, note=given.note)
        else:
            unshare(actor, thing, given.principal)


def given_on(thing: Guarded, principals: Iterable[Principal] | None = None) -> list[Given]:
    """Return what these principals (all, but links) have on the thing itself now, 0 for those who have nothing."""
    grants = Grant.objects.filter(Q(expires_at=None) | Q(expires_at__gt=Now()), acl_id=thing.acl_id)
    found = (
        {grant.principal_id: grant for grant in grants.select_related("principal").filter(principal__link=None)}
        if owns_acl(thing)
        else {}
    )
    if principals is None:
        principals = [grant.principal for grant in found.values()]
    return [
        Given(one, Right(grant.rights), grant.expires_at, grant.note)
        if (grant := found.get(one.pk))
        else Given(one, Right.NONE)
        for one in principals
    ]


@transaction.atomic
def stop_inheriting(actor: Actor, thing: Guarded, keep: Mapping[Principal, int] | None = None) -> None:
    """Restrict the thing: only what is granted on it counts, plus the space's managers (copied, so never none).

    `keep`: others who stay, with what they have there now, for good.
    """
    hold(actor, thing)
    actor.require(thing, Right.MANAGE)
    if thing.inherited_acl_id() is None:
        raise Conflict(_("A space inherits from nothing: change its members instead."))
    acl = own_acl(thing)
    if acl.parent_id is None:
        return
    _keep_managers(actor, acl)
    _keep(actor, acl, keep or {})
    lineage.inherit_from([acl.pk], None)
    keep_a_manager(thing)
    actor.forget()
    thing.rights_changed(actor, "restrict", {"restricted": True})
    tell("restrict", actor, thing)


@transaction.atomic
def inherit(actor: Actor, thing: Guarded) -> None:
    """Undo a restriction: rights from above add again. Needs MANAGE on the thing or on its space.

    Raises Forbidden, also where the thing refuses (`before_inherit`).
    """
    hold(actor, thing)
    if not actor.can(thing, Right.MANAGE):
        actor.require(_Behind(thing.space_acl_id()), Right.MANAGE)
    parent = thing.inherited_acl_id()
    if parent is None or not owns_acl(thing) or thing.acl.parent_id == parent:
        return
    if (bound := getattr(thing, "before_inherit", None)) is not None:
        bound(actor)
    lineage.inherit_from([thing.acl_id], parent)
    thing.acl.refresh_from_db()
    actor.forget()
    thing.rights_changed(actor, "inherit", {"restricted": False})
    tell("unrestrict", actor, thing)


@transaction.atomic
def open_again(actor: Actor, thing: Guarded, before: Iterable[Given]) -> None:
    """Undo a restriction, and the copies of managers that it made: set what these principals had before."""
    inherit(actor, thing)
    share_all(actor, thing, before)


@transaction.atomic
def transfer(actor: Actor, thing: Guarded, user: Any) -> None:
    """Make another person manager of the thing and give up one's own direct grant. Needs MANAGE."""
    actor.require(thing, Right.MANAGE)
    share(actor, thing, user.principal, Right.ALL)
    if actor.user is not None and actor.user.pk != user.pk:
        unshare(actor, thing, actor.user.principal)


@transaction.atomic
def keep_by_maker(actor: Actor, thing: Guarded) -> None:
    """Let whoever has just made a thing of their own manage it: share it, close it, throw it away.

    For kinds that one person asks of others (a poll), made by who may only add to the space. Those who manage the space
    manage it as well, and may take this right away as any other. Called in the transaction that makes the thing.
    """
    if actor.user is None or actor.can(thing, Right.MANAGE):
        return
    principal = actor.user.principal  # type: ignore[attr-defined]
    grant = Grant.objects.create(acl=own_acl(thing), principal=principal, rights=int(Right.ALL), granted_by=actor.user)
    actor.forget()
    _tell_share(actor, thing, principal, None, grant)


@transaction.atomic
def set_apart(actor: Actor, thing: Guarded, masks: Mapping[Principal, Right], *, under: int | None = None) -> None:
    """Give a thing that was just made a circle that inherits nothing: what is between some people from its beginning.

    `under`: or that follows this acl, of something else than its place.
    Called in the transaction that makes it. Nobody need manage it: of a conversation of two, neither does.
    """
    acl = lineage.create_acl(thing.REF_KIND, thing.pk, under)
    thing.take_acl(acl)
    Grant.objects.bulk_create(
        Grant(acl=acl, principal=one, rights=int(mask), granted_by=actor.user) for one, mask in masks.items()
    )
    actor.forget()


@transaction.atomic
def join_as_peer(actor: Actor, thing: Guarded, principal: Principal) -> None:
    """Give somebody on the thing just what the actor has there: where all have the same and nobody manages it.

    For what was `set_apart` between people. Needs ADD. Raises Forbidden where somebody manages it: they share it.
    """
    hold(actor, thing)
    actor.require(thing, Right.ADD)
    mask = actor.rights_on(thing)
    if not owns_acl(thing) or thing.acl.parent_id is not None or mask & (Right.SHARE | Right.MANAGE):
        raise Forbidden
    grant, new = Grant.objects.get_or_create(
        acl=thing.acl, principal=principal, defaults={"rights": int(mask), "granted_by": actor.user}
    )
    if new:
        thing.rights_changed(actor, "share", {"principal": principal.pk, "rights": int(mask)})
        _tell_share(actor, thing, principal, None, grant)


@transaction.atomic
def admit(actor: Actor, thing: Guarded, masks: Mapping[Principal, Right], *, leave: bool = False) -> None:
    """Give people rights on a thing that was just made for them elsewhere, and is brought over: nobody is written to.

    Who has something on it already keeps that. `leave`: the actor's own grant goes. The audit log tells of each. Needs
    what `share` needs. Raises Forbidden, Conflict (last manager).
    """
    hold(actor, thing)
    for mask in set(masks.values()):
        require_passing_on(actor, thing, mask, None)
    acl, user = own_acl(thing), actor.user
    there = set(Grant.objects.filter(acl=acl).values_list("principal", flat=True))
    made = [
        Grant(acl=acl, principal=one, rights=int(mask), granted_by=user)
        for one, mask in masks.items() if one.pk not in there
    ]  # fmt: skip
    Grant.objects.bulk_create(made)
    if leave and user is not None:
        Grant.objects.filter(acl=acl, principal__user=user.pk).delete()
    keep_a_manager(thing)
    actor.forget()
    if made:
        thing.rights_changed(actor, "share", {"people": len(made)})
    for grant in made:
        _tell_share(actor, thing, grant.principal, None, grant)


def hold(actor: Actor, thing: Guarded) -> None:
    """Lock the thing's space and read its acl and the actor's rights again: what a page showed may be old."""
    thing.hold()
    actor.forget()


def require_passing_on(actor: Actor, thing: Guarded, mask: Right, end: datetime | None) -> None:
    """Raise Forbidden unless the actor may share the thing, and holds all of the mask until `end` (None: for good)."""
    actor.require(thing, Right.SHARE)
    if mask & ~actor.rights_on(thing):
        raise Forbidden(NOT_YOURS)
    if (mask | Right.SHARE) & ~actor.rights_until(thing, end):
        raise Forbidden(ENDS_SOONER)


def own_acl(thing: Guarded) -> Acl:
    """Return the acl made for this thing, splitting it off at the first share: rights then add to those above.

    Splitting changes nobody's rights: the new acl inherits the old one.
    """
    if owns_acl(thing):
        return thing.acl
    acl = Acl.objects.filter(kind=thing.REF_KIND, object_id=thing.pk).first()
    if acl is None:
        acl = lineage.create_acl(thing.REF_KIND, thing.pk, thing.acl_id)
    elif acl.parent_id != thing.acl_id:  # made ready for a share, and the thing has moved since
        lineage.inherit_from([acl.pk], thing.acl_id)
        acl.refresh_from_db()
    thing.take_acl(acl)
    return acl


def owns_acl(thing: Guarded) -> bool:
    """Whether the thing has an acl of its own; the top of a team's space has the space's."""
    own = (thing.acl.kind, thing.acl.object_id) == (thing.REF_KIND, thing.pk)
    return own or getattr(thing, "is_top_of_team", False)


def keep_a_manager(thing: Guarded) -> None:
    """Raise Conflict if nobody active would manage the thing's acl any more (checked for roots of rights)."""
    acl = Acl.objects.get(pk=thing.acl_id)
    if acl.parent_id is not None:
        return
    from collab.rights.explain import people_with

    if not people_with(acl.pk, Right.MANAGE, limit=1, lasting=True):
        raise Conflict(LAST_MANAGER)


def _tell_share(actor: Actor, thing: Guarded, principal: Principal, before: Grant | None, after: Grant) -> None:
    """Tell the audit log what a person or group has now, unless nothing changed; links are told of as links."""
    if principal.user_id is None and principal.group_id is None:
        return
    if before is None or (before.rights, before.expires_at) != (after.rights, after.expires_at):
        old = int(before.rights) if before else None
        tell("share", actor, thing, principal, before=old, after=int(after.rights), until=day(after.expires_at))


def _check_link(principal: Principal, acl: Acl, mask: Right) -> None:
    """A link's grant may change, within what links may have and on the thing it was made for."""
    if mask & ~LINK_MAX or principal.link.acl_id != acl.pk:
        raise BadInput(_("A link cannot give this right."))


def _keep_managers(actor: Actor, acl: Acl) -> None:
    """Copy the live MANAGE grants from above onto the acl: none lasts longer than it did, none that manages is lost."""
    live = Q(expires_at=None) | Q(expires_at__gt=Now())
    above = Grant.objects.filter(live, acl__descent__acl_id=acl.pk, principal__link=None).exclude(acl=acl)
    managing = above.annotate(managing=F("rights").bitand(int(Right.MANAGE))).filter(managing__gt=0)
    own = {grant.principal_id: grant for grant in Grant.objects.filter(live, acl=acl)}
    for grant in managing.order_by(F("expires_at").asc(nulls_last=True)):
        kept, rights = own.get(grant.principal_id), Right(grant.rights)
        if kept and _lasts(kept, grant):
            if kept.rights & Right.MANAGE:
                continue
            rights |= Right(kept.rights)
        own[grant.principal_id], _made = Grant.objects.update_or_create(
            acl=acl,
            principal_id=grant.principal_id,
            defaults={"rights": int(rights), "expires_at": grant.expires_at, "granted_by": actor.user},
        )


def _keep(actor: Actor, acl: Acl, keep: Mapping[Principal, int]) -> None:
    """Give these on the acl itself what they have through others, in two statements however many they are."""
    rows = [Grant(acl=acl, principal=one, rights=mask, granted_by=actor.user) for one, mask in keep.items()]
    own = {grant.principal_id: grant.rights for grant in Grant.objects.filter(acl=acl, principal__in=list(keep))}
    for row in rows:
        row.rights |= own.get(row.principal_id, 0)
    Grant.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["principal", "acl"], update_fields=["rights", "expires_at"]
    )


def _lasts(grant: Grant, other: Grant) -> bool:
    """Whether the grant lasts at least as long as the other."""
    if grant.expires_at is None or other.expires_at is None:
        return grant.expires_at is None
    return grant.expires_at >= other.expires_at


class _Behind:
    """Something guarded by an acl of which only the id matters."""

    ACL = "acl"

    def __init__(self, acl_id: int):
        self.acl_id = acl_id
