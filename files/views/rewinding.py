"""“Restore this folder as it was on…”: the moment is chosen, what would change is shown, then it is done as one act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from collab.events import jobs
from collab.lib import numerals
from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound, Refusal
from collab.lib.paging import PAGE
from collab.lib.partials import Toast, done
from collab.rights import explain
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.shell.answers import changed, under_way
from files import browsing, bursts, history, rewinding
from files.actions import rewinding as acts
from files.browsing import Place
from files.history import Span
from files.models import Burst, Node
from files.views.moments import exactly
from files.views.rows import icon_of

WORK = "files.views.rewinding.work"
SIGNS: dict[str, tuple[str, str | Promise]] = {
    rewinding.BACK: ("restore", gettext_lazy("comes back")),
    rewinding.CONTENT: ("clock", gettext_lazy("gets its earlier content back")),
    rewinding.MOVED: ("move", gettext_lazy("goes back to its place")),
    rewinding.RENAMED: ("rename", gettext_lazy("gets its earlier name back")),
    rewinding.AWAY: ("trash", gettext_lazy("goes to the trash: it was not here then")),
    rewinding.LEFT: ("ban", gettext_lazy("stays as it is")),
}


@dataclass(frozen=True)
class Line:
    """One step in words: `name` as it is now, `note` what becomes of it."""

    icon: str
    sign: str
    name: str
    note: str


class MomentForm(forms.Form):
    """The moment to go back to, in the person's own time."""

    at = forms.DateTimeField(input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])


def rewind(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks for the moment and shows what would change; POST does it."""
    place = _place(request, pk)
    if request.method == "POST":
        return _do(request, place)
    context: dict[str, Any] = {
        "place": place,
        "choices": _choices(request.actor, place),  # type: ignore[attr-defined]
        "begins": _begins(place),
        "now": _local(timezone.now()),
        "at": request.GET.get("at", ""),
    }
    try:
        if context["at"]:
            context |= _preview(request, place, _moment(context["at"]))
    except Refusal as refusal:
        context["error"] = str(refusal.message)
    return render(request, "files/rewinding.html", context, status=400 if "error" in context else 200)


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take one act back; a large one is a job again."""
    actor = request.actor  # type: ignore[attr-defined]
    sealed = request.POST.get("act", "")
    folder, span = acts.opened(actor, sealed)
    place = browsing.of(actor, folder.pk)
    if len(rewinding.plan(actor, folder.pk, span).doable) > acts.LARGE:
        return _begin(request, place, span, "")
    with transaction.atomic():
        outcome = acts.rewind(actor, folder, span)
    return changed(request, place.url, _toast(place, outcome), ids=[])


def work(progress: jobs.Progress) -> dict[str, Any] | None:
    """Do it as a job: every step is there at once, and after a break it goes on where it was."""
    said = progress.arguments
    actor = Actor.of(progress.job.actor)
    folder = Node.objects.living().visible_to(actor).select_related("acl", "space").filter(pk=said["folder"]).first()
    if folder is None:
        raise NotFound
    own = progress.job.pk.hex[:16]
    outcome = acts.rewind(actor, folder, Span(*said["span"]), to=said["to"], tell=progress.tell, own=own)
    url = browsing.of(actor, folder.pk).url
    return {
        "text": outcome.words(folder.name or folder.space.name), "url": url, "label": _("Open the folder"),
        "undo": reverse("files:rewind-undo"), "fields": {"act": outcome.undo},
    }  # fmt: skip


def _place(request: HttpRequest, pk: int) -> Place:
    place = browsing.of(request.actor, pk)  # type: ignore[attr-defined]
    if not place.here.is_folder:
        raise NotFound
    if place.in_space:
        request.space = place.space  # type: ignore[attr-defined]
    if place.space.archived_at:
        raise Forbidden(_("This space is archived: it can be read, not changed."))
    if not place.can(Right.EDIT):
        raise Forbidden(explain.reason(Node.objects.select_related("acl").get(pk=pk), Right.EDIT))
    return place


def _preview(request: HttpRequest, place: Place, at: datetime) -> dict[str, Any]:
    """Return the steps of one page, and how many there are of each kind."""
    since = history.seq_at(place.space.pk, at)
    span = Span(place.space.pk, since, place.space.seq)
    found = rewinding.plan(request.actor, place.here.id, span)  # type: ignore[attr-defined]
    kind = request.GET.get("kind", "")
    shown = [step for step in found.steps if kind not in SIGNS or step.kind == kind]
    start = numerals.required(request.GET.get("from", "0"))
    query = {"at": request.GET["at"]}
    counts = found.counts()
    return {
        "span": span,
        "moment": exactly(at),
        "kinds": [
            (slug, SIGNS[slug][0], _count(slug, count), f"?{urlencode(query | {'kind': slug})}")
            for slug, count in counts.items()
        ],
        "kind": kind if kind in SIGNS else "",
        "every": f"?{urlencode(query)}",
        "total": len(found.steps),
        "doable": len(found.doable),
        "lines": [_line(step) for step in shown[start : start + PAGE]],
        "more": f"?{urlencode(query | {'kind': kind, 'from': start + PAGE})}" if len(shown) > start + PAGE else "",
    }


def _do(request: HttpRequest, place: Place) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    since, until = (numerals.required(request.POST.get(name, "")) for name in ("since", "until"))
    if not since <= until <= place.space.seq:
        raise BadInput
    span = Span(place.space.pk, since, until)
    to = exactly(_moment(request.POST.get("at", "")))
    if len(rewinding.plan(actor, place.here.id, span).doable) > acts.LARGE:
        return _begin(request, place, span, to)
    folder = Node.objects.select_related("acl", "space").get(pk=place.here.id)
    with transaction.atomic():
        outcome = acts.rewind(actor, folder, span, to=to)
    return done(request, place.url, _toast(place, outcome))


def _begin(request: HttpRequest, place: Place, span: Span, to: str) -> HttpResponse:
    job = jobs.start(
        WORK, request.user.pk, title=_("“%(name)s” is restored as it was") % {"name": place.name},
        ref=(Node.REF_KIND, place.here.id), back=reverse("files:rewind", args=[place.here.id]), folder=place.here.id,
        span=list(span), to=to,
    )  # fmt: skip
    return under_way(request, job)


def _toast(place: Place, outcome: acts.Outcome) -> Toast:
    undo = reverse("files:rewind-undo") if outcome.count else ""
    return Toast(outcome.words(place.name), undo, {"act": outcome.undo} if undo else {})


def _line(step: rewinding.Step) -> Line:
    what, said = SIGNS[step.kind]
    note = step.why or str(said)
    if step.kind == rewinding.MOVED and step.where:
        note = _("goes back to %(folder)s") % {"folder": step.where}
    elif step.kind == rewinding.BACK and step.where:
        note = _("comes back to %(folder)s") % {"folder": step.where}
    elif step.kind == rewinding.RENAMED:
        note = _("is called “%(name)s” again") % {"name": step.name}
    elif step.near:
        note = _("gets the last content before that moment that is kept")
    elif step.where:
        note = f"{step.where} · {note}"
    if step.things > 1:
        inside = ngettext("with %(count)d thing in it", "with %(count)d things in it", step.things - 1)
        note = f"{note} · {inside % {'count': step.things - 1}}"
    return Line("folder" if step.row.is_folder else icon_of(_Named(step.row.name)), what, step.row.name, note)


class _Named:
    """As much of a file as its icon needs."""

    is_folder = False

    def __init__(self, name: str):
        self.name = name


def _count(kind: str, count: int) -> str:
    """“3 come back”, “1 goes to the trash”."""
    texts = {
        rewinding.BACK: ngettext("%(count)d comes back", "%(count)d come back", count),
        rewinding.CONTENT: ngettext("%(count)d gets an earlier content", "%(count)d get an earlier content", count),
        rewinding.MOVED: ngettext("%(count)d goes back to its place", "%(count)d go back to their places", count),
        rewinding.RENAMED: ngettext("%(count)d gets its name back", "%(count)d get their names back", count),
        rewinding.AWAY: ngettext("%(count)d goes to the trash", "%(count)d go to the trash", count),
        rewinding.LEFT: ngettext("%(count)d stays as it is", "%(count)d stay as they are", count),
    }
    return texts[kind] % {"count": count}


def _choices(actor: Actor, place: Place) -> list[tuple[str, str]]:
    """Return moments that people think of, as (value, words): before what went wrong, an hour ago, yesterday…"""
    now = timezone.now()
    found = [
        (_local(burst.begun_at - timedelta(seconds=1), seconds=True), _before(burst))
        for burst in bursts.lately(actor, place.space.pk)
    ]
    for hours, text in ((1, _("An hour ago")), (24, _("A day ago")), (7 * 24, _("A week ago"))):
        found.append((_local(now - timedelta(hours=hours)), text))
    return found


def _before(burst: Burst) -> str:
    text = ngettext(
        "Before %(count)d thing went to the trash, %(when)s", "Before %(count)d things went to the trash, %(when)s",
        burst.things,
    )  # fmt: skip
    return text % {"count": burst.things, "when": exactly(burst.begun_at)}


def _begins(place: Place) -> str:
    first = history.beginning(place.space.pk)
    return _local(first + timedelta(minutes=1)) if first else ""


def _local(moment: datetime, *, seconds: bool = False) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M:%S" if seconds else "%Y-%m-%dT%H:%M")


def _moment(text: str) -> datetime:
    form = MomentForm({"at": text})
    if not form.is_valid():
        raise BadInput(_("Write a day and an hour."))
    at: datetime = form.cleaned_data["at"]
    if at > timezone.now():
        raise Conflict(_("This moment is still to come. Choose an earlier one."))
    return at
