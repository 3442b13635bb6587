"""What happened to what the person may see, as phones and desktops list it: a sentence each, page by page."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from collab.activity import atom, stream
from collab.activity.scope import Scope
from collab.activity.telling import Line
from collab.lib import paging
from collab.lib.errors import BadInput, NotFound
from collab.ocs import parameters
from collab.ocs.envelope import envelope
from collab.ocs.parameters import Parameters
from collab.ocs.service import service
from collab.registry import registry
from collab.rights import switches
from collab.rights.actor import Actor
from collab.rights.right import Right

USUAL, MOST = 50, 200
FILTERS = ("all", "self", "by", "filter")
KEPT = 3600
"""Seconds for which the place of a next page is known exactly: clients name it by the number of its last line alone."""
END = "end"


@service("GET", scope="files")
def page(request: HttpRequest, actor: Actor, which: str = "all") -> HttpResponse:
    """Answer the lines below the number `since`, the newest first; 304 where there are none, which ends the list."""
    told = parameters.read(request)
    if told.get("sort", "desc") != "desc":
        raise BadInput(_("Activities are told from the newest on: sort is “desc”."))
    since, size = parameters.number(told, "since") or 0, parameters.number(told, "limit")
    size = min(max(1, USUAL if size is None else size), MOST)
    scope = _scope(actor, which, told)
    cursor = _cursor(actor, scope, since)
    found = stream.page(actor, scope, cursor, size=size) if cursor != END else None
    if found is None or not found.lines:
        return HttpResponse(status=304, headers={"Cache-Control": "private, no-cache"})
    version = request.resolver_match.kwargs["version"] if request.resolver_match else 2
    response = envelope(request, version, [_record(request, actor, line) for line in found.lines])
    last = found.lines[-1].number
    cache.set(_key(actor, scope, last), found.more or END, KEPT)
    response["X-Activity-First-Known"] = str(found.lines[0].number)
    response["X-Activity-Last-Given"] = str(last)
    if found.more:
        following = {name: value for name, value in request.GET.items() if name != "since"} | {"since": last}
        response["Link"] = f'<{request.build_absolute_uri(request.path)}?{urlencode(following)}>; rel="next"'
    response["Cache-Control"] = "private, no-cache"
    response["Vary"] = "Authorization, Cookie, Accept"
    return response


def _scope(actor: Actor, which: str, told: Parameters) -> Scope:
    """Return what is asked for. Raises NotFound for an unknown filter, and for a thing not theirs to see."""
    if which not in FILTERS or actor.user is None:
        raise NotFound
    thing = None
    if told.get("object_type"):
        places, number = registry.places(), parameters.number(told, "object_id")
        if places is None or number is None or told["object_type"] != "files":
            raise NotFound
        found = registry.thing(places.kind, number)
        if found is None or not actor.can(found, Right.SEE):
            raise NotFound
        thing = (places.kind, number)
    me = actor.user.pk
    return Scope(thing=thing, person=me if which == "self" else None, but=me if which == "by" else None)


def _cursor(actor: Actor, scope: Scope, since: int) -> str:
    """Return where the page begins that follows this line: as it was told, else right below its number."""
    if since < 1:
        return ""
    known: str | None = cache.get(_key(actor, scope, since))
    return known or paging.seal([since, {}])


def _key(actor: Actor, scope: Scope, last: int) -> str:
    person = actor.user.pk if actor.user else 0
    return f"collab:ocs-activity:{person}:{scope.thing}:{scope.person}:{scope.but}:{last}".replace(" ", "")


def _record(request: HttpRequest, actor: Actor, line: Line) -> dict[str, Any]:
    plugin = switches.by_kind(line.ref[0])
    places = registry.places()
    files = places is not None and line.ref[0] == places.kind
    sentence = atom.words(line)
    link = line.url or line.place_url or next((url for _title, url in line.names if url), "")
    return {
        "activity_id": line.number,
        "app": plugin.slug if plugin is not None else "collab",
        "type": "file_changed" if files else line.ref[0],
        "user": line.who.username if line.who is not None else "",
        "subject": sentence,
        "subject_rich": [sentence, {}],
        "message": "",
        "message_rich": ["", {}],
        "object_type": "files" if files else line.ref[0],
        "object_id": line.ref[1],
        "object_name": line.title,
        "objects": {},
        "previews": [],
        "link": request.build_absolute_uri(link) if link else "",
        "icon": "",
        "datetime": line.at.astimezone(UTC).isoformat(timespec="seconds"),
    }
