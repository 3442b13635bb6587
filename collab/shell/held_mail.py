"""Mail that a backup brought back: how much is held back, and what an administrator decides."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from collab.accounts import ranks
from collab.events import audit
from collab.lib import held
from collab.lib.errors import Conflict
from collab.registry import registry


class Held(NamedTuple):
    """So many mails that waited when the house was brought back, at `since`."""

    since: datetime
    mails: int


def shown(user: Any) -> Held | None:
    """Return what an administrator has to decide on; None for everybody else, and when nothing is held back."""
    if not ranks.may(user, "set.docspace"):
        return None
    return waiting()


def waiting() -> Held | None:
    """Return what is held back, None for nothing."""
    moment = held.before()
    count = sum(mail.count(moment) for mail in registry.outgoing()) if moment else 0
    return Held(moment, count) if moment and count else None


def decide(by: Any, *, send: bool) -> int:
    """Let all of it leave, or none. Returns how much it was. Raises Conflict when it was decided already."""
    found = waiting()
    if found is None:
        raise Conflict
    if not send:
        for mail in registry.outgoing():
            mail.drop(found.since)
    audit.record("held-mail-sent" if send else "held-mail-dropped", by, count=found.mails)
    held.let_go()
    return found.mails
