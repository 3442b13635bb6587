"""Albums: made, named, filled, emptied, thrown away and brought back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collab.events.log import record
from collab.lib.errors import BadInput, Forbidden, NotFound, TooLarge
from collab.rights.actor import Actor
from collab.rights.erasing import forget_things
from collab.rights.right import Right
from collab.spaces.models import Space
from files.actions import tree
from files.models import Album, AlbumItem, Photo

MOST = 5000
ONE_SPACE = _("An album holds pictures of one space: choose those of one, or copy the others there first.")
KEPT = timedelta(days=30)
"""How long an album that was thrown away can be brought back."""


@transaction.atomic
def make(actor: Actor, space: Space, name: str) -> Album:
    """Make an album in the space: whoever sees the space sees it. Needs ADD there. Raises Forbidden, BadInput."""
    tree.lock(space.pk)
    actor.require(space, Right.ADD)
    album = Album.objects.create(space=space, name=_named(name), acl_id=space.acl_id, created_by=actor.user)
    _tell(actor, album, "album-make")
    return album


def space_of(actor: Actor, ids: Iterable[int]) -> Space:
    """Return the one space in which these pictures lie. Raises BadInput for several, NotFound for none."""
    seen = Photo.objects.visible_to(actor).living().filter(node__in=list(ids))
    spaces = list(Space.objects.filter(pk__in=seen.values("node__space")).select_related("acl")[:2])
    if len(spaces) > 1:
        raise BadInput(ONE_SPACE)
    if not spaces:
        raise NotFound
    return spaces[0]


@transaction.atomic
def rename(actor: Actor, album: Album, name: str) -> None:
    """Give it another name. Needs EDIT."""
    _hold(actor, album, Right.EDIT)
    album.name = _named(name)
    album.save(update_fields=["name"])
    _tell(actor, album, "album-rename")


@transaction.atomic
def add(actor: Actor, album: Album, ids: Iterable[int]) -> list[int]:
    """Put pictures of its space into the album, those that the actor sees; return the ones that were not in it.

    Needs ADD on the album. Raises TooLarge above 5,000.
    """
    _hold(actor, album, Right.ADD)
    seen = Photo.objects.visible_to(actor).living().filter(node__in=list(ids))
    if seen.exclude(node__space=album.space_id).exists():
        raise BadInput(ONE_SPACE)
    there = set(AlbumItem.objects.filter(album=album).values_list("node_id", flat=True))
    fresh = [pk for pk in seen.values_list("pk", flat=True) if pk not in there]
    if len(there) + len(fresh) > MOST:
        raise TooLarge(_("An album holds 5,000 pictures at most."))
    AlbumItem.objects.bulk_create([AlbumItem(album=album, node_id=pk, added_by=actor.user) for pk in fresh])
    if fresh:
        _tell(actor, album, "album-add", count=len(fresh))
    return fresh


@transaction.atomic
def remove(actor: Actor, album: Album, ids: Iterable[int]) -> list[int]:
    """Take pictures out of the album; return those that were in it. Needs EDIT, or to have put them there."""
    _hold(actor, album, Right.SEE)
    found = AlbumItem.objects.filter(album=album, node__in=list(ids))
    if not actor.can(album, Right.EDIT) and found.exclude(added_by=actor.user).exists():
        raise Forbidden(_("You may take out the pictures that you put in yourself."))
    gone = list(found.values_list("node_id", flat=True))
    found.delete()
    if gone:
        _tell(actor, album, "album-remove", count=len(gone))
    return gone


@transaction.atomic
def throw_away(actor: Actor, album: Album) -> None:
    """Throw the album away, never its pictures. Needs DELETE."""
    _hold(actor, album, Right.DELETE)
    Album.objects.filter(pk=album.pk).update(deleted_at=timezone.now())
    _tell(actor, album, "album-trash")


@transaction.atomic
def bring_back(actor: Actor, album: Album) -> None:
    """Undo that. Needs DELETE."""
    tree.lock(album.space_id)
    actor.forget()
    actor.require(album, Right.DELETE)
    Album.objects.filter(pk=album.pk).update(deleted_at=None)
    _tell(actor, album, "album-restore")


def forget_old() -> int:
    """Delete what was thrown away long ago, its links too. Returns how many."""
    old = list(Album.objects.filter(deleted_at__lt=timezone.now() - KEPT).values_list("pk", flat=True)[:500])
    delete_rows(old)
    return len(old)


@transaction.atomic
def delete_rows(ids: list[int]) -> None:
    """Delete albums with their own circles and links."""
    Album.objects.filter(pk__in=ids).delete()
    forget_things(Album.REF_KIND, ids)


def _hold(actor: Actor, album: Album, right: Right) -> None:
    album.hold()
    actor.forget()
    actor.require(album, right)


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > 200 or not name.isprintable():
        raise BadInput(_("Give the album a name of at most 200 letters."))
    return name


def _tell(actor: Actor, album: Album, kind: str, **facts: int) -> None:
    after = {"name": album.name, **facts}
    record(album.space_id, kind, (Album.REF_KIND, album.pk), actor.user.pk if actor.user else None, after=after)
