"""Dropping files off through a public link: the form, what was refused and why, the receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from collab.lib.errors import BadInput, Forbidden, NotFound, Refusal
from collab.lib.text import check_name
from collab.rights import explain
from collab.rights.right import Right
from files import receiving
from files.actions import dropping
from files.entry import Entry
from files.views.answers import wants_json

if TYPE_CHECKING:
    from collab.shell.opened import Opened

MOST_NAME = 100


def box(request: HttpRequest, opened: Opened, root: Entry, rest: str) -> HttpResponse:
    """The page of a drop box: its title, its form, and after sending the receipt. What it holds is never told."""
    if rest or not root.is_folder:
        raise NotFound
    if request.method != "POST":
        return _page(request, opened, root)
    name = ""
    try:
        with receiving.receive(request, _limits(opened)) as form:
            name = " ".join(form.fields.get("name", "").split())
            _require_files(form)
            _send(opened, root, form, _folder_name(opened, name), name)
    except Refusal as refusal:
        if wants_json(request):
            raise
        return _page(request, opened, root, error=str(refusal.message), name=name, status=refusal.status)
    return _sent(request, opened.url())


def into(request: HttpRequest, opened: Opened, folder: Entry, here: str) -> HttpResponse:
    """Add files to a folder that the visitor sees. Raises Forbidden where they may not."""
    if not folder.is_folder or not folder.mask & Right.ADD:
        raise Forbidden
    with receiving.receive(request, _limits(opened)) as form:
        _require_files(form)
        _send(opened, folder, form, "", "")
    return _sent(request, here)


def receipt(request: HttpRequest, opened: Opened) -> dict[str, Any] | None:
    """Return what this visitor sent last, for the page right after it."""
    return opened.visit.recall("receipt") if "received" in request.GET else None


def _send(opened: Opened, place: Entry, form: receiving.Form, folder: str, name: str) -> None:
    """Store what arrived, and remember the receipt for the page that follows."""
    before = opened.visit.recall("folder")
    again = before[1] if isinstance(before, list) and before[0] == name else None
    stored, made = dropping.drop(opened.actor, place, form.files, folder=folder, again=again)
    facts: dict[str, Any] = {
        "receipt": {
            "stored": [list(one) for one in stored],
            "size": sum(one.size for one in stored),
            "refused": [[one.name, one.refused] for one in form.files if one.refused],
        }
    }
    if made is not None:
        facts["folder"] = [name, made]
    opened.visit.remember(**facts)


def _sent(request: HttpRequest, here: str) -> HttpResponse:
    there = f"{here}?received"
    return JsonResponse({"location": there}) if wants_json(request) else HttpResponseRedirect(there)


def _page(
    request: HttpRequest, opened: Opened, root: Entry, *, error: str = "", name: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "opened": opened,
        "title": opened.link.title or opened.link.label or _("Drop your files off"),
        "received": receipt(request, opened),
        "readers": len(explain.people_with(root.acl_id, Right.SEE)),
        "limits": receiving.Limits(),
        "end": opened.end,
        "error": error,
        "name": name or (opened.visit.recall("folder") or [""])[0],
        "most_name": MOST_NAME,
    }
    return render(request, "files/public_drop.html", context, status=status)


def _limits(opened: Opened) -> receiving.Limits:
    space = opened.thing.space
    return receiving.Limits(room=None if space.quota is None else max(0, space.quota - space.used))


def _require_files(form: receiving.Form) -> None:
    if not form.files:
        raise BadInput(_("Choose at least one file."))


def _folder_name(opened: Opened, name: str) -> str:
    """Return the name of the sender's folder: the day and who it is, the day and the hour where nobody is asked."""
    now = timezone.localtime()
    if not opened.link.ask_name:
        return f"{now:%Y-%m-%d %H.%M}"
    if not name:
        raise BadInput(_("Write your name, so that one knows whose files these are."))
    if len(name) > MOST_NAME:
        raise BadInput(_("This name is too long: 100 letters at most."))
    return check_name(f"{now:%Y-%m-%d} {name.replace('/', '-')}")
