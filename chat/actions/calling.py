"""Programs that are told what is said in a channel: let in, stopped; and which messages are for whom."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.actions import programs
from chat.models import Call, Channel, Message, Outgoing
from collab.accounts.models import User
from collab.lib.errors import BadInput, Conflict
from collab.rights.actor import Actor

MOST, MOST_WORDS, LONGEST_WORD = 20, 20, 60
MOST_WAITING = 1_000
"""So many messages wait for one program at most; what is more is not sent."""
TOO_MANY = _("Twenty programs are told already. Remove one first.")
WHICH = _("Say by which words messages must begin: only those of open channels are all sent.")


@transaction.atomic
def make(actor: Actor, channel: Channel, name: str, address: str, words: str = "") -> tuple[Outgoing, str]:
    """Let a program be told; return it with the token that each message carries, which nobody is shown again.

    `words`: separated by blanks; without any, all that is said in an open channel. Needs MANAGE. Raises Forbidden,
    BadInput, Conflict.
    """
    name, address = programs.name_of(name), programs.address_of(address)
    wanted = list(dict.fromkeys(words.casefold().split()))
    if len(wanted) > MOST_WORDS or any(len(one) > LONGEST_WORD or not one.isprintable() for one in wanted):
        raise BadInput
    programs.hold(actor, channel)
    if not wanted and channel.form != Channel.Form.OPEN:
        raise BadInput(WHICH)
    if channel.outgoings.count() >= MOST:
        raise Conflict(TOO_MANY)
    token, kept = programs.seal()
    made = Outgoing.objects.create(
        channel=channel, name=name, address=address, words=wanted, made_by=actor.user, token=kept
    )
    Channel.objects.filter(pk=channel.pk).update(calls_out=True)
    programs.tell(actor.user, channel, "outgoing-made", made)
    return made, token


@transaction.atomic
def stop(actor: Actor, channel: Channel, pk: int, *, on: bool = True) -> None:
    """Tell it nothing more, or again. What waits for it is dropped. Needs MANAGE."""
    found = programs.held(actor, channel, channel.outgoings, pk)
    if not programs.halt(found, on=on):
        return
    if on:
        found.calls.exclude(next_at=None).delete()
    programs.tell(actor.user, channel, "outgoing-stopped" if on else "outgoing-resumed", found)


@transaction.atomic
def remove(actor: Actor, channel: Channel, pk: int) -> None:
    """Take a stopped one out of the list for good. Needs MANAGE. Raises Conflict."""
    found = programs.held(actor, channel, channel.outgoings, pk)
    programs.drop(actor, channel, found, "outgoing-removed")
    Channel.objects.filter(pk=channel.pk).update(calls_out=channel.outgoings.exists())


def end_of(person: User, by: User | None) -> None:
    """Stop what an account that goes has let be told; nothing that waits is sent any more."""
    programs.end_of(person, by, Outgoing.objects, "outgoing-stopped", "channel")
    Call.objects.filter(outgoing__made_by=person, outgoing__stopped_at__isnull=False, next_at__isnull=False).delete()


def note(channel: Channel, message: Message) -> None:
    """Write down whom a message is sent to, in its transaction: what a person said, never what a program did.

    So two programs do not answer each other for ever.
    """
    if not channel.calls_out or message.author is None or message.author.is_bot:
        return
    first = (message.text.split(maxsplit=1) or [""])[0].casefold()
    for one in Outgoing.objects.filter(channel=channel, stopped_at=None):
        fits = first in one.words if one.words else channel.form == Channel.Form.OPEN
        if fits and one.calls.exclude(next_at=None).count() < MOST_WAITING:
            word = first if one.words else ""
            call = Call.objects.create(outgoing=one, message=message, word=word, next_at=timezone.now())
            transaction.on_commit(lambda pk=call.pk: _queue(pk))  # type: ignore[misc]


def _queue(pk: int) -> None:
    from chat.tasks import queue_call

    queue_call(pk)
