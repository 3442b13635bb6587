"""Commands, and what is said to one person alone."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from chat.actions import asking, commanding, ephemerals
from chat.models import SlashCommand
from chat.v4 import door, finding, ids, records
from chat.v4.door import Answer
from chat.v4.views.posts import words_of
from collab.lib.errors import BadInput
from collab.rights.actor import Actor
from collab.spaces.models import Space


def listing(request: HttpRequest, actor: Actor) -> Any:
    """The commands of a space: those of the house, and of programs in all of its channels."""
    space = finding.team(actor, request.GET.get("team_id", ""))
    return ([] if request.GET.get("custom_only") == "true" else _ours(actor)) + _of_programs(space)


def complete(request: HttpRequest, actor: Actor, team: str) -> Any:
    """The commands of a space, to be offered where “/” is typed."""
    return _ours(actor) + _of_programs(finding.team(actor, team))


def execute(request: HttpRequest, actor: Actor) -> Any:
    """Do what is commanded in a channel. What a program answers comes by the socket, as a message or to one alone."""
    told = door.sent(request, dict)
    mine, root = finding.channel(actor, told.get("channel_id")), told.get("root_id")
    text = door.text(told.get("command"))
    answer = commanding.run(actor, mine.channel, text, root=ids.read("post", root) if root else None)
    if answer is None:
        raise BadInput
    said = answer.text if answer.said is None else ""
    return {
        "response_type": "ephemeral",
        "text": said,
        "trigger_id": "",
        "goto_location": "",
        "skip_slack_parsing": True,
    }


def say_alone(request: HttpRequest, actor: Actor) -> Any:
    """Say something to one person alone: a bot to whoever sees the channel, everybody to themselves."""
    told = door.sent(request, dict)
    post = told.get("post")
    if not isinstance(post, dict):
        raise BadInput
    person, mine = (
        finding.person(actor, door.text(told.get("user_id"), 26)),
        finding.channel(actor, post.get("channel_id")),
    )
    root = post.get("root_id")
    made = ephemerals.say(
        actor, mine.channel, person, words_of(post), root=ids.read("post", root) if root else None
    )  # fmt: skip
    return Answer(records.ephemeral(made), 201)


def _ours(actor: Actor) -> list[dict[str, Any]]:
    return [records.command(one.name, str(one.usage), str(one.help)) for one in commanding.offered(actor)]


def _of_programs(space: Space) -> list[dict[str, Any]]:
    rows: list[SlashCommand] = list(asking.of_place(space).filter(stopped_at=None))
    return [records.command(one.word, one.usage, one.help or one.name, space=space.pk) for one in rows]
