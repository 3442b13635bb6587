"""Signs of the house: who may make them of a picture, for all."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from typing import BinaryIO

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat import emoji, house_settings
from chat.models import Emoji
from collab.accounts import ranks
from collab.lib import pictures
from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound
from collab.registry import house
from collab.rights.actor import Actor

SIDE, MOST_BYTES = 128, 2 * 10**6
MOST = 1_000
KEPT = timedelta(days=1)
_NAME = re.compile(r"[a-z0-9][a-z0-9_+-]{1,39}")
NAME = _("A name has 2 to 40 signs: small letters without accents, digits, “_”, “-” and “+”.")
TAKEN = _("Another sign has this name already.")


def may_make(actor: Actor) -> bool:
    """Whether the actor may make signs: those of the house, or its administrators alone, as the house has it."""
    if actor.user is None or actor.user.is_guest:
        return False
    return house.get(house_settings.EMOJI) == "everybody" or ranks.may(actor.user, "set.other")


def may_remove(actor: Actor, one: Emoji) -> bool:
    """Whether the actor may take this one away: it is theirs, or they administer the house."""
    return actor.user is not None and (one.made_by_id == actor.user.pk or ranks.may(actor.user, "set.other"))


def make(actor: Actor, name: str, sent: BinaryIO) -> Emoji:
    """Make a sign of a picture. Raises Forbidden, BadInput (name, no picture), Conflict, TooLarge."""
    if not may_make(actor):
        raise Forbidden
    name = name.strip().strip(":").lower()
    if not _NAME.fullmatch(name):
        raise BadInput(NAME)
    if emoji.taken(name):
        raise Conflict(TAKEN)
    if Emoji.objects.standing().count() >= MOST:
        raise Conflict(_("There are %(count)d signs already: take some away first.") % {"count": MOST})
    drawn = pictures.within(sent, SIDE, most=MOST_BYTES).content
    mark = hashlib.sha256(drawn).hexdigest()[:24]
    try:
        with transaction.atomic():
            return Emoji.objects.create(name=name, mark=mark, content=drawn, made_by=actor.user)
    except IntegrityError:
        raise Conflict(TAKEN) from None


def remove(actor: Actor, one: Emoji) -> None:
    """Take a sign away: where it was written, its name stands. Raises Forbidden."""
    if not may_remove(actor, one):
        raise Forbidden
    Emoji.objects.filter(pk=one.pk, removed_at=None).update(removed_at=timezone.now())


def bring_back(actor: Actor, one: Emoji) -> None:
    """Have a sign again that was taken away. Raises Forbidden, Conflict where its name means another meanwhile."""
    if not may_remove(actor, one):
        raise Forbidden
    try:
        with transaction.atomic():
            if not Emoji.objects.filter(pk=one.pk).update(removed_at=None):
                raise NotFound
    except IntegrityError:
        raise Conflict(TAKEN) from None


def tidy() -> None:
    """Forget pictures that were taken away yesterday."""
    Emoji.objects.filter(removed_at__lt=timezone.now() - KEPT).delete()
