"""Albums: listed, opened, made of pictures that were chosen, filled, named, thrown away."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from collab.lib.errors import NotFound
from collab.lib.partials import Toast
from collab.rights.right import Right
from collab.shell.answers import changed, numbers
from files.actions import albums as actions
from files.gallery import albums
from files.gallery.finding import Scope
from files.models import Album
from files.views import gallery


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The albums that I see."""
    actor = request.actor  # type: ignore[attr-defined]
    found = list(albums.seen(actor).select_related("space")[: albums.MOST])
    covers = albums.covers(actor, [album.pk for album in found])
    shown = [(album, cover, _cover(cover)) for album in found for cover in [covers.get(album.pk, albums.Cover())]]
    return render(request, "files/gallery/albums.html", {"current": "gallery", "tab": "albums", "albums": shown})


@require_safe
def album(request: HttpRequest, album: int) -> HttpResponse:
    """One album."""
    one, where = _opened(request, album)
    actor = request.actor  # type: ignore[attr-defined]
    mask = actor.rights_on(one)
    context = {
        "current": "gallery", "album": one, "renaming": "rename" in request.GET,
        "may": {
            "add": mask & Right.ADD, "edit": mask & Right.EDIT, "delete": mask & Right.DELETE,
            "share": mask & Right.SHARE,
        },
    }  # fmt: skip
    return gallery.show(request, where, "files/gallery/gallery.html", context)


@require_safe
def photo(request: HttpRequest, album: int, pk: int) -> HttpResponse:
    """One picture of an album."""
    one, where = _opened(request, album)
    return gallery.picture(request, where, pk, "files/gallery/photo.html", {"current": "gallery", "album": one})


@require_POST
def fill(request: HttpRequest) -> HttpResponse:
    """Put chosen pictures into an album, or into a new one of that name."""
    actor = request.actor  # type: ignore[attr-defined]
    ids = numbers(request.POST.getlist("id"))
    wanted, name = request.POST.get("album", ""), request.POST.get("name", "")
    one = _find(request, numbers([wanted])[0]) if wanted else actions.make(actor, actions.space_of(actor, ids), name)
    fresh = actions.add(actor, one, ids)
    text = ngettext("%(count)d picture is in “%(name)s” now.", "%(count)d pictures are in “%(name)s” now.", len(fresh))
    undo = reverse("files:album-remove", args=[one.pk]) if fresh else ""
    fields = {"id": ",".join(map(str, fresh))}
    toast = Toast(text % {"count": len(fresh), "name": one.name}, undo, fields)
    return changed(request, reverse("files:album", args=[one.pk]), toast)


@require_POST
def remove(request: HttpRequest, album: int) -> HttpResponse:
    """Take pictures out of an album."""
    one = _find(request, album)
    gone = actions.remove(request.actor, one, numbers(request.POST.getlist("id")))  # type: ignore[attr-defined]
    text = ngettext("%(count)d picture is out of the album.", "%(count)d pictures are out of the album.", len(gone))
    fields = {"id": ",".join(map(str, gone)), "album": one.pk}
    toast = Toast(text % {"count": len(gone)}, reverse("files:album-fill") if gone else "", fields)
    return changed(request, reverse("files:album", args=[one.pk]), toast)


@require_POST
def rename(request: HttpRequest, album: int) -> HttpResponse:
    """Give an album another name."""
    one = _find(request, album)
    before = one.name
    actions.rename(request.actor, one, request.POST.get("name", ""))  # type: ignore[attr-defined]
    url = reverse("files:album-rename", args=[one.pk])
    return changed(
        request, reverse("files:album", args=[one.pk]), Toast(_("The album is renamed."), url, {"name": before})
    )


@require_POST
def throw_away(request: HttpRequest, album: int) -> HttpResponse:
    """Throw an album away; its pictures stay where they are."""
    one = _find(request, album)
    actions.throw_away(request.actor, one)  # type: ignore[attr-defined]
    text = _("The album “%(name)s” is gone; its pictures are where they were.") % {"name": one.name}
    undo = reverse("files:album-restore", args=[one.pk])
    return changed(request, reverse("files:albums"), Toast(text, undo))


@require_POST
def bring_back(request: HttpRequest, album: int) -> HttpResponse:
    """Undo that."""
    actor = request.actor  # type: ignore[attr-defined]
    one = Album.objects.visible_to(actor).select_related("acl", "space").filter(pk=album).first()
    if one is None:
        raise NotFound
    actions.bring_back(actor, one)
    return changed(request, reverse("files:album", args=[one.pk]), Toast(_("The album is back.")))


def _find(request: HttpRequest, pk: int) -> Album:
    actor = request.actor  # type: ignore[attr-defined]
    one = Album.objects.living().visible_to(actor).select_related("acl", "space").filter(pk=pk).first()
    if one is None:
        raise NotFound
    return one


def _opened(request: HttpRequest, pk: int) -> tuple[Album, gallery.Where]:
    one = _find(request, pk)
    scope = Scope(request.actor, album=one)  # type: ignore[attr-defined]
    url = reverse("files:album", args=[pk])
    return one, gallery.own(scope, url, lambda photo: reverse("files:photo-in-album", args=[pk, photo]))


def _cover(cover: albums.Cover) -> str:
    address = reverse("files:preview", args=[cover.node, "small"]) if cover.number else ""
    return f"{address}?v={cover.blob_id}" if address else ""
