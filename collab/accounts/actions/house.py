"""Changing a setting of the house: the one way, by rank, told in the audit log; and taking it back."""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from collab.accounts import ranks
from collab.accounts.models import User
from collab.events import audit
from collab.lib.errors import Conflict, Forbidden, NotFound
from collab.registry import house

UNDO_SECONDS = 3600
_SALT = "accounts.house.undo"


@transaction.atomic
def change(user: User, key: str, value: Any) -> str:
    """Set what the setting's field has checked; return what `undo` needs, "" when nothing changed.

    Raises NotFound (no such setting), Forbidden (by rank).
    """
    if key not in house.declared():
        raise NotFound
    if not ranks.may(user, "set.other"):
        raise Forbidden(_("Only the owner and the administrators change the settings of the house."))
    house.forget()
    before = house.get(key)
    if value == before:
        return ""
    house.put(key, value)
    if (follow := house.declared()[key].changed) is not None:
        follow(value)
    audit.record("setting", user, ("setting", 0), key, before=before, after=value)
    return signing.dumps({"key": key, "before": before}, salt=_SALT)


def undo(user: User, token: str) -> str:
    """Set again what was there before a change; return the setting's key. Raises Conflict (too late), Forbidden."""
    try:
        kept = signing.loads(token, salt=_SALT, max_age=UNDO_SECONDS)
    except signing.BadSignature:
        raise Conflict(_("It is too late to undo this. Set it again by hand.")) from None
    change(user, kept["key"], kept["before"])
    key: str = kept["key"]
    return key
