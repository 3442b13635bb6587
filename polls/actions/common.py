"""What every act on a poll does first and last: lock it, ask for the right, record what was done."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from collab.events.log import record
from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound
from collab.lib.statements import ask
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.rights.sql import mask_of
from collab.spaces.models import ARCHIVED as ARCHIVED_SPACE
from polls.models import Poll

CLOSED = _("This poll is closed: it takes no answers any more.")
ARCHIVED = _("This poll is archived: take it out of the archive first.")


def hold(actor: Actor, poll: Poll, right: Right = Right.NONE, *, archived: bool = False) -> None:
    """Lock the poll, read it and the actor's rights again, require the right. Raises Forbidden, NotFound, Conflict."""
    poll.hold()
    actor.forget()
    actor.require(poll, right)
    if poll.archived_at is not None and not archived:
        raise Conflict(ARCHIVED)


def enter(actor: Actor, poll: Poll, kind: str) -> int:
    """Number a change before it is made, then read the poll and the actor's rights again. Returns how many take part.

    For what many do at once. The number is the space's lock (decision 3), so whatever can be decided before it is; what
    is read here is what counts. A refusal gives the number back. Raises NotFound, Forbidden.
    """
    record(poll.space_id, kind, (Poll.REF_KIND, poll.pk), actor.user.pk if actor.user else None, after={})
    rows = ask(_AGAIN, {"principals": list(actor.principals), "poll": poll.pk})
    if not rows:
        raise NotFound
    archived, mask, count, *values = rows[0]
    if archived:
        raise Forbidden(ARCHIVED_SPACE)
    for name, value in zip(_FIELDS, values, strict=True):
        setattr(poll, name, value)
    actor.forget()
    actor.remember(poll, mask)
    return int(count)


_FIELDS = [field.attname for field in Poll._meta.concrete_fields]
_AGAIN = f"""SELECT s.archived_at IS NOT NULL, {mask_of("p.acl_id").replace("%s", "%(principals)s")},
 (SELECT count(*) FROM polls_participant v WHERE v.poll_id = p.id),
 {", ".join(f"p.{field.column}" for field in Poll._meta.concrete_fields)}
 FROM polls_poll p JOIN spaces_space s ON s.id = p.space_id WHERE p.id = %(poll)s AND p.deleted_at IS NULL"""


def tell(actor: Actor, poll: Poll, kind: str, **after: Any) -> None:
    """Record a change of the poll. It names numbers, never what somebody answered; `key`: who has a link did it."""
    if actor.links and actor.can(poll, Right.EDIT):
        after["key"] = True
    record(poll.space_id, kind, (Poll.REF_KIND, poll.pk), actor.user.pk if actor.user else None, after=after)


def line(text: str, longest: int, refusal: Any, *, needed: bool = True) -> str:
    """Return one line as typed, blanks made one. Raises BadInput with `refusal`."""
    text = " ".join(text.split())
    if (needed and not text) or len(text) > longest or not text.isprintable():
        raise BadInput(refusal)
    return text


def words(text: str, longest: int) -> str:
    """Return several lines as typed. Raises BadInput for what cannot be kept."""
    text = text.replace("\r\n", "\n").strip()
    if "\0" in text or len(text) > longest or text != text.encode(errors="ignore").decode():
        raise BadInput(_("This is too long: %(count)d characters at most.") % {"count": longest})
    return text
