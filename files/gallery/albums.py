"""Albums as lists show them, and what the core asks of them."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from collab.registry.plugin import Shareable, Verbs
from collab.rights.actor import Actor
from collab.rights.right import CONTRIBUTOR, EDITOR, MANAGER, READER, Right
from files import withholding
from files.gallery import telling
from files.gallery.finding import Scope
from files.models import Album

MOST = 300
"""Albums on the page that lists them, the newest first."""
_COVERS = """SELECT DISTINCT ON (i.album_id) i.album_id, count(*) OVER (PARTITION BY i.album_id), p.node_id, p.blob_id
 FROM files_albumitem i JOIN files_album a ON a.id = i.album_id
 JOIN (SELECT p.node_id, p.taken, n.space_id, n.blob_id FROM {photos} OFFSET 0) p ON p.node_id = i.node_id
  AND p.space_id = a.space_id
 WHERE i.album_id = ANY(%s) ORDER BY i.album_id, p.taken DESC, p.node_id DESC"""


class Cover(NamedTuple):
    """How many pictures of an album one sees, and the latest of them; 0 of an album without any."""

    number: int = 0
    node: int = 0
    blob_id: int = 0


def seen(actor: Actor) -> Any:
    """Return the living albums that the actor sees, the newest first."""
    return Album.objects.living().visible_to(actor).filter(space__archived_at=None).order_by("-pk")


def covers(actor: Actor, ids: list[int]) -> dict[int, Cover]:
    """Return {album: what is seen of it}. One query."""
    photos, values = Scope(actor).photos()
    with connection.cursor() as cursor:
        cursor.execute(_COVERS.format(photos=photos), [*values, ids])
        return {row[0]: Cover(*row[1:]) for row in cursor.fetchall()}


def of_link(link: Any, album: Album) -> Scope:
    """Return what a public link to an album shows: those pictures that whoever answers for the link may share."""
    return Scope(Actor.of(link.created_by), album=album, right=Right.SEE | Right.SHARE, published=True)


def get(pk: int) -> Album | None:
    """Return the living album with what its rights need."""
    return Album.objects.living().select_related("acl", "space").filter(pk=pk).first()


def many(ids: list[int]) -> dict[int, Album]:
    """Return {id: the living album}."""
    return Album.objects.living().select_related("acl", "space").in_bulk(ids)


def all_seen(actor: Actor) -> Any:
    """Return the albums the actor may see, thrown away or not."""
    return Album.objects.visible_to(actor)


def seen_of(actor: Actor, ids: list[int]) -> set[int]:
    """Return which of the albums the actor may see."""
    return set(all_seen(actor).filter(pk__in=ids).values_list("pk", flat=True))


def public(request: Any, opened: Any, rest: str) -> Any:
    """Answer below the address of a public link to an album."""
    from files.views import public_album  # views need the registry to be filled

    return public_album.page(request, opened, rest)


SHAREABLE = Shareable(
    Album.REF_KIND,
    get=get,
    title=lambda album: album.name,
    url=lambda album, actor: reverse("files:album", args=[album.pk]),
    roles=(READER, CONTRIBUTOR, EDITOR, MANAGER),
    link_roles=lambda album: (READER,),
    public=public,
    many=many,
    seen=seen_of,
    sort=lambda album: ("image", _("an album")),
    withheld=withholding.of_album,
)
VERBS = Verbs(Album.REF_KIND, tell=telling.tell, seen=all_seen, forgets=telling.FORGETS)
