"""The page of one poll: answering it in place, seeing how it stands, talking about it, ending it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from collab.lib.errors import BadInput, NotFound, Refusal
from collab.lib.partials import Toast, is_fragment
from collab.marks import labels
from collab.rights.right import Right
from collab.shell import links as public_links
from collab.shell.answers import changed, numbers
from collab.shell.marking import discussion
from polls import queries
from polls.actions import answering, ending, making
from polls.forms import Row, wanted_of
from polls.models import Poll
from polls.views import showing
from polls.wording import zone_of


def poll(request: HttpRequest, pk: int) -> HttpResponse:
    """One poll; a POST answers it."""
    one = queries.find(request.actor, pk)
    request.actor.look([one, one.space])
    if request.actor.can(one.space, Right.SEE):
        request.space = one.space
    if request.method == "POST":
        return _answer(request, one)
    return _draw(request, one)


def _answer(request: HttpRequest, one: Poll) -> HttpResponse:
    given, word = showing.given(one, request.POST), request.POST.get("word", "")
    try:
        answering.answer(request.actor, one, None, given, word=word)
    except Refusal as refusal:
        if refusal.status not in {400, 409}:
            raise
        return _draw(request, one, given, {"refused": refusal.message, "word": word}, status=refusal.status)
    return changed(request, reverse("polls:poll", args=[one.pk]), Toast(_("Your answers are kept.")))


def _draw(
    request: HttpRequest, one: Poll, typed: dict[str, Any] | None = None, more: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    actor = request.actor
    voter = queries.voter_of(actor, one)
    context = showing.context(request, actor, one, voter, typed)
    context |= {"topic": f"poll:{one.pk}@{one.space.seq}", "url": reverse("polls:poll", args=[one.pk])}
    if is_fragment(request):
        return render(request, "polls/_results.html", context)
    mask = actor.rights_on(one)
    context |= {
        "may": {"edit": mask & Right.EDIT, "delete": mask & Right.DELETE, "share": mask & Right.SHARE},
        "word": voter.word if voter else "",
        "labels": labels.on(Poll.REF_KIND, [one.pk]).get(one.pk, []),
        "starred": labels.is_starred(actor, Poll.REF_KIND, one.pk),
        "takes_out": reverse("polls:remove", args=[one.pk]) if mask & Right.EDIT else "",
        "may_label": mask & Right.EDIT and one.space.archived_at is None,
        "kind": Poll.REF_KIND, "thing_id": one.pk, "thing": one,
        "link": _link(request, one) if "made" in request.GET and mask & Right.SHARE else "",
    } | (more or {})  # fmt: skip
    if mask & Right.SEE:
        context |= discussion.context(request, Poll.REF_KIND, one)
    return render(request, "polls/poll.html", context, status=status)


def _link(request: HttpRequest, one: Poll) -> str:
    """Return the address that was made with the poll, to be sent at once."""
    rows = public_links.of_thing(request, one).rows
    return next((row.url for row in rows if not row.over and not row.suspended), "")


@require_POST
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Add an option as a participant."""
    one = queries.find(request.actor, pk)
    making.propose(request.actor, one, proposed(one, request.POST), str(request.user))
    return changed(request, reverse("polls:poll", args=[pk]), Toast(_("It is in the list: answer it, too.")))


def proposed(one: Poll, data: Any) -> making.Wanted:
    """Return the one option of a form of proposals. Raises BadInput with what is wrong."""
    row = Row("", *(data.get(name, "")[:300] for name in ("day", "begins", "ends", "option")))
    try:
        return wanted_of(one.kind, [row], zone_of(one))[0]
    except BadInput:
        raise BadInput(row.error or _("Write what you propose.")) from None


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take my answers back."""
    one = queries.find(request.actor, pk)
    voter = queries.voter_of(request.actor, one)
    if voter is None:
        raise NotFound
    answering.withdraw(request.actor, one, voter)
    return changed(request, reverse("polls:poll", args=[pk]), Toast(_("Your answers are taken back.")))


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take somebody's answers out, or bring them back."""
    one = queries.find(request.actor, pk)
    (who,) = numbers([request.POST.get("who", "")])
    removed = request.POST.get("back") != "1"
    answering.remove(request.actor, one, who, removed=removed)
    undo = reverse("polls:remove", args=[pk])
    toast = Toast(_("These answers are taken out."), undo, {"who": who, "back": "1"}) if removed else None
    return changed(request, reverse("polls:poll", args=[pk]), toast)


@require_POST
def state(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Close, reopen, archive, throw away or bring back: each undoes another."""
    if verb not in _VERBS:
        raise NotFound
    act, text, back = _VERBS[verb]
    one = queries.find(request.actor, pk, thrown=verb == "restore")
    act(request.actor, one)
    if verb == "close" and one.secret:
        back = ""  # what is counted stays counted
    undo = reverse("polls:state", args=[pk, back]) if back else ""
    toast = Toast(text % {"name": one.title}, undo)
    where = reverse("polls:home") if verb == "trash" else reverse("polls:poll", args=[pk])
    return changed(request, where, toast)


def _unarchive(actor: Any, one: Poll) -> None:
    ending.archive(actor, one, archived=False)


_VERBS: dict[str, tuple[Any, Any, str]] = {
    "close": (ending.close, gettext_lazy("“%(name)s” is closed."), "reopen"),
    "reopen": (ending.reopen, gettext_lazy("“%(name)s” takes answers again."), ""),
    "archive": (ending.archive, gettext_lazy("“%(name)s” is archived."), "unarchive"),
    "unarchive": (_unarchive, gettext_lazy("“%(name)s” is out of the archive."), "archive"),
    "trash": (ending.throw_away, gettext_lazy("“%(name)s” is in the trash."), "restore"),
    "restore": (ending.bring_back, gettext_lazy("“%(name)s” is back."), ""),
}
