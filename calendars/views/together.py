"""Several calendars on one public page: its address, a piece for other sites, a code for posters."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from calendars.models import Calendar
from calendars.queries import Mine
from calendars.views import calendars as pages
from calendars.views import page
from calendars.views.public import MOST, PIECE
from collab.lib.errors import NotFound
from collab.rights import links
from collab.rights.models import Link
from collab.rights.right import Right
from collab.shell import links as shell_links
from collab.shell import qr


@require_safe
def together(request: HttpRequest) -> HttpResponse:
    """Choose among the calendars that have a public link of which the person knows the address."""
    open_ = _open(request)
    wanted = request.GET.getlist("calendar")
    chosen = [one for one in open_ if not wanted or str(one[0].calendar.pk) in wanted][:MOST]
    context: dict[str, Any] = {
        "choices": [(one, page.named(one), any(one is each for each, _link in chosen)) for one, _link in open_],
        "most": MOST,
        "query": "&".join(f"calendar={one.calendar.pk}" for one, _link in chosen),
    }
    if chosen:
        context |= {"whole": _address(request, chosen), "piece": _address(request, chosen, PIECE)}
    return pages.draw(request, "calendars/together.html", context)


@require_safe
def code(request: HttpRequest) -> HttpResponse:
    """The address of that page, as a code that a phone reads."""
    wanted = request.GET.getlist("calendar")
    chosen = [one for one in _open(request) if str(one[0].calendar.pk) in wanted][:MOST]
    if not chosen:
        raise NotFound
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
    return HttpResponse(qr.svg(_address(request, chosen)), content_type="image/svg+xml", headers=headers)


def _open(request: HttpRequest) -> list[tuple[Mine, Link]]:
    """Return the calendars with a link each that asks visitors for nothing, and whose address the person is told."""
    mine = {one.calendar.pk: one for one in page.listed(request)}
    rows = shell_links.living().filter(
        kind=Calendar.REF_KIND, object_id__in=list(mine), password="", ask_visitor=False, uses_left=None
    )
    found = list(rows.order_by("pk"))
    standing = links.standing(found)
    by_calendar: dict[int, Link] = {}
    for link in found:
        own = link.created_by_id == request.user.pk
        if link.pk in standing and (own or mine[link.object_id].mask & Right.SHARE):
            by_calendar.setdefault(link.object_id, link)
    return [(one, by_calendar[pk]) for pk, one in mine.items() if pk in by_calendar]


def _address(request: HttpRequest, chosen: list[tuple[Mine, Link]], below: str = "") -> str:
    first, *others = (links.token_of(request.actor, link, one.calendar) for one, link in chosen)
    path = reverse("shell:link-part", args=[first, below]) if below else reverse("shell:link", args=[first])
    return request.build_absolute_uri(path) + (f"?with={'.'.join(others)}" if others else "")
