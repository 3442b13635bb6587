"""Choosing a file of the house for an event or a task: folders to walk through or a name to search, one press each."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from calendars import attaching, drawing, queries, roles
from calendars.actions import attaching as acting
from calendars.models import CalendarObject, Component
from calendars.queries import Mine
from calendars.views import editing, page
from collab.lib import numerals
from collab.lib.errors import Forbidden, NotFound
from collab.lib.partials import Toast
from collab.shell.answers import came_from, changed, numbers

LONGEST = 100


def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows what may be chosen (`in`: a folder, `q`: a name); POST attaches the chosen file."""
    _mine, row = entry(request, pk)
    here = came_from(request, address(row))
    if request.method == "POST":
        (file,) = numbers([request.POST.get("file", "")])
        name = attaching.chosen(request.actor, file)
        where = attaching.address_of(request, file)
        stored = acting.attach(request.actor, row, request.POST.get("etag", ""), where, name)
        toast = Toast(_("“%(name)s” is attached.") % {"name": name}, *editing.undo_of(stored))
        return changed(request, here, toast)
    asked = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST]
    folder = _number(request.GET.get("in", ""))
    if space := _number(request.GET.get("space", "")):
        folder = attaching.top_of(request.actor, space)
    context: dict[str, Any] = page.column(request, page.listed(request), None, timezone.localdate())
    context["style"] = drawing.style(drawing.hue_rules(context["calendars"]))
    context |= {
        "row": row, "title": row.summary, "back": here, "q": asked, "most": attaching.MOST_FOUND,
        "folder": folder,
        "choice": attaching.choice(request.actor, folder, asked, request.GET.get("after", "")),
    }  # fmt: skip
    return render(request, "calendars/attach.html", context)


@require_POST
def detach(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an attachment off; the file itself stays."""
    _mine, row = entry(request, pk)
    stored = acting.detach(request.actor, row, request.POST.get("etag", ""), request.POST.get("attachment", ""))
    toast = Toast(_("It is not attached any more. The file itself stays."), *editing.undo_of(stored))
    return changed(request, address(row), toast)


def entry(request: HttpRequest, pk: int) -> tuple[Mine, CalendarObject]:
    """Return an entry of any kind that the person may change. Raises NotFound, Forbidden."""
    where = CalendarObject.objects.filter(pk=pk, deleted_at=None).values_list("calendar_id", flat=True).first()
    if where is None:
        raise NotFound
    mine = queries.mine(request.actor, where)
    row = queries.objects(request.actor, mine).filter(pk=pk).defer("text").first()
    if row is None:
        raise NotFound
    row.calendar = mine.calendar
    whole = roles.sight(mine.mask, request.user, row.secrecy, row.created_by_id) is roles.Sight.WHOLE
    if not whole or not roles.may_change(mine.mask, request.user, row.created_by_id):
        raise Forbidden(_("You may look at this calendar, not change it. Ask a person who manages it."))
    return mine, row


def address(row: CalendarObject) -> str:
    """Return the page of the entry, where the kind has one."""
    if row.component == Component.TASK:
        return reverse("calendars:task", args=[row.pk])
    return reverse("calendars:event", args=[row.pk]) if row.component == Component.EVENT else reverse("calendars:home")


def _number(text: str) -> int:
    return numerals.whole(text, 17) or 0
