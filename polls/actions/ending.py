"""How a poll ends: closed, archived, thrown away; and back again, where that can be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collab.lib.errors import Conflict
from collab.rights.actor import Actor
from collab.rights.erasing import forget_things
from collab.rights.right import Right
from polls.actions.common import hold, tell
from polls.models import Poll

KEPT = timedelta(days=30)
"""How long a poll that was thrown away can be brought back."""


@transaction.atomic
def close(actor: Actor, poll: Poll) -> None:
    """Take no more answers; what was hidden is shown. Needs EDIT."""
    hold(actor, poll, Right.EDIT)
    if poll.closed_at is None:
        _set(actor, poll, "poll-close", closed_at=timezone.now())


@transaction.atomic
def reopen(actor: Actor, poll: Poll) -> None:
    """Take answers again; a deadline that is past goes. Needs EDIT. Raises Conflict for a secret ballot.

    One that is counted stays closed: whoever answered then would be told by the difference of two counts.
    """
    hold(actor, poll, Right.EDIT)
    if poll.secret and poll.participants.filter(answered_at__isnull=False).exists():
        raise Conflict(_("This secret ballot is counted: it cannot be opened again."))
    past = poll.deadline is not None and poll.deadline <= timezone.now()
    _set(actor, poll, "poll-reopen", closed_at=None, decided=None, deadline=None if past else poll.deadline)


@transaction.atomic
def archive(actor: Actor, poll: Poll, *, archived: bool = True) -> None:
    """Put the poll aside: it can be read, not answered nor changed. Or take it out again. Needs EDIT."""
    hold(actor, poll, Right.EDIT, archived=True)
    if bool(poll.archived_at) != archived:
        _set(
            actor,
            poll,
            "poll-archive" if archived else "poll-unarchive",
            archived_at=timezone.now() if archived else None,
        )


@transaction.atomic
def throw_away(actor: Actor, poll: Poll) -> None:
    """Put the poll into the trash, its links closed meanwhile. Needs DELETE."""
    hold(actor, poll, Right.DELETE, archived=True)
    _set(actor, poll, "poll-trash", deleted_at=timezone.now())


@transaction.atomic
def bring_back(actor: Actor, poll: Poll) -> None:
    """Take the poll out of the trash. Needs DELETE."""
    poll.space.hold()
    actor.forget()
    actor.require(poll, Right.DELETE)
    _set(actor, poll, "poll-restore", deleted_at=None)


def forget_old() -> int:
    """Delete what was thrown away long ago. Returns how many."""
    old = list(Poll.objects.filter(deleted_at__lt=timezone.now() - KEPT).values_list("pk", flat=True)[:500])
    erase(old)
    return len(old)


@transaction.atomic
def erase(ids: list[int]) -> None:
    """Delete polls with their answers, circles and links."""
    Poll.objects.filter(pk__in=ids).delete()
    forget_things(Poll.REF_KIND, ids)


def _set(actor: Actor, poll: Poll, kind: str, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(poll, name, value)
    poll.save(update_fields=list(fields))
    tell(actor, poll, kind)
