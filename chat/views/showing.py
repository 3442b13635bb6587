"""What the pages of the chat have in common: the column of channels, in their places."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any

from django.http import HttpRequest

from chat import around, ordering, queries
from chat.models import Channel, Discreet, Message, Seat
from chat.queries import Mine
from collab.rights import explain
from collab.rights.right import Right

MOST_READERS = 200


def column(request: HttpRequest, current: int = 0, found: list[Mine] | None = None) -> dict[str, Any]:
    """Return the channels of the person: their favourites, by space, and those between people; `found` where they were
    asked for already."""
    found = queries.column(request.actor) if found is None else found
    around.attach(request.actor, found)
    order, scheduled = ordering.of(request.user)  # type: ignore[arg-type]
    favourites = ordering.sort([one for one in found if one.is_favourite], order)
    rest = [one for one in found if not one.is_favourite]
    rooms = ordering.sort([one for one in rest if not one.channel.is_between], order)
    rooms.sort(key=lambda one: (one.channel.space.name.casefold(), one.channel.space_id))
    places = [
        (rows[0].channel.space, rows)
        for _pk, each in groupby(rooms, lambda one: one.channel.space_id)
        if (rows := list(each))
    ]
    return {
        "favourites": favourites,
        "places": places,
        "between": [one for one in rest if one.channel.is_between],
        "current": current,
        "column_badge": sum(one.badge for one in found),
        "column_news": sum(one.channel.number for one in found if one.channel.pk != current),
        "scheduled_count": scheduled,
        "column_can_be_sorted": len(favourites) > 1 or any(len(rows) > 1 for _space, rows in places),
        "other_order": next(each for each in ordering.ORDERS.items() if each[0] != order),
    }


def partner(column: dict[str, Any], pk: int) -> Any:
    """Return with whom one talks in this conversation of two, with how they are now; None elsewhere."""
    found = [one for one in (*column["favourites"], *column["between"]) if one.channel.pk == pk]
    direct = [one for one in found if one.channel.form == Channel.Form.DIRECT and one.others]
    return direct[0].others[0] if direct and direct[0].others[0].here is not None else None


def speakers(one: Mine) -> int:
    """Return how many people may say something in the channel."""
    return len(explain.people_with(one.channel.acl_id, Right.ADD))


def icon(channel: Channel) -> str:
    """Return the sign of the channel in the sprite."""
    if channel.is_between:
        return "people" if channel.form == Channel.Form.GROUP else "at"
    return "lock" if channel.form == Channel.Form.CLOSED else "hash"


def first_unread(one: Mine, rows: list[Message]) -> int:
    """Return the id of the first message that the person has not seen, 0 where there is none on the page."""
    if one.seat is None:
        return 0
    me = one.seat.user_id
    fresh = (row.pk for row in rows if row.number > one.seat.read and row.author_id != me)
    return next(fresh, 0)


def readers(one: Mine, me: int) -> str:
    """Return [[id, number, name]] of how far the others have read, as JSON; "" where the channel does not show it.

    Those who keep it to themselves are left out, and are shown nothing (`me`: who looks).
    """
    if not one.channel.receipts or Discreet.objects.filter(user=me).exists():
        return ""
    seeing = explain.people_with(one.channel.acl_id, Right.SEE)
    rows = Seat.objects.filter(channel=one.channel, left_at=None, user__in=list(seeing)).select_related("user")
    rows = rows.exclude(user__in=Discreet.objects.values("user"))
    return json.dumps([[row.user_id, row.read, str(row.user)] for row in rows.order_by("-read", "pk")[:MOST_READERS]])


def jump(one: Mine, rows: list[Message]) -> int:
    """Return the id of the first message that the person has not seen where it stands before these, else 0."""
    if one.seat is None or not rows or rows[0].number <= one.seat.read + 1:
        return 0
    fresh = queries.messages(one).in_channel().filter(number__gt=one.seat.read).order_by("number")
    found: int | None = fresh.values_list("pk", flat=True).first()
    return found or 0
