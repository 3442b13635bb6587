"""What all programs of a channel, or of a space, have in common: who decides about them, and what the audit log keeps.

A program is a row with `name`, `stopped_at` and `made_by`, found among the `rows` of its place; one at an address of
its own has `address` too.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.actions import common
from chat.actions.common import line
from chat.models import Channel
from collab.accounts import credentials
from collab.accounts.models import User
from collab.events import audit
from collab.lib import outside
from collab.lib.errors import BadInput, Conflict, NotFound
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.spaces.models import Space

LETTERS = 32
"""Of a secret, from 57 signs: 186 bits."""
UNNAMED = _("Give the program a name of at most 80 letters.")
NOT_BETWEEN = _("Programs write in channels, not between people.")
WRONG_ADDRESS = _("Messages are sent to an address that begins with https:// and is on the public network.")
STOP_FIRST = _("Stop it first.")
Place = Channel | Space


def name_of(text: str) -> str:
    """Return the name of a program as typed. Raises BadInput."""
    return line(text, 80, UNNAMED)


def address_of(text: str) -> str:
    """Return an address to which something may be sent. Raises BadInput."""
    try:
        outside.check(text.strip())
    except outside.Hostile:
        raise BadInput(WRONG_ADDRESS) from None
    return text.strip()


def seal() -> tuple[str, bytes]:
    """Return a new token that a program is shown once, and what is kept of it to send it along."""
    token = credentials.new_secret(LETTERS)
    return token, Fernet(settings.ENCRYPTION_KEY).encrypt(token.encode())


def unseal(kept: Any) -> str:
    """Return the token of which this was kept."""
    return Fernet(settings.ENCRYPTION_KEY).decrypt(bytes(kept)).decode()


def hold(actor: Actor, place: Place) -> None:
    """Lock the place; require MANAGE on it. Raises Forbidden, BadInput between people."""
    if isinstance(place, Space):
        place.hold()
        actor.forget()
        actor.require(place, Right.MANAGE)
        return
    if place.is_between:
        raise BadInput(NOT_BETWEEN)
    common.hold(actor, place, Right.MANAGE)


def held(actor: Actor, place: Place, rows: Any, pk: int) -> Any:
    """Return one of the place's programs, locked; the actor manages the place. Raises NotFound, Forbidden."""
    hold(actor, place)
    found = rows.select_for_update().filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def halt(found: Any, *, on: bool) -> bool:
    """Stop a program that is held, or let it go on; whether that changed anything."""
    if (found.stopped_at is not None) == on:
        return False
    found.stopped_at = timezone.now() if on else None
    found.save(update_fields=["stopped_at"])
    return True


def drop(actor: Actor, place: Place, found: Any, kind: str, **details: Any) -> None:
    """Take a stopped one that is held out of the list for good. Raises Conflict."""
    if found.stopped_at is None:
        raise Conflict(STOP_FIRST)
    tell(actor.user, place, kind, found, **details)
    found.delete()


def tell(by: User | None, place: Place, kind: str, program: Any, **details: Any) -> None:
    """Let the audit log know what was decided about a program; its address by the host alone."""
    if (address := getattr(program, "address", "")) != "":
        details["host"] = urlsplit(address).hostname
    audit.record(kind, by, (place.REF_KIND, place.pk), str(place), program=program.name, **details)


def end_of(person: User, by: User | None, rows: Any, kind: str, place: str) -> None:
    """Stop what somebody who goes has directed to addresses of their choice; who manages the place decides anew."""
    for one in rows.filter(made_by=person, stopped_at=None).select_related(place):
        if halt(one, on=True):
            tell(by, getattr(one, place), kind, one)
