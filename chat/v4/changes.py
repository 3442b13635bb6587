"""What became of somebody's channels, and of what is kept for them, as events: the state before and the state now."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from chat.models import Channel
from chat.queries import Mine
from chat.v4 import ids, preferences, records
from chat.v4.standing import Standing

Change = tuple[str, dict[str, Any], Mine | None]
"""(name of the event, its data, the channel to which it belongs)."""
_TOLD = ("title", "purpose", "header", "form", "announcements")


def events(before: Standing, now: Standing, since: int) -> Iterator[Change]:
    """Yield what happened between two looks; what was made after `since` (ms) is new, not only new to the person."""
    me = ids.of("user", now.user_id)
    for pk in before.mine.keys() - now.mine.keys():
        gone = before.mine[pk]
        where = {"channel_id": ids.of("channel", pk), "team_id": _team(gone)}
        if pk in now.ended:
            yield "channel_deleted", where | {"delete_at": now.ended[pk]}, gone
        else:
            yield "user_removed", where | {"user_id": me, "remover_id": ""}, None
    for pk, mine in now.mine.items():
        old = before.mine.get(pk)
        if old is None:
            yield _new(mine, now.user_id, since)
        elif any(getattr(old.channel, name) != getattr(mine.channel, name) for name in _TOLD):
            yield "channel_updated", {"channel": json.dumps(records.channel(mine))}, mine
            if old.channel.form != mine.channel.form:
                yield "channel_converted", {"channel_id": ids.of("channel", pk)}, mine
    kept = {key: value for key, value in now.kept.items() if before.kept.get(key) != value}
    if kept:
        yield "preferences_changed", {"preferences": json.dumps(preferences.records(now.user_id, kept))}, None
    lost = {key: value for key, value in before.kept.items() if key not in now.kept}
    if lost:
        yield "preferences_deleted", {"preferences": json.dumps(preferences.records(now.user_id, lost))}, None


def member(mine: Mine, person: int, *, on: bool) -> Change:
    """Return that somebody else came, or went."""
    who = {"user_id": ids.of("user", person), "team_id": _team(mine)}
    return ("user_added", who, mine) if on else ("user_removed", who | {"remover_id": ""}, mine)


def _new(mine: Mine, me: int, since: int) -> Change:
    channel = mine.channel
    others = [ids.of("user", one.pk) for one in mine.others]
    if channel.form == Channel.Form.DIRECT:
        return "direct_added", {"teammate_id": others[0] if others else ids.of("user", me)}, mine
    if channel.form == Channel.Form.GROUP:
        return "group_added", {"teammate_ids": json.dumps(others)}, mine
    if channel.created_by_id == me and records.ms(channel.created_at) >= since:
        return "channel_created", {"channel_id": ids.of("channel", channel.pk), "team_id": _team(mine)}, None
    return "user_added", {"user_id": ids.of("user", me), "team_id": _team(mine)}, mine


def _team(mine: Mine) -> str:
    return "" if mine.channel.is_between else ids.of("team", mine.channel.space_id)
