"""The bell: what one is told, by day; read one by one or all at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from collab.lib import paging
from collab.lib.errors import BadInput, NotFound
from collab.lib.partials import Toast, done
from collab.notifications import actions, finding
from collab.notifications.lines import Line, lines, target
from collab.notifications.models import Notification
from collab.rights import switches
from collab.shell import bell

FILTERS = (
    ("all", gettext_lazy("All")),
    ("unread", gettext_lazy("Unread")),
    ("mine", gettext_lazy("For me")),
    ("followed", gettext_lazy("Followed places")),
)


@login_required
@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Draw a page of what one is told, the latest first."""
    which = next((slug for slug, _label in FILTERS if slug == request.GET.get("show")), "all")
    after = paging.unseal(request.GET.get("after", ""), 2)
    actor = request.actor  # type: ignore[attr-defined]
    found = finding.narrowed(finding.visible(actor), which)
    rows, more = finding.page(found, after)
    context = {
        "days": _by_day(lines(actor, rows)),
        "filters": FILTERS,
        "which": which,
        "more": paging.seal(more) if more else "",
        "back": request.get_full_path(),
    }
    return render(request, "shell/notifications/page.html", context)


@login_required
@never_cache
@require_safe
def count(request: HttpRequest) -> JsonResponse:
    """How many are unread, as a number and as words: asked when something came. `waits`: {key of an entry of the rail:
    how much waits there}."""
    actor = request.actor  # type: ignore[attr-defined]
    number = finding.unread(actor)
    waits = {entry.key: entry.waiting(actor) for entry in switches.nav(actor) if entry.waiting is not None}
    return JsonResponse({"count": number, "shown": bell.shown(number), "label": bell.label(number), "waits": waits})


@login_required
@never_cache
@require_safe
def open_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to what a notification is about; it is read by that."""
    row = _find(request, pk)
    address = target(request.actor, row)  # type: ignore[attr-defined]
    actions.read(request.actor, row)  # type: ignore[attr-defined]
    return HttpResponseRedirect(address or reverse("shell:notifications"))


@login_required
@require_POST
def read_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark as read, or (`unread`) as new again."""
    fresh = request.POST.get("unread") == "1"
    actions.read(request.actor, _find(request, pk), done=not fresh)  # type: ignore[attr-defined]
    return done(request, bell.back(request))


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all as read, with Undo."""
    moment = actions.read_all(request.actor)  # type: ignore[attr-defined]
    undo = Toast(_("All is marked as read."), reverse("shell:notifications-unread"), {"at": moment.isoformat()})
    return done(request, bell.back(request), undo)


@login_required
@require_POST
def unread_all(request: HttpRequest) -> HttpResponse:
    """Take that back."""
    try:
        moment = dt.datetime.fromisoformat(request.POST.get("at", ""))
    except ValueError:
        raise BadInput from None
    if moment.tzinfo is None:
        raise BadInput
    actions.unread_again(request.actor, moment)  # type: ignore[attr-defined]
    return done(request, bell.back(request), Toast(_("They are new again.")))


def _find(request: HttpRequest, pk: int) -> Notification:
    row = finding.visible(request.actor).select_related("actor").filter(pk=pk).first()  # type: ignore[attr-defined]
    if row is None:
        raise NotFound(_("What this told of is not here any more, or is no longer shared with you."))
    return row


def _by_day(found: Sequence[Line]) -> list[tuple[dt.date, list[Line]]]:
    def day(line: Any) -> dt.date:
        return timezone.localtime(line.when).date()

    return [(when, list(ones)) for when, ones in groupby(found, day)]
