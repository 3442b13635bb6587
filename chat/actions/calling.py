"""Programs that are told what is said in a channel: let in, stopped; and which messages are for whom."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.actions.common import hold, line
from chat.models import Call, Channel, Message, Outgoing
from collab.accounts import credentials
from collab.events import audit
from collab.lib import outside
from collab.lib.errors import BadInput, Conflict, NotFound
from collab.rights.actor import Actor
from collab.rights.right import Right

MOST, MOST_WORDS, LONGEST_WORD = 20, 20, 60
LETTERS = 32
MOST_WAITING = 1_000
"""So many messages wait for one program at most; what is more is not sent."""
UNNAMED = _("Give the program a name of at most 80 letters.")
TOO_MANY = _("Twenty programs are told already. Remove one first.")
WRONG_ADDRESS = _("Messages are sent to an address that begins with https:// and is on the public network.")
WHICH = _("Say by which words messages must begin: only those of open channels are all sent.")


@transaction.atomic
def make(actor: Actor, channel: Channel, name: str, address: str, words: str = "") -> tuple[Outgoing, str]:
    """Let a program be told; return it with the token that each message carries, which nobody is shown again.

    `words`: separated by blanks; without any, all that is said in an open channel. Needs MANAGE. Raises Forbidden,
    BadInput, Conflict.
    """
    name, address = line(name, 80, UNNAMED), address.strip()
    try:
        outside.check(address)
    except outside.Hostile:
        raise BadInput(WRONG_ADDRESS) from None
    wanted = list(dict.fromkeys(words.casefold().split()))
    if len(wanted) > MOST_WORDS or any(len(one) > LONGEST_WORD or not one.isprintable() for one in wanted):
        raise BadInput
    _hold(actor, channel)
    if not wanted and channel.form != Channel.Form.OPEN:
        raise BadInput(WHICH)
    if channel.outgoings.count() >= MOST:
        raise Conflict(TOO_MANY)
    token = credentials.new_secret(LETTERS)
    made = Outgoing.objects.create(
        channel=channel, name=name, address=address, words=wanted, made_by=actor.user,
        token=Fernet(settings.ENCRYPTION_KEY).encrypt(token.encode()),
    )  # fmt: skip
    Channel.objects.filter(pk=channel.pk).update(calls_out=True)
    _tell(actor, channel, "outgoing-made", made)
    return made, token


@transaction.atomic
def stop(actor: Actor, channel: Channel, pk: int, *, on: bool = True) -> None:
    """Tell it nothing more, or again. What waits for it is dropped. Needs MANAGE."""
    found = _held(actor, channel, pk)
    if (found.stopped_at is not None) == on:
        return
    found.stopped_at = timezone.now() if on else None
    found.save(update_fields=["stopped_at"])
    if on:
        found.calls.exclude(next_at=None).delete()
    _tell(actor, channel, "outgoing-stopped" if on else "outgoing-resumed", found)


@transaction.atomic
def remove(actor: Actor, channel: Channel, pk: int) -> None:
    """Take a stopped one out of the list for good. Needs MANAGE. Raises Conflict."""
    found = _held(actor, channel, pk)
    if found.stopped_at is None:
        raise Conflict(_("Stop it first."))
    _tell(actor, channel, "outgoing-removed", found)
    found.delete()
    Channel.objects.filter(pk=channel.pk).update(calls_out=channel.outgoings.exists())


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


def _hold(actor: Actor, channel: Channel) -> None:
    if channel.is_between:
        raise NotFound
    hold(actor, channel, Right.MANAGE)


def _held(actor: Actor, channel: Channel, pk: int) -> Outgoing:
    _hold(actor, channel)
    found = Outgoing.objects.select_for_update().filter(channel=channel, pk=pk).first()
    if found is None:
        raise NotFound
    return found


def _tell(actor: Actor, channel: Channel, kind: str, made: Outgoing, **details: Any) -> None:
    host = urlsplit(made.address).hostname
    place = (Channel.REF_KIND, channel.pk)
    audit.record(kind, actor.user, place, channel.title, program=made.name, host=host, **details)
