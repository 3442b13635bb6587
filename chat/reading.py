"""A stretch of what was said in a channel: the last of it, or what stands before, after or around one message."""

from __future__ import annotations

from dataclasses import dataclass

from chat import queries
from chat.models import Message


@dataclass(frozen=True)
class Stretch:
    """Messages, oldest first; whether something was said before and after them."""

    rows: list[Message]
    older: bool = False
    newer: bool = False


def page(channel: queries.Mine, *, before: int = 0, after: int = 0, around: int = 0) -> Stretch:
    """Return at most `queries.PAGE` things said in the channel itself: the last, or those by a message's id.

    One is asked for beyond what is shown: it tells whether there is more, and costs no question of its own.
    """
    rows, size = queries.messages(channel).in_channel(), queries.PAGE
    at = _number(channel, before or after or around)
    if around:
        half = size // 2
        older = list(rows.filter(number__lte=at).order_by("-number")[: half + 1])
        newer = list(rows.filter(number__gt=at).order_by("number")[: half + 1])
        found = Stretch([*reversed(older[:half]), *newer[:half]], len(older) > half, len(newer) > half)
    elif after:
        newer = list(rows.filter(number__gt=at).order_by("number")[: size + 1])
        found = Stretch(newer[:size], at > 0, len(newer) > size)
    else:
        rows = rows.filter(number__lt=at) if before else rows
        older = list(rows.order_by("-number")[: size + 1])
        found = Stretch(older[:size][::-1], len(older) > size, before > 0 and at > 0)
    queries.dress(found.rows)
    return found


def _number(channel: queries.Mine, pk: int) -> int:
    """Return where a message stands in its channel; one that stands in a thread alone, where that begins."""
    row = queries.messages(channel).filter(pk=pk).values_list("number", "root__number").first() if pk else None
    return (row[0] or row[1] or 0) if row is not None else 0
