"""Shares as the clients' own dialogs make, list, change and end them."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from collab.lib import numerals
from collab.lib.errors import BadInput, NotFound
from collab.ocs import parameters, sharing
from collab.ocs.parameters import Parameters
from collab.ocs.records import readable, record
from collab.ocs.service import service
from collab.registry import registry
from collab.registry.places import Placed, Places
from collab.rights.actor import Actor
from collab.rights.models import Grant

MOST = 500
"""Clients know no pages here: the newest shares are what they get."""

_LONGEST = {"path": 8192, "shareWith": 200, "password": 256, "note": 500, "label": 200, "expireDate": 60}


@service("GET", "POST", scope="files")
def collection(request: HttpRequest, actor: Actor) -> Any:
    """List the shares that the query asks for, or make one."""
    told = _told(request)
    return _create(request, actor, told) if request.method == "POST" else _list(request, actor, told)


@service("GET", "PUT", "DELETE", scope="files")
def one(request: HttpRequest, actor: Actor, share_id: str) -> Any:
    """Answer one share, change it, or end it."""
    told = _told(request)
    places, (grant, placed) = _places(), _find(actor, share_id)
    if request.method == "DELETE":
        sharing.remove(actor, places.kind, placed, grant)
        return []
    if request.method == "PUT":
        sharing.update(actor, places.kind, placed, grant, _wish(told))
        return _record(request, actor, share_id)
    return [record(request, actor, grant, placed)]


def _create(request: HttpRequest, actor: Actor, told: Parameters) -> dict[str, Any]:
    places = _places()
    placed = _at(actor, told.get("path", ""))
    share_type = parameters.number(told, "shareType")
    if share_type is None:
        raise BadInput(_("Say with whom to share: a person, a group, or by link."))
    made = sharing.create(actor, places.kind, placed, share_type, told.get("shareWith", ""), _wish(told))
    return _record(request, actor, str(made))


def _list(request: HttpRequest, actor: Actor, told: Parameters) -> list[dict[str, Any]]:
    """Return shares given by the actor, or (`shared_with_me`) received; of one path, everybody's with `reshares`."""
    places = _places()
    found = sharing.live(places.kind)
    if told.get("path"):
        found = found.filter(acl__object_id__in=_ids(actor, places, told))
    received = parameters.flag(told, "shared_with_me")
    if received:
        found = found.filter(principal__in=list(actor.principals)).exclude(granted_by=actor.user)
    else:
        # one's own grant is no share to manage: the dialog lists the others, `shared_with_me` what one received
        found = found.exclude(principal__user=actor.user)
        if not (told.get("path") and parameters.flag(told, "reshares")):
            found = found.filter(granted_by=actor.user)
    grants = list(found.order_by("-pk")[:MOST])
    known = places.describe(actor, list({grant.acl.object_id for grant in grants}))
    records = []
    for grant in grants:
        placed = known.get(grant.acl.object_id)
        if placed and readable(actor, grant, placed) and not (received and placed.own):
            records.append(record(request, actor, grant, placed))
    return records


def _ids(actor: Actor, places: Places, told: Parameters) -> list[int]:
    """Return the things that a listing of a path is about: what lies there, or with `subfiles` what lies inside."""
    placed = _at(actor, told["path"])
    if not parameters.flag(told, "subfiles"):
        return [placed.id]
    if not placed.is_folder:
        raise BadInput(_("This is a file: nothing lies inside."))
    return places.inside(actor, placed.id, MOST)


def _at(actor: Actor, path: str) -> Placed:
    """Return what lies at the path in the actor's tree. Raises NotFound."""
    places = _places()
    names = [name for name in path.split("/") if name]
    found = None if not path or {".", ".."} & set(names) else places.find(actor, names)
    placed = places.describe(actor, [found]).get(found) if found is not None else None
    if placed is None:
        raise NotFound
    return placed


def _find(actor: Actor, share_id: str) -> tuple[Grant, Placed]:
    """Return a share that the actor may know of, and its thing. Raises NotFound."""
    places = _places()
    grant = sharing.live(places.kind).filter(pk=numerals.whole(share_id)).first()
    if grant is None:
        raise NotFound
    placed = places.describe(actor, [grant.acl.object_id]).get(grant.acl.object_id)
    if placed is None or not readable(actor, grant, placed):
        raise NotFound
    return grant, placed


def _record(request: HttpRequest, actor: Actor, share_id: str) -> dict[str, Any]:
    grant, placed = _find(actor, share_id)
    return record(request, actor, grant, placed)


def _places() -> Places:
    places = registry.places()
    if places is None:
        raise NotFound
    return places


def _told(request: HttpRequest) -> Parameters:
    told = parameters.read(request)
    for name, most in _LONGEST.items():
        if len(told.get(name, "")) > most:
            raise BadInput(_("“%(name)s” is too long: %(most)s characters at most.") % {"name": name, "most": most})
    return told


def _wish(told: Parameters) -> sharing.Wish:
    """Return what the call asks; what we could not keep (special attributes) is refused."""
    if _restricts(told.get("attributes", "")):
        raise BadInput(_("Downloads cannot be hidden here: who may see a file may also download it."))
    return sharing.Wish(
        permissions=parameters.number(told, "permissions"),
        upload=parameters.flag(told, "publicUpload"),
        password=told.get("password"),
        day=told.get("expireDate"),
        note=told.get("note"),
        label=told.get("label"),
        hide=parameters.flag(told, "hideDownload"),
    )


def _restricts(attributes: str) -> bool:
    """Whether attributes take something away; clients send “download: yes” as a matter of course."""
    try:
        listed = json.loads(attributes or "[]") or []
    except (ValueError, RecursionError):
        raise BadInput from None
    if not isinstance(listed, list):
        raise BadInput
    allowed = ({"scope", "key", "value"}, {"scope", "key", "enabled"})
    return any(
        not isinstance(item, dict) or set(item) not in allowed or item.get("value", item.get("enabled")) is not True
        for item in listed
    )
