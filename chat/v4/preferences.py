"""What these programs call preferences: some are ours too (favourites, conversations in the column, what is kept to
come back to) and stand where our own pages have them; all others are words kept for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction

from chat import queries
from chat.actions import keeping, preferring, sitting
from chat.models import Channel, Preference, Saved, Seat
from chat.models.channel import other_of
from chat.queries import Mine
from chat.v4 import finding, ids
from collab.accounts.models import User
from collab.lib.errors import BadInput, NotFound
from collab.rights.actor import Actor

DIRECT, GROUP, FAVOURITE, FLAGGED = "direct_channel_show", "group_channel_show", "favorite_channel", "flagged_post"
MOST_AT_ONCE = 100
Kept = dict[tuple[str, str], str]
"""{(category, name): value}."""


def of(actor: Actor, column: Iterable[Mine] | None = None, *, flagged: bool = True) -> Kept:
    """Return all of the actor's; four queries more than the column, whatever there is."""
    user = finding.myself(actor).pk
    rows = Preference.objects.filter(user=user).values_list("category", "name", "value")
    found: Kept = {(category, name): value for category, name, value in rows}
    for one in queries.column(actor) if column is None else column:
        if one.is_favourite:
            found[FAVOURITE, ids.of("channel", one.channel.pk)] = "true"
        if one.channel.form == Channel.Form.DIRECT and one.others:
            found[DIRECT, ids.of("user", one.others[0].pk)] = "true"
        elif one.channel.form == Channel.Form.GROUP:
            found[GROUP, ids.of("channel", one.channel.pk)] = "true"
    left = Seat.objects.filter(user=user, channel__deleted_at=None).exclude(left_at=None)
    left = left.filter(channel__form__in=[Channel.Form.DIRECT, Channel.Form.GROUP])
    for pk, form, pair in left.values_list("channel", "channel__form", "channel__pair")[: queries.MOST_IN_COLUMN]:
        if form == Channel.Form.GROUP:
            found[GROUP, ids.of("channel", pk)] = "false"
        elif pair:
            found[DIRECT, ids.of("user", other_of(pair, user))] = "false"
    if flagged:
        kept = Saved.objects.filter(user=user).values_list("message", flat=True)
        found |= {(FLAGGED, ids.of("post", pk)): "true" for pk in kept}
    return found


def records(person: int, kept: Kept) -> list[dict[str, str]]:
    """Return them as these programs read them."""
    user = ids.of("user", person)
    return [
        {"user_id": user, "category": category, "name": name, "value": value}
        for (category, name), value in sorted(kept.items())
    ]


@transaction.atomic
def keep(actor: Actor, sent: Iterable[preferring.Word]) -> None:
    """Keep these, all or nothing. Raises BadInput, NotFound for what is not there, Conflict."""
    others = []
    for category, name, value in sent:
        if (ours := _OURS.get(category)) is not None:
            ours(actor, name, value == "true")
        else:
            others.append((category, name, value))
    if others:
        preferring.keep(actor, others)


@transaction.atomic
def drop(actor: Actor, sent: Iterable[tuple[str, str]]) -> None:
    """Keep these no longer; what our own pages have is as if it had never been chosen."""
    others = []
    for category, name in sent:
        if (ours := _OURS.get(category)) is not None:
            ours(actor, name, False)
        else:
            others.append((category, name))
    if others:
        preferring.drop(actor, others)


def _favourite(actor: Actor, name: str, on: bool) -> None:
    sitting.prefer(actor, finding.channel(actor, name).channel, is_favourite=on)


def _direct(actor: Actor, name: str, on: bool) -> None:
    """Show a conversation of two, where there is one: it is begun by the call for that."""
    other = User.objects.filter(pk=ids.read("user", name)).first()
    found = queries.direct_with(actor, other) if other is not None else None
    if found is not None:
        _show(actor, found, on)


def _group(actor: Actor, name: str, on: bool) -> None:
    found = finding.channel(actor, name).channel
    if found.form != Channel.Form.GROUP:
        raise BadInput
    _show(actor, found, on)


def _show(actor: Actor, channel: Channel, on: bool) -> None:
    if on != Seat.objects.filter(channel=channel, user=finding.myself(actor).pk, left_at=None).exists():
        (sitting.join if on else sitting.leave)(actor, channel)


def _flagged(actor: Actor, name: str, on: bool) -> None:
    if on:
        keeping.keep(actor, finding.message(actor, name)[0])
        return
    try:
        keeping.let_go(actor, finding.message(actor, name)[0])
    except NotFound:
        return


_OURS: dict[str, Callable[[Any, str, bool], None]] = {
    FAVOURITE: _favourite, DIRECT: _direct, GROUP: _group, FLAGGED: _flagged,
}  # fmt: skip
