"""What people are at, as phones and desktops say it and read it (sync.md, 1.5)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from collab.accounts.models import User
from collab.lib import numerals
from collab.lib.errors import BadInput, NotFound
from collab.ocs import parameters
from collab.ocs.parameters import Parameters
from collab.ocs.service import service
from collab.profiles import actions, statuses
from collab.profiles.models import Status
from collab.profiles.predefined import DAY, PREDEFINED, Predefined
from collab.profiles.statuses import Shown
from collab.rights.actor import Actor

USUAL, MOST, FURTHEST = 50, 200, 10**6


@service("GET", scope="files")
def mine(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """Answer one's own status; 404 in the envelope where nothing was said, which every client reads as “none”."""
    return _own(actor)


@service("PUT", scope="files")
def kind(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """Say whether one is available."""
    actions.say_kind(actor, parameters.read(request).get("statusType", ""))
    return _own(actor)


@service("PUT", scope="files")
def custom(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """Say something in one's own words, with an emoji or without; nothing at all takes it back."""
    told = parameters.read(request)
    actions.say(actor, told.get("message", ""), told.get("statusIcon", "").strip(), _until(told))
    return _own(actor)


@service("PUT", scope="files")
def predefined(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """Say one of the messages that are there."""
    told = parameters.read(request)
    actions.say_predefined(actor, told.get("messageId", ""), _until(told))
    return _own(actor)


@service("DELETE", scope="files")
def message(request: HttpRequest, actor: Actor) -> list[Any]:
    """Take the message back; whether one is available stays."""
    actions.clear(actor, kind=False)
    return []


@service("GET", scope="files")
def ready(request: HttpRequest, actor: Actor) -> list[dict[str, Any]]:
    """List the messages that are there, in the person's language."""
    return [
        {"id": one.id, "icon": one.icon, "message": str(one.label), "clearAt": _lasting(one)}
        for one in PREDEFINED.values()
    ]


@service("GET", scope="files")
def others(request: HttpRequest, actor: Actor) -> list[dict[str, Any]]:
    """List what others say, who changed it last first: `limit` from `offset` on."""
    told = parameters.read(request)
    size, start = parameters.number(told, "limit"), parameters.number(told, "offset") or 0
    size = min(max(1, USUAL if size is None else size), MOST)
    if not 0 <= start <= FURTHEST:
        raise BadInput(_("“%(name)s” must be a whole number.") % {"name": "offset"})
    return [_public(person, shown) for person, shown in statuses.page(actor, start, size)]


@service("GET", scope="files")
def other(request: HttpRequest, actor: Actor, user: str) -> dict[str, Any]:
    """Answer what one person says; 404 where that is nothing, and for whom one may not find."""
    row = statuses.visible(actor).filter(user__username=user.lower()).first()
    shown = statuses.of(actor, [row.pk]).get(row.pk) if row is not None else None
    if row is None or shown is None:
        raise NotFound("No status for the requested user")
    return _public(row.user, shown)


def _own(actor: Actor) -> dict[str, Any]:
    user: User = actor.user  # type: ignore[assignment] # the service lets nobody else in
    shown = statuses.own(user)
    if not shown:
        raise NotFound("No status for the current user")
    return _public(user, shown) | {
        "messageId": shown.predefined or None,
        "messageIsPredefined": bool(shown.predefined),
        "statusIsUserDefined": bool(shown.kind),
    }


def _public(person: User, shown: Shown) -> dict[str, Any]:
    return {
        "userId": person.username,
        "message": shown.message or None,
        "icon": shown.icon or None,
        "clearAt": _at(shown),
        "status": _kind(shown),
    }


def _kind(shown: Shown) -> str:
    """Return the kind; who said nothing of it is there for the others."""
    return shown.kind or Status.Kind.ONLINE


def _at(shown: Shown) -> int | None:
    return int(shown.clear_at.timestamp()) if shown.clear_at is not None else None


def _lasting(one: Predefined) -> dict[str, Any] | None:
    if one.lasts is None:
        return None
    return {"type": "end-of", "time": "day"} if one.lasts == DAY else {"type": "period", "time": one.lasts}


def _until(told: Parameters) -> datetime | None:
    """Return when the message goes, unix seconds of which some clients send 0 for never. Raises BadInput."""
    value = told.get("clearAt", "").strip()
    if value in {"", "0", "null"}:
        return None
    if (moment := numerals.whole(value, 10)) is None:
        raise BadInput(_("“%(name)s” must be a whole number.") % {"name": "clearAt"})
    return datetime.fromtimestamp(moment, UTC)
