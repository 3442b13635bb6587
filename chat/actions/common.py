"""What every act in a channel does: take its lock, look at the rights again, move its clock, tell the pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from chat.models import Channel
from collab.events import log
from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.spaces.models import ARCHIVED as ARCHIVED_SPACE

ARCHIVED = _("This channel is archived: you can read it, but no longer write in it.")
TOPIC = "talk"
"""Pages of a channel listen to `talk:<its id>`: numbers there are of its own clock, not of its space's."""
SWEPT = "swept"
"""How it is told that the oldest of what was said has gone for good: nothing is left that could say so."""
LONGEST = 16_000


@dataclass(frozen=True)
class Turn:
    """A moment of a channel, held until the end of the transaction: nobody else's is before it or at once."""

    clock: int
    number: int


def take_turn(actor: Actor, channel: Channel, rights: Right, *, numbered: bool = False) -> Turn:
    """Lock the channel and move its clock; the actor needs one of these rights. Raises NotFound, Forbidden, Conflict.

    `numbered`: what is said counts as said to the whole channel.
    """
    turn, closed = _move(channel, numbered)
    actor.forget()
    if not actor.rights_on(channel) & Right.SEE:
        raise NotFound
    if not actor.rights_on(channel) & rights:
        raise Forbidden
    if closed is not None:
        raise closed
    return turn


def take_turn_of_program(channel: Channel, *, numbered: bool = True) -> Turn:
    """`take_turn` to say something for a program: whoever manages the channel let it in. Raises NotFound, Conflict."""
    turn, closed = _move(channel, numbered)
    if closed is not None:
        raise Conflict(ARCHIVED)
    return turn


def _move(channel: Channel, numbered: bool) -> tuple[Turn, Forbidden | Conflict | None]:
    """Lock the channel and move its clock; return why nothing is said in it any more, too. Raises NotFound."""
    with connection.cursor() as cursor:
        cursor.execute(_TURN, [int(numbered), int(numbered), channel.pk])
        row = cursor.fetchone()
    if row is None:
        raise NotFound
    clock, number, channel.acl_id, archived, space_archived = row
    channel.clock, channel.number = clock, number
    if space_archived:
        return Turn(clock, number), Forbidden(ARCHIVED_SPACE)
    return Turn(clock, number), Conflict(ARCHIVED) if archived else None


_TURN = """UPDATE chat_channel c SET clock = clock + 1, number = number + %s,
  last_at = CASE WHEN %s = 1 THEN now() ELSE last_at END
 FROM spaces_space s WHERE c.id = %s AND c.deleted_at IS NULL AND s.id = c.space_id
 RETURNING c.clock, c.number, c.acl_id, c.archived_at IS NOT NULL, s.archived_at IS NOT NULL"""


def announce(channel: Channel, clock: int, kind: str) -> None:
    """Tell the pages that show the channel, or its line, that its clock moved. Words travel nowhere."""
    ref = f"{Channel.REF_KIND}:{channel.pk}"
    log.announce(f"{TOPIC}:{channel.pk}", {"space": channel.space_id, "seq": clock, "kind": kind, "ref": ref})


def hold(actor: Actor, channel: Channel, right: Right) -> None:
    """Lock the channel's space, read the channel and the actor's rights again, require the right."""
    channel.hold()
    actor.forget()
    actor.require(channel, right)


def tell(actor: Actor, channel: Channel, kind: str, **after: Any) -> None:
    """Record a change of the channel itself in the log of its space."""
    log.record(
        channel.space_id, kind, (Channel.REF_KIND, channel.pk), actor.user.pk if actor.user else None, after=after
    )


def words(text: str, *, needed: bool = True) -> str:
    """Return what somebody says, as typed. Raises BadInput for nothing, and for what cannot be kept."""
    text = text.replace("\r\n", "\n").strip()
    if needed and not text:
        raise BadInput(_("Write something first."))
    if "\0" in text or text != text.encode(errors="ignore").decode() or len(text) > LONGEST:
        raise BadInput(_("This is too long: %(count)d characters at most.") % {"count": LONGEST})
    return text


def line(text: str, longest: int, refusal: Any, *, needed: bool = True) -> str:
    """Return one line as typed, blanks made one. Raises BadInput with `refusal`."""
    text = " ".join(text.split())
    if (needed and not text) or len(text) > longest or not text.isprintable():
        raise BadInput(refusal)
    return text
