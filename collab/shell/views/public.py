"""The door of public links: opens the token, asks for the password, counts the visit, lets the app answer."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from collab.accounts.throttle import Throttle
from collab.lib import csrf
from collab.lib.addresses import client_address
from collab.lib.errors import BadInput, Forbidden, NotFound, Refusal, TooMany
from collab.registry import registry
from collab.registry.plugin import Shareable
from collab.rights import links, switches
from collab.rights.actor import Actor
from collab.rights.models import Link
from collab.rights.telling import tried
from collab.shell import errors
from collab.shell.opened import Opened, Visit

MOST_NAME = 100
_FORM = ("application/x-www-form-urlencoded", "")  # a form without fields may say nothing


# Exempt from the check at the gate of the house, which would read the form, with all its files, before any limit:
# plain forms are checked below, forms with files by whoever reads them (`collab.lib.csrf`).
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, token: str, rest: str = "") -> HttpResponseBase:
    """What a link shows. Whatever the answer, nobody keeps it, and no other site learns its address."""
    try:
        answer = _answer(request, token, rest)
    except links.Gone:
        answer = render(request, "shell/link_gone.html", status=404)
    except Refusal as refusal:
        answer = errors.answer(request, refusal)
    answer["Cache-Control"] = "no-store"
    # the name of the house alone: forms need it for their check, and nobody, ourselves included, is told the token
    answer["Referrer-Policy"] = "strict-origin"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _answer(request: HttpRequest, token: str, rest: str) -> HttpResponseBase:
    _require_same_site(request)
    if request.method == "POST" and request.content_type != "multipart/form-data":
        csrf.require(request)
    visit = Visit(request.session, token)
    link = _open(request, token, visit)
    declared = registry.shareable(link.kind)
    thing = declared.get(link.object_id) if declared is not None and declared.public is not None else None
    plugin = switches.by_kind(link.kind)
    off = plugin is not None and not switches.is_on(plugin, Actor.nobody())
    if declared is None or declared.public is None or thing is None or off:
        raise links.Gone
    if visit.unlocks(link) and visit.is_counted and (visit.recall("who") or not link.ask_visitor):
        return _shown(request, declared, Opened(link, token, thing, visit), rest)
    # A program that previews links in a chat must not take a use: somebody has to press the button.
    if link.password or link.ask_visitor or link.uses_left is not None:
        return _gate(request, token, link, visit)
    if request.method != "HEAD":
        _begin(visit, link)
    return _shown(request, declared, Opened(link, token, thing, visit), rest)


def _shown(request: HttpRequest, declared: Shareable, opened: Opened, rest: str) -> HttpResponseBase:
    """Let the app answer; one that takes a form without its check is mistaken."""
    assert declared.public is not None
    answer: HttpResponseBase = declared.public(request, opened, rest)
    if request.method == "POST" and answer.status_code < 400 and not csrf.is_checked(request):
        raise RuntimeError("a form with files was taken without its check")
    return answer


def _open(request: HttpRequest, token: str, visit: Visit) -> Link:
    """Return the living link, at the pace of the throttle for those who try tokens."""
    throttle, address = Throttle(), client_address(request.META)
    if not visit.is_counted:
        throttle.check("link-token", "", address)
    try:
        return links.open_link(token, counted=visit.is_counted)[0]
    except NotFound:
        if not visit.is_counted:
            throttle.fail("link-token", "", address, secret=token)
        raise


def _gate(request: HttpRequest, token: str, link: Link, visit: Visit) -> HttpResponse:
    """Ask for the password, or for one press where openings are counted; then the page itself."""
    errors_by_field: dict[str, str] = {}
    status, locked, wait = 200, not visit.unlocks(link), None
    if request.method == "POST" and request.content_type in _FORM:
        try:
            _pass(request, token, link, visit)
        except BadInput as refusal:
            errors_by_field["who"], status = str(refusal.message), refusal.status
        except (TooMany, Forbidden) as refusal:
            errors_by_field["password" if locked else "who"], status = str(refusal.message), refusal.status
            wait = getattr(refusal, "retry_after", None)
        else:
            return HttpResponseRedirect(request.get_full_path())
    context = {
        "link": link,
        "locked": locked,
        "asked": link.ask_visitor and not visit.recall("who"),
        "who": request.POST.get("who", "")[:MOST_NAME] if request.content_type in _FORM else "",
        "most_name": MOST_NAME,
        "errors": errors_by_field,
    }
    answer = render(request, "shell/link_gate.html", context, status=status)
    if wait is not None:
        answer["Retry-After"] = str(wait)
    return answer


def _pass(request: HttpRequest, token: str, link: Link, visit: Visit) -> None:
    """Check what was typed, the password under the growing delay, and begin the visit."""
    who = _name(request) if link.ask_visitor and not visit.recall("who") else ""
    if not visit.unlocks(link):
        throttle, address = Throttle(), client_address(request.META)
        throttle.check("link", token[:64], address)
        typed = request.POST.get("password", "")
        if not links.open_link(token, typed, counted=visit.is_counted)[1]:
            throttle.fail("link", token[:64], address, secret=typed, subject=tried(link))
            raise Forbidden(_("This is not the password of this link. Ask the person who sent it to you."))
        throttle.succeed("link", token[:64], address)
    _begin(visit, link)
    if who:
        visit.remember(who=who)
        links.note_name(link, who)


def _name(request: HttpRequest) -> str:
    """Return how the visitor calls themselves."""
    who = " ".join(request.POST.get("who", "").split())
    if not who:
        raise BadInput(_("Write your name: the person who shares this wishes to know who opens it."))
    if len(who) > MOST_NAME or not who.isprintable():
        raise BadInput(_("This name is too long: 100 letters at most."))
    return who


def _begin(visit: Visit, link: Link) -> None:
    """Count the opening once; typing a new password later is not another one."""
    if not visit.is_counted and not links.count_visit(link):
        raise links.Gone
    visit.begin(link)


def _require_same_site(request: HttpRequest) -> None:
    """Refuse a form that another site sends: its answer would replace the session of a person who is signed in."""
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise Forbidden(_("This form was sent from another site. Open the link itself, and send again."))
