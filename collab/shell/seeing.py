"""“See as…”: what another person finds and may do, shown to an administrator; audited, read-only, for half an hour.

The administrator stays who they are: no request is ever answered with the other person's rights (decision 13).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collab.accounts import ranks
from collab.accounts.models import User
from collab.events import audit
from collab.lib.errors import Forbidden, NotFound
from collab.registry import registry
from collab.registry.plugin import Inside
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.shell import my_rights
from collab.spaces.models import Space

LASTS = timedelta(minutes=30)
_KEY = "collab.see-as"


@dataclass(frozen=True)
class Seen:
    """What the person finds, as far as the viewer may know it."""

    groups: list[my_rights.MyGroup]
    spaces: list[my_rights.Mine]
    things: list[my_rights.Mine]
    hidden: int
    more: str


@transaction.atomic
def begin(request: HttpRequest, person: User) -> None:
    """Open the view for half an hour, and write it into the audit log. Raises Forbidden."""
    require(request.user, person)
    audit.record("see-as-begun", request.user, ("user", person.pk), str(person))
    request.session[_KEY] = {"person": person.pk, "until": (timezone.now() + LASTS).isoformat()}


@transaction.atomic
def end(request: HttpRequest, person: User) -> None:
    """Close it, and write that too."""
    if until(request, person) is not None:
        audit.record("see-as-ended", request.user, ("user", person.pk), str(person))
    request.session.pop(_KEY, None)


def until(request: HttpRequest, person: User) -> datetime | None:
    """Return until when the view on this person is open, None when it is not."""
    kept = request.session.get(_KEY) or {}
    moment = datetime.fromisoformat(kept["until"]) if kept.get("person") == person.pk else None
    return moment if moment is not None and moment > timezone.now() else None


def require(user: Any, person: User) -> None:
    """Raise Forbidden unless the rank allows to see as this person."""
    if not ranks.may_see_as(user, person):
        raise Forbidden(_("You can see as people of your own profile or below, never as yourself."))


def walk(viewer: Actor, person: User, kind: str, pk: int, after: str) -> tuple[Any, Inside]:
    """Return a thing that both see, and what the person finds in it. Raises NotFound for anything else.

    Nothing of anybody's own space: what lies there is nobody's business, however it is shared.
    """
    thing = registry.thing(kind, pk)
    if isinstance(thing, Space) and not thing.is_personal and viewer.can(thing, Right.SEE):
        thing = next(iter(registry.tops(thing).values()), None)
    declared = registry.shareable(thing.REF_KIND) if thing is not None else None
    space = getattr(thing, "space", None)
    other = replace(Actor.of(person), impersonator=viewer.user)
    if declared is None or declared.inside is None or space is None or space.is_personal:
        raise NotFound
    if not viewer.can(thing, Right.SEE) or not other.can(thing, Right.SEE):
        raise NotFound
    return thing, declared.inside(viewer, other, thing, after)


def seen(viewer: Actor, person: User, cursor: str = "") -> Seen:
    """Return what the person finds. Names of things that the viewer does not see stay hidden.

    What lies in a space of somebody's own and is not shared with the viewer is counted only.
    """
    actor = replace(Actor.of(person), impersonator=viewer.user)
    things, more = my_rights.things(actor, cursor, viewer)
    shown = [one for one in things if one.url or not one.thing.space.is_personal]
    first = not cursor
    return Seen(
        my_rights.groups(actor, viewer) if first else [],
        my_rights.spaces(actor, viewer) if first else [],
        shown,
        len(things) - len(shown),
        more,
    )
