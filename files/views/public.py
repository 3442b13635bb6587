"""What a visitor sees through a public link: a file, a folder with what lies below, or a drop box. Never more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from collab.lib.errors import Forbidden, NotFound
from collab.lib.paging import PAGE
from collab.rights.links import Gone
from collab.rights.right import Right
from collab.shell.templatetags.shell import icon
from files import archives, queries, showing
from files.actions import tree
from files.entry import Entry
from files.previews import kinds
from files.queries import Found
from files.views import archive, content, dropping, previews, public_gallery, rows
from files.views.order import Order

if TYPE_CHECKING:
    from collab.shell.opened import Opened


class Row(NamedTuple):
    """One line of a shared folder."""

    name: str
    url: str
    icon: SafeString
    entry: Entry


def page(request: HttpRequest, opened: Opened, rest: str) -> HttpResponseBase:
    """Answer below a link's address: `rest` is the path from the link's node, `get` in the query says as what."""
    if "\0" in rest:
        raise NotFound
    root = _root(opened)
    if not root.mask & Right.SEE:
        return dropping.box(request, opened, root, rest)
    found = queries.find(opened.actor, None, rest.split("/") if rest else [], root=root.id)
    if found.entry is None:
        raise NotFound
    if request.method == "POST":
        return dropping.into(request, opened, found.entry, opened.url(rest))
    if (wanted := request.GET.get("get", "")) in _AS:
        return _AS[wanted](request, opened, found)
    if found.entry.is_folder:
        return _folder(request, opened, found, rest)
    return _file(request, opened, found, rest)


def _root(opened: Opened) -> Entry:
    """Return the link's node as the visitor may use it. Raises Gone when the link gives nothing here any more."""
    try:
        states, _child = tree.state(opened.actor, [opened.thing.pk], None)
    except NotFound:
        raise Gone from None
    root = states[opened.thing.pk].entry
    if opened.thing.space.archived_at:
        root = root._replace(mask=root.mask & Right.SEE)
    if not root.mask & (Right.SEE | Right.ADD):
        raise Gone
    return root


def _file(request: HttpRequest, opened: Opened, found: Found, rest: str) -> HttpResponse:
    entry = found.entry
    assert entry is not None
    context = frame(opened, found, rest)
    if public_gallery.is_photo(request, opened, found):
        return public_gallery.picture(request, opened, found, rest, context)
    context |= {
        "icon": rows.icon_of(entry),
        "drawn": kinds.how_of(entry.name) != "",
        "beginning": previews.beginning(entry),
        "sound": showing.way(entry) == "sound",
        "pdf": entry.name.lower().endswith(".pdf"),
    }
    return render(request, "files/public_file.html", context)


def _folder(request: HttpRequest, opened: Opened, found: Found, rest: str) -> HttpResponse:
    """A page of the folder's list, folders first; who may add also finds a form for it."""
    entry = found.entry
    assert entry is not None
    if public_gallery.is_one(opened, entry):
        return public_gallery.show(
            request, opened, entry, rest, frame(opened, found, rest) | _adding(request, opened, found)
        )
    order = Order()
    after = order.after(request.GET.get("after", ""))
    listed = queries.children(opened.actor, entry.id, after=after, limit=PAGE + 1, sort=order.column)
    shown = listed[:PAGE]
    base = f"{opened.url(rest)}/" if rest else opened.url()
    context = frame(opened, found, rest) | {
        "rows": [
            Row(one.name, base + quote(one.name, safe=""), icon(rows.icon_of(one)), one) for one in shown
        ],
        "more": order.query(after=order.cursor(shown[-1])) if len(listed) > PAGE else "",
        "first": after is None,
    }  # fmt: skip
    return render(request, "files/public_folder.html", context | _adding(request, opened, found))


def _adding(request: HttpRequest, opened: Opened, found: Found) -> dict[str, Any]:
    """What the form draws by which a visitor adds files, and what came of the last."""
    assert found.entry is not None
    return {
        "can_add": bool(found.entry.mask & Right.ADD) and not found.archived,
        "limits": dropping.limits(opened),
        "received": dropping.receipt(request, opened),
    }


def frame(opened: Opened, found: Found, rest: str) -> dict[str, Any]:
    """What every page of a link shows: where in it one is, who shares it, until when."""
    names = rest.split("/") if rest else []
    steps = [(entry.name or _title(opened), opened.url("/".join(names[:depth]))) for depth, entry in
             enumerate(found.chain[:-1])]  # fmt: skip
    return {
        "opened": opened,
        "entry": found.entry,
        "title": (found.entry.name if found.entry else "") or _title(opened),
        "crumbs": steps,
        "here": opened.url(rest),
        "end": opened.end,
        "hidden": opened.link.hide_download,
    }


def _title(opened: Opened) -> str:
    return str(opened.thing.name or opened.thing.space.name)


def _download(request: HttpRequest, opened: Opened, found: Found) -> HttpResponseBase:
    _require_download(opened)
    return content.serve(request, content.published(found.entry))


def _play(request: HttpRequest, opened: Opened, found: Found) -> HttpResponseBase:
    return content.as_played(request, content.published(found.entry))


def _preview(request: HttpRequest, opened: Opened, found: Found) -> HttpResponseBase:
    return previews.answer(request, found.entry, request.GET.get("size", "medium"))


def _pdf(request: HttpRequest, opened: Opened, found: Found) -> HttpResponseBase:
    _require_download(opened)
    return content.as_pdf(request, content.of_entry(found.entry))


def _zip(request: HttpRequest, opened: Opened, found: Found) -> HttpResponseBase:
    _require_download(opened)
    entry = found.entry
    if entry is None or not entry.is_folder:
        raise NotFound
    title = entry.name or _title(opened)
    return archive.serve(request, archives.collect(opened.actor, [entry], root=title, published=True), title)


def _require_download(opened: Opened) -> None:
    """Raise Forbidden where the link is for looking only."""
    if opened.link.hide_download:
        raise Forbidden(_("This is shared to be looked at, not downloaded. Ask the person who shares it."))


_AS = {"file": _download, "preview": _preview, "play": _play, "pdf": _pdf, "zip": _zip}
