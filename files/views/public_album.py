"""An album behind a public link: its pictures by month, each at its number below the link's address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from collab.lib import numerals
from collab.lib.errors import Forbidden, NotFound
from collab.registry import house
from files import archives, queries
from files.actions.albums import MOST
from files.gallery import albums
from files.gallery.finding import Scope, Shot
from files.views import archive, content, gallery, previews
from files.views.gallery import Where

if TYPE_CHECKING:
    from collab.shell.opened import Opened


def page(request: HttpRequest, opened: Opened, rest: str) -> HttpResponseBase:
    """Answer below a link's address: a picture lies at its number, `get` in the query says as what."""
    scope = albums.of_link(opened.link, opened.thing)
    hidden = opened.link.hide_download
    where = Where(
        scope, opened.url(), lambda shot: opened.url(str(shot.id)),
        lambda shot, size: f"{opened.url(str(shot.id))}?get=preview&size={size}&v={shot.blob_id}",
        lambda shot: "" if hidden else f"{opened.url(str(shot.id))}?get=file",
        lambda shot: "" if hidden else f"{opened.url(str(shot.id))}?get=play",
    )  # fmt: skip
    context = {
        "opened": opened, "title": opened.thing.name, "here": opened.url(), "end": opened.end, "hidden": hidden,
        "hide_place": house.get("files.links_without_place"),
    }  # fmt: skip
    if request.method == "POST":
        return redirect(opened.url())
    if not rest and request.GET.get("get") == "zip":
        return _zip(request, opened, scope)
    if not rest:
        return gallery.show(request, where, "files/gallery/public.html", context)
    if numerals.whole(rest) is None:
        raise NotFound
    wanted = request.GET.get("get", "")
    if wanted:
        return _bytes(request, opened, where, int(rest), wanted)
    context["crumbs"] = [(opened.thing.name, opened.url())]
    return gallery.picture(request, where, int(rest), "files/gallery/public_photo.html", context)


def _zip(request: HttpRequest, opened: Opened, scope: Scope) -> HttpResponseBase:
    if opened.link.hide_download:
        raise Forbidden
    blocks = gallery.finding.blocks(scope)
    shots = gallery.finding.between(scope, blocks[0].first, blocks[-1].last, MOST) if blocks else []
    return archive.serve(request, archives.of_pictures(shots), opened.thing.name)


def _bytes(request: HttpRequest, opened: Opened, where: Where, pk: int, wanted: str) -> HttpResponseBase:
    shot: Shot | None = gallery.finding.one(where.scope, pk)
    if shot is None:
        raise NotFound
    entry = queries.entry(where.scope.actor, shot.id)
    if wanted == "preview":
        return previews.answer(request, entry, request.GET.get("size", "medium"))
    if opened.link.hide_download:
        raise Forbidden
    if wanted == "play":
        return content.as_played(request, content.published(entry))
    return content.serve(request, content.published(entry))
