"""Saying something, changing it, taking it back."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat import pace
from chat.actions import calling, listening, moderating, naming, previewing
from chat.actions.common import Turn, announce, take_turn, words
from chat.models import Channel, Follow, Message, Revision, Seat
from collab.events import notices
from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound, TooMany
from collab.lib.text import fold
from collab.rights.actor import Actor
from collab.rights.right import Right

SPEAK = Right.ADD
MOST_AT_ONCE, PACE = 60, timedelta(minutes=1)
"""So many things a person may say in that time: each may ring at many people's."""
_KEY = re.compile(r"(?!in-)[A-Za-z0-9-]{8,40}")
"""“in-…” is what was brought over: whoever knew such a key could keep a message from ever coming."""
MOST_CHANGES, CHANGES_AT_ONCE, CHANGES_A_SECOND = 100, 60, 0.5
"""So often one message is changed; and so often a person changes what they said, at once and then each second."""
TOO_FAST = _("That was a lot at once: wait a moment.")
CHANGED_ENOUGH = _("This message was changed 100 times. Write a new one.")
NOT_YOURS = _("You can change only what you said yourself.")
ONLY_ANNOUNCEMENTS = _("Only moderators post here; you can reply in threads.")


@dataclass(frozen=True)
class Said:
    """What was said; not `new`: it had been already, and came again."""

    message: Message
    new: bool


@transaction.atomic
def say(
    actor: Actor, channel: Channel, text: str, *, key: str = "", root: int | None = None, also: bool = False,
    bring: Callable[[], list[int]] | None = None, facts: dict[str, Any] | None = None,
) -> Said:  # fmt: skip
    """Say something in the channel, or in the thread that begins with `root` (`also`: shown in the channel too).

    Needs ADD; where only announcements are made, EDIT for what is no answer. With the same `key` it is said once.
    `bring` keeps the files that come with it and returns their ids: the words may be left out then. `facts`: what else
    is known of it.
    Raises BadInput, NotFound, Forbidden, Conflict, TooMany; Twice, which `say_once` answers.
    """
    text = words(text, needed=bring is None)
    user = actor.user
    if user is None:
        raise Forbidden
    require_key(key)
    numbered = root is None or also
    files = []
    if bring is not None:  # before the channel's lock: that of a space is taken first everywhere
        actor.require(channel, SPEAK)
        if (there := _there(user.pk, key, channel)) is not None:
            raise Twice(there)
        files = bring()
    turn = take_turn(actor, channel, SPEAK, numbered=numbered)
    if (there := _there(user.pk, key, channel)) is not None:
        raise Twice(there)
    if channel.announcements and numbered and not actor.can(channel, Right.EDIT):
        raise Forbidden(ONLY_ANNOUNCEMENTS)
    _require_pace(user.pk)
    moderating.require_pace(actor, channel)
    begins = beginning(channel, root) if root is not None else None
    named = naming.of(actor, channel, text)
    said = put(
        channel, turn, named, text=text, author=user, key=key, root=begins, numbered=numbered,
        facts=(facts or {}) | ({"files": files} if files else {}),
    )  # fmt: skip
    return Said(said, new=True)


def put(
    channel: Channel, turn: Turn, named: naming.Named, *, root: Message | None = None, numbered: bool = True,
    **fields: Any,
) -> Message:  # fmt: skip
    """Write down what is said in this turn of the channel (`fields`: who says what), and let those hear who should."""
    author = fields.get("author")
    heard = listening.those(channel, fields["text"], [*named.people, *([author.pk] if author is not None else [])])
    message = Message.objects.create(
        channel=channel, root=root, number=turn.number if numbered else 0, clock=turn.clock, html=named.html,
        words=fold(fields["text"]), people=named.people, listeners=heard, at=timezone.now(), **fields,
    )  # fmt: skip
    if root is not None:
        _answer(root, message, turn.clock)
    _seat(message, numbered=numbered)
    _ring(channel, message, root)
    announce(channel, turn.clock, "said" if numbered else "answered")
    previewing.wish(message)
    calling.note(channel, message)
    return message


class Twice(Exception):
    """It was said already, or at this very moment: the turn that was taken is given back, the other is the answer."""

    def __init__(self, message: Message):
        self.message = message


def say_once(actor: Actor, channel: Channel, text: str, **how: object) -> Said:
    """`say`, for a page that may send the same twice at once."""
    try:
        return say(actor, channel, text, **how)  # type: ignore[arg-type]
    except Twice as twice:
        return Said(twice.message, new=False)


@transaction.atomic
def edit(actor: Actor, message: Message, text: str) -> None:
    """Say one's own message anew; what it was is kept. Only who was not named before is told. Raises as `say`."""
    text = words(text, needed=not message.facts.get("files"))
    turn = take_turn(actor, message.channel, SPEAK)
    now = _again(message)
    if actor.user is None or now.author_id != actor.user.pk:
        raise Forbidden(NOT_YOURS)
    if now.text == text:
        return
    before = set(now.people)
    named = naming.of(actor, message.channel, text)
    rewrite(now, turn, named, text)
    new = [pk for pk in named.people if pk not in before]
    if new:
        _call(now.channel_id, new, message.channel.number)
        quiet = Seat.objects.filter(channel=now.channel_id, user__in=new, level=Seat.Level.NOTHING)
        new = sorted({*new} - {*quiet.values_list("user", flat=True)})
        notices.tell("chat.named", new, (Channel.REF_KIND, now.channel_id), actor_id=actor.user.pk)
    announce(message.channel, turn.clock, "changed")


def rewrite(now: Message, turn: Turn, named: naming.Named, text: str) -> None:
    """Let a message say this in this turn of its channel, and keep what it said. Raises Conflict, TooMany."""
    _require_room(now)
    Revision.objects.create(message=now, text=now.text, at=now.edited_at or now.at)
    now.text, now.html, now.people, now.clock = text, named.html, named.people, turn.clock
    now.words = fold(text)
    now.edited_at = timezone.now()
    now.facts.pop("preview", None)
    now.save(update_fields=["text", "html", "words", "people", "clock", "edited_at", "facts"])
    previewing.wish(now)


@transaction.atomic
def take_back(actor: Actor, message: Message) -> None:
    """Take one's own message back, or as moderator (DELETE) somebody's: its place stays, its words go for good."""
    own = actor.user is not None and message.author_id == actor.user.pk
    if not own:
        actor.require(message.channel, Right.DELETE)
    withdraw(actor, message, Right.SEE if own else Right.DELETE)


def withdraw(actor: Actor, message: Message, right: Right = Right.SEE) -> None:
    """Take the words of a message away, for whom its author lets do so, or this right; in the transaction at hand."""
    turn = take_turn(actor, message.channel, right)
    now = _again(message)
    now.revisions.all().delete()
    now.reactions.all().delete()
    now.text, now.html, now.words, now.people, now.pinned_at = "", "", "", [], None
    now.facts = {"visitor": True} if now.facts.get("visitor") else {}
    now.listeners = []
    now.deleted_at, now.deleted_by, now.clock = timezone.now(), actor.user, turn.clock
    now.save()
    if now.root_id is not None:
        root = Message.objects.filter(pk=now.root_id)
        root.update(answered=F("answered") - 1, clock=turn.clock)
    announce(message.channel, turn.clock, "changed")


@transaction.atomic
def pin(actor: Actor, message: Message, *, on: bool) -> None:
    """Keep the message at hand for all, or no longer. Needs EDIT; between people, ADD."""
    right = Right.ADD if message.channel.is_between else Right.EDIT
    turn = take_turn(actor, message.channel, right)
    now = _again(message)
    now.pinned_at, now.clock = (timezone.now() if on else None), turn.clock
    now.save(update_fields=["pinned_at", "clock"])
    announce(message.channel, turn.clock, "changed")


@transaction.atomic
def change(actor: Actor, message: Message, text: str | None, *, pinned: bool | None) -> None:
    """Say it anew and pin it or no longer (None: as it is): both or nothing. Raises as `edit` and `pin`."""
    if pinned is not None:
        pin(actor, message, on=pinned)
    if text is not None:
        edit(actor, message, text)


def _there(user: int, key: str, channel: Channel) -> Message | None:
    if not key:
        return None
    found = Message.objects.filter(author=user, key=key).first()
    if found is not None and found.channel_id != channel.pk:
        raise Conflict
    return found


def _again(message: Message) -> Message:
    """Return the message as it is now, under the lock of its channel. Raises NotFound where it was taken back."""
    now = Message.objects.filter(pk=message.pk, deleted_at=None, kind=Message.Kind.SAID).first()
    if now is None:
        raise NotFound
    return now


def _ring_for_visitor(channel: Channel, message: Message, root: Message | None, levels: dict[int, str]) -> None:
    """Tell of what a visitor said, by their name, those who listen, follow the thread or want to hear all."""
    people = {pk for pk, level in levels.items() if level == Seat.Level.ALL} | set(message.listeners)
    if root is not None:
        people |= set(Follow.objects.filter(root=root, stopped=False).values_list("user", flat=True))
    quiet = {pk for pk, level in levels.items() if level == Seat.Level.NOTHING}
    if people - quiet:
        notices.tell("chat.visitor", sorted(people - quiet), (Channel.REF_KIND, channel.pk))


def require_key(key: str) -> None:
    """Raise BadInput for what no page of ours sends as a key; without one ("") it is said as often as it is sent."""
    if key and not _KEY.fullmatch(key):
        raise BadInput


def beginning(channel: Channel, pk: int) -> Message:
    """Return the beginning of a thread; an answer to an answer belongs to the same. Raises NotFound, Conflict."""
    found = Message.objects.filter(pk=pk, channel=channel, kind=Message.Kind.SAID).select_related("root").first()
    if found is None:
        raise NotFound
    found = found.root or found
    if found.deleted_at is not None:
        raise Conflict(_("What you reply to was taken back meanwhile."))
    return found


def _answer(root: Message, message: Message, clock: int) -> None:
    """Count an answer, and let those follow the thread who speak in it or are named."""
    Message.objects.filter(pk=root.pk).update(answered=F("answered") + 1, last_answer_at=message.at, clock=clock)
    people = {one for one in (root.author_id, message.author_id) if one is not None} | set(message.people)
    Follow.objects.bulk_create([Follow(root=root, user_id=pk) for pk in sorted(people)], ignore_conflicts=True)
    Follow.objects.filter(root=root, user=message.author).update(read=message.pk)


def _seat(message: Message, *, numbered: bool) -> None:
    """Give the speaker a seat, who has read what they said; count for those whom it names. A program sits nowhere."""
    fields: dict[str, Any] = {"said_at": message.at} | ({"read": message.number} if numbered else {})
    if message.author_id is not None:
        Seat.objects.update_or_create(
            channel_id=message.channel_id, user=message.author, defaults={**fields, "left_at": None}
        )
    if people := [*message.people, *message.listeners]:
        _call(message.channel_id, people, message.channel.number - numbered)


def _call(channel: int, people: list[int], before: int) -> None:
    """Count that these are named. Whoever had no seat has read what was said `before`; whoever left has it back."""
    seats = [Seat(channel_id=channel, user_id=pk, read=before) for pk in people]
    Seat.objects.bulk_create(seats, ignore_conflicts=True)
    Seat.objects.filter(channel=channel, user__in=people).update(mentions=F("mentions") + 1, left_at=None)


def _ring(channel: Channel, message: Message, root: Message | None) -> None:
    """Tell those whom it names, whom it is said to, and who follow the thread; nobody twice."""
    ref, by = (Channel.REF_KIND, channel.pk), message.author_id
    chosen = Seat.objects.filter(channel=channel).exclude(level=Seat.Level.MENTIONS).values_list("user", "level")
    levels = dict(chosen)
    quiet = {pk for pk, level in levels.items() if level == Seat.Level.NOTHING}
    if message.visitor_id is not None:
        _ring_for_visitor(channel, message, root, levels)
        return
    told = {by, *message.people, *message.listeners}
    for kind, called in (("chat.named", message.people), ("chat.word", message.listeners)):
        if people := [pk for pk in called if pk not in quiet]:
            notices.tell(kind, people, ref, actor_id=by)
    if root is not None:
        following = Follow.objects.filter(root=root, stopped=False).values_list("user", flat=True)
        people = [pk for pk in following if pk not in told | quiet]
        if people:
            notices.tell("chat.answered", people, ref, actor_id=by)
            told |= set(people)
    if channel.is_between:
        wanted = set(naming.everybody(channel))
    else:
        wanted = {pk for pk, level in levels.items() if level == Seat.Level.ALL}
    people = sorted(pk for pk in wanted if pk not in told | quiet)
    if people:
        notices.tell("chat.said", people, ref, actor_id=by)


def _require_room(message: Message) -> None:
    """Raise Conflict, TooMany: each change keeps what was before, and may ring at other people's."""
    if message.revisions.count() >= MOST_CHANGES:
        raise Conflict(CHANGED_ENOUGH)
    who = f"v{message.visitor_id}" if message.visitor_id is not None else str(message.author_id)
    if not pace.take(f"edit:{who}", CHANGES_A_SECOND, CHANGES_AT_ONCE).allowed:
        raise TooMany(TOO_FAST)


def _require_pace(user: int) -> None:
    since = timezone.now() - PACE
    last = (
        Message.objects.filter(author=user)
        .order_by("-id")
        .values_list("at", flat=True)[MOST_AT_ONCE - 1 : MOST_AT_ONCE]
    )
    if any(at > since for at in last):
        raise TooMany(TOO_FAST)
