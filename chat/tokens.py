"""Tokens of bots in channels: who holds one reads what the bot reads, so each is of somebody who reads there.

Who looks after a bot lets it into a channel, and tokens of others end; nobody else brings one in that has any.
Where an open channel turns private a bot with such tokens is put out; with who is put out of a channel or its space,
or leaves the group by which they were in, end the tokens that they gave.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _

from collab.accounts.actions import devices
from collab.accounts.models import AppPassword, User
from collab.accounts.signals import admitting, grouping, lost
from collab.groups.models import Group
from collab.lib.errors import Forbidden
from collab.rights import actions as rights
from collab.rights import explain
from collab.rights.actor import Actor
from collab.rights.models import Grant, Principal
from collab.rights.right import Right
from collab.spaces.models import Space

if TYPE_CHECKING:
    from chat.models import Channel

NAMED = 3


def foreign(channel: Channel, bots: Mapping[int, int]) -> list[AppPassword]:
    """Return the living tokens of these bots whose giver reads less in the channel than the bot would.

    `bots`: {bot: the first message that it reads}. Nothing of a conversation. At most three queries.
    """
    living = _living(bots) if bots and not channel.is_between else []
    if not living:
        return []
    reading = explain.people_with(channel.acl_id, Right.SEE, among=_givers(living))
    later = dict(channel.seats.filter(since__gt=0).values_list("user", "since"))
    return [
        row for row in living
        if row.given_by_id not in reading or later.get(row.given_by_id, 0) > bots[row.user_id]
    ]  # fmt: skip


def held(channel: Channel) -> list[AppPassword]:
    """Return all tokens of the bots that were let into the channel by name."""
    return _living(_inside(channel))


def names(rows: Iterable[AppPassword]) -> str:
    """Name tokens, each with its bot and who gave it, the first of them."""
    rows = list(rows)
    said = [
        _("“%(token)s” of %(bot)s, given by %(person)s")
        % {"token": row.name, "bot": row.user, "person": row.given_by or _("somebody unknown")}
        for row in rows[:NAMED]
    ]
    return "; ".join(said) + ("; …" if len(rows) > NAMED else "")


def ended(rows: Iterable[AppPassword]) -> str:
    """Say which of these are there no longer, and why; "" for none."""
    before = list(rows)
    there = set(AppPassword.objects.filter(pk__in=[row.pk for row in before]).values_list("pk", flat=True))
    told = names(row for row in before if row.pk not in there)
    text = _("Tokens of people who do not read all of it there open nothing any more: %(tokens)s.") % {"tokens": told}
    return text if told else ""


def require_bringing(actor: Actor, channel: Channel, principal: Principal) -> None:
    """Raise Forbidden where a bot comes with tokens that would have to end, by who does not look after it."""
    if Grant.objects.filter(acl=channel.acl_id, principal=principal).exists():
        return
    own = channel.seats.filter(user=actor.user.pk if actor.user else 0).values_list("since", flat=True).first() or 0
    bots = _bots(principal)
    found = foreign(channel, dict.fromkeys(set(bots) - _looked_after(actor, bots), own))
    if found:
        text = _("It comes with tokens of people who do not read all of it here: %(tokens)s. %(keeper)s can let it in.")
        raise Forbidden(text % {"tokens": names(found), "keeper": _keeper(found[0].user)})


def follow(actor: Actor, channel: Channel, kind: str, after: dict[str, Any]) -> None:
    """Do what a change of the channel's rights asks for (`Guarded.rights_changed`)."""
    if channel.is_between or kind not in {"share", "restrict", "unshare", "expire"}:
        return
    if kind == "restrict":
        _put_out(actor, channel)
        return
    principal = Principal.objects.select_related("group").filter(pk=after.get("principal", 0)).first()
    if principal is None:
        return
    if kind == "share":
        _end(actor, channel, _looked_after(actor, _bots(principal)))
    else:
        all_of_them = principal.group is not None and principal.group.everyone
        _end(actor, channel, _inside(channel), of=None if all_of_them else _people(principal))


def connect() -> None:
    """Let tokens end with what their givers lose elsewhere: a space, a group, a rank, their account.

    And keep out of a space, and of a group, what would bring in tokens of people who are not in it: all open channels
    would be read.
    """
    lost.connect(_lost, dispatch_uid="chat.tokens")
    admitting.connect(_admitted, dispatch_uid="chat.tokens")
    grouping.connect(_grouped, dispatch_uid="chat.tokens")


def _admitted(space: Any, principal: Principal, **_sent: Any) -> None:
    """Raise Forbidden for a bot, also in a group, with a token whose giver does not see the space it is new to."""
    if Grant.objects.filter(acl=space.acl_id, principal=principal).exists():
        return
    living = _living(_bots(principal))
    reading = explain.people_with(space.acl_id, Right.SEE, among=_givers(living)) if living else {}
    if found := [row for row in living if row.given_by_id not in reading]:
        text = _("It comes with tokens of people who do not see this space: %(tokens)s. Have them taken back first.")
        raise Forbidden(text % {"tokens": names(found)})


def _grouped(user: User, group: Group, **_sent: Any) -> None:
    """Raise Forbidden for a bot with a token whose giver does not read where the group would let it in."""
    from chat.models import Channel  # models ask this module

    living = _living([user.pk]) if user.is_bot else []
    if not living:
        return
    given = Grant.objects.filter(principal__group=group).values("acl")
    places = [*Space.objects.filter(acl__in=given), *Channel.objects.living().filter(acl__in=given)]
    fresh = _acls(places) - _seen(user, places)
    seen = {giver.pk: _seen(giver, places) for giver in {row.given_by for row in living} if giver is not None}
    if found := [row for row in living if not fresh <= seen.get(row.given_by_id or 0, set())]:
        text = _(
            "It comes with tokens of people who do not see what this group sees: %(tokens)s. "
            "Have them taken back first."
        )
        raise Forbidden(text % {"tokens": names(found)})


def _acls(places: Iterable[Any]) -> set[int]:
    return {place.acl_id for place in places}


def _seen(user: User, places: list[Any]) -> set[int]:
    """Return the acls of those places that somebody sees. Two queries, however many they are."""
    actor = Actor.of(user)
    actor.look(places)
    return _acls(place for place in places if actor.can(place, Right.SEE))


def _living(bots: Iterable[int]) -> list[AppPassword]:
    rows = AppPassword.objects.filter(user__in=bots).select_related("user", "given_by").order_by("pk")
    return [row for row in rows if not row.has_ended]


def _givers(rows: Iterable[AppPassword]) -> set[int]:
    return {row.given_by_id for row in rows if row.given_by_id is not None}


def _lost(people: Iterable[int], **_sent: Any) -> None:
    from chat.models import Channel  # models ask this module

    givers = [*people]
    given = AppPassword.objects.filter(given_by__in=givers, user__is_bot=True)
    bots = set(given.values_list("user", flat=True))
    if not bots:
        return
    principals = Principal.objects.filter(Q(user__in=bots) | Q(group__memberships__user__in=bots))
    grants = Grant.objects.filter(principal__in=principals)
    for channel in Channel.objects.living().filter(acl__in=grants.values("acl__descent__acl")):
        _end(None, channel, bots.intersection(_inside(channel)), of=givers)


def _put_out(actor: Actor, channel: Channel) -> None:
    for row in _foreign_of(channel, _inside(channel)):
        rights.unshare(actor, channel, row.user.principal)  # type: ignore[attr-defined]
        channel.seats.filter(user=row.user).delete()
    _end(actor, channel, _inside(channel))  # those that a group brings along


def _end(actor: Actor | None, channel: Channel, bots: Iterable[int], *, of: Iterable[int] | None = None) -> None:
    givers = None if of is None else {*of}
    for row in _foreign_of(channel, bots):
        if givers is None or row.given_by_id in givers:
            devices.revoke(row.user, row.pk, by=actor.user if actor else None)


def _foreign_of(channel: Channel, bots: Iterable[int]) -> list[AppPassword]:
    ids = list(bots)
    since = dict.fromkeys(ids, 0) | dict(channel.seats.filter(user__in=ids).values_list("user", "since"))
    return foreign(channel, since)


def _inside(channel: Channel) -> list[int]:
    """Return the bots to which something was given on the channel or its space, those that are stopped too."""
    direct = Q(principal__grants__acl__descent__acl=channel.acl_id)
    by_group = Q(memberships__group__principal__grants__acl__descent__acl=channel.acl_id)
    return list(User.objects.filter(direct | by_group, is_bot=True).distinct().values_list("pk", flat=True))


def _bots(principal: Principal) -> list[int]:
    return list(User.objects.filter(pk__in=_people(principal), is_bot=True).values_list("pk", flat=True))


def _people(principal: Principal) -> list[int]:
    if principal.user_id is not None:
        return [principal.user_id]
    return list(principal.group.memberships.values_list("user", flat=True)) if principal.group is not None else []


def _looked_after(actor: Actor, bots: Iterable[int]) -> set[int]:
    from chat.models import Bot  # models ask this module

    return set(Bot.objects.managed_by(actor).filter(pk__in=list(bots)).values_list("pk", flat=True))


def _keeper(user: User) -> str:
    bot = getattr(user, "bot", None)
    if bot is not None and bot.space is not None:
        return _("Who manages the space “%(space)s”") % {"space": bot.space}
    return str(bot.owner) if bot is not None else _("Nobody")
