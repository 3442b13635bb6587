"""What a person takes with them of the chat: all that it knows of them, and nothing that is another's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from chat.models import (
    Asking,
    Bot,
    Channel,
    Discreet,
    Emoji,
    Ephemeral,
    Export,
    Follow,
    Hook,
    Import,
    ImportPerson,
    Keyword,
    Message,
    Outgoing,
    Preference,
    Reaction,
    Revision,
    Saved,
    Scheduled,
    Seat,
    SlashCommand,
)  # fmt: skip
from collab.accounts.models import AppPassword, User
from collab.registry import registry
from collab.rights.actor import Actor
from collab.spaces.models import Space

_AT_ONCE = 500


class _Who:
    """The person, and which channels they see by now: what is not among them is called None."""

    def __init__(self, person: User):
        self.person, self.actor = person, Actor.of(person)
        self.visible = set(Channel.objects.living().visible_to(self.actor).values_list("pk", flat=True))

    def title(self, channel: Channel | None) -> str | None:
        return channel.title if channel is not None and channel.pk in self.visible else None


def export(person: User, into: Any) -> None:
    """Put in what the person said, kept, made and chose, named by where they may still read."""
    who = _Who(person)
    for name, about, rows in _PARTS:
        into.json(name, list(rows(who)), about=str(about()))
    into.json("messages.json", _said(who, into.with_versions), about=_("What you said in channels and to people"))
    for one in Emoji.objects.filter(made_by=person).order_by("pk").iterator(_AT_ONCE):
        into.write(f"emoji/{one.name}.png", bytes(one.content))


def _channels(who: _Who) -> Iterator[dict[str, Any]]:
    seats = Seat.objects.filter(user=who.person, channel__in=who.visible).select_related("channel").order_by("pk")
    for one in seats:
        yield {
            "channel": one.channel.title, "form": one.channel.form, "level": one.level, "draft": one.draft,
            "favourite": one.is_favourite, "since": one.at, "left": one.left_at,
            "made": one.channel.created_by_id == who.person.pk,
        }  # fmt: skip


def _choices(who: _Who) -> Iterator[dict[str, Any]]:
    yield {"shows how far you read": not Discreet.objects.filter(user=who.person).exists()}
    for one in Preference.objects.filter(user=who.person).order_by("category", "name"):
        yield {"category": one.category, "name": one.name, "value": one.value}


def _words(who: _Who) -> Iterable[str]:
    return Keyword.objects.filter(user=who.person).values_list("typed", flat=True)


def _programs(who: _Who) -> Iterator[dict[str, Any]]:
    hooks = Hook.objects.filter(made_by=who.person, channel__in=who.visible).select_related("channel").order_by("pk")
    for one in hooks:
        yield {"name": one.name, "channel": one.channel.title, "at": one.made_at, "stopped": one.stopped_at}


def _told(who: _Who) -> Iterator[dict[str, Any]]:
    told = Outgoing.objects.filter(made_by=who.person, channel__in=who.visible).select_related("channel")
    for one in told.order_by("pk"):
        yield {
            "name": one.name, "channel": one.channel.title, "address": one.address, "words": one.words,
            "at": one.made_at, "stopped": one.stopped_at,
        }  # fmt: skip


def _commands(who: _Who) -> Iterator[dict[str, Any]]:
    slashes = SlashCommand.objects.filter(made_by=who.person, space__in=Space.objects.visible_to(who.actor))
    for one in slashes.select_related("space", "channel").order_by("pk"):
        if one.channel_id is None or one.channel_id in who.visible:
            yield {
                "command": str(one), "name": one.name, "space": one.space.name, "address": one.address,
                "channel": one.channel.title if one.channel is not None else None, "at": one.made_at,
                "stopped": one.stopped_at,
            }  # fmt: skip


def _asked(who: _Who) -> Iterator[dict[str, Any]]:
    for one in Asking.objects.filter(person=who.person).select_related("command", "channel").order_by("pk"):
        yield {"command": str(one.command), "channel": who.title(one.channel), "at": one.at, "text": one.text}


def _alone(who: _Who) -> Iterator[dict[str, Any]]:
    for one in Ephemeral.objects.visible_to(who.actor).select_related("channel", "author").order_by("pk"):
        by = str(one.author) if one.author is not None else one.name
        yield {"channel": one.channel.title, "at": one.at, "by": by, "text": one.text}


def _bots(who: _Who) -> Iterator[dict[str, Any]]:
    rows = Bot.objects.filter(Q(owner=who.person) | Q(made_by=who.person)).select_related("user", "space")
    for one in rows.order_by("pk"):
        yield {
            "name": str(one), "user": one.user.username, "purpose": one.purpose, "at": one.made_at,
            "yours": one.owner_id == who.person.pk, "space": one.space.name if one.space is not None else None,
        }  # fmt: skip


def _tokens(who: _Who) -> Iterator[dict[str, Any]]:
    rows = AppPassword.objects.filter(given_by=who.person, user__is_bot=True).select_related("user").order_by("pk")
    for one in rows:
        yield {
            "name": one.name, "bot": str(one.user), "scopes": one.scopes, "at": one.created_at,
            "until": one.expires_at,
        }  # fmt: skip


def _signs(who: _Who) -> Iterator[dict[str, Any]]:
    for one in Emoji.objects.filter(made_by=who.person).defer("content").order_by("pk"):
        yield {"name": one.name, "at": one.made_at, "removed": one.removed_at}


def _reactions(who: _Who) -> Iterator[dict[str, Any]]:
    rows = Reaction.objects.filter(user=who.person).order_by("pk").values_list("message", "emoji")
    for message, sign in rows.iterator(2000):
        yield {"message": message, "reaction": sign}


def _follows(who: _Who) -> Iterator[dict[str, Any]]:
    rows = Follow.objects.filter(user=who.person).order_by("pk").values_list("root", "read", "stopped")
    for root, read, stopped in rows.iterator(2000):
        yield {"thread": root, "read until": read, "stopped": stopped}


def _saved(who: _Who) -> Iterator[dict[str, Any]]:
    saved = Saved.objects.filter(user=who.person, message__channel__in=who.visible).order_by("pk")
    for one in saved.iterator(2000):
        yield {"message": one.message_id, "at": one.at, "remind": one.remind_at}


def _later(who: _Who) -> Iterator[dict[str, Any]]:
    rows = list(Scheduled.objects.filter(author=who.person, cancelled_at=None).select_related("channel"))
    names = _names(who, [pk for one in rows for pk in one.files])
    for one in rows:
        yield {
            "channel": who.title(one.channel), "at": one.at, "text": one.text, "thread": one.root_id,
            "made": one.made_at, "why not": one.why, "files": [names[pk] for pk in one.files if pk in names],
        }  # fmt: skip


def _files(who: _Who) -> Iterator[dict[str, Any]]:
    """Name the files that came with what the person said, where they still see them; the bytes lie in the spaces."""
    sent = Message.objects.filter(author=who.person, deleted_at=None, facts__has_key="files").order_by("pk")
    facts = sent.values_list("pk", "at", "facts").iterator(_AT_ONCE)
    while some := list(islice(facts, _AT_ONCE)):
        names = _names(who, [pk for *_one, each in some for pk in each["files"]])
        for message, at, each in some:
            for pk in each["files"]:
                if pk in names:
                    yield {"message": message, "at": at} | names[pk]


def _names(who: _Who, ids: list[int]) -> dict[int, dict[str, Any]]:
    store = registry.files()
    cards = store.cards(who.actor, ids) if store is not None and ids else []
    return {one.id: {"id": one.id, "name": one.name, "size": one.size} for one in cards}


def _archives(who: _Who) -> Iterator[dict[str, Any]]:
    for one in Export.objects.filter(person=who.person).select_related("channel").order_by("pk"):
        yield {
            "channel": who.title(one.channel), "everything": one.channel_id is None, "with files": one.with_files,
            "asked": one.asked_at, "until": one.expires_at,
        }  # fmt: skip


def _brought(who: _Who) -> Iterator[dict[str, Any]]:
    for one in Import.objects.filter(person=who.person).order_by("pk"):
        yield {
            "name": one.name,
            "house": one.house,
            "asked": one.asked_at,
            "begun": one.begun_at,
            "ended": one.ended_at,
        }


def _elsewhere(who: _Who) -> Iterator[dict[str, Any]]:
    for one in ImportPerson.objects.filter(user=who.person).select_related("owner").order_by("pk"):
        yield {"house": one.owner.house, "name": one.name, "user": one.username, "address": one.email}


def _said(who: _Who, with_versions: bool) -> list[dict[str, Any]]:
    said = Message.objects.filter(author=who.person, deleted_at=None).select_related("channel").order_by("pk")
    rows: list[dict[str, Any]] = [
        {"id": one.pk, "channel": who.title(one.channel), "at": one.at, "edited": one.edited_at,
         "thread": one.root_id, "text": one.text}
        for one in said.iterator(2000)
    ]  # fmt: skip
    if with_versions:
        before: dict[int, list[dict[str, Any]]] = {}
        earlier = Revision.objects.filter(message__author=who.person, message__deleted_at=None).order_by("pk")
        for message, at, text in earlier.values_list("message", "at", "text").iterator(2000):
            before.setdefault(message, []).append({"at": at, "text": text})
        rows = [row | {"before": before.get(row["id"], [])} for row in rows]
    return rows


_PARTS: tuple[tuple[str, Callable[[], str], Callable[[_Who], Iterable[Any]]], ...] = (
    ("channels.json", lambda: _("Channels in which you take part"), _channels),
    ("choices.json", lambda: _("What you chose, and what programs keep for you"), _choices),
    ("words.json", lambda: _("Words to which you listen"), _words),
    ("programs.json", lambda: _("Programs that you let write in channels"), _programs),
    ("told.json", lambda: _("Programs that you let be told what is said"), _told),
    ("commands.json", lambda: _("Commands that you made"), _commands),
    ("asked.json", lambda: _("What you asked by commands just now"), _asked),
    ("alone.json", lambda: _("What programs said to you alone"), _alone),
    ("bots.json", lambda: _("Your bots, and those that you made for spaces"), _bots),
    ("access.json", lambda: _("Programs that you let in as bots"), _tokens),
    ("emoji.json", lambda: _("Emoji that you made"), _signs),
    ("reactions.json", lambda: _("Reactions that you put under messages"), _reactions),
    ("threads.json", lambda: _("Threads that you follow"), _follows),
    ("files.json", lambda: _("Files that you sent in channels"), _files),
    ("saved.json", lambda: _("Messages that you keep"), _saved),
    ("scheduled.json", lambda: _("Messages that are to be sent later"), _later),
    ("archives.json", lambda: _("Archives of channels that you asked for"), _archives),
    ("imports.json", lambda: _("What you brought over from another chat"), _brought),
    ("elsewhere.json", lambda: _("Who you were in a chat that was brought over"), _elsewhere),
)
