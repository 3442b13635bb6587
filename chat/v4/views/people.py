"""People."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from chat import people
from chat.v4 import door, finding, ids, records
from collab.accounts.models import User
from collab.lib.errors import NotFound
from collab.rights.actor import Actor

MOST_OFFERED = 25


def one(request: HttpRequest, actor: Actor, user: str) -> Any:
    """One person, or “me”."""
    if user != finding.ME and ids.read("user", user) == ids.PROGRAM:
        return records.program()
    return _record(actor, finding.person(actor, user))


def by_name(request: HttpRequest, actor: Actor, name: str) -> Any:
    """One person by their user name."""
    found = None if "\0" in name else people.known(actor).filter(username=name.lower().lstrip("@")).first()
    if found is None:
        raise NotFound
    return _record(actor, found)


def by_ids(request: HttpRequest, actor: Actor) -> Any:
    """Those of the ids whom one knows."""
    wanted = {ids.read("user", text) for text in door.texts(door.sent(request, list))}
    rows = people.known(actor).filter(pk__in=wanted).order_by("username")
    found = [_record(actor, row) for row in rows]
    return [*found, records.program()] if ids.PROGRAM in wanted else found


def by_names(request: HttpRequest, actor: Actor) -> Any:
    """Those of the user names whom one knows."""
    wanted = [text.lower().lstrip("@") for text in door.texts(door.sent(request, list))]
    return [_record(actor, row) for row in people.known(actor).filter(username__in=wanted).order_by("username")]


def listing(request: HttpRequest, actor: Actor) -> Any:
    """People by user name; with `in_channel`, those who see it; with `in_team`, all whom one knows."""
    part = door.slice_of(request)
    if where := request.GET.get("in_channel"):
        return [_record(actor, row) for row in finding.members(actor, finding.channel(actor, where), part)]
    if where := request.GET.get("in_team"):
        finding.team(actor, where)
    rows = people.known(actor).filter(is_active=True).order_by("username")[part]
    return [_record(actor, row) for row in rows]


def search(request: HttpRequest, actor: Actor) -> Any:
    """People by the beginning of a name."""
    told = door.sent(request, dict)
    limit = told.get("limit", 100)
    limit = min(limit, 100) if isinstance(limit, int) and limit > 0 else 100
    return [_record(actor, row) for row in finding.named(actor, door.text(told.get("term"), 100))[:limit]]


def complete(request: HttpRequest, actor: Actor) -> Any:
    """Whom the letters after an “@” may mean; `out_of_channel` are those who do not see the channel."""
    rows = list(finding.named(actor, request.GET.get("name", ""))[:MOST_OFFERED])
    inside: set[int] | None = None
    if where := request.GET.get("channel_id") or request.GET.get("in_channel"):
        everybody = finding.members(actor, finding.channel(actor, where), slice(0, None))
        inside = {row.pk for row in everybody}
    users = [_record(actor, row) for row in rows if inside is None or row.pk in inside]
    out = [_record(actor, row) for row in rows if inside is not None and row.pk not in inside]
    return {"users": users, "out_of_channel": out}


def teams(request: HttpRequest, actor: Actor, user: str) -> Any:
    """The spaces in which one talks; nobody learns where others do."""
    finding.myself(actor, user)
    return [records.team(space) for space in finding.teams(actor)[:200]]


def _record(actor: Actor, person: User) -> dict[str, Any]:
    return records.user(person, me=actor.user is not None and actor.user.pk == person.pk)
