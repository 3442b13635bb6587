"""Dropping files off through a public link: the form, what was refused and why, the receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from collab.accounts.actions import people
from collab.lib.errors import BadInput, Forbidden, NotFound, Refusal
from collab.lib.text import check_name
from collab.rights import drops, explain, letters
from collab.rights.models import Drop
from collab.rights.right import Right
from collab.shell.answers import wants_json
from files import receiving
from files.actions import dropping
from files.entry import Entry

if TYPE_CHECKING:
    from collab.shell.opened import Opened

MOST_NAME = 100


def box(request: HttpRequest, opened: Opened, root: Entry, rest: str) -> HttpResponse:
    """The page of a drop box: its title, its form, and after sending the receipt. What it holds is never told."""
    if rest or not root.is_folder:
        raise NotFound
    if request.method != "POST":
        return _page(request, opened, root)
    typed: dict[str, str] = {}
    try:
        with receiving.receive(request, limits(opened)) as form:
            typed = {name: " ".join(form.fields.get(name, "").split()) for name in ("name", "email")}
            _require_files(form)
            folder = _folder_name(opened, typed["name"])
            email = _email(typed["email"]) if opened.link.ask_mail else ""
            _send(opened, root, form, folder=folder, name=typed["name"], email=email)
            return _sent(request, opened.url(), form)
    except Refusal as refusal:
        if wants_json(request):
            raise
        return _page(request, opened, root, error=str(refusal.message), typed=typed, status=refusal.status)


def into(request: HttpRequest, opened: Opened, folder: Entry, here: str) -> HttpResponse:
    """Add files to a folder that the visitor sees. Raises Forbidden where they may not."""
    if not folder.is_folder or not folder.mask & Right.ADD:
        raise Forbidden
    with receiving.receive(request, limits(opened)) as form:
        _require_files(form)
        _send(opened, folder, form, name=str(opened.visit.recall("who") or ""))
        return _sent(request, here, form)


def receipt(request: HttpRequest, opened: Opened) -> Drop | None:
    """Return what this visitor sent last, for the page right after it."""
    if "received" not in request.GET:
        return None
    return drops.recall(opened.link, opened.visit.key, opened.visit.recall("sent"))


def limits(opened: Opened) -> receiving.Limits:
    """Return what may arrive in one go: what the link says, and never more than the house takes."""
    link, space = opened.link, opened.thing.space
    before = drops.sent(link, opened.visit.key)
    rules = receiving.Rules(
        tuple(link.kinds), link.most_each, link.most_files, link.most_together, came=before.files, weighed=before.size
    )
    return receiving.Limits(room=None if space.quota is None else max(0, space.quota - space.used), rules=rules)


def _send(
    opened: Opened, place: Entry, form: receiving.Form, *, folder: str = "", name: str = "", email: str = ""
) -> None:
    """Store what arrived, and remember the receipt for the page that follows.

    A script sends file by file: all that bear the same `sending` are one, which `finish` ends.
    """
    token = form.fields.get("sending", "")[:40]
    before = opened.visit.recall("folder")
    again = before[1] if isinstance(before, list) and before[0] == name else None
    going = opened.visit.recall("going")
    known = isinstance(going, list) and token == going[0]
    sending = (drops.recall(opened.link, opened.visit.key, going[1]) if token and known else None) or drops.begin(
        opened.link, opened.visit.key, title(opened), name=name, email=email
    )
    goes_on = bool(token) and "finish" not in form.fields
    made = dropping.drop(opened.actor, place, form.files, sending, folder=folder, again=again, goes_on=goes_on)
    facts: dict[str, Any] = {"sent": sending.pk, "email": email, "going": [token, sending.pk] if goes_on else None}
    if made is not None:
        facts["folder"] = [name, made]
    opened.visit.remember(**facts)


def title(opened: Opened) -> str:
    """Return what heads the page of a drop box, and what its letters call it."""
    if opened.link.title or opened.link.label:
        return str(opened.link.title or opened.link.label)
    drops_off = not opened.actor.can(opened.thing, Right.SEE)
    return _("Drop your files off") if drops_off else str(opened.thing.name or opened.thing.space.name)


def _sent(request: HttpRequest, here: str, form: receiving.Form) -> HttpResponse:
    there = f"{here}?received"
    if not wants_json(request):
        return HttpResponseRedirect(there)
    refused = [[one.name, one.refused] for one in form.files if one.refused]
    return JsonResponse({"location": there, "refused": refused})


def _page(
    request: HttpRequest, opened: Opened, root: Entry, *, error: str = "", typed: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    before = {"name": (opened.visit.recall("folder") or [""])[0], "email": opened.visit.recall("email") or ""}
    context = {
        "opened": opened,
        "title": title(opened),
        "received": receipt(request, opened),
        "readers": len(explain.people_with(root.acl_id, Right.SEE)),
        "limits": limits(opened),
        "end": opened.end,
        "error": error,
        "typed": before | (typed or {}),
        "most_name": MOST_NAME,
        "mails": letters.can_post(),
    }
    return render(request, "files/public_drop.html", context, status=status)


def _require_files(form: receiving.Form) -> None:
    if not form.files and "finish" not in form.fields:
        raise BadInput(_("Choose at least one file."))


def _email(typed: str) -> str:
    """Return the address for the receipt, "" for none."""
    try:
        return people.checked_email(typed) or ""
    except BadInput:
        raise BadInput(_("The address for the receipt is not whole: check it, or leave it empty.")) from None


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
