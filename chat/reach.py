"""How far back somebody reads in a channel, and that nobody opens more of it than they read themselves.

Asked by the channel when rights on it are about to change (`Guarded.before_share`, `before_inherit`, `before_link`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from collab.accounts.models import User
from collab.lib.errors import Forbidden
from collab.rights import explain
from collab.rights.actor import Actor
from collab.rights.models import Grant, Link, Principal
from collab.rights.right import Right

if TYPE_CHECKING:
    from chat.models import Channel

HISTORY = "history"
"""What who makes a public link may switch on: what was said before."""
GROUPS_READ_ALL = _("You do not read all that was said here, and groups would: choose people.")
ALL_WOULD_READ = _("You do not read all that was said here, and everyone in the space would.")
ASK = _("Ask somebody who manages this channel and reads all of it: %(names)s.")
NOBODY = _("Nobody who manages this channel reads all of it: make a new one.")
OF_A_LINK = _(
    "You do not read all that was said here, and visitors by this link would: switch off that they read earlier "
    "messages, or make a link of your own."
)
NAMED = 3


def since(channel: Channel, user: int | None) -> int:
    """Return the id of the first message that the person may read in the channel; 0 for all."""
    return channel.seats.filter(user=user or 0).values_list("since", flat=True).first() or 0


def of(actor: Actor, channel: Channel) -> int:
    """Return `since` of who acts."""
    return since(channel, actor.user.pk if actor.user is not None else None)


def bound_share(actor: Actor, channel: Channel, principal: Principal) -> None:
    """Let somebody new read from where who shares it reads. Raises Forbidden for a group that is new."""
    own = of(actor, channel)
    if not own or (principal.user_id is None and principal.group_id is None):  # of a link: `bound_link`
        return
    if principal.user_id is None:
        if not Grant.objects.filter(acl__descent__acl=channel.acl_id, principal=principal).exists():
            raise Forbidden(GROUPS_READ_ALL)
        return
    if principal.user_id not in explain.people_with(channel.acl_id, Right.SEE):
        seat, made = channel.seats.get_or_create(
            user_id=principal.user_id, defaults={"read": channel.number, "since": own}
        )
        if not made and seat.since < own:
            channel.seats.filter(pk=seat.pk).update(since=own)


def obstacle(actor: Actor, channel: Channel) -> str:
    """Say why the actor may not open a private channel to all of its space, and who could; "" where they may."""
    if channel.is_between or (actor.can(channel, Right.SEE) and not of(actor, channel)):
        return ""
    later = channel.seats.filter(since__gt=0).values("user")
    able = User.objects.filter(pk__in=explain.people_with(channel.acl_id, Right.MANAGE), is_active=True, is_bot=False)
    names = [str(one) for one in able.exclude(pk__in=later).order_by("display_name", "pk")[:NAMED]]
    return f"{ALL_WOULD_READ} {ASK % {'names': ', '.join(names)} if names else NOBODY}"


def bound_opening(actor: Actor, channel: Channel) -> None:
    """Raise Forbidden where `obstacle` has something to say."""
    if told := obstacle(actor, channel):
        raise Forbidden(told)


def opened(channel: Channel) -> None:
    """Let those who read from some moment on read all that everyone in the space reads now."""
    everyone = explain.people_with(channel.space_acl_id(), Right.SEE)
    channel.seats.filter(since__gt=0, user__in=everyone).update(since=0)


def bound_link(actor: Actor, channel: Channel, link: Link, fields: dict[str, Any]) -> None:
    """Raise Forbidden where this change of a link lets visitors read what its maker reads, and who changes it not."""
    maker = fields["created_by"].pk if "created_by" in fields else link.created_by_id
    same = maker == link.created_by_id and HISTORY in link.choices
    if not same and HISTORY in fields.get("choices", link.choices) and since(channel, maker) < of(actor, channel):
        raise Forbidden(OF_A_LINK)
