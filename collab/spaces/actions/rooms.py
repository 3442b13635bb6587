"""How much room spaces have: as the house says, at once when that changes, or a room of one's own."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from collab.accounts import ranks
from collab.events import audit, log
from collab.lib.errors import BadInput, Forbidden
from collab.registry import house
from collab.rights.actor import Actor
from collab.spaces.actions.common import lock, person
from collab.spaces.models import Space

TEAM, PERSONAL = "spaces.quota", "spaces.personal_quota"


@transaction.atomic
def set_quota(actor: Actor, space: Space, quota: int | None) -> None:
    """Give the space this room of its own, in bytes (None: without limit). Administrators only; what is there stays."""
    if quota is not None and not 0 < quota < 2**62:
        raise BadInput(_("Give the room in gigabytes, or leave it empty for no limit."))
    _set(actor, space, quota, own=True)


@transaction.atomic
def follow_house(actor: Actor, space: Space) -> None:
    """Let the space have the room that the house gives, now and whenever that changes. Administrators only."""
    _set(actor, space, of_house(space), own=False)


def of_house(space: Space) -> int | None:
    """Return the room that the house gives to such a space."""
    room: int | None = house.get(PERSONAL if space.is_personal else TEAM)
    return room


def house_changed(kind: str, room: int | None) -> None:
    """Let the spaces of this kind without a room of their own follow the house, in the transaction that changes it."""
    following = Space.objects.filter(kind=kind, own_room=False).order_by("pk")
    held = list(following.select_for_update(no_key=True).values_list("pk", flat=True))  # by id, as whoever moves files
    Space.objects.filter(pk__in=held).update(quota=room)


def _set(actor: Actor, space: Space, quota: int | None, *, own: bool) -> None:
    user = person(actor)
    if not ranks.may(user, "rooms.edit_others"):
        raise Forbidden(_("Only an administrator decides how much room a space has."))
    lock(space)
    before = space.quota
    if (before, space.own_room) == (quota, own):
        return
    space.quota, space.own_room = quota, own
    space.save(update_fields=["quota", "own_room"])
    if before == quota:
        return
    log.record(space.pk, "quota", ("space", space.pk), user.pk, before={"quota": before}, after={"quota": quota})
    of = ("user", space.owner_id) if space.owner_id else ("space", space.pk)
    audit.record("space-room", user, of, space.name, before=before, after=quota)
