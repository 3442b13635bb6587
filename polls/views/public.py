"""A poll by its public link: a name, answers, a personal link to change them later; no account, no script needed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from collab.accounts.actions.people import checked_email
from collab.accounts.throttle import Throttle
from collab.lib.addresses import client_address
from collab.lib.errors import BadInput, NotFound, Refusal
from collab.lib.partials import Toast, say
from collab.marks.actions import commenting
from collab.registry import house
from collab.rights import links
from collab.rights.letters import can_post
from collab.rights.links import Gone
from collab.rights.right import Right
from collab.shell.opened import Opened
from polls import house_settings, letters
from polls.actions import answering, asking, making
from polls.models import Participant, Poll
from polls.views import keeping, showing
from polls.views.deciding import download
from polls.views.poll import proposed

ME = "poll-voter"
"""Under which the visit remembers who answered in this browser."""


def page(request: HttpRequest, opened: Opened, rest: str) -> HttpResponse:
    """Answer below a link: its own page, or the personal one of somebody, `rest` being their token."""
    poll: Poll = opened.thing
    mask = opened.actor.rights_on(poll)
    if not house.get(house_settings.VISITORS) or not mask & (Right.RESPOND | Right.SEE) or poll.space.archived_at:
        raise Gone
    if mask & Right.EDIT:
        return keeping.page(request, opened, rest)
    if rest == "poll.ics":
        return download(poll, "ics")
    token = rest.strip("/")
    voter = _by_token(request, poll, opened, token) if token else _remembered(request, poll, opened)
    where = opened.url(token) + ("?new=1" if "new" in request.GET else "")
    if request.method != "POST":
        return _draw(request, opened, poll, voter, where)
    acts = {"": _answer, "propose": _propose, "withdraw": _withdraw, "comment": _comment}
    act = acts.get(request.POST.get("do", ""))
    if act is None or request.content_type == "multipart/form-data":
        raise BadInput
    try:
        return HttpResponseRedirect(act(request, opened, poll, voter) or where)
    except Refusal as refusal:
        if refusal.status not in {400, 403, 409}:
            raise
        typed = showing.given(poll, request.POST) if act is _answer else None
        more = {"refused": refusal.message, "data": request.POST}
        return _draw(request, opened, poll, voter, where, typed, more, refusal.status)


def _answer(request: HttpRequest, opened: Opened, poll: Poll, voter: Participant | None) -> str:
    email = request.POST.get("email", "").strip()
    if email:
        email = checked_email(email) or ""
    if voter is None:
        _pace(request)
    before = voter.email if voter is not None else ""
    voter = answering.answer(
        opened.actor, poll, voter, showing.given(poll, request.POST), name=request.POST.get("name", ""), email=email,
        word=request.POST.get("word", ""), link=opened.link,
    )  # fmt: skip
    opened.visit.remember(**{ME: voter.pk})
    if email and not voter.invited and email != before:
        letters.send_personal(voter)
    return opened.url(token_of(voter)) + "?kept=1"


def _propose(request: HttpRequest, opened: Opened, poll: Poll, voter: Participant | None) -> str:
    name = voter.name if voter is not None and voter.name else request.POST.get("name", "")
    making.propose(opened.actor, poll, proposed(poll, request.POST), name)
    say(request, Toast(_("It is in the list: answer it, too.")))
    return ""


def _comment(request: HttpRequest, opened: Opened, poll: Poll, voter: Participant | None) -> str:
    _pace(request)
    name = request.POST.get("name", "")
    commenting.write_as_visitor(opened.actor, poll, name, request.POST.get("body", ""))
    opened.visit.remember(who=name[:100])
    return ""


def _pace(request: HttpRequest) -> None:
    """Count what a stranger writes, and let a neighbourhood that writes too much wait."""
    throttle, address = Throttle(), client_address(request.META)
    throttle.check("answer", "", address)
    throttle.fail("answer", "", address)


def _withdraw(request: HttpRequest, opened: Opened, poll: Poll, voter: Participant | None) -> str:
    if voter is None:
        raise NotFound
    answering.withdraw(opened.actor, poll, voter)
    say(request, Toast(_("Your answers are taken back.")))
    return opened.url()


def _by_token(request: HttpRequest, poll: Poll, opened: Opened, token: str) -> Participant:
    """Return whose personal link this is, at the pace of the throttle for those who try tokens."""
    throttle, address = Throttle(), client_address(request.META)
    throttle.check("link-token", "", address)
    found = poll.participants.filter(digest=links.digest_of(token), removed_at=None, link=opened.link).first()
    if found is None:
        throttle.fail("link-token", "", address, secret=token)
        raise Gone
    return found


def _remembered(request: HttpRequest, poll: Poll, opened: Opened) -> Participant | None:
    """Return who answered in this browser before, unless it is lent to somebody else now."""
    pk = opened.visit.recall(ME) if "new" not in request.GET else None
    return poll.participants.filter(pk=pk, removed_at=None).first() if isinstance(pk, int) else None


def token_of(voter: Participant) -> str:
    """Return the personal token again, for its owner."""
    return links.box().decrypt(bytes(voter.sealed)).decode() if voter.sealed else ""


def _draw(
    request: HttpRequest, opened: Opened, poll: Poll, voter: Participant | None, where: str,
    typed: dict[str, Any] | None = None, more: dict[str, Any] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    context = showing.context(request, opened.actor, poll, voter, typed)
    data = (more or {}).get("data", {})
    personal = opened.url(token_of(voter)) if voter is not None and voter.sealed else ""
    context |= {
        "opened": opened, "url": where, "end": opened.end, "may_ask": asking.place() is not None,
        "personal": request.build_absolute_uri(personal) if personal else "",
        "not_named": voter is None or not voter.name,
        "mails": can_post(), "kept": "kept" in request.GET and voter is not None,
        "name": data.get("name", voter.name if voter else opened.visit.recall("who") or ""),
        "email": data.get("email", voter.email if voter else ""),
        "word": data.get("word", voter.word if voter else ""),
        "threads": showing.threads(request, opened.actor, poll), "body": data.get("body", ""),
    } | (more or {})  # fmt: skip
    return render(request, "polls/public.html", context, status=status)
