"""Messages that are said later: once, by whoever may say them then."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from chat.actions import bringing
from chat.actions.common import words
from chat.actions.keeping import check_moment
from chat.models import Channel, Message, Scheduled
from collab.accounts import languages
from collab.accounts.models import User
from collab.events import notices
from collab.lib.errors import Conflict, Forbidden, NotFound, Refusal, TooMany
from collab.registry import registry
from collab.rights.actor import Actor
from collab.rights.right import Right

MOST = 200
FAILED = "chat.unsaid"
_FILES = ("waiting", "stay", "copied")
THREAD_GONE = _("What you reply to is not kept here any more.")
logger = logging.getLogger(__name__)


def schedule(actor: Actor, channel: Channel, text: str, at: datetime, root: int | None = None) -> Scheduled:
    """Say this then, in the channel or the thread of `root`. Needs ADD now, and asks again then.

    Raises Forbidden, NotFound, BadInput (nothing, too long, a moment that is past), Conflict (too many).
    """
    check_moment(at)
    return _new(actor, channel, words(text), root, at=at)


@transaction.atomic
def prepare(
    actor: Actor, channel: Channel, text: str, files: Sequence[Any], chosen: bringing.Chosen, root: int | None = None
) -> Scheduled:  # fmt: skip
    """Keep a message with files whose moment is not chosen yet (`change` does): until the night it is as if cancelled.

    Its files wait among the author's own. Raises as `schedule`, and as `bringing.wait`.
    """
    now = timezone.now()
    made = _new(actor, channel, words(text, needed=False), root, at=now, cancelled_at=now)
    made.waiting, made.stay, made.copied = bringing.wait(actor, files, chosen), [*chosen.stay], [*chosen.copied]
    made.save(update_fields=["waiting", "stay", "copied"])
    return made


def _new(actor: Actor, channel: Channel, text: str, root: int | None, **fields: Any) -> Scheduled:
    actor.require(channel, Right.ADD)
    if actor.user is None:
        raise Forbidden
    mine = Scheduled.objects.filter(author=actor.user)
    if (mine if "cancelled_at" in fields else mine.filter(cancelled_at=None)).count() >= MOST:
        raise Conflict(_("%(count)d messages wait to be sent already.") % {"count": MOST})
    beginning = None
    if root is not None:
        beginning = Message.objects.filter(pk=root, channel=channel, deleted_at=None).first()
        if beginning is None:
            raise NotFound
    return Scheduled.objects.create(
        channel=channel, author=actor.user, root=beginning, answers=beginning is not None, text=text, **fields
    )


@transaction.atomic
def change(actor: Actor, one: Scheduled, text: str, at: datetime, keep: Collection[int] | None = None) -> None:
    """Say something else, or at another moment; what could not be said is tried again then. Raises as `schedule`.

    `keep`: those of its files that still go with it, None for all; of the others those that waited go into the trash.
    """
    _require_own(actor, one)
    left = {name: [pk for pk in getattr(one, name) if keep is None or pk in keep] for name in _FILES}
    text = words(text, needed=not any(left.values()))
    check_moment(at)
    _update(one, text=text, at=at, why="", cancelled_at=None, **left)
    if store := registry.files():
        store.throw_away(actor, [pk for pk in one.waiting if pk not in left["waiting"]])
        store.bring_back(actor, left["waiting"])


@transaction.atomic
def cancel(actor: Actor, one: Scheduled, *, on: bool = True) -> None:
    """Do not say it; or do, as it was: at once, where its moment has come meanwhile. Files that waited go and come."""
    _require_own(actor, one)
    _update(one, cancelled_at=timezone.now() if on else None)
    if one.waiting and (store := registry.files()):
        (store.throw_away if on else store.bring_back)(actor, one.waiting)


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
    """Forget what was cancelled before this; files that waited for it go into the trash of their author."""
    _forget(Scheduled.objects.filter(cancelled_at__lt=before))


def let_go(channels: Collection[int]) -> None:
    """Forget what was to be said in channels that go for good, in the same way."""
    _forget(Scheduled.objects.filter(channel__in=channels))


def _forget(rows: QuerySet[Scheduled]) -> None:
    store = registry.files()
    for one in rows.select_related("author").iterator(200):
        if one.waiting and store is not None:
            try:
                store.throw_away(Actor.of(one.author), one.waiting)
            except Refusal:  # locked by a program at this moment: they are the author's own files, and stay that
                logger.info("chat: files of the scheduled message %d stay", one.pk)
        one.delete()


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
    files = bringing.Chosen(tuple(one.stay), tuple(one.copied), tuple(one.waiting))
    with translation.override(languages.fit(author.language)):  # folders are named in it
        return bringing.send(Actor.of(author), channel, one.text, [], files, **how).message


def _require_own(actor: Actor, one: Scheduled) -> None:
    if actor.user is None or one.author_id != actor.user.pk:
        raise NotFound


def _update(one: Scheduled, **fields: Any) -> None:
    if not Scheduled.objects.filter(pk=one.pk).update(**fields):
        raise Conflict(_("It was sent meanwhile."))
