"""A channel that becomes private, or open to its space: who stays, who comes in; and its files with it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chat.models import Channel, Seat
from collab.accounts.models import User
from collab.lib.errors import BadInput
from collab.rights import actions as rights
from collab.rights import explain
from collab.rights.actor import Actor
from collab.rights.models import Principal
from collab.rights.right import Right

MOST_STAYING = 500
"""So many people at most are named one by one on a channel that becomes private."""

TOO_MANY = _(
    "More than %(count)d people have it in their list. Name groups under “Who may do what” and restrict it there."
)


@dataclass(frozen=True)
class Turn:
    """What it would mean: ids of who would see it no longer, of who would newly see it, and how many would see it."""

    loses: set[int]
    gains: set[int]
    seeing: int


def preview(channel: Channel) -> Turn:
    """Say who would lose or gain the channel, were it turned from open to private or back."""
    now = set(explain.people_with(channel.acl_id, Right.SEE))
    if channel.form == Channel.Form.OPEN:
        kept = [(principal, mask, None) for principal, mask in _staying(channel).items()]
        told = explain.preview(channel, kept, inherits=False)
        gone = {pk for pk, mask in told.loses.items() if mask & Right.SEE}
        return Turn(gone, set(), told.seeing)
    then = now | set(explain.people_with(channel.space_acl_id(), Right.SEE))
    return Turn(set(), then - now, len(then))


@transaction.atomic
def make_private(actor: Actor, channel: Channel) -> None:
    """Keep the channel to those who have it in their list, with what they may do now, and to who manages it.

    Needs MANAGE. Raises BadInput where it is none of a space's open ones, or so many are in it that groups are to be
    named.
    """
    rights.hold(actor, channel)
    actor.require(channel, Right.MANAGE)
    if channel.form != Channel.Form.OPEN:
        raise BadInput
    rights.stop_inheriting(actor, channel, _staying(channel))


@transaction.atomic
def make_open(actor: Actor, channel: Channel) -> None:
    """Let all who are in the space have the channel, with all that was said in it.

    Needs MANAGE on it. Raises Forbidden for who does not read all of that (`reach`).
    """
    rights.hold(actor, channel)
    actor.require(channel, Right.MANAGE)
    if channel.form != Channel.Form.CLOSED:
        raise BadInput
    rights.inherit(actor, channel)


def _staying(channel: Channel) -> dict[Principal, int]:
    """Return who has it in their list, with what they may do in it now for good."""
    masks = explain.people_with(channel.acl_id, Right.SEE, lasting=True)
    sitting = Seat.objects.filter(channel=channel, left_at=None, user__in=masks).values("user")
    people = User.objects.filter(pk__in=sitting).select_related("principal").order_by("pk")[: MOST_STAYING + 1]
    found = {one.principal: int(masks[one.pk]) for one in people}  # type: ignore[attr-defined]
    if len(found) > MOST_STAYING:
        raise BadInput(str(TOO_MANY) % {"count": MOST_STAYING})
    return found
