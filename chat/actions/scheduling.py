"""Messages that are said later: once, by whoever may say them then."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from chat.actions import posting
from chat.actions.common import words
from chat.actions.keeping import check_moment
from chat.models import Channel, Message, Scheduled
from collab.accounts import languages
from collab.accounts.models import User
from collab.events import notices
from collab.lib.errors import Conflict, Forbidden, NotFound, Refusal, TooMany
from collab.rights.actor import Actor
from collab.rights.right import Right

MOST = 200
FAILED = "chat.unsaid"
THREAD_GONE = _("What you answer is not kept here any more.")
logger = logging.getLogger(__name__)


def schedule(actor: Actor, channel: Channel, text: str, at: datetime, root: int | None = None) -> Scheduled:
    """Say this then, in the channel or the thread of `root`. Needs ADD now, and asks again then.

    Raises Forbidden, NotFound, BadInput (nothing, too long, a moment that is past), Conflict (too many).
    """
    actor.require(channel, Right.ADD)
    text = words(text)
    check_moment(at)
    if actor.user is None:
        raise Forbidden
    if Scheduled.objects.filter(author=actor.user, cancelled_at=None).count() >= MOST:
        raise Conflict(_("%(count)d messages wait to be sent already.") % {"count": MOST})
    beginning = None
    if root is not None:
        beginning = Message.objects.filter(pk=root, channel=channel, deleted_at=None).first()
        if beginning is None:
            raise NotFound
    return Scheduled.objects.create(
        channel=channel, author=actor.user, root=beginning, answers=beginning is not None, text=text, at=at
    )


def change(actor: Actor, one: Scheduled, text: str, at: datetime) -> None:
    """Say something else, or at another moment; what could not be said is tried again then. Raises as `schedule`."""
    _require_own(actor, one)
    text = words(text)
    check_moment(at)
    _update(one, text=text, at=at, why="", cancelled_at=None)


def cancel(actor: Actor, one: Scheduled, *, on: bool = True) -> None:
    """Do not say it; or do, as it was: at once, where its moment has come meanwhile."""
    _require_own(actor, one)
    _update(one, cancelled_at=timezone.now() if on else None)


def send_now(actor: Actor, one: Scheduled) -> Message:
    """Say it at once. Raises as `posting.say`; then it waits on."""
    _require_own(actor, one)
    with transaction.atomic():
        held = Scheduled.objects.select_for_update().filter(pk=one.pk, cancelled_at=None).first()
        if held is None:
            raise NotFound
        said = _say(held)
        held.delete()
    return said


def send_due(most: int = 200) -> int:
    """Say what is due by now. Each in a transaction of its own that holds its row: another worker takes others, and
    what was said is not said again, since the row goes with the message. Returns how many were said."""
    said, faults = 0, set[int]()
    for _turn in range(most):
        with transaction.atomic():
            due = Scheduled.objects.select_for_update(skip_locked=True, of=("self",)).exclude(pk__in=faults)
            one = due.filter(at__lte=timezone.now(), why="", cancelled_at=None).order_by("at", "pk").first()
            if one is None:
                return said
            try:
                said += _try(one)
            except Exception:  # whatever is wrong with one, those after it are said; this one is tried again
                logger.exception("chat: scheduled message %d could not be said", one.pk)
                faults.add(one.pk)
    return said


def tidy(before: datetime) -> None:
    """Forget what was cancelled before this."""
    Scheduled.objects.filter(cancelled_at__lt=before).delete()


def _try(one: Scheduled) -> bool:
    try:
        with transaction.atomic():
            _say(one)
    except TooMany:  # one person's many at one moment: a minute later there is room for more
        Scheduled.objects.filter(pk=one.pk).update(at=timezone.now() + timedelta(minutes=1))
        return False
    except Refusal as refusal:
        with translation.override(languages.fit(one.author.language)):
            why = str(refusal.message)[:300]
        Scheduled.objects.filter(pk=one.pk).update(why=why or "?")
        notices.tell(FAILED, [one.author_id], (Channel.REF_KIND, one.channel_id))
        return False
    one.delete()
    return True


def _say(one: Scheduled) -> Message:
    author = User.objects.get(pk=one.author_id)
    channel = Channel.objects.select_related("acl", "space").get(pk=one.channel_id)
    if one.answers and one.root_id is None:  # never to the whole channel what was meant for a few
        raise Conflict(THREAD_GONE)
    how: dict[str, Any] = {"key": f"scheduled-{one.pk}", "root": one.root_id}
    return posting.say_once(Actor.of(author), channel, one.text, **how).message


def _require_own(actor: Actor, one: Scheduled) -> None:
    if actor.user is None or one.author_id != actor.user.pk:
        raise NotFound


def _update(one: Scheduled, **fields: Any) -> None:
    if not Scheduled.objects.filter(pk=one.pk).update(**fields):
        raise Conflict(_("It was sent meanwhile."))
