"""Spaces that were put away: their list, bringing them back, and having them deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from collab.accounts import ranks
from collab.lib import paging
from collab.lib.errors import BadInput, Conflict, Forbidden
from collab.lib.partials import Toast, done
from collab.registry import registry
from collab.shell.views.spaces.frame import find_listed
from collab.spaces import actions
from collab.spaces.actions.ending import DAYS
from collab.spaces.models import Space

PAGE = 50


@dataclass(frozen=True)
class Row:
    """One archived space; `visible`: I may enter and read it; `mine`: I may bring it back or have it deleted."""

    space: Space
    visible: bool
    mine: bool


@login_required
def archived(request: HttpRequest) -> HttpResponse:
    """The archived spaces that I see; administrators find all of them by name, without entering."""
    actor = request.actor
    everything = ranks.may(request.user, "arch.view_all")
    visible = Space.objects.visible_to(actor)
    found = (Space.objects if everything else visible).team().filter(archived_at__isnull=False)
    after = paging.unseal(request.GET.get("after", ""), 2)
    if after:
        found = found.filter(_older(after))
    listed = list(found.select_related("created_by", "acl").order_by("-archived_at", "-pk")[: PAGE + 1])
    more = paging.seal([listed[PAGE - 1].archived_at.isoformat(), listed[PAGE - 1].pk]) if len(listed) > PAGE else ""
    seen = set(visible.filter(pk__in=[one.pk for one in listed]).values_list("pk", flat=True))
    rows = [Row(one, one.pk in seen, actions.may_restore(actor, one)) for one in listed[:PAGE]]
    return render(request, "shell/space/archived.html", {"rows": rows, "more": more, "everything": everything})


def _older(after: list[object]) -> Q:
    moment, pk = after
    try:
        at = datetime.fromisoformat(moment) if isinstance(moment, str) else None
    except ValueError:
        at = None
    if at is None or timezone.is_naive(at) or not isinstance(pk, int) or not 0 < pk < 2**62:
        raise BadInput
    return Q(archived_at__lt=at) | Q(archived_at=at, pk__lt=pk)


@login_required
@require_POST
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the space read-only, or bring it back; each undoes the other."""
    space, visible = find_listed(request, pk)
    back = bool(request.POST.get("restore"))
    (actions.restore if back else actions.archive)(request.actor, space)
    text = _("“%(space)s” is back.") if back else _("“%(space)s” is archived: it can be read, not changed.")
    undo = {} if back else {"restore": "1"}
    there = reverse("shell:space", args=[space.pk]) if visible else reverse("shell:spaces-archived")
    return done(
        request, there, Toast(text % {"space": space.name}, reverse("shell:space-archive", args=[space.pk]), undo)
    )


@login_required
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the name of the space, and say what will be erased and when; then let it end on that day."""
    space, visible = find_listed(request, pk)
    if not actions.may_restore(request.actor, space):
        raise Forbidden(_("Only who made this space, or an administrator, can do this."))
    if not space.archived_at:
        raise Conflict(_("Only an archived space can be deleted. Archive it first."))
    error = ""
    if request.method == "POST":
        try:
            actions.delete(request.actor, space, request.POST.get("name", "")[:300])
        except BadInput as refusal:
            error = str(refusal.message)
        else:
            return done(request, reverse("shell:spaces-archived"), _ending_toast(space))
    if visible:
        request.space = space
    context = {
        "space": space,
        "error": error,
        "typed": request.POST.get("name", "")[:300],
        "day": timezone.now() + timedelta(days=DAYS),
        "days": DAYS,
        "holdings": [
            text for one in registry.spaces() if one.holdings is not None for text in one.holdings(space, None)
        ],
    }
    return render(request, "shell/space/delete.html", context, status=400 if error else 200)


@login_required
@require_POST
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a deletion back before its day."""
    space, _visible = find_listed(request, pk)
    actions.keep(request.actor, space)
    text = _("“%(space)s” is kept. It stays archived.") % {"space": space.name}
    return done(request, reverse("shell:spaces-archived"), Toast(text))


def _ending_toast(space: Space) -> Toast:
    day = formats.date_format(timezone.localtime(space.delete_at), "DATE_FORMAT")
    text = _("“%(space)s” will be erased on %(day)s. Until then it can be kept.") % {"space": space.name, "day": day}
    return Toast(text, reverse("shell:space-keep", args=[space.pk]))
