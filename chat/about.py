"""What channels do for a space as a whole, and for a person who takes their data or leaves."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chat.actions import botting, channels, leaving
from chat.models import Bot, Channel, Hook, Keyword, Message, Outgoing, Saved, Scheduled, Seat, SlashCommand
from collab.accounts.models import User
from collab.registry import registry
from collab.rights.actor import Actor
from collab.spaces.models import Space

_AT_ONCE = 500


def furnish(actor: Actor, space: Space, template: str) -> None:
    """Give a new space the channel in which everybody is."""
    if template not in {"", "empty"}:
        channels.make(actor, space, str(_("General")), is_default=True)


def starters(template: str) -> list[Any]:
    """Return what `furnish` brings."""
    return [_("a channel for everybody")] if template not in {"", "empty"} else []


def holdings(space: Space, actor: Actor | None) -> list[str]:
    """Say how many channels there are that the actor sees; for None all of them, those in the trash too."""
    found = Channel.objects.rooms().filter(space=space)
    count = (found.living().visible_to(actor) if actor is not None else found).count()
    return [ngettext("%(count)d channel", "%(count)d channels", count) % {"count": count}] if count else []


def copy(actor: Actor, source: Space, space: Space, *, content: bool = False) -> None:
    """Make the same open channels in a new space, empty: what was said belongs to those who said it there."""
    found = Channel.objects.open().visible_to(actor).filter(space=source, form=Channel.Form.OPEN, acl=source.acl_id)
    there = set(Channel.objects.living().filter(space=space).values_list("title", flat=True))
    for one in found.order_by("pk")[: channels.MOST]:
        if one.title not in there:
            channels.make(
                actor, space, one.title, purpose=one.purpose, announcements=one.announcements, is_default=one.is_default
            )


def erase(space: Space) -> None:
    """Delete the channels of a space, in the transaction that deletes the space."""
    botting.end(Bot.objects.filter(space=space).select_related("user"))
    channels.erase(list(Channel.objects.filter(space=space).values_list("pk", flat=True)))


def export(person: User, into: Any) -> None:
    """Put in what the person said, where they may still read it, and in which channels they sit."""
    actor = Actor.of(person)
    seats = Seat.objects.filter(user=person, channel__deleted_at=None).select_related("channel").order_by("pk")
    visible = set(Channel.objects.living().visible_to(actor).values_list("pk", flat=True))
    into.json(
        "channels.json",
        [
            {"channel": one.channel.title, "form": one.channel.form, "level": one.level, "draft": one.draft}
            for one in seats if one.channel_id in visible
        ],
        about=_("Channels in which you take part"),
    )  # fmt: skip
    words = Keyword.objects.filter(user=person).values_list("typed", flat=True)
    into.json("words.json", list(words), about=_("Words to which you listen"))
    hooks = Hook.objects.filter(made_by=person, channel__in=visible).select_related("channel").order_by("pk")
    into.json(
        "programs.json",
        [
            {"name": one.name, "channel": one.channel.title, "at": one.made_at, "stopped": one.stopped_at}
            for one in hooks
        ],
        about=_("Programs that you let write in channels"),
    )
    told = Outgoing.objects.filter(made_by=person, channel__in=visible).select_related("channel").order_by("pk")
    into.json(
        "told.json",
        [
            {"name": one.name, "channel": one.channel.title, "address": one.address, "words": one.words,
             "at": one.made_at, "stopped": one.stopped_at}
            for one in told
        ],
        about=_("Programs that you let be told what is said"),
    )  # fmt: skip
    slashes = SlashCommand.objects.filter(made_by=person, space__in=Space.objects.visible_to(actor))
    into.json(
        "commands.json",
        [
            {"command": str(one), "name": one.name, "space": one.space.name, "address": one.address,
             "channel": one.channel.title if one.channel is not None else None, "at": one.made_at,
             "stopped": one.stopped_at}
            for one in slashes.select_related("space", "channel").order_by("pk")
            if one.channel_id is None or one.channel_id in visible
        ],
        about=_("Commands that you made"),
    )  # fmt: skip
    _files(actor, person, into)
    bots = Bot.objects.filter(owner=person).select_related("user").order_by("pk")
    into.json(
        "bots.json",
        [{"name": str(one), "user": one.user.username, "purpose": one.purpose, "at": one.made_at} for one in bots],
        about=_("Your bots"),
    )
    saved = Saved.objects.filter(user=person, message__channel__in=visible).order_by("pk")
    into.json(
        "saved.json",
        [{"message": one.message_id, "at": one.at, "remind": one.remind_at} for one in saved.iterator(2000)],
        about=_("Messages that you keep"),
    )
    later = Scheduled.objects.filter(author=person, cancelled_at=None).select_related("channel")
    into.json(
        "scheduled.json",
        [
            {"channel": one.channel.title if one.channel_id in visible else None, "at": one.at, "text": one.text}
            for one in later
        ],
        about=_("Messages that are to be sent later"),
    )  # fmt: skip
    said = Message.objects.filter(author=person, deleted_at=None).select_related("channel").order_by("pk")
    into.json(
        "messages.json",
        [
            {"id": one.pk, "channel": one.channel.title if one.channel_id in visible else None, "at": one.at,
             "edited": one.edited_at, "thread": one.root_id, "text": one.text}
            for one in said.iterator(2000)
        ],
        about=_("What you said in channels and to people"),
    )  # fmt: skip


def _files(actor: Actor, person: User, into: Any) -> None:
    """Name the files that came with what the person said, where they still see them; the bytes lie in the spaces."""
    store, rows = registry.files(), []
    sent = Message.objects.filter(author=person, deleted_at=None, facts__has_key="files").order_by("pk")
    facts = sent.values_list("pk", "at", "facts").iterator(_AT_ONCE)
    while store is not None and (some := list(islice(facts, _AT_ONCE))):
        cards = {one.id: one for one in store.cards(actor, [pk for *_one, each in some for pk in each["files"]])}
        rows += [
            {"message": message, "at": at, "id": pk, "name": cards[pk].name, "size": cards[pk].size}
            for message, at, each in some for pk in each["files"] if pk in cards
        ]  # fmt: skip
    into.json("files.json", rows, about=_("Files that you sent in channels"))


def forget(person: User, **how: Any) -> None:
    """Let conversations go on with those who stay; what the person said stays, as somebody's who left."""
    leaving.leave(person, how.get("by"))
