"""Making a poll in three clicks, and changing it: the form with its lines, which grow by buttons of the form."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from collab.lib import numerals
from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound, Refusal
from collab.lib.partials import Toast
from collab.registry import house
from collab.rights import link_rules
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.shell.answers import changed
from collab.spaces.models import Space
from polls import forms, house_settings, queries, wording
from polls.actions import making
from polls.models import Poll

MORE = 5
EVERY = {
    "day": gettext_lazy("every day"), "workday": gettext_lazy("every working day"), "week": gettext_lazy("every week"),
    "fortnight": gettext_lazy("every two weeks"), "month": gettext_lazy("every month"),
}  # fmt: skip


def new(request: HttpRequest) -> HttpResponse:
    """The form of a new poll; a POST makes it, or draws the form with more lines."""
    spaces, space = chosen_space(request)
    context = beginning(request)
    kind = context["kind"]
    may_open = link_rules.may_make(request.user) and house.get(house_settings.VISITORS) and _no_rules()
    public = request.method == "GET" or "public" in request.POST
    context |= {"spaces": spaces, "chosen": space, "may_open": may_open, "public": public}
    if request.method != "POST":
        said = {name: request.GET.get(name, "")[:4000] for name in ("title", "text")}
        form = forms.NewForm(initial={"method": context["method"], **said})
        return draw(request, "polls/new.html", form, empty_rows(), context)
    form, rows = forms.NewForm(request.POST), forms.typed_rows(request.POST)
    if (drawn := grown(request, rows)) is not None:
        return draw(request, "polls/new.html", forms.NewForm(initial=request.POST.dict()), drawn, context)

    def save(wanted: list[making.Wanted]) -> Poll:
        more = {"public": may_open and "public" in request.POST, "address": form.cleaned_data["address"]}
        return making.make(request.actor, space, kind, form.fields_of_poll, wanted, zone=_zone(request), **more)

    made, status = _save(request, kind, form, rows, timezone.get_current_timezone(), save, context)
    if made is None:
        return draw(request, "polls/new.html", form, rows, context, status=status)
    return changed(request, reverse("polls:poll", args=[made.pk]) + "?made=1", Toast(_("The poll is made.")))


def beginning(request: HttpRequest) -> dict[str, Any]:
    """Return which kind of poll is begun, and how such a one is answered unless its maker says otherwise."""
    wanted = request.GET.get("kind", "")
    kind = wanted if wanted in Poll.Kind.values else Poll.Kind.DATE
    method = Poll.Method.MAYBE if kind == Poll.Kind.DATE else Poll.Method.PICK
    return {"kind": kind, "kinds": Poll.Kind.choices, "method": method}


def empty_rows() -> list[forms.Row]:
    """Return the lines of a new form."""
    return [forms.Row() for _number in range(MORE)]


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """What is asked and how; a POST changes it."""
    poll = queries.find(request.actor, pk)
    request.actor.require(poll, Right.EDIT)
    request.space = poll.space
    return edited(request, request.actor, poll, reverse("polls:poll", args=[pk]))


def edited(request: HttpRequest, actor: Actor, poll: Poll, back: str, layout: str = "") -> HttpResponse:
    """The form of a poll that is there, for a person of the house or whoever has its key; then `back`."""
    context: dict[str, Any] = {"poll": poll, "kind": poll.kind, "version": poll.version, "back": back, "layout": layout}
    form_of = forms.form_of(poll)
    if request.method != "POST":
        rows = [*forms.rows_of(poll, queries.options(poll)), forms.Row(), forms.Row()]
        return draw(request, "polls/edit.html", form_of.of(poll), rows, context)
    form, rows = form_of.of(poll, request.POST), forms.typed_rows(request.POST)
    version = numerals.required(request.POST.get("version", ""), 9)
    if (drawn := grown(request, rows)) is not None:
        return draw(request, "polls/edit.html", form, drawn, context)

    def save(wanted: list[making.Wanted]) -> Poll:
        making.change(actor, poll, version, form.fields_of_poll, wanted)
        return poll

    made, status = _save(request, poll.kind, form, rows, wording.zone_of(poll), save, context)
    if made is None:
        return draw(request, "polls/edit.html", form, rows, context, status=status)
    return changed(request, back, Toast(_("The poll is changed.")))


@require_POST
def duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    """Make another poll that asks the same, and open its form."""
    made = making.duplicate(request.actor, queries.find(request.actor, pk))
    return changed(request, reverse("polls:edit", args=[made.pk]), Toast(_("This is the copy: change what differs.")))


def _save(
    request: HttpRequest, kind: str, form: forms.PollForm, rows: list[forms.Row], zone: Any, save: Any,
    context: dict[str, Any],
) -> tuple[Poll | None, int]:  # fmt: skip
    """Let the action save what is right; what is wrong is said on the form, which keeps what was typed."""
    try:
        wanted = forms.wanted_of(kind, rows, zone)
        if not form.is_valid():
            return None, 400
        return save(wanted), 200
    except Forbidden:
        raise
    except (BadInput, Conflict, Refusal) as refusal:
        context["refused"] = refusal.message
        return None, refusal.status


def grown(request: HttpRequest, rows: list[forms.Row]) -> list[forms.Row] | None:
    """Return more lines where a button of the form asks for them, None where the form is sent."""
    do = request.POST.get("do", "")
    if do == "more":
        return [*rows, *empty_rows()]
    if do == "repeat":
        return forms.repeated(rows, request.POST.get("every", ""), request.POST.get("times", ""))
    return None


def draw(
    request: HttpRequest, template: str, form: forms.PollForm, rows: list[forms.Row], context: dict[str, Any],
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    drawn = {"form": form, "rows": rows, "every": EVERY.items(), "zone": str(timezone.get_current_timezone())}
    return render(request, template, context | drawn, status=status)


def chosen_space(request: HttpRequest) -> tuple[list[Space], Space]:
    """Return where the person may make polls, and the place that was chosen, else the first: their own."""
    spaces = queries.places(request.actor)
    if not spaces:
        raise Forbidden(_("You may not make polls anywhere here: ask a person who manages one of your spaces."))
    wanted = request.POST.get("space") or request.GET.get("space", "")
    if not wanted:
        return spaces, spaces[0]
    found = next((space for space in spaces if str(space.pk) == wanted or space.slug == wanted), None)
    if found is None:
        raise NotFound
    return spaces, found


def _no_rules() -> bool:
    """Whether a link may be made without asking anything: the house wants neither passwords nor ends."""
    return not house.get("links.password") and not link_rules.longest()


def _zone(request: HttpRequest) -> str:
    return str(timezone.get_current_timezone())
