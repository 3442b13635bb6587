"""The list of a folder: one page of it, found in a constant number of queries."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest

from collab.lib import numerals
from collab.lib.paging import PAGE
from collab.lib.text import fold
from collab.marks import labels
from collab.rights.actor import Actor
from collab.rights.right import Right
from files import queries
from files.browsing import Circle, Place, address, surroundings
from files.entry import Entry
from files.models import Node
from files.views import layout, rows
from files.views.order import Order

MOST_ROWS = 1000
"""How many rows a page shows again after a change in it, when more had been scrolled into view."""


def context(request: HttpRequest, place: Place, *, by_label: bool = True) -> dict[str, Any]:
    """Return what `files/_listing.html` and `files/_rows.html` draw; a label that is not known here filters nothing."""
    actor = request.actor  # type: ignore[attr-defined]
    order = Order.of(request.GET)
    wanted = request.GET.get("q", "").strip()
    number = request.GET.get("label", "") if by_label else ""
    number = number if numerals.whole(number) is not None else ""
    entries, more = _page(actor, place.here.id, order, request, wanted, number)
    around = surroundings(
        rows.acls_of(entries), rows.people_of(entries), here=place.here.acl_id,
        nodes=[entry.id for entry in entries], space=place.space.pk if place.in_space else None,
        described=(actor, place.here.id),
    )  # fmt: skip
    # who sees but a part of the space knows the labels of what they see
    known = {one for borne in around.labels.values() for one in borne}
    offered = around.words or sorted(known, key=lambda one: fold(one.name))
    label = next((one for one in offered if str(one.pk) == number), None)
    if number and label is None:
        return context(request, place, by_label=False)
    circle = around.circles.get(place.here.acl_id, Circle())
    found = rows.rows(actor, entries, around, base=_base(place), query=order.prefix)
    return {
        "place": place,
        "grid": layout.is_grid(request),
        "rows": found,
        "more": order.query(**_narrowed(wanted, number), after=order.cursor(entries[-1])) if more else "",
        "order": order,
        "columns": order.columns(),
        "q": wanted,
        "label": label,
        "offered": offered,
        "first": "after" not in request.GET,
        "circle": circle,
        "who": rows.who_sees(circle, actor),
        "signs": rows.signs(circle),
        "seeing": around.seeing,
        "description": around.description,
        "can_describe": around.description.may_edit if around.description else place.can(Right.ADD),
        "folded": str(place.here.id) in request.COOKIES.get("files-folded", "").split("."),
        "share_url": place.share_url,
        "can_add": place.can(Right.ADD),
        "can_edit": place.can(Right.EDIT),
    }


def _page(
    actor: Actor, folder: int, order: Order, request: HttpRequest, wanted: str, label: str
) -> tuple[list[Entry], bool]:
    """Return a page of entries, and whether there are more."""
    size = min(MOST_ROWS, max(PAGE, numerals.whole(request.GET.get("rows", "")) or 0))
    after = order.after(request.GET.get("after", ""))
    if wanted or label:
        entries = _filtered(actor, folder, order, wanted, label, size + 1, after)
    else:
        entries = queries.children(actor, folder, after=after, limit=size + 1, sort=order.column, desc=order.descending)
    return entries[:size], len(entries) > size


def _filtered(
    actor: Actor, folder: int, order: Order, wanted: str, label: str, limit: int, after: list[Any] | None
) -> list[Entry]:
    """Return the children whose name holds the words, accents and case aside, and that bear the label."""
    found = Node.objects.inside(folder).visible_to(actor).filter(sort__contains=fold(wanted))
    if label:
        found = found.filter(pk__in=labels.bearing(Node.REF_KIND, int(label)))
    column = "sort" if order.column == "name" else order.column
    way, sign = ("-", "lt") if order.descending else ("", "gt")
    if after is not None:
        kind, value, pk = after
        beyond = Q(**{f"{column}__{sign}": value}) | Q(**{column: value, f"pk__{sign}": pk})
        found = found.filter(Q(kind__gt=kind) | Q(beyond, kind=kind))
    ids = list(found.order_by("kind", f"{way}{column}", f"{way}pk").values_list("pk", flat=True)[:limit])
    entries = queries.entries(actor, ids)
    return [entries[pk] for pk in ids if pk in entries]


def _narrowed(wanted: str, label: str) -> dict[str, str]:
    """Return what an address says of the filter."""
    return {name: value for name, value in (("q", wanted), ("label", label)) if value}


def _base(place: Place) -> str:
    """Return the address under which the children lie; one's own root is shown at a shorter one."""
    base = address(place.space, (entry.name for entry in place.chain[1:]))
    return base if base.endswith("/") else base + "/"
