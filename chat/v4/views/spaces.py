"""Spaces, as teams, and the channels in them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest

from chat import queries
from chat.finding import find, read
from chat.models import Channel
from chat.queries import Mine
from chat.v4 import door, finding, records
from collab.lib.errors import BadInput
from collab.rights.actor import Actor
from collab.spaces.models import Space


def listing(request: HttpRequest, actor: Actor) -> Any:
    """The spaces in which one talks."""
    return [records.team(space) for space in finding.teams(actor)[door.slice_of(request)]]


def one(request: HttpRequest, actor: Actor, team: str) -> Any:
    """One space."""
    return records.team(finding.team(actor, team))


def by_name(request: HttpRequest, actor: Actor, name: str) -> Any:
    """One space by the name in its address."""
    return records.team(finding.team_named(actor, name))


def channels(request: HttpRequest, actor: Actor, team: str) -> Any:
    """The open channels that one finds in a space."""
    rows = _rooms(actor, finding.team(actor, team)).filter(form=Channel.Form.OPEN)
    return _drawn(actor, rows.order_by("title", "pk")[door.slice_of(request)])


def channel(request: HttpRequest, actor: Actor, name: str, team: str = "", team_name: str = "") -> Any:
    """One channel of a space by its name."""
    space = finding.team(actor, team) if team else finding.team_named(actor, team_name)
    return records.channel(finding.channel_named(actor, space, name))


def mine(request: HttpRequest, actor: Actor, user: str, team: str = "") -> Any:
    """The channels that one has in one's column: of a space with what is between people, or all."""
    finding.myself(actor, user)
    space = finding.team(actor, team).pk if team else 0
    found = queries.column(actor)
    return [records.channel(row) for row in found if row.channel.is_between or space in {0, row.channel.space_id}]


def my_seats(request: HttpRequest, actor: Actor, user: str, team: str) -> Any:
    """How one has these channels."""
    person, space = finding.myself(actor, user), finding.team(actor, team).pk
    found = queries.column(actor)
    return [records.member(row, person.pk) for row in found if row.channel.is_between or row.channel.space_id == space]


def search_channels(request: HttpRequest, actor: Actor, team: str) -> Any:
    """Channels of a space by a part of their name."""
    space = finding.team(actor, team)
    term = door.text(door.sent(request, dict).get("term"), 100)
    return _drawn(actor, _named(actor, space, term)[:50])


def complete_channels(request: HttpRequest, actor: Actor, team: str) -> Any:
    """Which channels the letters after a “~” may mean."""
    return _drawn(actor, _named(actor, finding.team(actor, team), request.GET.get("name", ""))[:25])


def search_posts(request: HttpRequest, actor: Actor, team: str) -> Any:
    """Messages by words and operators as on our own page, in the channels of a space and between people."""
    space = finding.team(actor, team)
    told = door.sent(request, dict)
    asked = read(door.text(told.get("terms"), 300))
    rows = [row for row in find(actor, asked) if row.channel.space_id == space.pk or row.channel.is_between]
    rows = queries.dress(rows)
    return records.posts(rows, finding.cards(actor, rows)) | {"matches": None}


def _rooms(actor: Actor, space: Space) -> Any:
    return Channel.objects.living().rooms().visible_to(actor).filter(space=space, archived_at=None)


def _named(actor: Actor, space: Space, term: str) -> Any:
    if len(term) > 100 or "\0" in term:
        raise BadInput
    text = term.lstrip("#~")
    words = Q(title__unaccent__icontains=text) | Q(title__unaccent__icontains=text.replace("-", " "))
    return _rooms(actor, space).filter(words).order_by("title", "pk")


def _drawn(actor: Actor, rows: Any) -> list[dict[str, Any]]:
    return [records.channel(Mine(row, 0, None)) for row in rows.select_related("space")]
