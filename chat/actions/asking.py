"""Commands by which people ask a program at an address: made by who manages the place, typed by who may write there."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.actions import ephemerals, hooking, moderating, programs
from chat.actions.common import ARCHIVED, line
from chat.actions.posting import ONLY_ANNOUNCEMENTS
from chat.models import Asking, Channel, Message, SlashCommand
from collab.accounts.models import User
from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound, TooMany
from collab.rights.actor import Actor
from collab.rights.right import Right

MOST = 50
"""So many commands of its own a channel has at most, and so many a space."""
MOST_AT_ONCE, MOST_OF_ALL, PACE = 10, 60, timedelta(minutes=1)
"""So many questions one person asks in that time, and so many one program is asked."""
MOST_ON_WAY, MOST_OF_ONE = 3, 2
"""So many questions are on their way at once, and so many to one program."""
KEPT = timedelta(minutes=30)
"""So long a program may answer a question; the question is forgotten then."""
WAIT, LATE = timedelta(minutes=1), timedelta(minutes=2)
"""How long one that was sent is on its way at most, and after how long one that was not is no longer sent."""
WORD = re.compile(r"[a-z][a-z0-9_-]{1,29}")
WRONG_WORD = _("A command is a word of 2 to 30 small letters, digits, “-” and “_”, and begins with a letter.")
TAKEN = _("There is a command of this name here already.")
TOO_MANY = _("There are 50 commands here. Remove those that are stopped.")
TOO_LONG = _("At most 80 letters for what follows the command, 120 for what it does.")


@transaction.atomic
def make(
    actor: Actor, place: programs.Place, *, word: str, name: str, address: str, usage: str = "", help: str = "",
    taken: Collection[str] = (),
) -> tuple[SlashCommand, str]:  # fmt: skip
    """Let “/word” ask the program; return it with the token that each question carries, which nobody is shown again.

    `taken`: words that mean something everywhere. Needs MANAGE on the place. Raises Forbidden, BadInput, Conflict.
    """
    said = _checked(word=word, name=name, address=address, usage=usage, help=help)
    programs.hold(actor, place)
    channel = place if isinstance(place, Channel) else None
    space_id = place.space_id if isinstance(place, Channel) else place.pk
    there = SlashCommand.objects.filter(space=space_id, channel=channel)
    if said["word"] in taken or there.filter(word=said["word"]).exists():
        raise Conflict(TAKEN)
    if there.count() >= MOST:
        raise Conflict(TOO_MANY)
    token, kept = programs.seal()
    made = SlashCommand.objects.create(
        space_id=space_id, channel=channel, token=kept, made_by=actor.user, **said
    )  # fmt: skip
    programs.tell(actor.user, place, "slash-made", made, word=made.word)
    return made, token


@transaction.atomic
def change(actor: Actor, place: programs.Place, pk: int, *, taken: Collection[str] = (), **typed: str) -> None:
    """Change what it is called, says of itself and asks (fields as of `make`); its token stays. Needs MANAGE.

    Who directs it to another address answers for it from now on: it ends with their account. Raises as `make`.
    """
    said = _checked(**typed)
    found = programs.held(actor, place, of_place(place), pk)
    if found.word != said["word"] and (said["word"] in taken or of_place(place).filter(word=said["word"]).exists()):
        raise Conflict(TAKEN)
    new = {name: value for name, value in said.items() if getattr(found, name) != value}
    if not new:
        return
    before = found.word
    for name, value in new.items():
        setattr(found, name, value)
    if "address" in new:
        found.made_by = actor.user
    found.save(update_fields=[*new, "made_by"])
    programs.tell(actor.user, place, "slash-changed", found, word=found.word, before=before)


@transaction.atomic
def renew(actor: Actor, place: programs.Place, pk: int) -> tuple[SlashCommand, str]:
    """Give it a new token, which nobody is shown again: the program holds nothing against the old one. Needs MANAGE."""
    found = programs.held(actor, place, of_place(place), pk)
    token, found.token = programs.seal()
    found.save(update_fields=["token"])
    programs.tell(actor.user, place, "slash-renewed", found, word=found.word)
    return found, token


def _checked(*, word: str, name: str, address: str, usage: str = "", help: str = "") -> dict[str, str]:
    """Return what may be kept of a command as typed. Raises BadInput."""
    word = word.strip().removeprefix("/").lower()
    if not WORD.fullmatch(word):
        raise BadInput(WRONG_WORD)
    return {
        "word": word, "name": programs.name_of(name), "address": programs.address_of(address),
        "usage": line(usage, 80, TOO_LONG, needed=False), "help": line(help, 120, TOO_LONG, needed=False),
    }  # fmt: skip


@transaction.atomic
def stop(actor: Actor, place: programs.Place, pk: int, *, on: bool = True) -> None:
    """Let it be asked no more, or again. What waits for it is dropped. Needs MANAGE."""
    found = programs.held(actor, place, of_place(place), pk)
    if not programs.halt(found, on=on):
        return
    if on:
        found.askings.all().delete()
    programs.tell(actor.user, place, "slash-stopped" if on else "slash-resumed", found, word=found.word)


@transaction.atomic
def remove(actor: Actor, place: programs.Place, pk: int) -> None:
    """Take a stopped one out of the list for good. Needs MANAGE. Raises Conflict."""
    found = programs.held(actor, place, of_place(place), pk)
    programs.drop(actor, place, found, "slash-removed", word=found.word)


def of_place(place: programs.Place) -> Any:
    """Return the commands of a channel itself, or of a space as a whole; stopped ones too."""
    if isinstance(place, Channel):
        return SlashCommand.objects.filter(channel=place)
    return SlashCommand.objects.filter(space=place, channel=None)


def offered(channel: Channel) -> list[SlashCommand]:
    """Return the commands that mean something in a channel, by word: its own before those of its space."""
    if channel.is_between:
        return []
    rows = SlashCommand.objects.filter(Q(channel=channel) | Q(space=channel.space_id, channel=None), stopped_at=None)
    found: dict[str, SlashCommand] = {}
    for one in rows.order_by("word", F("channel").asc(nulls_last=True)):
        found.setdefault(one.word, one)
    return list(found.values())


@transaction.atomic
def ask(
    actor: Actor, channel: Channel, command: SlashCommand, text: str, *, key: str = "", root: int | None = None
) -> Asking:
    """Ask the program; what it answers comes later. Needs the right to write there. With the same `key`, once.

    Raises Forbidden, NotFound, Conflict, TooMany.
    """
    require(actor, channel, root)
    user = actor.user
    if user is None:
        raise Forbidden
    moderating.require_pace(actor, channel)
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    there = Asking.objects.filter(person=user, key=key).first() if key else None
    if there is not None:
        return there
    lately = Asking.objects.filter(at__gt=timezone.now() - PACE)
    if lately.filter(person=user).count() >= MOST_AT_ONCE or lately.filter(command=command).count() >= MOST_OF_ALL:
        raise TooMany(retry_after=int(PACE.total_seconds()))
    beginning = Message.objects.filter(pk=root, channel=channel, root=None, deleted_at=None).first() if root else None
    if root and beginning is None:
        raise NotFound
    made = Asking.objects.create(
        command=command, channel=channel, person=user, root=beginning, text=text, key=key[:40], at=timezone.now()
    )
    transaction.on_commit(lambda: _queue(made.pk))
    return made


def require(actor: Actor, channel: Channel, root: int | None) -> None:
    """Raise Forbidden, NotFound, Conflict unless the actor may write there, in the channel or in a thread of it."""
    if not actor.can(channel, Right.SEE):
        raise NotFound
    actor.require(channel, Right.ADD)
    if not channel.is_open:
        raise Conflict(ARCHIVED)
    if channel.announcements and root is None and not actor.can(channel, Right.EDIT):
        raise Forbidden(ONLY_ANNOUNCEMENTS)


def is_busy(pk: int) -> bool:
    """Whether so many are being asked that this one waits: slow programs never hold all who work in the background."""
    on_way = Asking.objects.filter(state=Asking.State.SENT, at__gt=timezone.now() - WAIT - LATE)
    command = Asking.objects.filter(pk=pk).values_list("command", flat=True).first()
    return on_way.count() >= MOST_ON_WAY or on_way.filter(command=command).count() >= MOST_OF_ONE


def take(pk: int) -> Asking | None:
    """Return a question that waits, for whoever sends it now and alone; None where there is nothing to be sent."""
    if not Asking.objects.filter(pk=pk, state=Asking.State.WAITS).update(state=Asking.State.SENT):
        return None
    rows = Asking.objects.select_related("command", "channel__space", "channel__acl", "person", "root")
    return rows.filter(pk=pk, command__stopped_at=None).first()


def end(asking: Asking) -> None:
    """Let it be over: it was answered, or failed. A later answer is still taken."""
    Asking.objects.filter(pk=asking.pk).update(state=Asking.State.OVER)


@transaction.atomic
def take_later(asking: Asking) -> None:
    """Count one later answer. Raises NotFound where none is left, or it is too late."""
    open_ = Asking.objects.filter(pk=asking.pk, left__gt=0, at__gt=timezone.now() - KEPT, command__stopped_at=None)
    if not open_.update(left=F("left") - 1):
        raise NotFound


def answer(asking: Asking, text: str, *, name: str = "", in_channel: bool = False) -> None:
    """Say what the program answered: to all, where whoever asked may still write there, or to them alone.

    Raises NotFound where they see the channel no longer, Forbidden, Conflict, TooMany, BadInput.
    """
    actor, command, root = Actor.of(asking.person), asking.command, asking.root_id
    if in_channel:
        require(actor, asking.channel, root)
        asked = f"/{command.word} · {asking.person}"
        hooking.say_by(
            asking.channel, text, program=command.name, name=name, root=root, facts={"asked": asked}
        )  # fmt: skip
        return
    if not actor.can(asking.channel, Right.SEE):
        raise NotFound
    ephemerals.tell(
        asking.channel, asking.person_id, text, root=asking.root, name=name or command.name, program=command.name
    )


def due() -> tuple[list[int], list[Asking]]:
    """Return the questions that wait to be sent, and those that were given up: of a worker that ended, or too late."""
    now = timezone.now()
    rows = Asking.objects.exclude(state=Asking.State.OVER)
    late = Q(state=Asking.State.SENT, at__lt=now - WAIT - LATE) | Q(state=Asking.State.WAITS, at__lt=now - LATE)
    waiting = rows.exclude(late).filter(state=Asking.State.WAITS).order_by("at").values_list("pk", flat=True)[:200]
    given_up = rows.filter(late).select_related("command", "channel__space", "channel__acl", "person", "root")
    return list(waiting), list(given_up.order_by("at")[:200])


def tidy() -> int:
    """Forget the questions to which nobody may answer any more. Returns how many."""
    return Asking.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]


def end_of(person: User, by: User | None) -> None:
    """Stop the commands that an account that goes has directed to addresses of its choice."""
    mine = SlashCommand.objects.filter(made_by=person, stopped_at=None)
    programs.end_of(person, by, mine.exclude(channel=None), "slash-stopped", "channel")
    programs.end_of(person, by, mine.filter(channel=None), "slash-stopped", "space")


def _queue(pk: int) -> None:
    from chat.tasks import queue_asking

    queue_asking(pk)
