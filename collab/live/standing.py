"""Who stands at a device's socket: found by what it sent, and found again as long as it listens."""

from __future__ import annotations

from dataclasses import dataclass

from collab.accounts import credentials, passes
from collab.accounts.models import AppPassword, User
from collab.accounts.throttle import Throttle
from collab.lib.errors import Forbidden
from collab.registry import house, registry
from collab.rights import switches
from collab.rights.actor import Actor

FILES = "files"
"""What a device's password must have been made for to hear of files."""
WRONG_TICKET = "the ticket is unknown, used or too old"


@dataclass(frozen=True)
class Standing:
    """Whose socket it is, through which password, and what they are just now. `encoded`: the login password as kept."""

    user_id: int
    device: str
    encoded: str
    principals: frozenset[int]
    epoch: int
    hears: bool


def enter(name: str, secret: str, address: str) -> Standing:
    """Return who it is: by name and password, or by a ticket where no name was said.

    Raises Forbidden for what is wrong, TooMany while this neighbourhood is slowed down.
    """
    if name:
        actor = Actor.of_basic(name, secret, address)
        assert actor.user is not None
        found = _standing(actor)
    else:
        throttle = Throttle()
        throttle.check("ticket", "", address)
        user_id, device = passes.take(secret) or (0, "")
        user = User.objects.filter(pk=user_id, is_active=True).first()
        found = again(Standing(user.pk, device, user.password, frozenset(), 0, hears=False)) if user else None
        if found is None:
            throttle.fail("ticket", "", address, secret=secret)
            raise Forbidden(WRONG_TICKET)
    if found is None:
        raise Forbidden("this password was not made for files")
    return found


def again(before: Standing) -> Standing | None:
    """Return the same as it is now; None when account, password or its limits no longer allow it."""
    user = User.objects.filter(pk=before.user_id, is_active=True).first()
    if user is None:
        return None
    scopes: frozenset[str] = frozenset()
    if before.device.startswith("a"):
        row = AppPassword.objects.filter(user=user, pk=int(before.device[1:])).first()
        if row is None or row.has_ended:
            return None
        scopes = frozenset(row.scopes)
    elif user.password != before.encoded or credentials.has_two_factor(user.pk):
        return None
    actor = Actor.of(user)
    return _standing(
        Actor(user, actor.principals, user.epoch, scopes=scopes, device=before.device),
    )


def _standing(actor: Actor) -> Standing | None:
    if actor.user is None or not actor.allows_scope(FILES):
        return None
    house.forget()
    places = registry.places()
    hears = places is not None and switches.is_kind_on(places.kind, actor)
    user = actor.user
    return Standing(user.pk, actor.device, user.password, frozenset(actor.principals), actor.epoch, hears)
