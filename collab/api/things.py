"""Finding what a call is about, and writing down people and rights; to find is to be allowed."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from collab.accounts.models import User
from collab.api.door import asking, scope_of
from collab.api.words import Given, NewShare, right_names, role_name
from collab.lib.errors import BadInput, Forbidden, NotFound
from collab.registry import registry
from collab.registry.plugin import Shareable
from collab.rights import whom
from collab.rights.actor import Actor
from collab.rights.models import Principal
from collab.rights.right import BY_SLUG, Right
from collab.spaces.models import Space

LONGEST_KIND = 20


def find(request: HttpRequest, kind: str, pk: int) -> tuple[Actor, Shareable, Any]:
    """Return (who asks, the declaration of its kind, the thing). Raises NotFound, Forbidden (by scope).

    A person's own space is no thing to share: what lies in it is.
    """
    actor = asking(request, scope_of(kind))
    declared = registry.shareable(kind)
    thing = declared.get(pk) if declared else None
    if declared is None or thing is None or not actor.can(thing, Right.SEE):
        raise NotFound
    if isinstance(thing, Space) and thing.is_personal:
        raise NotFound
    return actor, declared, thing


def require_part(thing: Any) -> None:
    """Raise Forbidden for the whole of a space under another name: its members are told elsewhere."""
    if not isinstance(thing, Space) and thing.inherited_acl_id() is None:
        raise Forbidden(_("This is the whole of a space. Share a folder in it, or add members to the space."))


def recipient(actor: Actor, wanted: NewShare) -> Principal:
    """Return whom a share is for. Raises BadInput (nobody, or two, named), NotFound for whom nobody knows."""
    if (wanted.username is None) == (wanted.group is None):
        raise BadInput(_("Say with whom: a user name, or the number of a group."))
    if wanted.username is not None:
        person = whom.people(actor).select_related("principal").filter(username=wanted.username.strip().lower()).first()
        found = person.principal if person else None
    else:
        group = whom.groups(actor).select_related("principal").filter(pk=wanted.group or 0).first()
        found = group.principal if group else None
    if found is None:
        name = wanted.username or str(wanted.group)
        raise NotFound(
            _("Nobody here is called “%(name)s”. Choose a person or a group in the list.") % {"name": name[:80]}
        )
    return found


def mask_of(given: Given) -> Right:
    """Return the rights that a call gives: those of a role, or single ones. Raises BadInput."""
    if (given.role is None) == (given.rights is None):
        raise BadInput(_("Say what to give: a role, or single rights."))
    if given.role is not None:
        return BY_SLUG[given.role].mask
    mask = Right.NONE
    for name in given.rights or ():
        mask |= Right[name.upper()]
    if not mask:
        raise BadInput(_("Choose at least one right to give."))
    return mask


def end_of(until: datetime | None) -> datetime | None:
    """Return the end of what is given. Raises BadInput for one that is past."""
    if until is not None and until <= timezone.now():
        raise BadInput(_("This date is past. Choose a day to come."))
    return until


def who(principal: Principal) -> dict[str, Any]:
    """Return a person, group or link as calls name them."""
    if principal.user is not None:
        told: dict[str, Any] = {"kind": "person", "name": str(principal.user), "username": principal.user.username}
    elif principal.group is not None:
        told = {"kind": "group", "name": str(principal.group), "group": principal.group.pk}
    else:
        told = {"kind": "link", "name": _("Anyone with the link")}
    return {"id": principal.pk, "username": None, "group": None} | told


def person(user: User | None) -> dict[str, Any] | None:
    """Return a person as calls tell of them, None for nobody."""
    return {"username": user.username, "name": str(user)} if user else None


def told(mask: int) -> dict[str, Any]:
    """Return a mask as role and rights."""
    return {"role": role_name(mask), "rights": right_names(mask)}
