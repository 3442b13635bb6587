"""Where things lie in a person's tree, told to the façades that name them by paths (`registry.Places`)."""

from __future__ import annotations

import math
from collections.abc import Callable
from http import HTTPStatus
from typing import NamedTuple

from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from collab.lib.errors import NotFound
from collab.registry.places import Asked, Placed, Places
from collab.rights.actor import Actor
from collab.spaces.models import Space
from files import mounts, queries
from files.dav.properties import KIND, media_type
from files.models import Node, Trash
from files.previews import icons
from files.previews.kinds import SIDES


class Gone(NamedTuple):
    """A thing in the trash, with the face of an `Entry` as far as its picture needs one."""

    id: int
    name: str
    is_folder: bool
    size: int
    blob_id: int | None
    key: str | None


_FOLDER_TYPE = "httpd/unix-directory"


def find(actor: Actor, names: list[str]) -> int | None:
    """Return the node at the path, the person's own root for no names; None for what is not there or not theirs."""
    entry = mounts.lookup(actor, names).entry if names else mounts.root(actor, deep=False).home
    return entry.id if entry else None


def inside(actor: Actor, folder_id: int, limit: int) -> list[int]:
    """Return what lies directly in the folder, may be seen, and has a circle of its own."""
    shared = Node.objects.inside(folder_id).filter(acl__kind=KIND, acl__object_id=F("pk"))
    return list(shared.visible_to(actor).order_by("pk").values_list("pk", flat=True)[:limit])


def describe(actor: Actor, ids: list[int]) -> dict[int, Placed]:
    """Return what the person sees of these nodes; one outside their tree (hidden there) stands under its name."""
    entries = queries.entries(actor, ids)
    if not entries:
        return {}
    paths = mounts.paths_to(actor, list(entries))
    rows = Space.objects.filter(pk__in={entry.space_id for entry in entries.values()}).select_related("owner")
    spaces = {space.pk: space for space in rows}
    found = {}
    for entry in entries.values():
        space = spaces[entry.space_id]
        owner = space.owner
        found[entry.id] = Placed(
            id=entry.id,
            parent_id=entry.parent_id,
            space_id=entry.space_id,
            acl_id=entry.acl_id,
            path="/" + paths.get(entry.id, entry.name),
            is_folder=entry.is_folder,
            media_type=_FOLDER_TYPE if entry.is_folder else media_type(entry.name),
            size=entry.size,
            mtime=entry.mtime,
            mask=entry.mask,
            owner=owner.username if owner else space.slug,
            owner_name=str(owner) if owner else space.name,
            own=owner is not None and owner == actor.user,
        )
    return found


def circles(ids: list[int]) -> dict[int, int]:
    """Return which acl guards each of these nodes, thrown away or not."""
    return dict(Node.objects.filter(pk__in=ids).values_list("pk", "acl_id"))


def picture(request: HttpRequest, actor: Actor, node_id: int, asked: Asked) -> HttpResponse:
    """Answer with the smallest of our pictures that is large enough, or the sign of its kind. Raises NotFound."""
    from files.views import previews  # views need the registry to be filled

    entry = _gone(actor, node_id) if asked.gone else queries.entry(actor, node_id)
    if entry is None:
        raise NotFound
    try:
        if asked.version is not None:
            answer = previews.of_version(request, actor, entry.id, asked.version, fits(asked))
        else:
            answer = previews.answer(request, entry, fits(asked))
        if answer.status_code in (HTTPStatus.ACCEPTED, HTTPStatus.NOT_FOUND):
            raise NotFound  # devices know no “not yet”: they ask again when they show it again
    except NotFound:
        if not asked.icon:
            raise
        answer = HttpResponse(icons.icon(entry.name, max(asked.x, asked.y), folder=entry.is_folder))
        answer["Content-Type"] = "image/png"
        answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _gone(actor: Actor, node_id: int) -> Gone | None:
    """Return a thing that lies in the trash, if the actor may see it there."""
    found = Trash.objects.visible_to(actor).filter(node=node_id).select_related("node__blob").first()
    if found is None:
        return None
    node = found.node
    return Gone(node.pk, node.name, node.is_folder, node.size, node.blob_id, node.blob.key if node.blob else None)


def fits(asked: Asked) -> Callable[[int, int], str]:
    """Return what names the smallest size that is large enough for a picture of this width and height."""

    def size(width: int, height: int) -> str:
        longest = max(asked.x, asked.y)
        if asked.covers and width > 0 and height > 0:
            longest = math.ceil(max(width, height) * max(asked.x / width, asked.y / height))
        return next((name for name, side in SIDES.items() if side >= longest), "large")

    return size


def serve(request: HttpRequest, actor: Actor, node_id: int) -> HttpResponseBase:
    """Answer with the bytes of a file that the actor may see, or the part asked for. Raises NotFound."""
    from files.views import content  # views need the registry to be filled

    return content.serve(request, content.of_entry(queries.entry(actor, node_id)))


places = Places(KIND, find=find, inside=inside, describe=describe, circles=circles, picture=picture, serve=serve)
