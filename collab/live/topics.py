"""What a socket may listen to: asked when it joins, and again whenever rights may have changed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest

from collab.accounts.models import User
from collab.events.models import Change
from collab.registry import registry
from collab.rights import switches
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.spaces.models import Space

MOST_MISSED = 500
"""So many missed changes are told one by one; whoever missed more draws the page anew."""

_TOPIC = re.compile(r"^([a-z][a-z0-9-]{1,19}):([1-9][0-9]{0,17})$")


@dataclass(frozen=True)
class Joined:
    """A topic that was allowed: the space whose changes it is about (None: a person's own), and its clock now."""

    space_id: int | None
    seq: int


def person(session_key: str) -> User | None:
    """Return who is signed in by this session now; None when it ended, or its person was disabled."""
    request = HttpRequest()
    request.session = SessionStore(session_key)
    found = get_user(request)
    return found if isinstance(found, User) and found.is_active else None


def admit(session_key: str, wanted: Iterable[str]) -> dict[str, Joined] | None:
    """Return those of the topics that this session may listen to; None when nobody is signed in by it any more.

    `user:<id>` is the person's own; `space:<id>` and `<kind>:<id>` (any kind that can be shared) need SEE.
    """
    user = person(session_key)
    if user is None:
        return None
    actor = Actor.of(user)
    named = {topic: (match[1], int(match[2])) for topic in wanted if (match := _TOPIC.match(topic))}
    spaces = [pk for kind, pk in named.values() if kind == "space"]
    clocks = dict(Space.objects.visible_to(actor).filter(pk__in=spaces).values_list("pk", "seq")) if spaces else {}
    found: dict[str, Joined] = {}
    for topic, (kind, pk) in named.items():
        if kind == "user":
            if pk == user.pk:
                found[topic] = Joined(None, 0)
        elif kind == "space":
            if pk in clocks:
                found[topic] = Joined(pk, clocks[pk])
        elif thing := _visible(actor, kind, pk):
            found[topic] = Joined(thing.space_id, thing.space.seq)
    return found


def _visible(actor: Actor, kind: str, pk: int) -> Any:
    thing = registry.thing(kind, pk) if switches.is_kind_on(kind, actor) else None
    return thing if thing is not None and actor.can(thing, Right.SEE) else None


def missed(space_id: int, since: int) -> list[tuple[int, str, str]] | None:
    """Return the changes of a space after `since` as (seq, kind, ref), oldest first; None when they are too many
    or no longer kept."""
    rows = list(
        Change.objects.filter(space_id=space_id, seq__gt=since)
        .order_by("seq")
        .values_list("seq", "kind", "ref_kind", "ref_id")[: MOST_MISSED + 1]
    )
    if len(rows) > MOST_MISSED or (rows and rows[0][0] != since + 1):
        return None
    return [(seq, kind, f"{ref_kind}:{ref_id}") for seq, kind, ref_kind, ref_id in rows]
