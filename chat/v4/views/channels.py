"""Channels."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from chat import people, queries
from chat.actions import channels as acts
from chat.actions import sitting
from chat.v4 import door, finding, ids, records
from chat.v4.door import OK, Answer
from collab.lib.errors import BadInput, Forbidden, NotFound
from collab.rights import explain
from collab.rights.actor import Actor
from collab.rights.right import Right


def one(request: HttpRequest, actor: Actor, channel: str) -> Any:
    """One channel."""
    return records.channel(finding.channel(actor, channel))


def make(request: HttpRequest, actor: Actor) -> Any:
    """Begin a channel in a space, open (“O”) or private (“P”)."""
    told = door.sent(request, dict)
    if told.get("type") not in {"O", "P"}:
        raise BadInput
    title = door.text(told.get("display_name"), 80) or door.text(told.get("name"), 80)
    space = finding.team(actor, door.text(told.get("team_id"), 26))
    made = acts.make(actor, space, title, purpose=door.text(told.get("purpose"), 250), closed=told["type"] == "P")
    return Answer(records.channel(queries.mine(actor, made.pk)), 201)


def patch(request: HttpRequest, actor: Actor, channel: str) -> Any:
    """Call it otherwise, or say anew what it is for."""
    mine, told = finding.channel(actor, channel), door.sent(request, dict)
    fields = {}
    if told.get("display_name") is not None:
        fields["title"] = door.text(told["display_name"], 80)
    if told.get("purpose") is not None:
        fields["purpose"] = door.text(told["purpose"], 250)
    acts.change(actor, mine.channel, **fields)
    return records.channel(finding.channel(actor, channel))


def archive(request: HttpRequest, actor: Actor, channel: str) -> Any:
    """Let nothing more be said in it."""
    acts.archive(actor, finding.channel(actor, channel).channel)
    return OK


def direct(request: HttpRequest, actor: Actor) -> Any:
    """The conversation of two, of whom one is who asks."""
    me = finding.myself(actor)
    wanted = {ids.read("user", text) for text in door.texts(door.sent(request, list), 2)}
    if me.pk not in wanted:
        raise Forbidden
    other = people.findable(actor).filter(pk=next(iter(wanted - {me.pk}), me.pk)).first()
    if other is None:
        raise NotFound
    made = acts.direct(actor, other)
    return Answer(records.channel(queries.mine(actor, made.pk)), 201)


def group(request: HttpRequest, actor: Actor) -> Any:
    """A conversation with several people, and with who asks."""
    wanted = {ids.read("user", text) for text in door.texts(door.sent(request, list), acts.MOST_PEOPLE)}
    found = list(people.findable(actor).filter(pk__in=wanted))
    if len(found) < len(wanted - {finding.myself(actor).pk}):
        raise NotFound
    made = acts.group(actor, found)
    return Answer(records.channel(queries.mine(actor, made.pk)), 201)


def stats(request: HttpRequest, actor: Actor, channel: str) -> Any:
    """How many see it, and how much is pinned in it."""
    mine = finding.channel(actor, channel)
    pinned = queries.messages(mine).exclude(pinned_at=None).count()
    count = len(explain.people_with(mine.channel.acl_id, Right.SEE))
    return {
        "channel_id": channel, "member_count": count, "guest_count": 0, "pinnedpost_count": pinned, "files_count": 0,
    }  # fmt: skip


def members(request: HttpRequest, actor: Actor, channel: str) -> Any:
    """Those who see it; how they have it is theirs."""
    mine = finding.channel(actor, channel)
    return [_member(actor, mine, row.pk) for row in finding.members(actor, mine, door.slice_of(request))]


def member(request: HttpRequest, actor: Actor, channel: str, user: str) -> Any:
    """One of those who see it."""
    mine, person = finding.channel(actor, channel), finding.person(actor, user)
    if person.pk not in explain.people_with(mine.channel.acl_id, Right.SEE):
        raise NotFound
    return _member(actor, mine, person.pk)


def join(request: HttpRequest, actor: Actor, channel: str) -> Any:
    """Have it in one's column. Letting others in is done on the page that says what they may."""
    mine = finding.channel(actor, channel)
    if ids.read("user", door.sent(request, dict).get("user_id")) != finding.myself(actor).pk:
        raise Forbidden
    sitting.join(actor, mine.channel)
    return Answer(_member(actor, finding.channel(actor, channel), finding.myself(actor).pk), 201)


def leave(request: HttpRequest, actor: Actor, channel: str, user: str) -> Any:
    """Have it in one's column no longer."""
    mine, person = finding.channel(actor, channel), finding.person(actor, user)
    if person.pk != finding.myself(actor).pk:
        raise Forbidden
    sitting.leave(actor, mine.channel)
    return OK


def view(request: HttpRequest, actor: Actor, user: str) -> Any:
    """Have read a channel, all of it."""
    finding.myself(actor, user)
    told = door.sent(request, dict).get("channel_id")
    times = {}
    if told:
        mine = finding.channel(actor, told)
        sitting.read(actor, mine.channel, mine.channel.number)
        times[told] = records.ms(timezone.now())
    return OK | {"last_viewed_at_times": times}


def _member(actor: Actor, mine: queries.Mine, person: int) -> dict[str, Any]:
    own = actor.user is not None and actor.user.pk == person
    return records.member(mine if own else queries.Mine(mine.channel, 0, None), person)
