"""Visitors of a channel by a public link: knocking, being let in or not, speaking, leaving, shown out for good.

A visitor acts with the right of the link alone (`visitors.Guest.actor`), and names nobody: whether somebody of this
name is here is no business of theirs. Who lets them in moderates the channel, or may share it.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Count, F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat import reach
from chat.actions import moderating, naming, posting
from chat.actions.common import announce, line, take_turn, words
from chat.models import Channel, Message, Reaction, Revision, Seat, Visitor
from chat.visitors import Guest
from collab.events import audit, notices
from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound, TooMany
from collab.rights import explain
from collab.rights.actor import Actor
from collab.rights.models import Link
from collab.rights.right import Right

LET_IN = Right.DELETE | Right.SHARE
"""Who holds one of these decides who comes in."""
LOBBY, HISTORY, FILES = "lobby", reach.HISTORY, "files"
"""What who makes the link may switch on: waiting to be let in, what was said before, the files."""
KNOCK = "chat.knock"
LONGEST_NAME, LONGEST = 60, 4_000
MOST_WAITING, MOST_INSIDE = 30, 300
"""So many visitors wait at one channel at most, and are in it."""
MOST_AT_ONCE, MOST_TOGETHER, PACE = 20, 60, timedelta(minutes=1)
"""So much one visitor says in that time, and all visitors of a channel together."""
AGAIN = timedelta(minutes=5)
"""So long after somebody was not let in they may ask again."""
WAITED, KEPT = timedelta(days=1), timedelta(days=30)
"""So long it is remembered that somebody waits, and that they were here."""
NO_NAME = _("Enter your name, 60 letters at most.")
FULL = _("Too many people are waiting already. Come back in a moment.")
OUT = _("You cannot join any more.")
_FROM = {
    Visitor.State.IN: {Visitor.State.WAITING, Visitor.State.REFUSED, Visitor.State.REMOVED},
    Visitor.State.REFUSED: {Visitor.State.WAITING},
    Visitor.State.WAITING: {Visitor.State.IN, Visitor.State.REFUSED},
    Visitor.State.REMOVED: {*Visitor.State} - {Visitor.State.REMOVED},
}
"""What somebody may decide about a visitor: {what they become: what they were}."""


@transaction.atomic
def knock(actor: Actor, channel: Channel, link: Link, name: str, visitor: Visitor | None = None) -> Visitor:
    """Ask to come in under this name, or come in where the link has no lobby. `visitor`: they were here before.

    Raises BadInput, NotFound, Forbidden (out for good), Conflict (not so soon again), TooMany.
    """
    name = line(name, LONGEST_NAME, NO_NAME)
    actor.require(channel, Right.SEE)
    now = timezone.now()
    if visitor is not None:
        visitor = Visitor.objects.select_for_update().get(pk=visitor.pk)
        if visitor.state == Visitor.State.REMOVED:
            raise Forbidden(OUT)
        if visitor.state in {Visitor.State.IN, Visitor.State.WAITING}:
            return visitor
        if visitor.state == Visitor.State.REFUSED and visitor.state_at > now - AGAIN:
            raise Conflict(_("You were not let in. You can ask again in some minutes."))
    there = channel.visitors.waiting() if LOBBY in link.choices else channel.visitors.inside()
    if there.count() >= (MOST_WAITING if LOBBY in link.choices else MOST_INSIDE):
        raise TooMany(FULL, retry_after=60)
    first = not channel.visitors.waiting().exists()
    if visitor is None:
        visitor = Visitor(channel=channel, link=link, state_at=now)
    visitor.name, visitor.by = name, None
    _become(visitor, Visitor.State.WAITING if LOBBY in link.choices else Visitor.State.IN)
    if visitor.state == Visitor.State.WAITING and first:  # one call for all who wait
        _call(channel, link)
    announce(channel, channel.clock, LOBBY)
    return visitor


@transaction.atomic
def decide(actor: Actor, channel: Channel, visitor: Visitor, state: str) -> Visitor:
    """Let a visitor in, refuse them, show them out for good; or let them wait again, which undoes the first two.

    Needs DELETE or SHARE. Raises Forbidden, NotFound, Conflict (they left, or somebody decided otherwise).
    """
    require_letting_in(actor, channel)
    if state not in _FROM:
        raise BadInput
    found = Visitor.objects.select_for_update().filter(pk=visitor.pk, channel=channel).first()
    if found is None:
        raise NotFound
    if found.state == state:
        return found
    if found.state not in _FROM[Visitor.State(state)]:
        raise Conflict(_("%(name)s is not there any more.") % {"name": found.name})
    found.by = actor.user
    before = found.state
    _become(found, Visitor.State(state))
    if not channel.visitors.waiting().exists():
        for person in _callers(channel):
            notices.have_read(person, (KNOCK,), (Channel.REF_KIND, channel.pk))
    if state == Visitor.State.IN or before == Visitor.State.IN:
        kind = "visitor-in" if state == Visitor.State.IN else "visitor-out"
        audit.record(kind, actor.user, (Channel.REF_KIND, channel.pk), channel.title, visitor=found.name)
    announce(channel, channel.clock, LOBBY)
    return found


@transaction.atomic
def leave(guest: Guest, *, words_too: bool = False) -> None:
    """Go, as the visitor; with `words_too` all that they said is taken back. They may come again."""
    visitor = Visitor.objects.select_for_update().get(pk=guest.visitor.pk)
    if visitor.state in {Visitor.State.IN, Visitor.State.WAITING}:
        visitor.by = None
        _become(visitor, Visitor.State.LEFT)
    if words_too:
        _take_back(guest.actor, guest.channel, visitor)
    announce(guest.channel, guest.channel.clock, LOBBY)


@transaction.atomic
def erase(actor: Actor, channel: Channel, visitor: Visitor) -> int:
    """Take out all that a visitor said here. Needs DELETE. Returns how much it was."""
    actor.require(channel, Right.DELETE)
    return _take_back(actor, channel, visitor)


def say(guest: Guest, text: str, *, key: str = "", root: int | None = None) -> posting.Said:
    """Say something as a visitor. Raises as `posting.say`. With the same `key` it is said once."""
    text = _words(text)
    try:
        return _say(guest, text, key, root)
    except posting.Twice as twice:
        return posting.Said(twice.message, new=False)


@transaction.atomic
def _say(guest: Guest, text: str, key: str, root: int | None) -> posting.Said:
    channel, numbered = guest.channel, root is None
    posting.require_key(key)
    turn = take_turn(guest.actor, channel, posting.SPEAK, numbered=numbered)
    visitor = _still_in(guest)
    if key and (there := Message.objects.filter(visitor=visitor, key=key).first()) is not None:
        raise posting.Twice(there)
    if channel.announcements and numbered:
        raise Forbidden(posting.ONLY_ANNOUNCEMENTS)
    _require_pace(channel, visitor)
    beginning = posting.beginning(channel, root) if root is not None else None
    if beginning is not None and beginning.pk < visitor.since:
        raise NotFound
    message = posting.put(
        channel, turn, naming.Named(naming.html_of(text, {}), []), root=beginning, numbered=numbered, text=text,
        author=None, visitor=visitor, name=visitor.name, key=key, facts={"visitor": True, "bare": True},
    )  # fmt: skip
    Visitor.objects.filter(pk=visitor.pk).update(said_at=message.at)
    return posting.Said(message, new=True)


@transaction.atomic
def edit(guest: Guest, pk: int, text: str) -> Message:
    """Say anew what the visitor said; what it was is kept. Needs what saying needs. Raises NotFound, as `say`."""
    text = _words(text)
    turn = take_turn(guest.actor, guest.channel, posting.SPEAK)
    _still_in(guest)
    found = own(guest, pk)
    if found.text != text:
        posting.rewrite(found, turn, naming.Named(naming.html_of(text, {}), []), text)
        announce(guest.channel, turn.clock, "changed")
    return found


@transaction.atomic
def take_back(guest: Guest, pk: int) -> Message:
    """Take back one thing that the visitor said. Raises NotFound."""
    found = own(guest, pk)
    posting.withdraw(guest.actor, found)
    _still_in(guest)
    return found


def own(guest: Guest, pk: int) -> Message:
    """Return something that this visitor said and did not take back; a name is nobody's own. Raises NotFound."""
    found = Message.objects.filter(pk=pk, visitor=guest.visitor, channel=guest.channel, deleted_at=None).first()
    if found is None:
        raise NotFound
    found.channel = guest.channel
    return found


def _words(text: str) -> str:
    text = words(text)
    if len(text) > LONGEST:
        raise BadInput(_("This is too long: %(count)d characters at most.") % {"count": LONGEST})
    return text


def _still_in(guest: Guest) -> Visitor:
    """Return the visitor as they are under the channel's lock: who was shown out meanwhile says nothing more."""
    visitor = Visitor.objects.filter(pk=guest.visitor.pk, state=Visitor.State.IN).first()
    if visitor is None:
        raise NotFound
    return visitor


def tidy() -> None:
    """Forget who waited in vain, and after a month who left, or whose link is closed; what they said stays theirs."""
    now = timezone.now()
    Visitor.objects.filter(state=Visitor.State.WAITING, state_at__lt=now - WAITED).delete()
    old = Visitor.objects.filter(state_at__lt=now - KEPT).exclude(state=Visitor.State.REMOVED)
    gone = old.filter(link=None) | old.filter(state__in=[Visitor.State.LEFT, Visitor.State.REFUSED])
    gone.delete()
    Visitor.objects.filter(link=None, state=Visitor.State.REMOVED).delete()


def require_letting_in(actor: Actor, channel: Channel) -> None:
    """Raise Forbidden, with who could do it instead, unless the actor decides who comes in."""
    actor.forget()
    if not actor.rights_on(channel) & LET_IN:
        actor.require(channel, Right.SHARE)


def _become(visitor: Visitor, state: Visitor.State) -> None:
    visitor.state, visitor.state_at = state, timezone.now()
    if state == Visitor.State.IN and visitor.entered_at is None:
        visitor.entered_at = visitor.state_at
        link = visitor.link
        if link is None or HISTORY not in link.choices:
            last = Message.objects.filter(channel=visitor.channel_id).order_by("-pk").values_list("pk", flat=True)
            visitor.since = (last.first() or 0) + 1
        else:  # no more than who made the link reads
            visitor.since = reach.since(visitor.channel, link.created_by_id)
    visitor.save()


def _callers(channel: Channel, link: Link | None = None) -> list[int]:
    """Return who is told that somebody waits: who may let in and has the channel, not muted; who made the link."""
    able = {pk for pk, mask in explain.people_with(channel.acl_id, Right.SEE).items() if mask & LET_IN}
    seats = dict(Seat.objects.filter(channel=channel, user__in=able).values_list("user", "level"))
    left = set(Seat.objects.filter(channel=channel, user__in=able).exclude(left_at=None).values_list("user", flat=True))
    there = {pk for pk, level in seats.items() if level != Seat.Level.NOTHING and pk not in left}
    makers = {link.created_by_id} if link is not None and link.created_by_id is not None else set()
    return sorted(there | (makers & able))


def _call(channel: Channel, link: Link) -> None:
    if people := _callers(channel, link):
        notices.tell(KNOCK, people, (Channel.REF_KIND, channel.pk))


def _require_pace(channel: Channel, visitor: Visitor) -> None:
    """Raise TooMany for who says much at once, alone or with other visitors, or too soon where the channel is slow."""
    now = timezone.now()
    moderating.slow_down(channel, visitor.said_at)
    last = Message.objects.filter(visitor=visitor).order_by("-id").values_list("at", flat=True)
    alone = any(at > now - PACE for at in last[MOST_AT_ONCE - 1 : MOST_AT_ONCE])
    lately = channel.messages.filter(number__gt=channel.number - 2 * MOST_TOGETHER, at__gt=now - PACE)
    if alone or lately.exclude(visitor=None).count() >= MOST_TOGETHER:
        raise TooMany(posting.TOO_FAST, retry_after=30)


def _take_back(actor: Actor, channel: Channel, visitor: Visitor) -> int:
    turn = take_turn(actor, channel, Right.SEE)
    rows = Message.objects.filter(visitor=visitor, channel=channel, deleted_at=None)
    ids = list(rows.values_list("pk", flat=True))
    if not ids:
        return 0
    Revision.objects.filter(message__in=ids).delete()
    Reaction.objects.filter(message__in=ids).delete()
    answered = rows.exclude(root=None).order_by().values("root").annotate(n=Count("pk"))
    for one in list(answered):
        Message.objects.filter(pk=one["root"] or 0).update(answered=F("answered") - one["n"], clock=turn.clock)
    Message.objects.filter(pk__in=ids).update(
        text="", html="", words="", people=[], listeners=[], facts={"visitor": True}, pinned_at=None,
        deleted_at=timezone.now(), deleted_by=actor.user, clock=turn.clock,
    )  # fmt: skip
    announce(channel, turn.clock, "changed")
    return len(ids)
