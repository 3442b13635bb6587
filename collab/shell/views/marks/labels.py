"""Labels on things: choosing them for one thing or several, and all that bears one."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from collab.lib import paging
from collab.lib.errors import BadInput
from collab.lib.partials import Toast, is_fragment
from collab.marks import kinds, labels
from collab.marks.actions import labelling
from collab.rights.right import Right
from collab.shell.answers import MOST, came_from, changed, numbers
from collab.shell.marking import things as listing


@require_safe
def label(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that bears a label and that I see, the latest first."""
    found = labels.find(request.actor, pk)
    if request.actor.can(found.space, Right.SEE):
        request.space = found.space
    before = labels.cursor_of(paging.unseal(request.GET.get("after", ""), 1))
    rows = labels.under(request.actor, found, paging.PAGE + 1, before)
    context = {"label": found, "manages": request.actor.can(found.space, Right.MANAGE)}
    return render(request, "shell/marks/label.html", context | listing.context(request, rows))


def label_things(request: HttpRequest, kind: str) -> HttpResponse:
    """The choice of labels for the things `id`; sent with a choice it is made, all or nothing, with Undo."""
    sent = request.POST if request.method == "POST" else request.GET
    if "undo" in request.POST:
        return _undo(request, kind)
    things = kinds.find_all(request.actor, kind, numbers(sent.getlist("id")))
    if "chosen" not in request.POST:
        return _choose(request, kind, things)
    chosen, before = (set(numbers(request.POST.getlist(name), needed=False)) for name in ("label", "had"))
    on, off = labelling.label(
        request.actor, things, add=chosen - before, remove=before - chosen, new=request.POST.get("new", "")
    )
    back = came_from(request, reverse("shell:comments", args=[kind, things[0].pk]))
    return changed(request, back, _toast(kind, things, on, off), ids=[thing.pk for thing in things])


def _choose(request: HttpRequest, kind: str, things: list[Any]) -> HttpResponse:
    """Draw the labels of the space; those that all of the things bear are ticked, those that some bear say so."""
    if len({thing.space_id for thing in things}) > 1:
        raise BadInput(labelling.SEVERAL_SPACES)
    request.actor.look(things)
    for thing in things:
        request.actor.require(thing, Right.EDIT)
    borne = labels.on(kind, [thing.pk for thing in things])
    counts = {one.pk: 0 for one in labels.offered(request.actor, things[0].space)}
    known = {one.pk: one for one in labels.offered(request.actor, things[0].space)}
    for stuck in borne.values():
        for one in stuck:
            known[one.pk] = one
            counts[one.pk] = counts.get(one.pk, 0) + 1
    choices = [
        {"label": one, "all": counts[one.pk] == len(things), "some": 0 < counts[one.pk] < len(things)}
        for one in sorted(known.values(), key=lambda one: (one.folded, one.pk))
    ]
    title = kinds.title(kind, things[0])
    if len(things) > 1:
        title = ngettext("%(count)d thing", "%(count)d things", len(things)) % {"count": len(things)}
    context = {
        "kind": kind,
        "things": things,
        "title": _("Labels of “%(name)s”") % {"name": title} if len(things) == 1 else _("Labels of %(name)s") % {
            "name": title},
        "choices": choices,
        "longest": labelling.LONGEST,
        "space": things[0].space,
        "may_manage": request.actor.can(things[0].space, Right.MANAGE),
        "back": came_from(request, reverse("shell:comments", args=[kind, things[0].pk])),
    }  # fmt: skip
    return render(request, f"shell/marks/{'_labels' if is_fragment(request) else 'labels'}.html", context)


def _toast(kind: str, things: list[Any], on: labelling.Pairs, off: labelling.Pairs) -> Toast | None:
    if not on and not off:
        return None
    if len(things) == 1:
        text = _("Labels of “%(name)s” saved.") % {"name": kinds.title(kind, things[0])}
    else:
        text = ngettext("Labels of %(count)d thing saved.", "Labels of %(count)d things saved.", len(things)) % {
            "count": len(things)}  # fmt: skip
    undo = {"undo": json.dumps({"add": off, "remove": on}), "id": ",".join(str(thing.pk) for thing in things)}
    return Toast(text, reverse("shell:label-things", args=[kind]), undo)


def _undo(request: HttpRequest, kind: str) -> HttpResponse:
    things = kinds.find_all(request.actor, kind, numbers(request.POST.getlist("id")))
    try:
        told = json.loads(request.POST["undo"])
        add, remove = (
            {int(one): [int(pk) for pk in on] for one, on in told[side].items()} for side in ("add", "remove")
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise BadInput from None
    if any(len(side) > MOST or not all(0 < pk < 2**63 for pk in side) for side in (add, remove)):
        raise BadInput
    labelling.relabel(request.actor, things, add, remove)
    return changed(request, reverse("shell:comments", args=[kind, things[0].pk]), Toast(_("The labels are as before.")))
