"""Letting people into a channel or a conversation, and from when on they read what was said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat import reach
from chat.actions.channels import MOST_PEOPLE
from chat.models import Channel, Message, Seat
from collab.accounts.models import User
from collab.groups.models import Group
from collab.lib.errors import BadInput, Forbidden
from collab.rights import actions as rights
from collab.rights import explain, whom
from collab.rights.actor import Actor
from collab.rights.right import CONTRIBUTOR, READER, Right

ROLES = {role.slug: role for role in (CONTRIBUTOR, READER)}
HISTORY = {"all": None, "month": timedelta(days=30), "week": timedelta(days=7), "none": timedelta()}
"""How far back somebody who is let in may read; None: all of it."""
MOST_AT_ONCE = 100


@transaction.atomic
def invite(
    actor: Actor, channel: Channel, people: Sequence[User], groups: Sequence[Group] = (), *, role: str = "contributor",
    history: str = "all",
) -> list[User]:  # fmt: skip
    """Let these into the channel. Needs SHARE and what the role gives; in a conversation of several, to speak there.

    `history` holds for people who do not read here now, those who come back too: what was said while they were out is
    shown to them only if that was wished. Nobody shows more than they read themselves. Groups, whose members change,
    read everything. Returns the people who are new here. Raises BadInput, Forbidden.
    """
    if role not in ROLES or history not in HISTORY or len(people) + len(groups) > MOST_AT_ONCE:
        raise BadInput
    if not people and not groups:
        raise BadInput(_("Choose somebody to let in."))
    if groups and (history != "all" or channel.is_between):
        raise BadInput(_("Groups read all that was said. Choose people, or let them read everything."))
    _require_found(actor, people, groups)
    rights.hold(actor, channel)
    own = reach.of(actor, channel)
    if groups and own:
        raise BadInput(reach.GROUPS_READ_ALL)
    there = explain.people_with(channel.acl_id, Right.SEE)
    new = [one for one in people if one.pk not in there]
    _seat(channel, new, max(own, _since(channel, history)))
    if channel.is_between:
        _let_in(actor, channel, new)
    else:
        mask = ROLES[role].mask
        able = explain.people_with(channel.acl_id, mask)
        for one in [*(one for one in people if one.pk not in able), *groups]:
            rights.share(actor, channel, one.principal, mask)  # type: ignore[attr-defined]
    return new


def _let_in(actor: Actor, channel: Channel, new: Sequence[User]) -> None:
    """Let people into a conversation of several: all in it have the same rights, so any of them may."""
    actor.require(channel, Right.ADD)
    if channel.form != Channel.Form.GROUP:
        raise Forbidden(_("A conversation of two stays between them: begin one with several people."))
    if Seat.objects.filter(channel=channel).count() > MOST_PEOPLE:
        raise BadInput(_("A conversation has at most %(count)d people: make a channel.") % {"count": MOST_PEOPLE})
    for one in new:
        rights.join_as_peer(actor, channel, one.principal)  # type: ignore[attr-defined]


def _seat(channel: Channel, new: Sequence[User], since: int) -> None:
    """Give them a place from which they read."""
    for one in new:
        defaults: dict[str, Any] = {"left_at": None, "read": channel.number, "since": since}
        Seat.objects.update_or_create(channel=channel, user=one, defaults=defaults)


def _since(channel: Channel, history: str) -> int:
    """Return the id of the first message that they may read; 0 for all."""
    back = HISTORY[history]
    if back is None:
        return 0
    moment: datetime = timezone.now() - back
    said = Message.objects.filter(channel=channel)
    last = said.filter(at__lt=moment).order_by("-pk").values_list("pk", flat=True).first()
    return last + 1 if last is not None else 0


def _require_found(actor: Actor, people: Sequence[User], groups: Sequence[Group]) -> None:
    mine = whom.people(actor).filter(pk__in=[one.pk for one in people], is_active=True).count()
    theirs = whom.groups(actor).filter(pk__in=[one.pk for one in groups]).count()
    if (mine, theirs) != (len({one.pk for one in people}), len({one.pk for one in groups})):
        raise Forbidden(_("You do not find this person here."))
