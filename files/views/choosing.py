"""The inside of a dialog in which one walks to files that another app takes up (`FileStore.chooser`)."""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from collab.lib.errors import NotFound
from collab.lib.partials import is_fragment
from collab.lib.text import fold, sort_key
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.shell.answers import numbers
from files import browsing, queries
from files.browsing import Place
from files.entry import Entry
from files.views.received import starts
from files.views.rows import icon_of

PAGE, FOUND, RECENT, LONGEST = 100, 30, 8, 100


class Choice(NamedTuple):
    """A file to choose, or a folder to go into; `place` says where it lies, among what was searched."""

    id: int
    name: str
    size: int
    icon: str
    is_folder: bool
    place: str = ""


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Draw what lies in the folder `into`, the files whose name was searched (`q`), or the places to begin at.

    `after`: the last thing of the page before. A folder is never chosen itself.
    """
    if not is_fragment(request):
        return redirect("files:home")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    wanted = request.GET.get("q", "").strip()[:LONGEST]
    into = request.GET.get("into", "")
    place = browsing.of(actor, numbers([into])[0]) if into and not wanted else None
    if place is not None and not place.here.is_folder:
        raise NotFound
    if place is not None:
        rows, more = _inside(actor, place, request.GET.get("after", ""))
    else:
        rows, more = _named(actor, wanted), 0
    context = {
        "place": place,
        "above": place.parent.id if place is not None and place.parent and place.parent.mask & Right.SEE else "",
        "starts": starts(actor) if place is None and not wanted else [],
        "rows": rows,
        "more": more,
        "q": wanted,
        "is_cut": bool(wanted) and len(rows) == FOUND,
    }
    return render(request, "files/_choose.html", context)


def _inside(actor: Actor, place: Place, after: str) -> tuple[list[Choice], int]:
    """Return a page of the folder, and the id after which the next begins, 0 where there is none."""
    last = queries.entry(actor, numbers([after])[0]) if after else None
    cursor = [last.kind, sort_key(last.name), last.id] if last is not None else None
    found = queries.children(actor, place.here.id, after=cursor, limit=PAGE + 1, sort="name")
    return [_choice(one) for one in found[:PAGE]], found[PAGE - 1].id if len(found) > PAGE else 0


def _named(actor: Actor, wanted: str) -> list[Choice]:
    """Return the files of this name wherever they lie, or those that changed last."""
    found = browsing.latest(actor).filter(space__archived_at=None)
    if wanted:
        found = found.filter(sort__contains=fold(wanted))
    ids = list(found.values_list("pk", flat=True)[: FOUND if wanted else RECENT])
    entries, paths = queries.entries(actor, ids), browsing.paths(ids)
    return [_choice(entries[pk], paths[pk].folder(actor)) for pk in ids if pk in entries]


def _choice(one: Entry, place: str = "") -> Choice:
    return Choice(one.id, one.name, one.size, icon_of(one), one.is_folder, place)
