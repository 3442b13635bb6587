"""Choosing the outcome; minutes to print; the poll as a file; bringing one from Framadate."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from collab.lib import numerals
from collab.lib.errors import BadInput, NotFound, Refusal
from collab.lib.partials import Toast
from collab.rights import explain, letters
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.shell.answers import changed
from polls import exporting, ics, importing, queries, wording
from polls.actions import deciding, making
from polls.models import Poll
from polls.views import showing
from polls.views.making import chosen_space


def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Which option, and who is told: asked on a page of its own, since a mail cannot be taken back."""
    poll = queries.find(request.actor, pk)
    request.actor.require(poll, Right.EDIT)
    request.space = poll.space
    undo = Toast("", reverse("polls:undecide", args=[pk]))
    return decided(request, request.actor, poll, reverse("polls:poll", args=[pk]), undo)


def decided(request: HttpRequest, actor: Actor, poll: Poll, back: str, undo: Toast, layout: str = "") -> HttpResponse:
    """The same for a person of the house or whoever has the key; then `back`, with this way to undo it."""
    chosen = queries.options(poll)
    if request.method == "POST":
        option = next((one for one in chosen if str(one.pk) == request.POST.get("option")), None)
        if option is None:
            raise BadInput(_("Choose an option."))
        deciding.decide(actor, poll, option, mailed="mailed" in request.POST)
        text = _("Decided: %(option)s") % {"option": wording.name(option)}
        return changed(request, back, replace(undo, text=text))
    results = queries.results(poll, chosen)
    totals = results.totals or {}
    rows = [(one, wording.name(one), wording.standing(poll, totals[one.pk]) if totals else "") for one in chosen]
    wanted = numerals.whole(request.GET.get("option", ""))
    best = next((pk for pk, total in totals.items() if total.best), None)
    context = {
        "poll": poll, "rows": rows, "wanted": best if wanted is None else wanted,
        "count": results.count, "mails": letters.can_post(), "back": back, "layout": layout,
    }  # fmt: skip
    return render(request, "polls/decide.html", context)


@require_POST
def undecide(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the choice back."""
    deciding.undecide(request.actor, queries.find(request.actor, pk))
    return changed(request, reverse("polls:poll", args=[pk]), Toast(_("The choice is taken back.")))


@require_safe
def minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """What an assembly decided, to be printed and signed."""
    poll = queries.find(request.actor, pk)
    request.space = poll.space
    if not poll.is_over:
        raise BadInput(_("Minutes are made when the poll is closed."))
    context = showing.context(request, request.actor, poll, None)
    people = explain.people_with(poll.acl_id, Right.SEE, limit=10_001)
    voters = list(queries.answered(poll)[:1000])
    context |= {
        "able": len(people),
        # that somebody took part is no secret; what a ballot says is
        "voters": [showing.name_of(one) for one in sorted(voters, key=lambda one: showing.name_of(one).casefold())],
        "objections": [(showing.name_of(one), one.word) for one in voters if one.word and poll.names_shown],
    }
    return render(request, "polls/minutes.html", context)


@require_safe
def export(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The poll as CSV, XLSX or ICS."""
    return download(queries.find(request.actor, pk), form)


def download(poll: Poll, form: str) -> HttpResponse:
    """Return the poll as a file of this form."""
    if form == "ics":
        chosen = queries.options(poll)
        decided = next((one for one in chosen if one.pk == poll.decided_id), None)
        body: bytes | str = ics.event(poll, decided) if decided is not None else ics.choices(poll, chosen)
        media_type = ics.MEDIA_TYPE
    elif form in _TABLES:
        make, media_type = _TABLES[form]
        body = make(poll)
    else:
        raise NotFound
    answer = HttpResponse(body, content_type=media_type)
    name = slugify(poll.title)[:60] or "poll"
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer


_TABLES = {
    "csv": (exporting.as_csv, "text/csv; charset=utf-8"),
    "xlsx": (exporting.as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def bring(request: HttpRequest) -> HttpResponse:
    """Make a poll of the CSV that Framadate exports."""
    spaces, space = chosen_space(request)
    context = {"spaces": spaces, "chosen": space, "title": request.POST.get("title", "")}
    if request.method != "POST":
        return render(request, "polls/bring.html", context)
    file = request.FILES.get("file")
    try:
        if file is None:
            raise BadInput(_("Choose the file that Framadate gave you."))
        brought = importing.framadate(file.read(importing.LONGEST + 1))
        title = context["title"] or (file.name or "").rpartition(".")[0]
        poll = making.bring(request.actor, space, str(title), *brought)
    except Refusal as refusal:
        return render(request, "polls/bring.html", context | {"refused": refusal.message}, status=refusal.status)
    return changed(request, reverse("polls:poll", args=[poll.pk]), Toast(_("The poll is here, with its answers.")))
