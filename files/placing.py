"""Where things lie in a person's tree, told to the façades that name them by paths (`registry.Places`)."""

from __future__ import annotations

from http import HTTPStatus

from django.db.models import F
from django.http import HttpRequest, HttpResponse

from collab.lib.errors import NotFound
from collab.registry.places import Placed, Places
from collab.rights.actor import Actor
from collab.spaces.models import Space
from files import mounts, queries
from files.dav.properties import KIND, media_type
from files.models import Node
from files.previews.kinds import SIDES

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


def picture(request: HttpRequest, actor: Actor, node_id: int, points: int) -> HttpResponse:
    """Answer with the smallest of our pictures of the file that has so many points. Raises NotFound for none."""
    from files.views import previews  # views need the registry to be filled

    size = next((size for size, side in SIDES.items() if side >= points), "large")
    answer = previews.answer(request, queries.entry(actor, node_id), size)
    if answer.status_code == HTTPStatus.ACCEPTED:  # devices know no “not yet”: they ask again when they show it again
        raise NotFound
    return answer


places = Places(KIND, find=find, inside=inside, describe=describe, circles=circles, picture=picture)
