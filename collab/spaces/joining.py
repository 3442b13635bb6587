"""The space that an invitation opens: checked when it is made, entered when it is accepted."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from collab.accounts.models import Invitation, User
from collab.accounts.signals import joining, offering
from collab.lib.errors import BadInput, Forbidden
from collab.rights import actions as rights
from collab.rights.actor import Actor
from collab.rights.right import BY_SLUG, LADDER, Right, Role
from collab.spaces.models import Space


def require_offered(sender: Any, user: User | None, space: int | None, role: str, **more: Any) -> None:
    """Refuse a space that this person does not share, or a role above their own there."""
    if space is None:
        return
    if BY_SLUG.get(role) not in LADDER:
        raise BadInput(_("Choose a right in the list."))
    if user is None or _offered(user, space, role) is None:
        raise Forbidden(_("You cannot give this right in this space. Ask a person who manages it."))


def enter(sender: Any, user: User, invitation: Invitation, **more: Any) -> None:
    """Give the newcomer the role, if the space is still there and the maker may still give it."""
    maker = invitation.created_by
    if maker is None or invitation.space_id is None:
        return
    if offered := _offered(maker, invitation.space_id, invitation.role):
        space, role = offered
        rights.share(Actor.of(maker), space, user.principal, role.mask)


def connect() -> None:
    """Begin to listen."""
    offering.connect(require_offered, dispatch_uid="spaces.offering")
    joining.connect(enter, dispatch_uid="spaces.joining")


def _offered(maker: User, space: int, slug: str) -> tuple[Space, Role] | None:
    actor, role = Actor.of(maker), BY_SLUG.get(slug)
    found = Space.objects.allowing(actor, Right.SHARE).team().living().filter(pk=space).first()
    if role is None or role not in LADDER or found is None or role.mask & ~actor.rights_on(found):
        return None
    return found, role
