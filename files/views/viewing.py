"""One file in its place, with the one before and the one after it in its folder: a page, with or without script."""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from collab.rights.actor import Actor
from files import browsing, queries, showing
from files.entry import FILE, Entry
from files.previews import kinds
from files.views import rows
from files.views.order import Order


class Neighbour(NamedTuple):
    """The file before or after: its page; `picture` is fetched beforehand."""

    name: str
    url: str
    picture: str


@require_safe
def view(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the file; a folder has a page of its own."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    place = browsing.of(actor, pk)
    if place.here.is_folder:
        return HttpResponseRedirect(place.url)
    order = Order.of(request.GET)
    entry = queries.entry(actor, pk) or place.here
    way = showing.way(entry)
    plain = "plain" in request.GET
    before, after = (_beside(actor, entry, order, back=back) for back in (True, False))
    folder = place.folder_url or reverse("files:shared")
    context = {
        "place": place,
        "entry": entry,
        "icon": rows.icon_of(entry),
        "way": way,
        "drawn": kinds.how_of(entry.name) != "",
        "plain": plain,
        "text": showing.read(entry, plain=plain) if way in {"text", "markdown"} else None,
        "before": before,
        "after": after,
        "other": address(pk, order, **({} if plain else {"plain": "1"})),
        "back": f"{folder}{order.query() if order != Order() else ''}#node-{pk}",
        "details": f"{folder}{order.prefix}open={pk}",
    }
    return render(request, "files/view.html", context)


def address(pk: int, order: Order, **more: str) -> str:
    """Return where the file is shown, among its neighbours in this order."""
    query = order.query(**more)
    return reverse("files:view", args=[pk]) + ("" if query == "?" else query)


def _beside(actor: Actor, entry: Entry, order: Order, *, back: bool) -> Neighbour | None:
    """Return the next file of the folder in this order, or the one before; None at its end. One query."""
    if entry.parent_id is None:
        return None
    after = order.after(order.cursor(entry))
    turned = order.descending is not back
    found = queries.children(actor, entry.parent_id, after=after, limit=1, sort=order.column, desc=turned)
    if not found or found[0].kind != FILE:
        return None
    one = found[0]
    picture = reverse("files:inline", args=[one.id]) if showing.way(one) == "picture" else ""
    return Neighbour(one.name, address(one.id, order), picture)
