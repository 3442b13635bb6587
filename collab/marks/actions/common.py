"""What every act on marks asks first, and how it is told."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.utils.translation import gettext_lazy as _

from collab.accounts.models import User
from collab.events import log
from collab.lib.errors import BadInput, NotFound
from collab.registry import registry
from collab.rights.actor import Actor
from collab.rights.right import Right


def hold(actor: Actor, thing: Any, right: Right) -> User:
    """Lock the thing's space, read its rights again, and return who acts.

    Raises NotFound for what may not be seen, Forbidden for what may not be done, or where the space is archived.
    """
    if actor.user is None:
        raise NotFound
    thing.hold()
    actor.forget()
    if not actor.can(thing, Right.SEE):
        raise NotFound
    actor.require(thing, right)
    return actor.user


def record(user: User, thing: Any, kind: str, *, near: bool = False, **after: Any) -> None:
    """Write the change of the thing. `near`: lists that show the thing show what changed, and hear of it."""
    ref = (thing.REF_KIND, thing.pk)
    log.record(thing.space_id, kind, ref, user.pk, after=after, at=_around(*ref) if near else ())


def _around(kind: str, pk: int) -> list[int]:
    verbs = registry.verbs(kind)
    above = verbs.above([pk]).get(pk, []) if verbs is not None and verbs.above is not None else []
    return [number for name, number in above if name == kind][:1]


def checked(text: str, longest: int, empty: Any) -> str:
    """Return what was written, without blanks around it. Raises BadInput: nothing to read (`empty`), or too long."""
    text = text.replace("\r\n", "\n").strip()
    if "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise BadInput
    if not any(unicodedata.category(sign)[0] not in "CZ" for sign in text):
        raise BadInput(empty)
    if len(text) > longest:
        raise BadInput(_("This is too long: %(count)d characters at most.") % {"count": longest})
    return text
