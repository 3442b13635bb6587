"""A channel by its public link: a name, perhaps a wait, then this channel and nothing else. It works without a script.

All addresses below the link are questions of the one page (`?thread=`, `?before=`, `?files=`), so that a message is
drawn once for all visitors, who have different links; a file alone has an address of its own.
"""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from chat import drawing, queries, reading, visitors
from chat.actions import visiting
from chat.models import Channel, Visitor
from chat.visiting_socket import piece
from chat.visitors import Guest, Here
from collab.accounts.throttle import Throttle
from collab.lib import numerals
from collab.lib.addresses import client_address
from collab.lib.errors import BadInput, Forbidden, NotFound, Refusal
from collab.lib.partials import Toast, is_fragment, say
from collab.registry import registry
from collab.rights.links import Gone
from collab.rights.right import Right
from collab.shell.answers import wants_json
from collab.shell.opened import Opened

COOKIE = "chat-visitor"
DAYS = 30
"""So long a browser that comes back is known."""
_FILE = re.compile(r"file/([0-9]{1,18})(/small|/medium)?")


def page(request: HttpRequest, opened: Opened, rest: str) -> Any:
    """Answer below a link: the door, the lobby, or the channel."""
    channel: Channel = opened.thing
    closed = channel.is_between or channel.space.archived_at is not None
    if not visitors.may_come() or closed or not opened.actor.can(channel, Right.SEE):
        raise Gone
    guest = _known(request, opened, channel)
    if file := _FILE.fullmatch(rest.strip("/")):
        return _file(request, guest, int(file[1]), (file[2] or "").strip("/"))
    if rest.strip("/"):
        raise Gone
    if request.method == "POST":
        return _act(request, opened, channel, guest)
    if guest is None or guest.visitor.state == Visitor.State.LEFT:
        return _door(request, opened, channel, guest)
    answer = _channel(request, opened, guest) if guest.is_in else _lobby(request, opened, guest)
    _remember(request, answer, opened, guest.visitor)
    return answer


def _known(request: HttpRequest, opened: Opened, channel: Channel) -> Guest | None:
    """Return who sits before this browser, known by the visit or, in a new one, by the cookie of an earlier."""
    if found := visitors.of(opened.link, channel, opened.visit.recall(visitors.ME)):
        return found
    kept = request.get_signed_cookie(COOKIE, "", salt=_salt(opened), max_age=DAYS * 86_400)
    found = visitors.of(opened.link, channel, numerals.whole(kept))
    if found is not None:
        opened.visit.remember(**{visitors.ME: found.visitor.pk})
    return found


def _remember(request: HttpRequest, answer: HttpResponse, opened: Opened, visitor: Visitor) -> None:
    opened.visit.remember(**{visitors.ME: visitor.pk})
    answer.set_signed_cookie(
        COOKIE, str(visitor.pk), salt=_salt(opened), max_age=DAYS * 86_400, path=opened.url(), httponly=True,
        secure=request.is_secure(), samesite="Lax",
    )  # fmt: skip


def _salt(opened: Opened) -> str:
    return f"chat.visitor.{opened.link.pk}"


def _act(request: HttpRequest, opened: Opened, channel: Channel, guest: Guest | None) -> HttpResponse:
    act = ACTS.get(request.POST.get("do", ""))
    if act is None or request.content_type == "multipart/form-data":
        raise BadInput
    try:
        return act(request, opened, channel, guest)
    except Refusal as refusal:
        if wants_json(request) or refusal.status not in {400, 403, 409, 429}:
            raise
        return _refused(request, opened, channel, guest, refusal)


def _refused(
    request: HttpRequest, opened: Opened, channel: Channel, guest: Guest | None, refusal: Refusal
) -> HttpResponse:
    more = {"refused": refusal.message, "typed": request.POST.get("text", "")}
    if guest is not None and guest.is_in:
        return _channel(request, opened, guest, more, refusal.status)
    if guest is not None and guest.visitor.state != Visitor.State.LEFT:
        return _lobby(request, opened, guest, more, refusal.status)
    return _door(request, opened, channel, guest, more, refusal.status)


def _enter(request: HttpRequest, opened: Opened, channel: Channel, guest: Guest | None) -> HttpResponse:
    _pace(request)
    name = request.POST.get("name", "") or (guest.visitor.name if guest is not None else "")
    came = visiting.knock(opened.actor, channel, opened.link, name, guest.visitor if guest is not None else None)
    answer = HttpResponseRedirect(opened.url())
    _remember(request, answer, opened, came)
    return answer


def _say(request: HttpRequest, opened: Opened, channel: Channel, guest: Guest | None) -> HttpResponse:
    inside = _inside(guest)
    _pace(request)
    number = numerals.whole(request.POST.get("root", ""))
    said = visiting.say(inside, request.POST.get("text", ""), key=request.POST.get("key", ""), root=number)
    if wants_json(request):
        queries.dress([said.message])
        return JsonResponse(piece(said.message), status=201 if said.new else 200)
    return HttpResponseRedirect(f"{opened.url()}{f'?thread={number}' if number else ''}#m{said.message.pk}")


def _edit(request: HttpRequest, opened: Opened, channel: Channel, guest: Guest | None) -> HttpResponse:
    inside, pk = _inside(guest), numerals.whole(request.POST.get("message", ""))
    if pk is None:
        raise BadInput
    said = visiting.edit(inside, pk, request.POST.get("text", ""))
    if wants_json(request):
        queries.dress([said])
        return JsonResponse(piece(said))
    return HttpResponseRedirect(f"{opened.url()}{f'?thread={said.root_id}' if said.root_id else ''}#m{pk}")


def _take_back(request: HttpRequest, opened: Opened, channel: Channel, guest: Guest | None) -> HttpResponse:
    pk = numerals.whole(request.POST.get("message", ""))
    if pk is None:
        raise BadInput
    visiting.take_back(_inside(guest), pk)
    return HttpResponse(status=204) if wants_json(request) else HttpResponseRedirect(opened.url())


def _leave(request: HttpRequest, opened: Opened, channel: Channel, guest: Guest | None) -> HttpResponse:
    if guest is not None and guest.visitor.state != Visitor.State.REMOVED:
        too = bool(request.POST.get("words"))
        visiting.leave(guest, words_too=too)
        say(request, Toast(_("You left, and your messages are deleted.") if too else _("You left.")))
    return HttpResponseRedirect(opened.url())


ACTS = {"enter": _enter, "say": _say, "edit": _edit, "take-back": _take_back, "leave": _leave}


def _inside(guest: Guest | None) -> Guest:
    if guest is None or not guest.is_in:
        raise Forbidden(_("You are not in this channel any more. Reload the page."))
    return guest


def _pace(request: HttpRequest) -> None:
    """Count what a stranger writes, and let a neighbourhood that writes too much wait."""
    throttle, address = Throttle(), client_address(request.META)
    throttle.check("answer", "", address)
    throttle.fail("answer", "", address)


def _door(
    request: HttpRequest, opened: Opened, channel: Channel, guest: Guest | None, more: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    name = request.POST.get("name", guest.visitor.name if guest is not None else opened.visit.recall("who") or "")
    context = _frame(opened, channel) | {"name": name[: visiting.LONGEST_NAME], "again": guest is not None}
    return render(request, "chat/visitor/door.html", context | (more or {}), status=status)


def _lobby(
    request: HttpRequest, opened: Opened, guest: Guest, more: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    context = _frame(opened, guest.channel) | {"guest": guest, "state": guest.visitor.state} | (more or {})
    return render(request, "chat/visitor/lobby.html", context, status=status)


def _channel(
    request: HttpRequest, opened: Opened, guest: Guest, more: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    here = guest.here()
    if "files" in request.GET:
        return _files(request, opened, guest, here)
    clock = here.channel.clock
    root = _number(request, "thread")
    rows, context = (_thread if root else _talk)(request, here)
    context |= _frame(opened, here.channel) | {
        "rows": drawing.all_of(rows, here.channel, plain=True), "guest": guest, "one": here, "clock": clock,
        "root": root, "longest": visiting.LONGEST, "url": "",
    }  # fmt: skip
    sent = numerals.whole(request.POST.get("message", "")) if request.POST.get("do") == "edit" else None
    if pk := _number(request, "edit") or sent:
        context |= {"editing": visiting.own(guest, pk)}
    if is_fragment(request):
        answer = render(request, "chat/_rows.html", context)
        answer["Chat-Clock"] = str(clock)
        return answer
    return render(request, "chat/visitor/channel.html", context | (more or {}), status=status)


def _talk(request: HttpRequest, here: Here) -> tuple[list[Any], dict[str, Any]]:
    found = reading.page(here, before=_number(request, "before"), after=_number(request, "after"))
    rows = found.rows
    return rows, {
        "older": rows[0].pk if rows and found.older else 0,
        "newer": rows[-1].pk if rows and found.newer else 0,
    }


def _thread(request: HttpRequest, here: Here) -> tuple[list[Any], dict[str, Any]]:
    beginning, answers = queries.thread(here, _number(request, "thread"))
    return [beginning, *answers], {}


def _files(request: HttpRequest, opened: Opened, guest: Guest, here: Here) -> HttpResponse:
    """The files of one message: as the link's right and its choice let this visitor see them."""
    found = queries.messages(here).filter(pk=_number(request, "files"), deleted_at=None).first()
    if found is None:
        raise NotFound
    ids, store = found.facts.get("files", []), registry.files()
    shown = store is not None and visiting.FILES in opened.link.choices
    cards = store.cards(guest.actor, ids) if store is not None and shown else []
    context = _frame(opened, here.channel) | {"cards": cards, "hidden": len(ids) - len(cards), "url": opened.url()}
    name = "chat/visitor/_files.html" if is_fragment(request) else "chat/visitor/files.html"
    return render(request, name, context)


def _file(request: HttpRequest, guest: Guest | None, pk: int, size: str) -> Any:
    """The bytes of a file that came with something the visitor reads."""
    store = registry.files()
    if guest is None or not guest.is_in or store is None or visiting.FILES not in guest.link.choices:
        raise Gone
    if not queries.messages(guest.here()).filter(facts__files__contains=[pk], deleted_at=None).exists():
        raise NotFound
    return store.give(request, guest.actor, pk, size=size)


def _frame(opened: Opened, channel: Channel) -> dict[str, Any]:
    return {"opened": opened, "channel": channel, "most_name": visiting.LONGEST_NAME}


def _number(request: HttpRequest, name: str) -> int:
    return numerals.whole(request.GET.get(name, "")) or 0
