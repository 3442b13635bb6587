"""Keeping messages to come back to, and being reminded of them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.models import Message, Saved
from collab.events import notices
from collab.lib.errors import BadInput, Conflict, Forbidden
from collab.rights.actor import Actor

MOST = 2_000
FARTHEST = timedelta(days=3 * 366)
PAST = _("This moment is past: choose a later one.")
FAR = _("This is too far away: three years at most.")
REMINDER = "chat.reminder"


def keep(actor: Actor, message: Message, remind_at: datetime | None = None) -> Saved:
    """Keep a message that the actor reads; again, to be reminded at another moment. Raises BadInput, Conflict."""
    if actor.user is None:
        raise Forbidden
    if remind_at is not None:
        check_moment(remind_at)
    if Saved.objects.filter(user=actor.user).exclude(message=message).count() >= MOST:
        raise Conflict(_("You keep %(count)d messages already: let some go first.") % {"count": MOST})
    kept, _made = Saved.objects.update_or_create(
        user=actor.user, message=message, defaults={"remind_at": remind_at}, create_defaults={"remind_at": remind_at}
    )
    return kept


def let_go(actor: Actor, message: Message) -> None:
    """Keep it no longer."""
    if actor.user is not None:
        Saved.objects.filter(user=actor.user, message=message).delete()


def check_moment(at: datetime) -> None:
    """Raise BadInput for a moment that is past, or years away."""
    now = timezone.now()
    if at <= now:
        raise BadInput(PAST)
    if at > now + FARTHEST:
        raise BadInput(FAR)


def remind_due(most: int = 500) -> int:
    """Tell people of what they wanted to be reminded of by now, each once; who may not read it is not told.

    Returns how many were due. Whoever else does the same at this moment takes others.
    """
    with transaction.atomic():
        due = Saved.objects.select_for_update(skip_locked=True).filter(remind_at__lte=timezone.now())
        rows = list(due.order_by("remind_at")[:most])
        Saved.objects.filter(pk__in=[one.pk for one in rows]).update(remind_at=None)
        for one in rows:
            notices.tell(REMINDER, [one.user_id], (Message.REF_KIND, one.message_id))
    return len(rows)
