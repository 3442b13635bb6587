"""Spaces: those one sees, made, changed, archived and brought back."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Status

from collab.api import things, words
from collab.api.conditions import fresh, require_match
from collab.api.door import asking
from collab.api.pages import Asking, page
from collab.lib.errors import NotFound
from collab.rights.actor import Actor
from collab.spaces import actions
from collab.spaces.models import Space

router = Router(tags=["spaces"])


@router.get("", response=words.Spaces, summary="Spaces that you see")
def spaces(request: HttpRequest, asked: Query[Asking], archived: bool = False) -> Any:
    """Your own among them; those that are archived only when asked for."""
    actor = asking(request)
    found = Space.objects.visible_to(actor).with_rights(actor).filter(archived_at__isnull=not archived)
    rows, following = page(found, asked)
    return {"items": [record(space, space.mask) for space in rows], "next": following}


@router.post("", response={201: words.Space}, summary="Make a space")
def make_space(request: HttpRequest, wanted: words.NewSpace, response: HttpResponse) -> Any:
    """You manage it."""
    actor = asking(request)
    space = actions.create(actor, wanted.name, description=wanted.description)
    response["Location"] = f"{request.path.rstrip('/')}/{space.pk}"
    return Status(201, fresh(request, response, _record(actor, space)))


@router.get("/{int:space_id}", response=words.Space, summary="One space")
def space(request: HttpRequest, space_id: int, response: HttpResponse) -> Any:
    """Its name, its size, and what you may do in it."""
    actor = asking(request)
    return fresh(request, response, _record(actor, find(actor, space_id)))


@router.patch("/{int:space_id}", response=words.Space, summary="Change a space")
@transaction.atomic
def change_space(request: HttpRequest, space_id: int, wanted: words.SpaceChanges, response: HttpResponse) -> Any:
    """Name, description or colour; with `If-Match`, only if it still is what you saw."""
    actor = asking(request)
    space = find(actor, space_id, team=True)
    space.hold()
    space.refresh_from_db()
    require_match(request, _record(actor, space))
    if fields := wanted.dict(exclude_unset=True):
        actions.edit(actor, space, **fields)
    return fresh(request, response, _record(actor, find(actor, space_id)))


@router.post("/{int:space_id}/archive", response=words.Space, summary="Archive a space")
def archive_space(request: HttpRequest, space_id: int) -> Any:
    """It can be read then, not changed, and leaves everybody's devices."""
    actor = asking(request)
    space = find(actor, space_id, team=True)
    actions.archive(actor, space)
    return _record(actor, find(actor, space_id))


@router.post("/{int:space_id}/restore", response=words.Space, summary="Bring an archived space back")
def restore_space(request: HttpRequest, space_id: int) -> Any:
    """As it was."""
    actor = asking(request)
    space = find(actor, space_id, team=True)
    actions.restore(actor, space)
    return _record(actor, find(actor, space_id))


def find(actor: Actor, space_id: int, *, team: bool = False) -> Space:
    """Return the space if the actor sees it; `team`: one's own has no members and cannot be changed."""
    found = Space.objects.visible_to(actor).select_related("acl")
    space = (found.team() if team else found).filter(pk=space_id).first()
    if space is None:
        raise NotFound(_("This space is not here, or is not shared with you."))
    return space


def record(space: Space, mask: int) -> dict[str, Any]:
    """Return the space as calls tell of it."""
    names = ("id", "kind", "slug", "name", "description", "hue", "used", "quota", "archived_at", "seq")
    return {name: getattr(space, name) for name in names} | things.told(mask)


def _record(actor: Actor, space: Space) -> dict[str, Any]:
    return record(space, int(actor.rights_on(space)))
