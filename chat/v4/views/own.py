"""How people are, and what programs keep for their person."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest

from chat import around, people
from chat.v4 import door, finding, ids, preferences, records
from chat.v4.door import OK
from collab.lib.errors import BadInput, NotFound
from collab.profiles import actions as profiles
from collab.rights import whom
from collab.rights.actor import Actor

_KINDS = {"online": "online", "away": "away", "dnd": "dnd", "offline": "invisible", "ooo": "away"}
_LATEST = 2**33


def status(request: HttpRequest, actor: Actor, user: str) -> Any:
    """How one person is: “online”, “away”, “dnd”, “offline”."""
    person = finding.person(actor, user)
    return records.status(person.pk, around.look(_told(actor, [person.pk])).get(person.pk))


def statuses(request: HttpRequest, actor: Actor) -> Any:
    """How these people are, of whom one is told that; others are away from the house."""
    wanted = [ids.read("user", text) for text in door.texts(door.sent(request, list))]
    found = around.look(_told(actor, wanted))
    known = set(people.known(actor).filter(pk__in=wanted).values_list("pk", flat=True))
    return [records.status(pk, found.get(pk)) for pk in dict.fromkeys(wanted) if pk in known]


def say_status(request: HttpRequest, actor: Actor, user: str) -> Any:
    """Say how one is; “dnd” perhaps until a moment (seconds since 1970)."""
    person, told = finding.myself(actor, user), door.sent(request, dict)
    if told.get("user_id") not in {None, "", finding.ME}:
        finding.myself(actor, door.text(told["user_id"], 26))
    kind, until = told.get("status"), told.get("dnd_end_time") or 0
    if not isinstance(kind, str) or kind not in _KINDS or not isinstance(until, int) or not 0 <= until < _LATEST:
        raise BadInput
    end = datetime.fromtimestamp(until, UTC) if until and kind == "dnd" else None
    profiles.say_kind(actor, _KINDS[kind], end)
    return records.status(person.pk, None) | {"status": kind, "manual": True, "dnd_end_time": until}


def kept(request: HttpRequest, actor: Actor, user: str, category: str = "") -> Any:
    """What is kept for one, of all categories or of one."""
    person = finding.myself(actor, user)
    found = preferences.of(actor)
    if category:
        found = {key: value for key, value in found.items() if key[0] == category}
        if not found:
            raise NotFound
    return preferences.records(person.pk, found)


def one(request: HttpRequest, actor: Actor, user: str, category: str, name: str) -> Any:
    """One of them."""
    person = finding.myself(actor, user)
    value = preferences.of(actor).get((category, name))
    if value is None:
        raise NotFound
    return preferences.records(person.pk, {(category, name): value})[0]


def keep(request: HttpRequest, actor: Actor, user: str) -> Any:
    """Keep these."""
    preferences.keep(actor, [(category, name, value) for category, name, value in _sent(request, actor, user)])
    return OK


def drop(request: HttpRequest, actor: Actor, user: str) -> Any:
    """Keep these no longer."""
    preferences.drop(actor, [(category, name) for category, name, _value in _sent(request, actor, user)])
    return OK


def _told(actor: Actor, wanted: list[int]) -> list[int]:
    """Return of whom the actor is told how they are: those whom they find, and they themselves."""
    mine = actor.user.pk if actor.user is not None else 0
    found = set(whom.people(actor).filter(pk__in=wanted).values_list("pk", flat=True)) | {mine}
    return [pk for pk in wanted if pk in found]


def _sent(request: HttpRequest, actor: Actor, user: str) -> list[tuple[str, str, str]]:
    finding.myself(actor, user)
    told = door.sent(request, list)
    if len(told) > preferences.MOST_AT_ONCE or not all(isinstance(one, dict) for one in told):
        raise BadInput
    for one in told:
        if one.get("user_id") not in {None, "", finding.ME}:
            finding.myself(actor, door.text(one["user_id"], 26))
    return [
        (door.text(one.get("category"), 32), door.text(one.get("name"), 64), door.text(one.get("value"), 2000))
        for one in told
    ]
