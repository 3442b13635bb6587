"""Who is in a space with which role."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from collab.accounts import ranks
from collab.lib.errors import Forbidden
from collab.rights import actions as rights
from collab.rights.actor import Actor
from collab.rights.models import Grant, Principal
from collab.rights.right import Right
from collab.rights.telling import tell
from collab.spaces.actions.common import person, require_living
from collab.spaces.house_settings import administrators_enter
from collab.spaces.models import Space


@transaction.atomic
def set_member(actor: Actor, space: Space, principal: Principal, mask: Right | int, **options: Any) -> Grant:
    """Give a person or group a role in the space (or change it). Needs SHARE and what is given."""
    require_living(space)
    return rights.share(actor, space, principal, mask, **options)


@transaction.atomic
def remove_member(actor: Actor, space: Space, principal: Principal) -> None:
    """Take the person or group out of the space; a team space keeps at least one manager."""
    require_living(space)
    rights.unshare(actor, space, principal)


@transaction.atomic
def take_charge(actor: Actor, space: Space) -> Grant:
    """Make oneself a manager of a team space that one does not manage. Administrators only; its log says so."""
    user = person(actor)
    if space.is_personal or not ranks.may(user, "rooms.edit_others"):
        raise Forbidden(_("Only an administrator can take charge of a space that others manage."))
    if not administrators_enter():
        raise Forbidden(_("In this house administrators do not take charge of spaces. Ask one of its managers."))
    rights.hold(actor, space)
    grant, _made = Grant.objects.update_or_create(
        acl=space.acl,
        principal=user.principal,
        defaults={"rights": int(Right.ALL), "expires_at": None, "granted_by": user},
    )
    actor.forget()
    space.rights_changed(actor, "take-charge", {"principal": user.principal.pk})
    tell("take-charge", actor, space, user.principal)
    return grant
