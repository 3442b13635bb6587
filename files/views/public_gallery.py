"""A folder behind a public link as a gallery: its pictures by month, its folders, and whoever may adds theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse

from collab.registry import house
from files import queries
from files.entry import Entry
from files.gallery import taking
from files.gallery.finding import Scope, Shot
from files.previews import kinds
from files.queries import Found
from files.views import gallery
from files.views.gallery import Where

if TYPE_CHECKING:
    from collab.shell.opened import Opened

LOOKED_AT = 200
"""Things of a folder by which it is judged what lies in it."""
MOST_BESIDE = 200
"""Folders, and files that are no pictures, that stand beside the pictures."""


def is_one(opened: Opened, folder: Entry) -> bool:
    """Whether the folder is shown as a gallery: as its link says, else when at least half of its files are pictures."""
    if opened.link.look:
        return opened.link.look == "gallery"
    inside = queries.children(opened.actor, folder.id, limit=LOOKED_AT, sort="mtime", desc=True)
    files = [one for one in inside if not one.is_folder]
    return bool(files) and 2 * sum(kinds.is_photo(one.name) for one in files) >= len(files)


def is_photo(request: HttpRequest, opened: Opened, found: Found) -> bool:
    """Whether what lies at the address is a picture in a folder that is shown as a gallery."""
    return (
        found.entry is not None and found.parent is not None and kinds.is_photo(found.entry.name)
        and is_one(opened, found.parent)
    )  # fmt: skip


def show(request: HttpRequest, opened: Opened, folder: Entry, rest: str, context: dict[str, Any]) -> HttpResponse:
    """Draw the folder as a gallery."""
    taking.catch_up(folder.id)
    where, base = _where(opened, folder, rest), _base(opened, rest)
    inside = queries.children(opened.actor, folder.id, sort="name")
    beside = [one for one in inside if one.is_folder or not kinds.is_photo(one.name)]
    context |= {"beside": [(one, base + quote(one.name, safe="")) for one in beside[:MOST_BESIDE]]}
    return gallery.show(request, where, "files/gallery/public.html", context)


def picture(request: HttpRequest, opened: Opened, found: Found, rest: str, context: dict[str, Any]) -> HttpResponse:
    """Draw the page of one picture of it."""
    assert found.entry is not None
    assert found.parent is not None
    taking.catch_up(found.parent.id)
    where = _where(opened, found.parent, rest.rpartition("/")[0])
    context |= {"hide_place": house.get("files.links_without_place")}
    return gallery.picture(request, where, found.entry.id, "files/gallery/public_photo.html", context)


def _base(opened: Opened, rest: str) -> str:
    return f"{opened.url(rest)}/" if rest else opened.url()


def _where(opened: Opened, folder: Entry, rest: str) -> Where:
    base, hidden = _base(opened, rest), opened.link.hide_download

    def page(shot: Shot) -> str:
        return base + quote(shot.name, safe="")

    return Where(
        Scope(opened.actor, folder=folder.id), opened.url(rest), page,
        lambda shot, size: f"{page(shot)}?get=preview&size={size}&v={shot.blob_id}",
        lambda shot: "" if hidden else f"{page(shot)}?get=file",
        lambda shot: "" if hidden else f"{page(shot)}?get=play",
    )  # fmt: skip
