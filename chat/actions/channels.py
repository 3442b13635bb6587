"""Making channels and conversations, changing what they say of themselves, archiving and throwing away."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat import announcing
from chat import people as people_of_chat
from chat.actions import reserving, scheduling
from chat.actions.common import hold, line, tell, words
from chat.models import Channel, Message, Seat
from collab.accounts.models import User
from collab.lib.errors import BadInput, Conflict, Forbidden, TooLarge
from collab.rights import actions as rights
from collab.rights.actor import Actor
from collab.rights.erasing import forget_things
from collab.rights.right import CONTRIBUTOR, Right
from collab.spaces.models import Space

MOST = 1_000
"""So many channels lie in one space at most."""
MOST_PEOPLE = 50
"""So many people talk in one conversation that is no channel."""
KEPT = timedelta(days=30)
"""How long what was thrown away can be brought back."""
ERASED_AT_ONCE = 5_000
"""So many messages are in memory while a channel is erased, however many it has."""
UNNAMED = _("Give the channel a name of at most 80 letters.")
TOO_LONG = _("Say in at most 250 letters what it is for.")
MANAGERS_MAKE = _("In this space those who manage it make channels. Ask one of them.")
MOST_ABOVE = 1_000
TOO_MUCH_ABOVE = _("Above the messages stand at most 1,000 letters.")
TAKEN = _("There is a channel of this name here already.")


@transaction.atomic
def make(
    actor: Actor, space: Space, title: str, *, purpose: str = "", closed: bool = False, announcements: bool = False,
    is_default: bool = False,
) -> Channel:  # fmt: skip
    """Make a channel in the space, which its maker manages. Raises Forbidden, BadInput, Conflict.

    Needs ADD there, or MANAGE where the space says so (`reserving`). `closed`: only its maker has it, until others are
    invited. `is_default` needs MANAGE on the space.
    """
    title, purpose = line(title, 80, UNNAMED), line(purpose, 250, TOO_LONG, needed=False)
    space.hold()
    actor.forget()
    actor.require(space, Right.MANAGE if is_default else Right.ADD)
    if not actor.can(space, reserving.needed(space)):
        raise Forbidden(MANAGERS_MAKE)
    user = _person(actor)
    there = Channel.objects.living().rooms().filter(space=space)
    if there.filter(title__iexact=title).exists():
        raise Conflict(TAKEN)
    if there.count() >= MOST:
        raise TooLarge(_("There are too many channels here already."))
    channel = Channel.objects.create(
        space=space, acl=space.acl, form=Channel.Form.CLOSED if closed else Channel.Form.OPEN, title=title,
        purpose=purpose, announcements=announcements, is_default=is_default, created_by=user,
    )  # fmt: skip
    if closed:
        rights.set_apart(actor, channel, {user.principal: Right.ALL})  # type: ignore[attr-defined]
    else:
        rights.keep_by_maker(actor, channel)
    Seat.objects.create(channel=channel, user=user)
    announcing.to([user.pk], announcing.SEAT)
    tell(actor, channel, "channel-make", title=title)
    return channel


@transaction.atomic
def change(actor: Actor, channel: Channel, **fields: Any) -> None:
    """Change its title, purpose, header, whether only announcements are made in it, whether one sees who has read.

    Needs EDIT; of a conversation, ADD.
    """
    hold(actor, channel, Right.ADD if channel.is_between else Right.EDIT)
    before = channel.title
    if "title" in fields:
        channel.title = line(fields["title"], 80, UNNAMED, needed=not channel.is_between)
        others = Channel.objects.living().rooms().filter(space=channel.space_id).exclude(pk=channel.pk)
        if not channel.is_between and others.filter(title__iexact=channel.title).exists():
            raise Conflict(TAKEN)
    if "purpose" in fields:
        channel.purpose = line(fields["purpose"], 250, TOO_LONG, needed=False)
    if "header" in fields:
        channel.header = words(fields["header"], needed=False)
        if len(channel.header) > MOST_ABOVE:
            raise BadInput(TOO_MUCH_ABOVE)
    if "announcements" in fields and not channel.is_between:
        channel.announcements = bool(fields["announcements"])
    channel.receipts = bool(fields.get("receipts", channel.receipts))
    channel.save(update_fields=["title", "purpose", "header", "announcements", "receipts"])
    tell(actor, channel, "channel-rename" if channel.title != before else "channel-change", title=channel.title)


@transaction.atomic
def archive(actor: Actor, channel: Channel, *, on: bool = True) -> None:
    """Let nothing more be said in it, or again. It stays to be read and found. Needs MANAGE."""
    hold(actor, channel, Right.MANAGE)
    channel.archived_at = timezone.now() if on else None
    channel.save(update_fields=["archived_at"])
    tell(actor, channel, "channel-archive" if on else "channel-unarchive")


@transaction.atomic
def throw_away(actor: Actor, channel: Channel) -> None:
    """Put the channel into the trash, with all that was said. Needs MANAGE."""
    hold(actor, channel, Right.MANAGE)
    channel.deleted_at = timezone.now()
    channel.save(update_fields=["deleted_at"])
    tell(actor, channel, "channel-trash")


@transaction.atomic
def bring_back(actor: Actor, channel: Channel) -> None:
    """Take the channel out of the trash. Needs MANAGE. Raises Conflict where another has its name by now."""
    channel.space.hold()
    actor.forget()
    actor.require(channel, Right.MANAGE)
    there = Channel.objects.living().rooms().filter(space=channel.space_id, title__iexact=channel.title)
    if there.exists():
        raise Conflict(TAKEN)
    Channel.objects.filter(pk=channel.pk).update(deleted_at=None)
    tell(actor, channel, "channel-restore")


def direct(actor: Actor, person: User) -> Channel:
    """Return the conversation of these two, made where there is none yet. One may talk to oneself: notes.

    Raises Forbidden where the actor does not find the person.
    """
    user = _person(actor)
    pair = ":".join(str(pk) for pk in sorted({user.pk, person.pk}))
    there = Channel.objects.filter(pair=pair).select_related("acl", "space").first()
    if there is not None:
        return there
    _require_found(actor, [person])
    try:
        with transaction.atomic():
            return _between(actor, [person], Channel.Form.DIRECT, pair)
    except IntegrityError:  # the other began it at the same moment
        return Channel.objects.select_related("acl", "space").get(pair=pair)


@transaction.atomic
def group(actor: Actor, people: Sequence[User]) -> Channel:
    """Return the conversation of exactly these people that has no name of its own, made where there is none yet.

    Raises Forbidden, BadInput.
    """
    user = _person(actor)
    others = [one for one in {one.pk: one for one in people}.values() if one.pk != user.pk]
    if len(others) < 2:
        raise BadInput(_("Choose at least two people."))
    if len(others) >= MOST_PEOPLE:
        raise BadInput(_("A conversation has at most %(count)d people: make a channel.") % {"count": MOST_PEOPLE})
    _require_found(actor, others)
    ids = {user.pk, *(one.pk for one in others)}
    User.objects.select_for_update(no_key=True).get(pk=min(ids))  # two of them begin it at the same moment
    return _group_of(actor, ids) or _between(actor, others, Channel.Form.GROUP, "")


def _group_of(actor: Actor, people: Collection[int]) -> Channel | None:
    """Return the conversation in which exactly these people are, the one of the last talk where there are several."""
    rows = Channel.objects.living().filter(form=Channel.Form.GROUP, title="", archived_at=None).visible_to(actor)
    theirs = Q(acl__grants__principal__user__in=people)
    rows = rows.annotate(all=Count("acl__grants"), these=Count("acl__grants", filter=theirs))
    found = rows.filter(all=len(people), these=len(people)).select_related("acl", "space")
    return found.order_by(F("last_at").desc(nulls_last=True), "-pk").first()


@transaction.atomic
def erase(ids: Collection[int]) -> None:
    """Delete channels for good, with all that was said, their circles and links."""
    for rows in (Message.objects.exclude(root=None), Message.objects.all()):  # answers first
        while some := list(rows.filter(channel__in=ids).values_list("pk", flat=True)[:ERASED_AT_ONCE]):
            Message.objects.filter(pk__in=some).delete()
    scheduling.let_go(ids)
    Channel.objects.filter(pk__in=ids).delete()
    forget_things(Channel.REF_KIND, ids)


@transaction.atomic
def erase_thrown(pk: int, before: datetime) -> bool:
    """Delete a channel for good if it was thrown away before this; not one that was brought back at this moment."""
    thrown = Channel.objects.select_for_update(of=("self",)).filter(pk=pk, deleted_at__lt=before)
    if thrown.first() is None:
        return False
    erase([pk])
    return True


@transaction.atomic
def between(people: Sequence[User], *, direct: bool) -> Channel:
    """Return a conversation of these people that is brought over: of two (or one) the one they have, else a new one.

    Nobody is asked whether they find each other here: they talked already. Raises Forbidden where all are guests.
    """
    actor = Actor.of(people[0])
    if not direct:
        return _between(actor, people[1:], Channel.Form.GROUP, "")
    pair = ":".join(str(pk) for pk in sorted({one.pk for one in people}))
    there = Channel.objects.filter(pair=pair).select_related("acl", "space").first()
    return there or _between(actor, people[1:] or people, Channel.Form.DIRECT, pair)


def _between(actor: Actor, others: Sequence[User], form: str, pair: str) -> Channel:
    user = _person(actor)
    space = _own_space(user, others)
    channel = Channel.objects.create(space=space, acl=space.acl, form=form, pair=pair, created_by=user)
    people = [user, *(one for one in others if one.pk != user.pk)]
    rights.set_apart(actor, channel, {one.principal: CONTRIBUTOR.mask for one in people})  # type: ignore[attr-defined]
    Seat.objects.bulk_create([Seat(channel=channel, user=one) for one in people])
    announcing.to([one.pk for one in people], announcing.SEAT)
    return channel


def _own_space(user: User, others: Sequence[User]) -> Space:
    """Return the personal space of the first of them who has one: a guest owns nothing. Raises Forbidden."""
    by_owner = {one.owner_id: one for one in Space.objects.filter(owner__in=[user, *others]).select_related("acl")}
    for one in (user, *others):
        if one.pk in by_owner:
            return by_owner[one.pk]
    raise Forbidden(_("Guests talk to members only."))


def _require_found(actor: Actor, people: Sequence[User]) -> None:
    wanted = {one.pk for one in people} - {_person(actor).pk}
    if people_of_chat.findable(actor).filter(pk__in=wanted).count() != len(wanted):
        raise Forbidden(_("You do not find this person here."))


def _person(actor: Actor) -> User:
    if actor.user is None:
        raise Forbidden
    return actor.user  # type: ignore[return-value]
